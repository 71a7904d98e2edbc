#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/app/projections.h"
#include "engine/codec/json_writer.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/interrupt.h"
#include "tools/kopilka/memory_size.h"
#include "tools/kopilka/progress.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using app::ProjectionCheck;

constexpr std::size_t kRowsShownMax = 10;
// A row of a person's whole history may be long; JSON has it in full.
constexpr std::size_t kHexShownMax = 160;

constexpr const char* kNameAbout =
    "`state` (balances and purchases: the rows that deciding needs), `statements`, `rosters`, "
    "`statistics`, `purchases` or `withdrawals`";

// How a fold is watched and ended. `progress` must outlive it.
app::FoldOptions fold_options(Progress& progress) {
  return {.on_progress =
              [&progress](const app::FoldProgress& so_far) {
                progress.show(so_far.events, {so_far.events, so_far.events_all});
              },
          .interrupt = &interrupted()};
}

Outcome<ExitCode> stopped_by_hand(const Program& program, std::string_view so) {
  program.console.note(fmt::format("kopilka: stopped; {}", so));
  return ExitCode::interrupted;
}

// --- list ------------------------------------------------------------------------------------

std::string list_json(const app::ProjectionList& list) {
  codec::JsonWriter out;
  out.begin_object();
  out.name("projections");
  out.begin_array();
  for (const auto& status : list.projections) {
    out.begin_object();
    out.member("name", status.name);
    out.member("version", status.version);
    out.member("position", position_text(status.position));
    out.member("lag", status.lag);
    out.name("digest");
    if (status.digest.empty())
      out.null();
    else
      out.value(status.digest);
    if (!status.stopped.empty()) out.member("stopped", status.stopped);
    out.end_object();
  }
  out.end_array();
  out.member("position", position_text(list.position));
  out.end_object();
  return out.take();
}

std::string list_text(const app::ProjectionList& list, const Console& console) {
  Table table({{"name"},
               {"version", Align::right},
               {"position", Align::right},
               {"lag", Align::right},
               {"digest"}});
  for (const auto& status : list.projections)
    table.add({status.name, std::to_string(status.version), std::to_string(status.position.value()),
               shown_count(status.lag), status.digest.empty() ? "-" : status.digest});
  auto text = table.text(console);
  for (const auto& status : list.projections)
    if (!status.stopped.empty())
      text += fmt::format("{} {}: {}\n", console.bad("stopped"), status.name, status.stopped);
  return text + fmt::format("The log ends at position {}.\n", list.position.value());
}

Outcome<ExitCode> list(Program& program, bool is_quick) {
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  KOPILKA_TRY_ASSIGN(
      const auto found,
      app::list_projections(place, is_quick ? app::Look::quick : app::Look::thorough));
  program.console.print(program.settings.json ? list_json(found) + "\n"
                                              : list_text(found, program.console));
  return ExitCode::done;
}

// --- check -----------------------------------------------------------------------------------

// One projection that was asked for: what was found, or why nothing was.
struct Finding {
  std::string name;
  ProjectionCheck check;
  std::optional<Failure> failure;
  [[nodiscard]] bool is_ok() const { return !failure && check.is_equal(); }
};

ExitCode exit_of(const std::vector<Finding>& findings) {
  auto exit = ExitCode::done;
  for (const auto& finding : findings) {
    if (finding.failure) return finding.failure->exit;
    if (!finding.is_ok()) exit = ExitCode::refused;
  }
  return exit;
}

std::optional<std::string> hex_of(const std::optional<base::Bytes>& bytes) {
  return bytes ? std::optional(base::to_hex(*bytes)) : std::nullopt;
}

void write_rows(codec::JsonWriter& out, const ProjectionCheck& check) {
  out.member("differing", check.differing);
  out.name("differences");
  out.begin_array();
  for (const auto& row : check.shown) {
    out.begin_object();
    out.member("key", base::to_hex(row.key));
    out.member("kept", hex_of(row.kept));
    out.member("folded", hex_of(row.folded));
    out.end_object();
  }
  out.end_array();
}

std::string check_json(const std::vector<Finding>& findings) {
  codec::JsonWriter out;
  out.begin_object();
  out.name("projections");
  out.begin_array();
  for (const auto& finding : findings) {
    const auto& check = finding.check;
    out.begin_object();
    out.member("name", finding.name);
    if (finding.failure) {
      out.member("error", finding.failure->message);
    } else {
      out.member("version", check.version);
      out.member("position", position_text(check.position));
      out.member("kept", check.kept);
      out.member("rows", check.rows);
      out.member("folded", check.folded);
      write_rows(out, check);
    }
    out.member("ok", finding.is_ok());
    out.end_object();
  }
  out.end_array();
  out.member("ok", exit_of(findings) == ExitCode::done);
  out.end_object();
  return out.take();
}

