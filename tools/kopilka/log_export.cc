#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/app/export.h"
#include "engine/codec/json_writer.h"
#include "engine/journal/text_formats.h"
#include "engine/sqlite/journal_database.h"
#include "tools/kopilka/interrupt.h"
#include "tools/kopilka/log.h"
#include "tools/kopilka/output_file.h"
#include "tools/kopilka/progress.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

using app::ExportReport;
using app::PeriodEnd;
using journal::TextFormat;

constexpr const char* kSqlite = "sqlite";

struct ExportArguments {
  std::string format;
  std::string output;  // empty: standard output
  std::string from;
  std::string until;
  bool is_forced{false};
};

struct Ending {
  const ExportReport& report;
  const ExportArguments& arguments;
  model::Span span;
};

std::string ending_json(const Ending& ending) {
  const auto& report = ending.report;
  codec::JsonWriter out;
  out.begin_object();
  out.member("format", ending.arguments.format);
  out.name("output");
  if (ending.arguments.output.empty())
    out.null();
  else
    out.value(ending.arguments.output);
  out.member("events", report.events);
  out.member("transactions", report.transactions);
  out.member("postings", report.postings);
  out.member("opening", position_text(report.opening));
  out.member("position", position_text(report.position));
  out.end_object();
  return out.take();
}

std::string ending_text(const Ending& ending) {
  const auto& report = ending.report;
  const auto& output = ending.arguments.output;
  return fmt::format(
      "{} as {}{}{}: {}, {} with {}, in {}, {} events/s; position {}",
      report.opening.value() == 0
          ? std::string("The journal")
          : fmt::format("The journal after position {}", report.opening.value()),
      ending.arguments.format, output.empty() ? "" : " in ", output,
      shown_count(report.events, "event"), shown_count(report.transactions, "transaction"),
      shown_count(report.postings, "posting"), shown_span(ending.span),
      shown_count(per_second(report.position.value(), ending.span)), report.position.value());
}

enum class Side : unsigned char { from, until };

// A day is the whole of it, in Moscow.
model::Instant edge_of(model::Date day, Side side) {
  if (side == Side::from) return model::moscow_midnight(day);
  return model::moscow_midnight(day + 1) - model::Span::micros(1);
}

Outcome<PeriodEnd> end_of(const std::string& text, Side side) {
  PeriodEnd end;
  if (text.empty()) return end;
  if (const auto position = parse_number(text)) {
    end.seq = model::Seq{*position};
  } else if (const auto day = model::parse_date(text)) {
    end.at = edge_of(*day, side);
  } else if (const auto at = model::parse_instant(text)) {
    end.at = at;
  } else {
    return usage_error(
        fmt::format("{} {}: neither a position nor a day such as 2019-04-01 nor a time such as "
                    "2019-04-01T00:00:00+03:00",
                    side == Side::from ? "--from" : "--until", text));
  }
  return end;
}

Outcome<app::ExportOptions> options_of(const ExportArguments& arguments) {
  app::ExportOptions options;
  KOPILKA_TRY_ASSIGN(options.from, end_of(arguments.from, Side::from));
  KOPILKA_TRY_ASSIGN(options.until, end_of(arguments.until, Side::until));
  const PeriodEnd& from = options.from;
  const PeriodEnd& until = options.until;
  const bool is_turned = (from.seq && until.seq && *from.seq > *until.seq) ||
                         (from.at && until.at && *from.at > *until.at);
  if (is_turned)
    return usage_error(
        fmt::format("--from {} is after --until {}", arguments.from, arguments.until));
  return options;
}

Outcome<std::unique_ptr<OutputFile>> output_of(const ExportArguments& arguments) {
  if (arguments.output.empty()) return nullptr;
  return OutputFile::create(arguments.output, arguments.is_forced ? OutputFile::Existing::replace
                                                                  : OutputFile::Existing::refuse);
}

Outcome<std::unique_ptr<journal::Writer>> writer_of(const ExportArguments& arguments,
                                                    OutputFile* file, StandardOutput& standard) {
  if (const auto format = model::from_name<TextFormat>(arguments.format)) {
    if (file != nullptr) return make_writer(*format, *file);
    return make_writer(*format, standard);
  }
  KOPILKA_TRY_ASSIGN(auto database, sqlite::open_journal(file->unfinished(), &interrupted()));
  return database;
}

Outcome<ExitCode> export_log(Program& program, const ExportArguments& arguments) {
  const auto& console = program.console;
  if (arguments.format == kSqlite && arguments.output.empty())
    return usage_error("sqlite is no stream of text: name the database with --output FILE");
  KOPILKA_TRY_ASSIGN(auto options, options_of(arguments));
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  // Only a file has something to clean up, from its first moment on.
  if (!arguments.output.empty()) catch_interrupts();
  KOPILKA_TRY_ASSIGN(const auto file, output_of(arguments));
  StandardOutput standard;
  KOPILKA_TRY_ASSIGN(auto writer, writer_of(arguments, file.get(), standard));

  Progress progress(console, "events");
  options.interrupt = &interrupted();
  if (file || !console.out_is_terminal())
    options.on_progress = [&progress](const app::ExportProgress& so_far) {
      progress.show(so_far.events, {so_far.events, so_far.events_all});
    };
  const auto report = app::export_journal(place, *writer, options);
  progress.end();
  writer.reset();
  if (interrupted().load() && (!report || report->is_interrupted)) {
    console.note("kopilka: interrupted; nothing was written");
    return ExitCode::interrupted;
  }
  if (!report) return std::unexpected(report.error());
  if (file) KOPILKA_TRY(file->finish());

  const Ending ending{*report, arguments, progress.elapsed()};
  if (!program.settings.json)
    console.note(ending_text(ending));
  else if (file)
    console.print(ending_json(ending) + "\n");
  else
    console.note(ending_json(ending));
  return ExitCode::done;
}

}  // namespace

void add_log_export(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<ExportArguments>();
  auto& verb = add_verb(
      program, noun,
      {"export", "the books' journal for other programs, or for analysts",
       "log export --format hledger --output books.journal --data store\n"
       "  kopilka log export --format ledger --data store | ledger --pedantic -f - balance\n"
       "  kopilka log export --format beancount --from 2019-03-01 --until 2019-03-31 "
       "--output march.beancount\n"
       "  kopilka log export --format sqlite --output books.db && "
       "sqlite3 books.db 'SELECT * FROM trial_balance'",
       "a summary as one JSON document, on standard error when the journal goes to standard "
       "output"},
      [&program, arguments] { return export_log(program, *arguments); });
  verb.add_option(
          "--format", arguments->format,
          "hledger, ledger, beancount: a transaction an event; csv: a row a posting; ndjson: "
          "an event a line; sqlite: a database with views")
      ->required()
      ->check(CLI::IsMember({"hledger", "ledger", "beancount", "csv", "ndjson", kSqlite}))
      ->type_name("FORMAT");
  verb.add_option("--output,-o", arguments->output,
                  "where it goes, whole or not at all (default: standard output)")
      ->type_name("FILE")
      ->check(not_empty());
  verb.add_flag("--force", arguments->is_forced, "replace FILE if it is there");
  verb.add_option("--from", arguments->from,
                  "begin with this event, day or time, itself included; the books before it are an "
                  "opening (default: the first event)")
      ->type_name("POSITION|DATE|TIME")
      ->check(not_empty());
  verb.add_option("--until", arguments->until,
                  "end with this event, day or time, itself included (default: the last event)")
      ->type_name("POSITION|DATE|TIME")
      ->check(not_empty());
}

}  // namespace kopilka::tools
