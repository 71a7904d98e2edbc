#include "engine/codec/json_tree.h"

#include <algorithm>
#include <array>
#include <limits>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include "engine/base/check.h"

namespace kopilka::codec {

// What Boost's parser calls. Numbers are kept as integers only: no floating point comes near money.
class JsonTree::Handler {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  using Code = boost::json::error_code;
  using Text = boost::json::string_view;

  Handler(JsonTree& tree, std::string_view document) : tree_(tree), document_(document) {}

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return open(JsonKind::object); }
  bool on_object_end(std::size_t, Code&) {
    tree_.note_duplicates(open_.at(depth_ - 1));
    return close();
  }
  bool on_array_begin(Code&) { return open(JsonKind::array); }
  bool on_array_end(std::size_t, Code&) { return close(); }
  bool on_key_part(Text part, std::size_t, Code&) { return keep_part(part); }
  bool on_key(Text part, std::size_t, Code&) {
    name_ = whole(part);
    return true;
  }
  bool on_string_part(Text part, std::size_t, Code&) { return keep_part(part); }
  bool on_string(Text part, std::size_t, Code&) {
    add(JsonKind::text).text = whole(part);
    return true;
  }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t value, Text, Code&) {
    auto& node = add(JsonKind::integer);
    node.negative = value < 0;
    node.magnitude =
        node.negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, Text, Code&) {
    add(JsonKind::integer).magnitude = value;
    return true;
  }
  // A number with a point or an exponent, or an integer beyond 64 bits.
  bool on_double(auto, Text digits, Code&) {
    const bool is_integer = digits.find_first_of(".eE") == Text::npos;
    auto& node = add(is_integer ? JsonKind::integer : JsonKind::fraction);
    node.negative = digits.starts_with('-');
    node.magnitude = std::numeric_limits<std::uint64_t>::max();
    return true;
  }
  bool on_bool(bool value, Code&) {
    add(JsonKind::boolean).magnitude = value ? 1 : 0;
    return true;
  }
  bool on_null(Code&) {
    add(JsonKind::null);
    return true;
  }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }

 private:
  JsonNode& add(JsonKind kind) {
    auto& node = tree_.add(kind, name_);
    name_ = {};
    return node;
  }
  bool open(JsonKind kind) {
    open_.at(depth_++) = static_cast<std::uint32_t>(tree_.nodes_.size());
    add(kind);
    return true;
  }
  bool close() {
    tree_.close(open_.at(--depth_));
    return true;
  }

  // Text without escapes comes in one part that lies in the document; the rest is put together in
  // memory of the tree, which was reserved and so does not move.
  bool keep_part(Text part) {
    if (parts_ == 0) start_ = tree_.unescaped_.size();
    ++parts_;
    tree_.unescaped_.append(part.data(), part.size());
    return true;
  }
  std::string_view whole(Text part) {
    const std::less_equal<const char*> not_after;
    const bool lies_in_document =
        not_after(document_.data(), part.data()) &&
        not_after(part.data() + part.size(), document_.data() + document_.size());
    if (parts_ == 0 && lies_in_document) return {part.data(), part.size()};
    keep_part(part);
    parts_ = 0;
    KOPILKA_CHECK(tree_.unescaped_.size() <= document_.size());
    return std::string_view(tree_.unescaped_).substr(start_);
  }

  JsonTree& tree_;
  std::string_view document_;
  std::string_view name_;  // of the member that follows
  std::array<std::uint32_t, kJsonDepthMax + 1> open_{};
  std::size_t depth_{0};
  std::size_t parts_{0};
  std::size_t start_{0};
};

bool JsonTree::parse(std::string_view document) {
  KOPILKA_CHECK(document.size() < std::numeric_limits<std::uint32_t>::max());
  clear();
  unescaped_.reserve(document.size());
  boost::json::parse_options options;
  options.max_depth = kJsonDepthMax;
  boost::json::basic_parser<Handler> parser(options, *this, document);
  boost::json::error_code code;
  const auto read = parser.write_some(false, document.data(), document.size(), code);
  if (!code && read == document.size()) return true;
  fault_ = code ? fmt::format("{} at byte {}", code.message(), read + 1)
                : fmt::format("something follows the value at byte {}", read + 1);
  return false;
}

const JsonNode* JsonTree::member(std::uint32_t object, std::string_view name) const {
  for (std::uint32_t i = object + 1; i < nodes_[object].end; i = nodes_[i].end)
    if (nodes_[i].name == name) return &nodes_[i];
  return nullptr;
}

void JsonTree::note_duplicates(std::uint32_t object) {
  // The object is not closed yet: its members reach to the last node.
  if (duplicate_name_) return;
  names_.clear();
  for (std::uint32_t i = object + 1; i < nodes_.size(); i = nodes_[i].end)
    names_.push_back(nodes_[i].name);
  // Comparing all pairs is quicker than sorting, as long as there are few.
  constexpr std::size_t kFew = 24;
  if (names_.size() <= kFew) {
    for (auto name = names_.begin(); name != names_.end(); ++name)
      if (std::find(names_.begin(), name, *name) != name) duplicate_name_ = *name;
    return;
  }
  std::sort(names_.begin(), names_.end());
  const auto twice = std::adjacent_find(names_.begin(), names_.end());
  if (twice != names_.end()) duplicate_name_ = *twice;
}

}  // namespace kopilka::codec
