#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/app/prove.h"
#include "engine/codec/event_frames.h"
#include "engine/codec/json_text.h"
#include "engine/codec/json_writer.h"
#include "engine/proof/receipt.h"
#include "tools/kopilka/event_text.h"
#include "tools/kopilka/log.h"
#include "tools/kopilka/public_key.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

template <std::size_t N>
std::string hex(const std::array<std::uint8_t, N>& bytes) {
  return base::to_hex(base::view_of(bytes));
}

// A receipt of the largest event and the highest tree is far below.
constexpr std::size_t kReceiptBytesMax = 1'000'000;

struct ProveArguments {
  std::uint64_t seq{0};
  std::string heads;
  std::string out;
};

struct CheckArguments {
  std::string file;
  std::string key;
};

// What it proves, for people: what was recorded, where and when, and under whose signature.
std::string receipt_text(const proof::Receipt& receipt, const model::DatedEvent& dated,
                         const Console& console) {
  const auto& head = receipt.signed_head.head;
  return fmt::format(
      "Store {} has at position {}, recorded {} (Moscow), effective {}:\n"
      "  {}  {}\n"
      "It is under the head of its first {} that was signed with key {}: root\n"
      "  {}\n",
      hex(head.store), receipt.seq.value(), shown(receipt.recorded_at), shown(dated.effective_at),
      console.bold(std::string(model::name_of(dated.event))), event_text(dated.event),
      shown_count(head.last_seq.value(), "event"), hex(head.key), hex(head.root));
}

std::string checked_json(const proof::Receipt& receipt, const model::DatedEvent& dated) {
  const auto& head = receipt.signed_head.head;
  codec::JsonWriter out;
  out.begin_object();
  out.member("ok", true);
  out.member("store", hex(head.store));
  out.member("position", position_text(receipt.seq));
  out.member("recorded_at", receipt.recorded_at);
  out.member("effective_at", dated.effective_at);
  out.name("event");
  codec::write_event(out, dated.event);
  out.name("head");
  out.begin_object();
  out.member("position", position_text(head.last_seq));
  out.member("recorded_at", head.recorded_at);
  out.member("root", hex(head.root));
  out.member("key", hex(head.key));
  out.end_object();
  out.end_object();
  return out.take();
}

std::string refused_json(std::string_view why) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("ok", false);
  out.member("error", why);
  out.end_object();
  return out.take();
}

Outcome<void> write_receipt(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (out.flush()) return {};
  return std::unexpected(Failure{
      ExitCode::not_available,
      fmt::format("cannot write {}: name a file with --out that this user may write", file)});
}

Outcome<ExitCode> prove(const Program& program, const ProveArguments& arguments) {
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  app::ProveOptions options;
  if (!arguments.heads.empty()) options.heads = arguments.heads;
  KOPILKA_TRY_ASSIGN(const auto receipt, app::prove(place, model::Seq{arguments.seq}, options));
  if (arguments.out.empty()) {
    program.console.print(proof::text_of(receipt));
    return ExitCode::done;
  }
  KOPILKA_TRY(write_receipt(arguments.out, proof::text_of(receipt)));
  KOPILKA_TRY_ASSIGN(const auto dated, codec::decode_frame(receipt.event, receipt.recorded_at));
  program.console.print(
      program.settings.json
          ? checked_json(receipt, dated) + "\n"
          : receipt_text(receipt, dated, program.console) +
                fmt::format("The receipt is in {0}; whoever has the public key checks it:\n"
                            "  kopilka log check-receipt {0} --key PUBLICKEY\n",
                            arguments.out));
  return ExitCode::done;
}

Outcome<std::string> read_receipt(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kReceiptBytesMax, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.eof() || !text.empty()) return text;
  return usage_error(
      fmt::format("cannot read {}: name a receipt that `kopilka log prove` wrote", file));
}

Outcome<ExitCode> check(const Program& program, const CheckArguments& arguments) {
  KOPILKA_TRY_ASSIGN(const auto key, parse_public_key(arguments.key));
  KOPILKA_TRY_ASSIGN(const auto text, read_receipt(arguments.file));
  const auto& console = program.console;
  const auto refused = [&](const std::string& why) {
    console.print(program.settings.json ? refused_json(why) + "\n"
                                        : console.bad("Proves nothing") + ": " + why + "\n");
    return ExitCode::refused;
  };
  const auto receipt = proof::parse_receipt(text);
  if (!receipt) return refused(receipt.error().message);
  if (const auto proved = proof::check(*receipt, key); !proved)
    return refused(proved.error().message);
  // It is what was signed; a newer release may have recorded it.
  KOPILKA_TRY_ASSIGN(const auto dated, codec::decode_frame(receipt->event, receipt->recorded_at));
  console.print(program.settings.json
                    ? checked_json(*receipt, dated) + "\n"
                    : console.good("Proved.") + "\n" + receipt_text(*receipt, dated, console));
  return ExitCode::done;
}

}  // namespace

void add_log_prove(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<ProveArguments>();
  auto& proves =
      add_verb(program, noun,
               {"prove", "a receipt that the log holds an event, for who has the public key alone",
                "log prove 41 --data store --out receipt.json",
                "with --out, what it proves as one JSON document; a receipt is always JSON"},
               [&program, arguments] { return prove(program, *arguments); });
  add_number(
      proves, "SEQ", {}, [arguments](std::uint64_t given) { arguments->seq = given; },
      "position of the event, as answers and `log tail` show it")
      .required()
      ->type_name("");
  proves.add_option("--out", arguments->out, "where the receipt goes (default: standard output)")
      ->type_name("FILE")
      ->check(not_empty());
  proves
      .add_option("--heads", arguments->heads,
                  "signed heads kept elsewhere (default: where the store keeps them)")
      ->type_name("FILE")
      ->check(not_empty());
  auto checked = std::make_shared<CheckArguments>();
  auto& checks = add_verb(program, noun,
                          {"check-receipt", "what a receipt proves; needs no store",
                           "log check-receipt receipt.json --key PUBLICKEY"},
                          [&program, checked] { return check(program, *checked); });
  checks.add_option("FILE", checked->file, "a receipt")->required()->type_name("");
  checks
      .add_option("--key", checked->key,
                  "the store's public key, 64 hexadecimal digits: from its keeper, never from who "
                  "brings the receipt")
      ->required()
      ->type_name("PUBLICKEY");
}

}  // namespace kopilka::tools