std::string shown_row(const std::optional<base::Bytes>& bytes) {
  if (!bytes) return "nothing";
  auto hex = base::to_hex(*bytes);
  if (hex.size() <= kHexShownMax) return hex;
  return fmt::format("{}... ({} bytes)", hex.substr(0, kHexShownMax), bytes->size());
}

std::string difference_text(const ProjectionCheck& check, const Console& console) {
  auto text = fmt::format("{} at position {} {}: {}\n", check.name, check.position.value(),
                          console.bad("is not what the log says"),
                          check.differing > 0 ? shown_count(check.differing, "row") +
                                                    (check.differing == 1 ? " differs" : " differ")
                                              : "its digest is not that of its rows");
  if (check.kept) text += fmt::format("  digest kept      {}\n", *check.kept);
  text += fmt::format("  of the rows      {}\n  of a fresh fold  {}\n", check.rows, check.folded);
  for (const auto& row : check.shown)
    text += fmt::format("  key {}\n    kept    {}\n    folded  {}\n", base::to_hex(row.key),
                        shown_row(row.kept), shown_row(row.folded));
  if (check.shown.size() < check.differing)
    text += fmt::format("  and {} more\n", shown_count(check.differing - check.shown.size()));
  return text + fmt::format("  `kopilka projection rebuild {}` makes them again\n", check.name);
}

std::string finding_text(const Finding& finding, const Console& console) {
  const auto& check = finding.check;
  if (finding.failure)
    return fmt::format("{}: {} {}\n", finding.name, console.bad("cannot be checked:"),
                       finding.failure->message);
  if (!check.is_equal()) return difference_text(check, console);
  if (check.position.value() == 0)
    return fmt::format("{}: no rows are kept; the next read makes them\n", finding.name);
  return fmt::format("{} at position {}: {}, as the log says\n", finding.name,
                     check.position.value(), check.folded);
}

struct CheckArguments {
  std::string name;
  bool all{false};
};

Outcome<ExitCode> check(Program& program, const CheckArguments& arguments) {
  if (arguments.all != arguments.name.empty())
    return usage_error(
        "projection check takes either a NAME or --all; see `kopilka projection "
        "check --help`");
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  catch_interrupts();
  const auto names = arguments.all ? app::projection_names() : std::vector{arguments.name};
  std::vector<Finding> findings;
  for (const auto& name : names) {
    Progress progress(program.console, "events");
    auto checked = app::check_projection(place, name, kRowsShownMax, fold_options(progress));
    progress.end();
    // One that is corrupt must not hide the others.
    if (!checked && (!arguments.all || checked.error().kind != base::ErrorKind::corrupt))
      return std::unexpected(Failure(std::move(checked).error()));
    if (!checked)
      findings.push_back({.name = name, .failure = Failure(std::move(checked).error())});
    else if (*checked)
      findings.push_back({.name = name, .check = std::move(**checked)});
    else
      return stopped_by_hand(program, "nothing was found out about " + name);
  }
  std::string text;
  for (const auto& finding : findings)
    text += finding_text(finding, program.console);
  program.console.print(program.settings.json ? check_json(findings) + "\n" : text);
  for (const auto& finding : findings)
    if (finding.failure)
      program.console.note(fmt::format("kopilka: {}: {}", finding.name, finding.failure->message));
  return exit_of(findings);
}

// --- rebuild ---------------------------------------------------------------------------------

struct RebuildArguments {
  std::string name;
  bool all{false};
  std::uint64_t memory{app::kRebuildMemoryDefault};
};

void write_rebuilt(codec::JsonWriter& out, const app::ProjectionRebuild& rebuilt) {
  out.begin_object();
  out.member("name", rebuilt.name);
  if (!rebuilt.done) {
    out.member("error", rebuilt.done.error().message);
  } else {
    out.member("version", rebuilt.version);
    out.member("position", position_text(rebuilt.position));
    out.member("digest", rebuilt.digest);
    out.member("directory", rebuilt.directory);
  }
  out.end_object();
}

std::string rebuild_json(const std::vector<app::ProjectionRebuild>& all) {
  codec::JsonWriter out;
  out.begin_object();
  out.name("projections");
  out.begin_array();
  for (const auto& rebuilt : all)
    write_rebuilt(out, rebuilt);
  out.end_array();
  out.end_object();
  return out.take();
}

