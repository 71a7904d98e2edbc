#include "engine/proof/head.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/hashing.h"
#include "engine/base/text_bytes.h"

namespace kopilka::proof {
namespace {

constexpr std::string_view kMagic = "kopilka-head 1";
constexpr std::string_view kSignature = " signature=";
constexpr std::string_view kTree = " tree=";
constexpr std::size_t kHashDigits = 2 * std::tuple_size_v<base::Hash256>;

template <std::size_t N>
std::string hex(const std::array<std::uint8_t, N>& bytes) {
  return base::to_hex(base::view_of(bytes));
}

// Takes ` name=value` pairs off the front of a text; once one is not there none is.
class Pairs {
 public:
  explicit Pairs(std::string_view text) : text_(text) {}

  std::string_view value(std::string_view name) {
    const bool is_next = text_.starts_with(' ') && text_.substr(1).starts_with(name) &&
                         text_.substr(1 + name.size()).starts_with('=');
    is_good_ = is_good_ && is_next;
    if (!is_good_) return {};
    text_.remove_prefix(name.size() + 2);
    const auto value = text_.substr(0, text_.find(' '));
    text_.remove_prefix(value.size());
    return value;
  }
  template <std::size_t N>
  void bytes(std::string_view name, std::array<std::uint8_t, N>& out) {
    const auto text = value(name);
    is_good_ = is_good_ && base::from_hex(text, out);
  }
  std::uint64_t number(std::string_view name) {
    const auto text = value(name);
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    is_good_ = is_good_ && failed == std::errc() && end == text.data() + text.size();
    return number;
  }
  [[nodiscard]] bool is_good() const { return is_good_; }

 private:
  std::string_view text_;
  bool is_good_{true};
};

// Hashes separated by commas; nothing for none.
std::optional<std::vector<base::Hash256>> parse_hashes(std::string_view text) {
  std::vector<base::Hash256> hashes;
  while (!text.empty()) {
    const bool is_first = hashes.empty();
    if (!is_first && !text.starts_with(',')) return std::nullopt;
    text.remove_prefix(is_first ? 0 : 1);
    base::Hash256 hash{};
    if (!base::from_hex(text.substr(0, kHashDigits), hash)) return std::nullopt;
    text.remove_prefix(kHashDigits);
    hashes.push_back(hash);
  }
  return hashes;
}

}  // namespace

KeyId id_of(const vault::PublicKey& key) {
  const auto hash = base::sha256(base::view_of(key));
  KeyId id{};
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

std::string text_of(const Head& head) {
  return fmt::format("{} store={} size={} root={} batch={} chain={} recorded_at={} key={}", kMagic,
                     hex(head.store), head.last_seq.value(), hex(head.root), head.batch.value(),
                     hex(head.chain), model::to_text(head.recorded_at), hex(head.key));
}

std::optional<Head> parse_head(base::ByteView text) {
  if (!text.starts_with(kMagic)) return std::nullopt;
  Pairs pairs(text.substr(kMagic.size()));
  Head head;
  pairs.bytes("store", head.store);
  head.last_seq = model::Seq{pairs.number("size")};
  pairs.bytes("root", head.root);
  head.batch = model::BatchNumber{pairs.number("batch")};
  pairs.bytes("chain", head.chain);
  const auto recorded_at = model::parse_instant(pairs.value("recorded_at"));
  pairs.bytes("key", head.key);
  if (!pairs.is_good() || !recorded_at) return std::nullopt;
  head.recorded_at = *recorded_at;
  // Other spellings of the same numbers and times, and whatever follows.
  if (text_of(head) != text) return std::nullopt;
  return head;
}

SignedHead sign(const Head& head, const vault::SigningKey& key) {
  return {.head = head, .signature = key.sign(text_of(head))};
}

bool is_signed_by(const SignedHead& signed_head, const vault::PublicKey& key) {
  return signed_head.head.key == id_of(key) &&
         vault::is_signature_of(key, text_of(signed_head.head), signed_head.signature);
}

std::string line_of(const HeadLine& line) {
  auto text = text_of(line.signed_head.head);
  text += kSignature;
  text += hex(line.signed_head.signature);
  text += kTree;
  const char* gap = "";
  for (const auto& subtree : line.tree.subtrees()) {
    text += std::exchange(gap, ",");
    text += hex(subtree);
  }
  return text + "\n";
}

std::optional<HeadLine> parse_line(base::ByteView text) {
  const auto signature_at = text.find(kSignature);
  const auto tree_at = text.find(kTree);
  if (signature_at == base::ByteView::npos || tree_at == base::ByteView::npos ||
      tree_at < signature_at)
    return std::nullopt;
  const auto head = parse_head(text.substr(0, signature_at));
  HeadLine line;
  const auto signature_begin = signature_at + kSignature.size();
  if (!head || tree_at < signature_begin ||
      !base::from_hex(text.substr(signature_begin, tree_at - signature_begin),
                      line.signed_head.signature))
    return std::nullopt;
  line.signed_head.head = *head;
  auto subtrees = parse_hashes(text.substr(tree_at + kTree.size()));
  if (!subtrees) return std::nullopt;
  auto tree = Tree::of(head->last_seq.value(), std::move(*subtrees));
  TreeHasher hasher;
  if (!tree || tree->root(hasher) != head->root) return std::nullopt;
  line.tree = std::move(*tree);
  return line;
}

}  // namespace kopilka::proof
