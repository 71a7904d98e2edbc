#include <memory>
#include <string>

#include <fmt/format.h>

#include "engine/app/copy.h"
#include "engine/codec/json_writer.h"
#include "engine/system/system_random.h"
#include "tools/kopilka/interrupt.h"
#include "tools/kopilka/log.h"
#include "tools/kopilka/progress.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

constexpr const char* kEmbedded = "embedded";
constexpr const char* kKafka = "kafka";

struct CopyArguments {
  std::string from;
  std::string to;
  std::string into;
};

std::string report_json(const app::CopyReport& report, const CopyArguments& arguments) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("from", arguments.from);
  out.member("to", arguments.to);
  out.member("data", arguments.into);
  out.member("batches", report.batches);
  out.member("head_hash", base::to_hex(base::view_of(report.head.hash)));
  out.member("position", position_text(report.head.last_seq));
  out.end_object();
  return out.take();
}

Outcome<ExitCode> copy(Program& program, const CopyArguments& arguments) {
  const auto& settings = program.settings;
  if (arguments.from == arguments.to)
    return usage_error("log copy moves between embedded and kafka: --from and --to must differ");
  if (settings.kafka.empty()) return usage_error("log copy needs --kafka BROKERS");
  KOPILKA_TRY_ASSIGN(const auto from, settings.place_in(settings.data, arguments.from == kKafka));
  KOPILKA_TRY_ASSIGN(const auto to, settings.place_in(arguments.into, arguments.to == kKafka));
  catch_interrupts();
  system::SystemRandom random;
  Progress progress(program.console, "batches");
  const app::CopyOptions options{.on_progress =
                                     [&](const app::CopyProgress& so_far) {
                                       progress.show(so_far.batches,
                                                     {so_far.batches, so_far.batches_all});
                                     },
                                 .interrupt = &interrupted()};
  KOPILKA_TRY_ASSIGN(const auto report, app::copy_store(from, to, random, options));
  progress.end();
  if (report.is_interrupted) {
    program.console.note("kopilka: stopped; give the same command again, it goes on from here");
    return ExitCode::interrupted;
  }
  if (settings.json) {
    program.console.print(report_json(report, arguments) + "\n");
    return ExitCode::done;
  }
  program.console.print(
      fmt::format("{} batches are on {}, read back and the same; the store is {}.\n"
                  "Position {}, head {}.\n"
                  "Go on in one of the two stores only: they are one history.\n",
                  shown_count(report.batches), to.log->name(), arguments.into,
                  report.head.last_seq.value(), base::to_hex(base::view_of(report.head.hash))));
  return ExitCode::done;
}

}  // namespace

void add_log_copy(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<CopyArguments>();
  auto& verb = add_verb(program, noun,
                        {"copy", "the same store with its log elsewhere: same events, same hashes",
                         "log copy --from embedded --to kafka --data store --into store-on-kafka "
                         "--kafka localhost:9092"},
                        [&program, arguments] { return copy(program, *arguments); });
  const auto kinds = CLI::IsMember({kEmbedded, kKafka});
  verb.add_option("--from", arguments->from, "where the log is")->required()->check(kinds);
  verb.add_option("--to", arguments->to, "where it shall be")->required()->check(kinds);
  verb.add_option("--into", arguments->into, "directory of the new store")
      ->required()
      ->type_name("DIR")
      ->check(not_empty());
}

}  // namespace kopilka::tools