std::string rebuild_text(const std::vector<app::ProjectionRebuild>& all, model::Span span,
                         const Console& console) {
  std::string text;
  for (const auto& rebuilt : all) {
    const auto events = rebuilt.position.value();
    text += !rebuilt.done ? fmt::format("{}: {} {}\n", rebuilt.name, console.bad("is as it was:"),
                                        rebuilt.done.error().message)
                          : fmt::format(
                                "{} is built anew from {} in {} ({} events/s): position {}, digest "
                                "{}, in {}.\n",
                                rebuilt.name, shown_count(events, "event"), shown_span(span),
                                shown_count(per_second(events, span)), events, rebuilt.digest,
                                rebuilt.directory);
  }
  return text;
}

Outcome<ExitCode> rebuild(Program& program, const RebuildArguments& arguments) {
  if (arguments.all != arguments.name.empty())
    return usage_error(
        "projection rebuild takes either a NAME or --all; see `kopilka projection "
        "rebuild --help`");
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  catch_interrupts();
  const auto names = arguments.all ? app::projection_names() : std::vector{arguments.name};
  Progress progress(program.console, "events");
  KOPILKA_TRY_ASSIGN(
      const auto rebuilt,
      app::rebuild_projections(
          place, names, {.folding = fold_options(progress), .memory_bytes = arguments.memory}));
  progress.end();
  if (!rebuilt)
    return stopped_by_hand(program, arguments.all
                                        ? "all rows are as they were"
                                        : "the rows of " + names.front() + " are as they were");
  // The only one that was asked for.
  if (!arguments.all && !rebuilt->front().done)
    return std::unexpected(Failure(rebuilt->front().done.error()));
  if (!program.settings.json) {
    program.console.print(rebuild_text(*rebuilt, progress.elapsed(), program.console));
  } else if (arguments.all) {
    program.console.print(rebuild_json(*rebuilt) + "\n");
  } else {
    codec::JsonWriter out;
    write_rebuilt(out, rebuilt->front());
    program.console.print(out.take() + "\n");
  }
  auto exit = ExitCode::done;
  for (const auto& one : *rebuilt) {
    if (one.done) continue;
    const Failure failure(one.done.error());
    program.console.note(fmt::format("kopilka: {}: {}", one.name, failure.message));
    if (exit == ExitCode::done) exit = failure.exit;
  }
  return exit;
}

CLI::Option& add_name(CLI::App& verb, std::string& name) {
  return *verb.add_option("NAME", name, kNameAbout)
              ->type_name("")
              ->check(CLI::IsMember(app::projection_names()));
}

void add_list(Program& program, CLI::App& noun) {
  auto is_quick = std::make_shared<bool>(false);
  auto& verb = add_verb(program, noun,
                        {"list", "what is derived from the log, how far it is, and its digest",
                         "projection list --data store"},
                        [&program, is_quick] { return list(program, *is_quick); });
  verb.add_flag("--quick", *is_quick,
                "leave out what takes time: the digest of `state`, which reads all its rows, and "
                "whether an event stops a model, which folds what it lacks");
}

void add_check(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<CheckArguments>();
  auto& verb =
      add_verb(program, noun,
               {"check", "fold the log afresh, in memory, and compare with the rows that are kept",
                "projection check statements --data store\n  kopilka projection check "
                "--all --data store --json"},
               [&program, arguments] { return check(program, *arguments); });
  add_name(verb, arguments->name);
  verb.add_flag("--all", arguments->all, "every one of them");
}

void add_rebuild(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<RebuildArguments>();
  auto& verb = add_verb(
      program, noun,
      {"rebuild",
       "build the rows anew from the log beside those in use, and swap. Readers go on meanwhile; "
       "no "
       "process may be deciding in the store. Both copies lie on the disk until the swap, and "
       "twice "
       "the new one for a moment before it.",
       "projection rebuild statements --data store\n  kopilka projection rebuild --all --memory "
       "4GiB --data store"},
      [&program, arguments] { return rebuild(program, *arguments); });
  add_name(verb, arguments->name);
  verb.add_flag("--all", arguments->all, "every one of them, from one pass over the log");
  add_memory(verb, arguments->memory,
             {.least = app::rebuild_memory_min(1),
              .about = fmt::format("how much memory to build with; --all takes at least {} MiB",
                                   app::rebuild_memory_min(app::projection_names().size()) >> 20)});
}

}  // namespace

void add_projection(Program& program, CLI::App& root) {
  auto& noun = add_noun(root, "projection", "what is derived from the log: look, check, rebuild");
  add_list(program, noun);
  add_check(program, noun);
  add_rebuild(program, noun);
}

}  // namespace kopilka::tools
