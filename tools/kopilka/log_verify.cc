#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/app/verify.h"
#include "engine/codec/json_writer.h"
#include "engine/proof/head.h"
#include "tools/kopilka/log.h"
#include "tools/kopilka/progress.h"
#include "tools/kopilka/public_key.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using app::Comparison;
using app::VerifyReport;

ExitCode exit_of(const VerifyReport& report) {
  if (report.is_ok()) return ExitCode::done;
  if (report.corrupt || report.heads.error) return ExitCode::corrupt;
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

// How long the walk took.
struct Rate {
  model::Span span{model::Span::micros(0)};
  std::uint64_t events_per_second{0};
};

void write_heads(codec::JsonWriter& out, const app::HeadsReport& heads) {
  out.name("heads");
  if (!heads.is_kept) return out.null();
  out.begin_object();
  out.member("file", heads.file.string());
  if (heads.key) out.member("public_key", base::to_hex(base::view_of(*heads.key)));
  out.member("checked", heads.checked);
  out.member("signed_through", position_text(heads.signed_through));
  if (heads.error) out.member("error", heads.error->message);
  out.member("ok", !heads.error);
  out.end_object();
}

std::string report_json(const VerifyReport& report, const Rate& rate) {
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
  write_heads(out, report.heads);
  out.member("milliseconds", rate.span.in_micros() / 1'000);
  out.member("events_per_second", rate.events_per_second);
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

std::string shown_heads(const VerifyReport& report, const Console& console) {
  const auto& heads = report.heads;
  if (!heads.is_kept) return "none: nothing here is signed (`kopilka log sign` begins it)";
  if (heads.error) return console.bad("broken: ") + heads.error->message;
  const auto open = report.last.value() - heads.signed_through.value();
  return fmt::format(
      "{} signed by {}, through position {}{}", shown_count(heads.checked),
      base::to_hex(base::view_of(proof::id_of(*heads.key))), heads.signed_through.value(),
      open == 0 ? std::string()
                : fmt::format("; {} after it not signed yet", shown_count(open, "event")));
}

std::string report_text(const VerifyReport& report, const Rate& rate, const Settings& settings,
                        const Console& console) {
  Table table({{""}, {""}});
  table.add({"  events", shown_count(report.events)});
  table.add({"  batches", shown_count(report.batches)});
  table.add({"  positions", fmt::format("{} to {}", report.first.value(), report.last.value())});
  table.add({"  head", base::to_hex(base::view_of(report.head_hash))});
  table.add({"  invariants", fmt::format("{} checked, {} violations", report.invariants_checked,
                                         shown_count(report.violations))});
  table.add({"  heads", shown_heads(report, console)});
  for (const auto& comparison : report.comparisons)
    table.add({"  " + comparison.name, shown_comparison(comparison, console)});
  table.add({"  rate", fmt::format("{} events/s, {}", shown_count(rate.events_per_second),
                                   shown_span(rate.span))});
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

struct VerifyArguments {
  std::string heads;
  std::string key;
};

Outcome<ExitCode> verify(Program& program, const VerifyArguments& arguments) {
  const auto& console = program.console;
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  app::HeadsChoice choice;
  if (!arguments.heads.empty()) choice.file = arguments.heads;
  if (!arguments.key.empty()) {
    KOPILKA_TRY_ASSIGN(choice.key, parse_public_key(arguments.key));
  }
  Progress progress(console, "events");
  KOPILKA_TRY_ASSIGN(const auto report, app::verify(
                                            place,
                                            [&](const app::VerifyProgress& so_far) {
                                              progress.show(so_far.events,
                                                            {so_far.events, so_far.events_all});
                                            },
                                            choice));
  progress.end();
  const auto span = progress.elapsed();
  const Rate rate{span, per_second(report.events, span)};
  console.print(program.settings.json ? report_json(report, rate) + "\n"
                                      : report_text(report, rate, program.settings, console));
  if (report.corrupt) console.note("kopilka: " + report.corrupt->message);
  if (report.heads.error) console.note("kopilka: " + report.heads.error->message);
  return exit_of(report);
}

}  // namespace

void add_log_verify(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<VerifyArguments>();
  auto& verb = add_verb(
      program, noun,
      {"verify",
       "walk the whole log: chain, order, invariants, signed heads; compare what is derived",
       "log verify --data store --json\n"
       "  kopilka log verify --data store --heads /mnt/witness/heads --key PUBLICKEY"},
      [&program, arguments] { return verify(program, *arguments); });
  verb.add_option("--heads", arguments->heads,
                  "signed heads kept elsewhere (default: where the store keeps them)")
      ->type_name("FILE")
      ->check(not_empty());
  verb.add_option("--key", arguments->key,
                  "the public key that heads must be signed by, 64 hexadecimal digits (default: "
                  "the one in the store, which whoever writes there can exchange)")
      ->type_name("PUBLICKEY")
      ->check(not_empty());
}

}  // namespace kopilka::tools
