#include "engine/proof/receipt.h"

#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/base/text_bytes.h"
#include "engine/proof/leaves.h"

namespace kopilka::proof {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::string_view kBegin = R"({"kopilka_receipt":1,"seq":)";
constexpr std::string_view kRecordedAt = R"(,"recorded_at_us":)";
constexpr std::string_view kEvent = R"(,"event":")";
constexpr std::string_view kPath = R"(","path":[)";
constexpr std::string_view kHead = R"(],"head":")";
constexpr std::string_view kSignature = R"(","signature":")";
constexpr std::string_view kEnd = "\"}\n";

// Takes the parts of a text that has one spelling; once one is not there none is.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  void expect(std::string_view words) {
    is_good_ = is_good_ && rest_.starts_with(words);
    if (is_good_) rest_.remove_prefix(words.size());
  }
  // Everything before the next of these words, and them.
  std::string_view until(std::string_view words) {
    const auto at = rest_.find(words);
    is_good_ = is_good_ && at != std::string_view::npos;
    if (!is_good_) return {};
    const auto found = rest_.substr(0, at);
    rest_.remove_prefix(at + words.size());
    return found;
  }
  template <class T>
  T number_until(std::string_view words) {
    const auto text = until(words);
    T number{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    is_good_ = is_good_ && failed == std::errc() && end == text.data() + text.size();
    return number;
  }
  [[nodiscard]] bool is_done() const { return is_good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_good_{true};
};

// Hashes in quotes, separated by commas.
bool take_path(std::string_view text, Path& path) {
  while (!text.empty()) {
    Scanner one(text);
    if (!path.empty()) one.expect(",");
    one.expect("\"");
    base::Hash256 hash{};
    if (!base::from_hex(one.until("\""), hash)) return false;
    text.remove_prefix((path.empty() ? 2 : 3) + 2 * hash.size());
    path.push_back(hash);
  }
  return true;
}

std::unexpected<base::Error> wrong(std::string what) {
  return base::fail(ErrorKind::corrupt, std::move(what));
}

}  // namespace

std::string text_of(const Receipt& receipt) {
  std::string path;
  for (const auto& hash : receipt.path)
    path += fmt::format("{}\"{}\"", path.empty() ? "" : ",", base::to_hex(base::view_of(hash)));
  return fmt::format("{}{}{}{}{}{}{}{}{}{}{}{}{}", kBegin, receipt.seq.value(), kRecordedAt,
                     receipt.recorded_at.in_micros(), kEvent, base::to_base64(receipt.event), kPath,
                     path, kHead, text_of(receipt.signed_head.head), kSignature,
                     base::to_hex(base::view_of(receipt.signed_head.signature)), kEnd);
}

Result<Receipt> parse_receipt(base::ByteView text) {
  Scanner scanner(text);
  Receipt receipt;
  scanner.expect(kBegin);
  receipt.seq = model::Seq{scanner.number_until<std::uint64_t>(kRecordedAt)};
  receipt.recorded_at = model::Instant::micros(scanner.number_until<std::int64_t>(kEvent));
  const auto event = base::from_base64(scanner.until(kPath));
  const bool has_path = take_path(scanner.until(kHead), receipt.path);
  const auto head = parse_head(scanner.until(kSignature));
  const bool has_signature = base::from_hex(scanner.until(kEnd), receipt.signed_head.signature);
  if (event && head) {
    receipt.event = *event;
    receipt.signed_head.head = *head;
    // Other spellings of the same numbers.
    if (scanner.is_done() && has_path && has_signature && text_of(receipt) == text) return receipt;
  }
  return wrong(
      "this is not a receipt as `kopilka log prove` writes it, to the byte: fetch the file again "
      "from who gave it");
}

Result<void> check(const Receipt& receipt, const vault::PublicKey& key) {
  const auto& head = receipt.signed_head.head;
  if (head.key != id_of(key))
    return wrong(fmt::format(
        "the head was signed by key {}, and the key given is {}: ask the store's keeper for the "
        "public key, and never take one that comes with the receipt",
        base::to_hex(base::view_of(head.key)), base::to_hex(base::view_of(id_of(key)))));
  if (!is_signed_by(receipt.signed_head, key))
    return wrong("the signature is not one of this head: head or signature were changed");
  TreeHasher hasher;
  const auto leaf = leaf_of({head.store, receipt.seq, receipt.recorded_at}, receipt.event, hasher);
  // The first event is leaf 0; of seq 0 there is none.
  const auto root =
      root_by_path(leaf, {receipt.seq.value() - 1, head.last_seq.value()}, receipt.path, hasher);
  if (root != head.root)
    return wrong(
        fmt::format("the signed head does not cover this event at position {}: event, "
                    "place or path were changed",
                    receipt.seq.value()));
  return {};
}

}  // namespace kopilka::proof
