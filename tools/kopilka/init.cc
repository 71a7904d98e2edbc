#include <cstdint>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "engine/app/store.h"
#include "engine/codec/json_writer.h"
#include "engine/system/system_random.h"
#include "tools/kopilka/command.h"

namespace kopilka::tools {
namespace {

struct InitArguments {
  std::string store_key;
  std::string kek;
  std::uint64_t partitions{1};
};

Outcome<ExitCode> init(Program& program, const InitArguments& arguments) {
  if (arguments.partitions > 1) return not_in_this_release("a store of several partitions");
  app::InitOptions options;
  if (!arguments.store_key.empty()) options.store_key = arguments.store_key;
  if (!arguments.kek.empty()) options.key_encryption_key = arguments.kek;
  const auto& settings = program.settings;
  system::SystemRandom random;
  KOPILKA_TRY_ASSIGN(const auto place, settings.place());
  KOPILKA_TRY(app::init(place, options, random));
  if (settings.json) {
    codec::JsonWriter out;
    out.begin_object();
    out.member("data", settings.data.string());
    out.member("position", "0");
    out.end_object();
    program.console.print(out.take() + "\n");
    return ExitCode::done;
  }
  const auto where = settings.data.string();
  if (settings.kafka.empty()) {
    program.console.print(fmt::format(
        "A new store is in {}.\n"
        "  log/   every event, for good\n"
        "  keys/  what opens personal data: keep a copy of it elsewhere, and of the log too\n"
        "Next: kopilka import FILE --data {}\n",
        where, where));
    return ExitCode::done;
  }
  program.console.print(
      fmt::format("A new store is in {}, and its log on {}.\n"
                  "  keys/  what opens personal data: keep a copy of it elsewhere\n"
                  "Next: kopilka import FILE --data {} --kafka {}\n",
                  where, place.log->name(), where, settings.kafka));
  return ExitCode::done;
}

}  // namespace

void add_init(Program& program, CLI::App& root) {
  auto arguments = std::make_shared<InitArguments>();
  auto& verb = add_verb(program, root, {"init", "make a store", "init --data store"},
                        [&program, arguments] { return init(program, *arguments); });
  verb.add_option("--store-key", arguments->store_key,
                  "64 hexadecimal digits, or 32 bytes: stores with the same key make the same ids "
                  "and digests of the same commands")
      ->type_name("FILE")
      ->check(not_empty());
  verb.add_option("--kek", arguments->kek,
                  "where the key that wraps all others stands, made if it is not there (default: "
                  "in the store)")
      ->type_name("FILE")
      ->check(not_empty());
  add_number(
      verb, "--partitions", {1, 65'535},
      [arguments](std::uint64_t given) { arguments->partitions = given; },
      "streams of the log (1; more: later)")
      .type_name("N");
}

}  // namespace kopilka::tools
