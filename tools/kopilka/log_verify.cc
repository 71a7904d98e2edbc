#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/app/verify.h"
#include "engine/codec/json_writer.h"
#include "tools/kopilka/log.h"
#include "tools/kopilka/progress.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using app::Comparison;
using app::VerifyReport;

ExitCode exit_of(const VerifyReport& report) {
  if (report.is_ok()) return ExitCode::done;
  if (report.corrupt) return ExitCode::corrupt;
  for (const auto& comparison : report.comparisons)
    if (comparison.error && comparison.error->kind == base::ErrorKind::corrupt)
      return ExitCode::corrupt;
  return ExitCode::refused;
}

void write_comparisons(codec::JsonWriter& out, const VerifyReport& report) {
  out.name("derived");
  out.begin_array();
  for (const auto& comparison : report.comparisons) {
    out.begin_object();
    out.member("name", comparison.name);
    out.member("position", position_text(comparison.position));
    out.member("digest", comparison.folded);
    out.member("kept", comparison.kept);
    if (comparison.error) out.member("error", comparison.error->message);
    out.member("ok", comparison.is_equal() && !comparison.error);
    out.end_object();
  }
  out.end_array();
}

std::string report_json(const VerifyReport& report) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("events", report.events);
  out.member("batches", report.batches);
  out.member("first", position_text(report.first));
  out.member("last", position_text(report.last));
  out.member("head_hash", base::to_hex(base::view_of(report.head_hash)));
  out.name("invariants");
  out.begin_object();
  out.member("checked", report.invariants_checked);
  out.member("violations", report.violations);
  out.name("broken");
  out.begin_array();
  for (const auto& violation : report.shown) {
    out.begin_object();
    out.member("invariant", violation.invariant);
    out.member("what", violation.what);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  write_comparisons(out, report);
  if (report.corrupt) out.member("error", report.corrupt->message);
  out.member("ok", report.is_ok());
  out.end_object();
  return out.take();
}

std::string shown_comparison(const Comparison& comparison, const Console& console) {
  if (comparison.error) return console.bad("not readable: ") + comparison.error->message;
  if (!comparison.is_equal())
    return console.bad("differs from the log: ") +
           fmt::format("{}, and the log says {}; `kopilka projection rebuild` makes its rows again",
                       comparison.kept.value_or("nothing"), comparison.folded);
  return fmt::format("{}, as the log says", comparison.folded);
}

std::string report_text(const VerifyReport& report, const Settings& settings,
                        const Console& console) {
  Table table({{""}, {""}});
  table.add({"  events", shown_count(report.events)});
  table.add({"  batches", shown_count(report.batches)});
  table.add({"  positions", fmt::format("{} to {}", report.first.value(), report.last.value())});
  table.add({"  head", base::to_hex(base::view_of(report.head_hash))});
  table.add({"  invariants", fmt::format("{} checked, {} violations", report.invariants_checked,
                                         shown_count(report.violations))});
  for (const auto& comparison : report.comparisons)
    table.add({"  " + comparison.name, shown_comparison(comparison, console)});
  auto text = console.bold("Log of " + settings.data.string()) + "\n" + table.text(console);
  for (const auto& violation : report.shown)
    text +=
        fmt::format("  {} {}: {}\n", console.bad("broken"), violation.invariant, violation.what);
  if (report.is_ok())
    text += console.good("Intact: chain, order and every invariant hold.") + "\n";
  else if (exit_of(report) == ExitCode::corrupt)
    text += console.bad("Corrupt.") + "\n";
  else
    text += console.bad("Not in order.") + "\n";
  return text;
}

Outcome<ExitCode> verify(Program& program) {
  const auto& console = program.console;
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  Progress progress(console, "events");
  KOPILKA_TRY_ASSIGN(const auto report, app::verify(place, [&](const app::VerifyProgress& so_far) {
                       progress.show(so_far.events, {so_far.events, so_far.events_all});
                     }));
  progress.end();
  console.print(program.settings.json ? report_json(report) + "\n"
                                      : report_text(report, program.settings, console));
  if (report.corrupt) console.note("kopilka: " + report.corrupt->message);
  return exit_of(report);
}

}  // namespace

void add_log_verify(Program& program, CLI::App& noun) {
  add_verb(program, noun,
           {"verify", "walk the whole log: chain, order, invariants; compare what is derived",
            "log verify --data store --json"},
           [&program] { return verify(program); });
}

}  // namespace kopilka::tools
