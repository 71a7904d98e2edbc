#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/app/copy.h"
#include "engine/app/projections.h"
#include "engine/codec/json_writer.h"
#include "engine/system/system_random.h"
#include "tools/kopilka/interrupt.h"
#include "tools/kopilka/log.h"
#include "tools/kopilka/progress.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

struct ReplayArguments {
  std::string until;
  std::string into;
};

struct Replay {
  app::CopyReport copied;
  std::vector<app::ProjectionRebuild> rows;
  model::Span took = model::Span::micros(0);
};

std::string replay_json(const Replay& replay, const ReplayArguments& arguments) {
  const auto& head = replay.copied.head;
  codec::JsonWriter out;
  out.begin_object();
  out.member("data", arguments.into);
  out.member("batches", replay.copied.batches);
  out.member("cut", replay.copied.is_cut);
  out.member("head_hash", base::to_hex(base::view_of(head.hash)));
  out.member("recorded_at", head.recorded_at);
  out.name("digests");
  out.begin_object();
  for (const auto& rows : replay.rows)
    out.member(rows.name, rows.digest);
  out.end_object();
  out.member("position", position_text(head.last_seq));
  out.end_object();
  return out.take();
}

std::string replay_text(const Replay& replay, const ReplayArguments& arguments,
                        const Console& console) {
  const auto& head = replay.copied.head;
  const auto events = head.last_seq.value();
  Table table({{""}, {""}});
  table.add({"  position", shown_count(events)});
  if (events > 0) table.add({"  recorded", shown(head.recorded_at) + " (Moscow)"});
  table.add({"  head", base::to_hex(base::view_of(head.hash))});
  for (const auto& rows : replay.rows)
    table.add({"  " + rows.name, rows.digest});
  return console.bold(fmt::format("{} is the store as it stood there", arguments.into)) + "\n" +
         table.text(console) +
         (replay.copied.is_cut
              ? "The point lies inside a batch: what comes before it is the last batch here, with "
                "a hash of its own; all before that is byte for byte the same.\n"
              : "Its log is byte for byte the same up to there.\n") +
         console.dim(fmt::format("{}, {} events/s", shown_span(replay.took),
                                 shown_count(per_second(events, replay.took)))) +
         "\n";
}

ExitCode stopped(const Program& program, const char* so) {
  program.console.note(fmt::format("kopilka: stopped; {}", so));
  return ExitCode::interrupted;
}

Outcome<app::CopyReport> copy_log(const Program& program, const ReplayArguments& arguments,
                                  const app::Place& from, const app::Place& to) {
  KOPILKA_TRY_ASSIGN(const auto until, until_of("--until", arguments.until));
  Progress progress(program.console, "batches");
  const auto show = [&](const app::CopyProgress& so_far) {
    progress.show(so_far.batches, {so_far.batches, so_far.batches_all});
  };
  system::SystemRandom random;
  KOPILKA_TRY_ASSIGN(
      auto report,
      app::copy_store(from, to, random,
                      {.until = until, .on_progress = show, .interrupt = &interrupted()}));
  return report;
}

// False: stopped by hand.
Outcome<bool> make_rows(const Program& program, const app::Place& to, Replay& replay) {
  Progress progress(program.console, "events");
  const auto show = [&](const app::FoldProgress& so_far) {
    progress.show(so_far.events, {so_far.events, so_far.events_all});
  };
  KOPILKA_TRY_ASSIGN(
      auto rows,
      app::rebuild_projections(to, app::projection_names(),
                               {.folding = {.on_progress = show, .interrupt = &interrupted()}}));
  if (!rows) return false;
  for (const auto& one : *rows)
    KOPILKA_TRY(one.done);
  replay.rows = std::move(*rows);
  return true;
}

Outcome<ExitCode> replay(Program& program, const ReplayArguments& arguments) {
  const auto& settings = program.settings;
  KOPILKA_TRY_ASSIGN(const auto from, settings.place());
  const auto to = app::embedded_store(arguments.into);
  catch_interrupts();
  Progress clock(program.console, "");
  Replay done;
  KOPILKA_TRY_ASSIGN(done.copied, copy_log(program, arguments, from, to));
  if (done.copied.is_interrupted)
    return stopped(program, "give the same command again, it goes on from here");
  KOPILKA_TRY_ASSIGN(const bool whole, make_rows(program, to, done));
  if (!whole)
    return stopped(program,
                   "the log is there and whole; whoever first reads the store makes the rows that "
                   "are missing");
  done.took = clock.elapsed();
  program.console.print(settings.json ? replay_json(done, arguments) + "\n"
                                      : replay_text(done, arguments, program.console));
  return ExitCode::done;
}

}  // namespace

void add_log_replay(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<ReplayArguments>();
  auto& verb = add_verb(
      program, noun,
      {"replay",
       "fold history up to a point into a store of its own, which opens, verifies and answers as "
       "any other does",
       "log replay --data store --until 2019-04-01T00:00:00+03:00 --into store-in-april"},
      [&program, arguments] { return replay(program, *arguments); });
  verb.add_option("--until", arguments->until,
                  "the last position, or a time: everything recorded at or before it; default: all")
      ->type_name("TIME|POSITION")
      ->check(not_empty());
  verb.add_option("--into", arguments->into, "directory of the new store")
      ->required()
      ->type_name("DIR")
      ->check(not_empty());
}

}  // namespace kopilka::tools
