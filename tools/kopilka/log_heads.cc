#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/app/derived.h"
#include "engine/app/heads.h"
#include "engine/app/prove.h"
#include "engine/app/store.h"
#include "engine/codec/json_writer.h"
#include "engine/system/system_random.h"
#include "tools/kopilka/log.h"
#include "tools/kopilka/public_key.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

constexpr std::uint64_t kLastHeads = 20;

template <std::size_t N>
std::string hex(const std::array<std::uint8_t, N>& bytes) {
  return base::to_hex(base::view_of(bytes));
}

struct HeadsArguments {
  std::uint64_t limit{kLastHeads};
};

// What is shown of a store's heads.
struct Shown {
  std::optional<vault::PublicKey> key;  // nothing: none are signed
  std::optional<app::HeadsSettings> settings;
  std::deque<proof::SignedHead> last;
};

std::string heads_json(const Shown& shown) {
  codec::JsonWriter out;
  out.begin_object();
  out.name("public_key");
  if (!shown.key) {
    out.null();
  } else {
    out.value(hex(*shown.key));
    out.member("key", hex(proof::id_of(*shown.key)));
  }
  if (shown.settings) {
    out.member("file", shown.settings->file.string());
    out.member("every", shown.settings->every);
  }
  out.name("heads");
  out.begin_array();
  for (const auto& [head, signature] : shown.last) {
    out.begin_object();
    out.member("position", position_text(head.last_seq));
    out.member("recorded_at", head.recorded_at);
    out.member("batch", head.batch);
    out.member("chain", hex(head.chain));
    out.member("root", hex(head.root));
    out.member("signature", hex(signature));
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.take();
}

std::string heads_text(const Shown& shown, const Settings& settings, const Console& console) {
  if (!shown.key || !shown.settings)
    return fmt::format("No heads are signed in {0}: `kopilka log sign --data {0}` begins it.\n",
                       settings.data.string());
  auto text = public_key_text(*shown.key) +
              fmt::format("Heads are in {}, one every {} events and one at each end.\n",
                          shown.settings->file.string(), shown_count(shown.settings->every));
  Table table({{"position", Align::right}, {"recorded"}, {"root of the tree"}});
  for (const auto& [head, signature] : shown.last)
    table.add(
        {std::to_string(head.last_seq.value()), tools::shown(head.recorded_at), hex(head.root)});
  return text + (shown.last.empty() ? "None is signed yet.\n" : table.text(console));
}

Outcome<Shown> look(const app::Layout& layout, std::uint64_t limit) {
  Shown shown;
  KOPILKA_TRY_ASSIGN(shown.key, app::public_key_of(layout));
  KOPILKA_TRY_ASSIGN(shown.settings, app::heads_settings_of(layout));
  if (!shown.key || !shown.settings) return shown;
  KOPILKA_TRY(app::for_each_head(shown.settings->file, [&](const app::KeptHead& kept) {
    // The head of nothing says nothing.
    if (!kept.head || kept.head->signed_head.head.batch.value() == 0) return;
    shown.last.push_back(kept.head->signed_head);
    if (shown.last.size() > limit) shown.last.pop_front();
  }));
  return shown;
}

Outcome<ExitCode> show(const Program& program, const app::Place& place, std::uint64_t limit) {
  KOPILKA_TRY_ASSIGN(const auto shown, look(place.layout, limit));
  program.console.print(program.settings.json
                            ? heads_json(shown) + "\n"
                            : heads_text(shown, program.settings, program.console));
  return ExitCode::done;
}

Outcome<ExitCode> heads(const Program& program, const HeadsArguments& arguments) {
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  KOPILKA_TRY(app::expect_store(place));
  return show(program, place, arguments.limit);
}

struct SignArguments {
  app::HeadsWish wish;
  bool is_anew{false};
};

// Opening and closing a store signs what no head covers; opening first makes sure of what counts.
Outcome<ExitCode> sign(const Program& program, const SignArguments& arguments) {
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  KOPILKA_TRY(app::expect_store(place));
  KOPILKA_TRY_ASSIGN(const auto settings, app::heads_settings_of(place.layout));
  const bool is_wished = arguments.wish.file || arguments.wish.every;
  if (settings && !arguments.is_anew && is_wished)
    return usage_error(
        fmt::format("heads are kept in {} already: --heads and --head-every are for "
                    "where they begin",
                    settings->file.string()));
  if (!settings || arguments.is_anew) {
    system::SystemRandom random;
    KOPILKA_TRY(app::begin_signing(place, arguments.wish,
                                   arguments.is_anew ? app::Beginning::anew : app::Beginning::first,
                                   random));
  }
  KOPILKA_TRY_ASSIGN(const auto writer, app::Writer::open(place, shard::Options{}));
  for (const auto& note : writer->notes())
    program.console.note("kopilka: " + note);
  KOPILKA_TRY(writer->close());
  return show(program, place, 1);
}

}  // namespace

void add_heads_wish(CLI::App& verb, app::HeadsWish& wish) {
  verb.add_option_function<std::string>(
          "--heads", [&wish](const std::string& file) { wish.file = file; },
          "where signed heads of the log are kept: another disk or machine is best (default: in "
          "the store)")
      ->type_name("FILE")
      ->check(not_empty());
  add_number(
      verb, "--head-every", {1, app::kHeadEveryMax},
      [&wish](std::uint64_t given) { wish.every = given; },
      fmt::format("events between two signed heads (default: {})", app::kHeadEvery))
      .type_name("N");
}

void add_log_heads(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<HeadsArguments>();
  auto& listed = add_verb(program, noun,
                          {"heads", "the public key, and the last heads that were signed with it",
                           "log heads --data store --limit 5"},
                          [&program, arguments] { return heads(program, *arguments); });
  add_number(
      listed, "--limit,-n", {1, 1'000'000},
      [arguments](std::uint64_t given) { arguments->limit = given; },
      fmt::format("so many of the last (default: {})", kLastHeads))
      .type_name("N");
  auto signs = std::make_shared<SignArguments>();
  auto& signing = add_verb(
      program, noun,
      {"sign", "sign a head of the log now; begins it, with a key, in a store that has none",
       "log sign --data store\n"
       "  kopilka log sign --data old-store --heads /mnt/witness/heads"},
      [&program, signs] { return sign(program, *signs); });
  add_heads_wish(signing, signs->wish);
  signing.add_flag("--begin-anew", signs->is_anew,
                   "the file of heads is lost for good: begin another with the log as it is now");
}

}  // namespace kopilka::tools
