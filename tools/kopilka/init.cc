#include <cstdint>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "engine/app/keys.h"
#include "engine/app/prove.h"
#include "engine/app/store.h"
#include "engine/codec/json_writer.h"
#include "engine/system/system_random.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/log.h"
#include "tools/kopilka/public_key.h"

namespace kopilka::tools {
namespace {

// What is printed of the store's signed heads.
struct MadeHeads {
  vault::PublicKey key{};
  std::string file;
};

Outcome<MadeHeads> made_heads(const app::Place& place, const app::HeadsWish& wish) {
  KOPILKA_TRY_ASSIGN(const auto key, app::public_key_of(place.layout));
  MadeHeads made{.key = key.value_or(vault::PublicKey{}), .file = "heads"};
  if (wish.file) made.file = wish.file->string();
  return made;
}

std::string heads_text(const MadeHeads& made) {
  return fmt::format(
      "  {}  signed heads of the log: keep a copy where the log is not\n{}"
      "  it checks receipts and heads: give it to whoever shall, write it down\n",
      made.file, public_key_text(made.key));
}

void print_made(Program& program, const app::Place& place, const std::string& keys,
                const MadeHeads& heads) {
  const auto& settings = program.settings;
  const auto where = settings.data.string();
  if (settings.kafka.empty()) {
    program.console.print(fmt::format(
        "A new store is in {0}.\n"
        "  log/   every event, for good\n"
        "  {1}  what opens personal data: keep a copy of it elsewhere, and of the log too\n"
        "{2}"
        "Next: kopilka import FILE --data {0}\n",
        where, keys, heads_text(heads)));
    return;
  }
  program.console.print(
      fmt::format("A new store is in {0}, and its log on {1}.\n"
                  "  {2}  what opens personal data: keep a copy of it elsewhere\n"
                  "{4}"
                  "Next: kopilka import FILE --data {0} --kafka {3}\n",
                  where, place.log->name(), keys, settings.kafka, heads_text(heads)));
}

struct InitArguments {
  std::string store_key;
  std::string kek;
  std::string keys;
  std::string join;
  std::uint64_t partitions{1};
  app::HeadsWish heads;
};

Outcome<ExitCode> join(Program& program, const InitArguments& arguments) {
  const auto& settings = program.settings;
  if (settings.kafka.empty())
    return usage_error(
        "--join makes another node of a store whose log is on Kafka: name its brokers with "
        "--kafka; a log in a store's own directory has one node");
  if (!arguments.keys.empty() || !arguments.store_key.empty())
    return usage_error(
        "--join takes the keys that are there: leave --keys and --store-key to the first node");
  app::JoinOptions options{
      .keys = arguments.join, .key_encryption_key = {}, .heads = arguments.heads};
  if (!arguments.kek.empty()) options.key_encryption_key = arguments.kek;
  KOPILKA_TRY_ASSIGN(const auto place, settings.place());
  KOPILKA_TRY(app::join(place, options));
  KOPILKA_TRY_ASSIGN(const auto own, app::keys_of(place.layout));
  const auto where = settings.data.string();
  if (settings.json) {
    codec::JsonWriter out;
    out.begin_object();
    out.member("data", where);
    out.member("keys", own.vault.string());
    out.end_object();
    program.console.print(out.take() + "\n");
    return ExitCode::done;
  }
  program.console.print(
      fmt::format("Another node's directory is in {}; the store's log is on {}.\n"
                  "  {}   the keys that this node will make: keep a copy of that directory\n"
                  "Next: kopilka member show ID --data {} --kafka {}\n",
                  where, place.log->name(), own.vault.string(), where, settings.kafka));
  return ExitCode::done;
}

Outcome<ExitCode> init(Program& program, const InitArguments& arguments) {
  if (arguments.partitions > 1) return not_in_this_release("a store of several partitions");
  if (!arguments.join.empty()) return join(program, arguments);
  app::InitOptions options;
  if (!arguments.store_key.empty()) options.store_key = arguments.store_key;
  if (!arguments.kek.empty()) options.key_encryption_key = arguments.kek;
  if (!arguments.keys.empty()) options.keys = arguments.keys;
  options.heads = arguments.heads;
  const auto& settings = program.settings;
  system::SystemRandom random;
  KOPILKA_TRY_ASSIGN(const auto place, settings.place());
  KOPILKA_TRY(app::init(place, options, random));
  KOPILKA_TRY_ASSIGN(const auto heads, made_heads(place, arguments.heads));
  if (settings.json) {
    codec::JsonWriter out;
    out.begin_object();
    out.member("data", settings.data.string());
    out.member("position", "0");
    out.member("public_key", base::to_hex(base::view_of(heads.key)));
    out.end_object();
    program.console.print(out.take() + "\n");
    return ExitCode::done;
  }
  print_made(program, place, arguments.keys.empty() ? "keys/" : arguments.keys, heads);
  return ExitCode::done;
}

}  // namespace

void add_init(Program& program, CLI::App& root) {
  auto arguments = std::make_shared<InitArguments>();
  auto& verb = add_verb(program, root,
                        {"init", "make a store, or another node of one on Kafka",
                         "init --data store --heads /mnt/witness/heads\n"
                         "  kopilka init --kafka localhost:9092 --data node1 --keys /mnt/keys\n"
                         "  kopilka init --kafka localhost:9092 --data node2 --join /mnt/keys"},
                        [&program, arguments] { return init(program, *arguments); });
  verb.add_option("--store-key", arguments->store_key,
                  "64 hexadecimal digits, or 32 bytes: stores with the same key make the same ids "
                  "and digests of the same commands")
      ->type_name("FILE")
      ->check(not_empty());
  verb.add_option("--kek", arguments->kek,
                  "where the key that wraps all others stands, made if it is not there (default: "
                  "beside them; with --join: where the first node has it)")
      ->type_name("FILE")
      ->check(not_empty());
  verb.add_option("--keys", arguments->keys,
                  "where the keys shall be, for several nodes to share (default: in the store)")
      ->type_name("DIR")
      ->check(not_empty());
  verb.add_option("--join", arguments->join,
                  "make another node of the store that is on --kafka; DIR holds the first one's "
                  "keys")
      ->type_name("DIR")
      ->check(not_empty());
  add_heads_wish(verb, arguments->heads);
  add_number(
      verb, "--partitions", {1, 65'535},
      [arguments](std::uint64_t given) { arguments->partitions = given; },
      "streams of the log (1; more: later)")
      .type_name("N");
}

}  // namespace kopilka::tools
