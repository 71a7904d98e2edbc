#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// One JSON document as a flat list of values, with what a plain parser would hide: names given
// twice. Private to the codec.
namespace kopilka::codec {

enum class JsonKind : std::uint8_t { null, boolean, integer, fraction, text, array, object };

struct JsonNode {
  JsonKind kind{};
  bool negative{false};        // integer
  std::uint64_t magnitude{0};  // integer: its absolute value, at most 2^64 - 1; boolean: 1 is true
  std::string_view name;       // of a member of an object
  std::string_view text;       // text: without its escapes
  std::uint32_t end{0};        // the index after the last value inside
};

// The levels of nesting that a line may have; a command has three.
inline constexpr std::size_t kJsonDepthMax = 16;

// Reused from document to document. Nodes stand in the order of the text: node 0 is the whole, and
// what is inside node i are the nodes i + 1 to end - 1. Views point into the document and into the
// tree. Not shared between threads.
//
// A document in another form is added value by value instead of parsed: `clear`, then `add` for
// each, front to back, and `close` after the last value inside an array or object. Whoever adds
// gives no object a name twice and keeps what the views point to.
class JsonTree {
 public:
  // False: not JSON, or deeper than kJsonDepthMax; `fault` says why.
  // REQUIRES: `document` stays as long as the nodes are looked at; below 4 GiB
  [[nodiscard]] bool parse(std::string_view document);

  void clear() {
    nodes_.clear();
    unescaped_.clear();
    duplicate_name_.reset();
  }
  // The node stays where it is until the next is added; `name` is empty but for an object's member.
  JsonNode& add(JsonKind kind, std::string_view name) {
    auto& node = nodes_.emplace_back();
    node.kind = kind;
    node.name = name;
    node.end = static_cast<std::uint32_t>(nodes_.size());
    return node;
  }
  void close(std::uint32_t index) { nodes_[index].end = static_cast<std::uint32_t>(nodes_.size()); }

  [[nodiscard]] const std::vector<JsonNode>& nodes() const { return nodes_; }
  [[nodiscard]] const JsonNode& root() const { return nodes_.front(); }
  // A name that stands twice in one object, at any depth: the first that was met.
  [[nodiscard]] const std::optional<std::string>& duplicate_name() const { return duplicate_name_; }
  [[nodiscard]] const std::string& fault() const { return fault_; }

  // The member of that object, by the index of the object; null when there is none.
  [[nodiscard]] const JsonNode* member(std::uint32_t object, std::string_view name) const;
  [[nodiscard]] std::uint32_t index_of(const JsonNode& node) const {
    return static_cast<std::uint32_t>(&node - nodes_.data());
  }

 private:
  class Handler;

  void note_duplicates(std::uint32_t object);

  std::vector<JsonNode> nodes_;
  std::vector<std::string_view> names_;  // of one object, while it is checked
  std::string unescaped_;                // texts that held escapes
  std::optional<std::string> duplicate_name_;
  std::string fault_;
};

}  // namespace kopilka::codec
