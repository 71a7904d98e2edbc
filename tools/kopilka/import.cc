#include "engine/app/import.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/app/memory_budget.h"
#include "engine/app/store.h"
#include "engine/codec/json_writer.h"
#include "tools/kopilka/answers.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/input.h"
#include "tools/kopilka/interrupt.h"
#include "tools/kopilka/memory_size.h"
#include "tools/kopilka/progress.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

struct ImportArguments {
  std::string file;
  std::string results;  // empty: standard output
  std::uint64_t memory{app::kImportMemoryDefault};
};

// What is said at the end.
struct Ending {
  app::ImportSummary summary;
  std::string kept_in;  // the file that keeps the answers; empty: none does
  model::Span span{model::Span::micros(0)};
  model::Seq position;
};

std::string ending_json(const Ending& ending) {
  const auto& summary = ending.summary;
  codec::JsonWriter out;
  out.begin_object();
  out.member("lines", summary.lines);
  out.member("accepted", summary.accepted);
  out.member("duplicate", summary.duplicate);
  out.member("stale", summary.stale);
  out.member("refused", summary.refused);
  out.member("invalid", summary.invalid);
  out.member("already_in_the_log", summary.known_before);
  out.member("interrupted", summary.interrupted);
  out.member("milliseconds", ending.span.in_micros() / 1'000);
  out.member("position", position_text(ending.position));
  out.end_object();
  return out.take();
}

// Not "in the log": a line that was refused as a duplicate, stale or invalid recorded nothing.
std::string all_answered_before(const Ending& ending) {
  const auto known = ending.summary.known_before;
  return fmt::format(
      "{} read and answered before: nothing is done again. {} Position {}.",
      known == 1 ? "The only line was" : fmt::format("All {} lines were", shown_count(known)),
      ending.kept_in.empty()
          ? "To have the answers again, name a new file for them with --results FILE."
          : fmt::format("The answers are in {}.", ending.kept_in),
      ending.position.value());
}

std::string ending_text(const Ending& ending, const Console& console) {
  const auto& summary = ending.summary;
  if (summary.lines == 0 && summary.known_before > 0 && !summary.interrupted)
    return all_answered_before(ending);
  Table table({{""}, {"", Align::right}});
  table.add({"  accepted", shown_count(summary.accepted)});
  table.add({"  duplicate", shown_count(summary.duplicate)});
  table.add({"  stale", shown_count(summary.stale)});
  table.add({"  refused", shown_count(summary.refused)});
  table.add({"  invalid", shown_count(summary.invalid)});
  if (summary.known_before > 0) table.add({"  answered before", shown_count(summary.known_before)});
  return fmt::format("{} answered in {}, {} lines/s\n{}  position {}",
                     shown_count(summary.lines, "line"), shown_span(ending.span),
                     shown_count(per_second(summary.lines, ending.span)), table.text(console),
                     ending.position.value());
}

// A file keeps what was answered, for the next run; a pipe or a device does not.
bool keeps_answers(const ImportArguments& arguments) {
  if (arguments.results.empty()) return false;
  std::error_code ignored;
  const auto results = std::filesystem::status(arguments.results, ignored);
  return std::filesystem::is_regular_file(results) || !std::filesystem::exists(results);
}

// Ends a run that Ctrl-C or a lost reader of the answers cut short; nothing is under way any more.
std::string how_to_go_on(const ImportArguments& arguments, const Answers& answers) {
  if (answers.trouble().empty())
    return "kopilka: interrupted; what was answered is recorded: give the same command again to go "
           "on";
  return fmt::format(
      "kopilka: the answers could not be written to {} ({}); what was recorded stays: give the "
      "command again {}",
      arguments.results.empty() ? "standard output" : arguments.results, answers.trouble(),
      keeps_answers(arguments)
          ? "when there is room, to go on"
          : "with --results FILE, a new file, to go on and to have all answers in it");
}

Outcome<app::ImportSummary> run_import(app::Writer& writer, Input& input, Answers& answers,
                                       app::ImportOptions options, Progress& progress) {
  options.interrupt = &interrupted();
  options.on_answer = [&](const app::AnsweredLine& line) -> base::Result<void> {
    answers.write(line);
    return {};
  };
  options.on_progress = [&](const app::ImportProgress& so_far) {
    answers.flush();
    // Nobody hears the answers any more: stop as if asked to.
    if (!answers.trouble().empty()) interrupted().store(true);
    progress.show(so_far.lines, {so_far.bytes, input.size()});
  };
  app::Import importing(writer.engine(), std::move(options));
  auto summary = importing.run(input.stream());
  progress.end();
  answers.flush();
  if (summary) return *summary;
  // A read that was cut short by Ctrl-C before the first line.
  if (!interrupted().load()) return std::unexpected(std::move(summary).error());
  return app::ImportSummary{.interrupted = true};
}

Outcome<ExitCode> import_file(Program& program, const ImportArguments& arguments) {
  catch_interrupts();
  const auto& console = program.console;
  KOPILKA_TRY_ASSIGN(const auto input, Input::open(arguments.file, interrupted()));
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  KOPILKA_TRY_ASSIGN(const auto writer,
                     app::Writer::open(place, shard::Options{}, arguments.memory));
  app::ImportOptions options;
  Answers answers;
  const bool are_kept = keeps_answers(arguments);
  if (are_kept) {
    // One that is not there yet has answered nothing, as an empty one.
    KOPILKA_TRY_ASSIGN(options.answered_through, app::cut_results(arguments.results));
  }
  if (!arguments.results.empty()) {
    KOPILKA_TRY_ASSIGN(answers, Answers::append_to(arguments.results));
  }
  for (const auto& note : writer->notes())
    console.note("kopilka: " + note);
  Progress progress(console, "lines");
  KOPILKA_TRY_ASSIGN(auto summary,
                     run_import(*writer, *input, answers, std::move(options), progress));
  const Ending ending{summary, are_kept ? arguments.results : std::string(), progress.elapsed(),
                      writer->engine().shard().head().last_seq};
  KOPILKA_TRY(writer->close());
  console.note(program.settings.json ? ending_json(ending) : ending_text(ending, console));
  if (!answers.trouble().empty()) {
    console.note(how_to_go_on(arguments, answers));
    return ExitCode::not_available;
  }
  if (summary.interrupted) {
    console.note(how_to_go_on(arguments, answers));
    return ExitCode::interrupted;
  }
  return summary.all_well() ? ExitCode::done : ExitCode::refused;
}

}  // namespace

void add_import(Program& program, CLI::App& root) {
  auto arguments = std::make_shared<ImportArguments>();
  auto& verb =
      add_verb(program, root,
               {"import", "submit command lines; killed or not, give it again and it goes on",
                "import commands.ndjson --results results.ndjson --data store",
                "the summary on standard error as a JSON document; answers are always JSON lines"},
               [&program, arguments] { return import_file(program, *arguments); });
  verb.add_option(
          "FILE", arguments->file,
          "command lines, or - for standard input, which is known by its first MiB: no line "
          "of it is answered before so much has come, or its end")
      ->required()
      ->type_name("");
  verb.add_option("--results", arguments->results,
                  "where the answers go, a line each (default: standard output); lines that were "
                  "read before and have no answer in it are answered again")
      ->type_name("FILE")
      ->check(not_empty());
  add_memory(verb, arguments->memory,
             {.least = app::kImportMemoryMin, .about = "how much memory to decide with"});
}

}  // namespace kopilka::tools
