#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/check.h"
#include "engine/codec/json_tree.h"
#include "engine/codec/json_values.h"
#include "engine/model/commands.h"
#include "engine/model/refusal.h"

// Takes a command's described fields out of a JSON object. Private to the codec.
namespace kopilka::codec {

// What is wrong with a line, at most one of each kind: the first that was met. Which of them is
// answered does not depend on the order of the fields.
class Problems {
 public:
  void note(model::Invalid kind, std::string message) {
    auto& slot = messages_.at(static_cast<std::size_t>(kind));
    if (!slot) slot = std::move(message);
  }
  [[nodiscard]] bool has(model::Invalid kind) const {
    return messages_.at(static_cast<std::size_t>(kind)).has_value();
  }
  [[nodiscard]] const std::string& message(model::Invalid kind) const {
    return *messages_.at(static_cast<std::size_t>(kind));
  }

 private:
  std::array<std::optional<std::string>, model::kNames<model::Invalid>.size()> messages_;
};

// A name as a caller wrote it, fit to be shown.
[[nodiscard]] std::string shown_name(std::string_view name);

// Where an object stands: the whole line, or an element of one of its arrays.
struct JsonPlace {
  std::string_view array;  // empty: the line itself
  std::size_t index{0};    // from 0
};

// The visitor of `describe` over one JSON object. A described member that is absent keeps its
// value.
class FieldReader {
 public:
  FieldReader(const JsonTree& tree, std::uint32_t object, JsonPlace place, Problems& problems)
      : tree_(tree), object_(object), next_(object + 1), place_(place), problems_(problems) {}

  template <class T>
  void required(std::string_view name, T& member) {
    if (const auto* node = need(name)) read(name, *node, member);
  }
  void required(std::string_view name, std::string& member, const model::TextRule& rule) {
    if (const auto* node = need(name)) read(name, *node, member, rule);
  }
  void required(std::string_view name, model::ClearText& member, const model::TextRule& rule) {
    required(name, member.text, rule);
  }

  template <class T>
  void optional(std::string_view name, std::optional<T>& member) {
    if (const auto* node = find(name)) read(name, *node, member.emplace());
  }
  void optional(std::string_view name, std::optional<std::string>& member,
                const model::TextRule& rule) {
    if (const auto* node = find(name)) read(name, *node, member.emplace(), rule);
  }
  void optional(std::string_view name, std::optional<model::ClearText>& member,
                const model::TextRule& rule) {
    if (const auto* node = find(name)) read(name, *node, member.emplace().text, rule);
  }

  template <class T>
  void defaulted(std::string_view name, T& member) {
    if (const auto* node = find(name)) read(name, *node, member);
  }
  void defaulted(std::string_view name, std::string& member, const model::TextRule& rule) {
    if (const auto* node = find(name)) read(name, *node, member, rule);
  }

  void signed_money(std::string_view name, model::Money& member) {
    const auto* node = need(name);
    if (node == nullptr) return;
    judge(name, read_signed_money(*node, member),
          [] { return "an amount as text, with a sign if negative, such as \"-0.05\""; });
  }

  void texts(std::string_view name, std::vector<std::string>& members, const model::TextRule& rule,
             std::size_t count_max) {
    const auto* array = find(name);
    if (array == nullptr || !is_array(name, *array, count_max)) return;
    for_each_element(*array, [&](std::size_t, const JsonNode& node) {
      read(name, node, members.emplace_back(), rule);
    });
  }
  void dates(std::string_view name, std::vector<model::Date>& members, std::size_t count_max) {
    const auto* array = need(name);
    if (array == nullptr || !is_array(name, *array, count_max)) return;
    for_each_element(*array, [&](std::size_t, const JsonNode& node) {
      read(name, node, members.emplace_back());
    });
  }
  // Objects, at least one.
  template <class Item>
  void items(std::string_view name, std::vector<Item>& members, std::size_t count_max);

  // Whether the object has a member of that name, whatever its value.
  [[nodiscard]] bool has(std::string_view name) const {
    return tree_.member(object_, name) != nullptr;
  }
  // Whether that member is there and was a value of its type.
  [[nodiscard]] bool was_read(std::string_view name) const {
    const auto failed_end = failed_.begin() + static_cast<std::ptrdiff_t>(failed_count_);
    return has(name) && std::find(failed_.begin(), failed_end, name) == failed_end;
  }
  void note(model::Invalid kind, std::string_view name, std::string_view what) {
    problems_.note(kind, fmt::format("{}: {}", path_of(name), what));
  }
  [[nodiscard]] const Problems& problems() const { return problems_; }

  // Names a member that is described elsewhere.
  void expect(std::string_view name) { std::ignore = find(name); }
  // Notes what the object has beyond what was described.
  void finish();

 private:
  static constexpr std::size_t kFieldsMax = 24;

  const JsonNode* find(std::string_view name) {
    KOPILKA_CHECK(described_count_ < kFieldsMax);
    described_[described_count_++] = name;
    // Callers mostly keep the order of the description: look where the last member ended first.
    const auto& nodes = tree_.nodes();
    const bool is_next = next_ < nodes[object_].end && nodes[next_].name == name;
    const auto* node = is_next ? &nodes[next_] : tree_.member(object_, name);
    if (node == nullptr) return nullptr;
    next_ = node->end;
    ++found_;
    return node;
  }
  const JsonNode* need(std::string_view name) {
    const auto* node = find(name);
    if (node == nullptr) note(model::Invalid::missing_field, name, "required, but not there");
    return node;
  }

  template <class T>
  void read(std::string_view name, const JsonNode& node, T& member) {
    judge(name, read_value(node, member), [&] { return expected(member); });
  }
  void read(std::string_view name, const JsonNode& node, std::string& member,
            const model::TextRule& rule) {
    judge(name, read_text(node, rule, member), [&] { return expected_text(rule); });
  }
  void judge(std::string_view name, Reading reading, auto&& words) {
    if (reading == Reading::taken) return;
    if (failed_count_ < kFieldsMax) failed_[failed_count_++] = name;
    note(reading == Reading::wrong_type ? model::Invalid::wrong_type : model::Invalid::bad_value,
         name, fmt::format("must be {}", words()));
  }

  bool is_array(std::string_view name, const JsonNode& node, std::size_t count_max) {
    if (node.kind != JsonKind::array) {
      note(model::Invalid::wrong_type, name, "must be an array");
      return false;
    }
    std::size_t count = 0;
    for_each_element(node, [&](std::size_t, const JsonNode&) { ++count; });
    if (count <= count_max) return true;
    note(model::Invalid::bad_value, name, fmt::format("must have at most {} elements", count_max));
    return false;
  }
  void for_each_element(const JsonNode& array, auto&& visit) const {
    std::size_t index = 0;
    for (std::uint32_t i = tree_.index_of(array) + 1; i < array.end; i = tree_.nodes()[i].end)
      visit(index++, tree_.nodes()[i]);
  }
  [[nodiscard]] std::string path_of(std::string_view name) const {
    return place_.array.empty() ? std::string(name)
                                : fmt::format("{}[{}].{}", place_.array, place_.index, name);
  }

  const JsonTree& tree_;
  std::uint32_t object_;
  std::uint32_t next_;  // the member after the one found last
  JsonPlace place_;
  Problems& problems_;
  std::array<std::string_view, kFieldsMax> described_{};
  std::size_t described_count_{0};
  std::array<std::string_view, kFieldsMax> failed_{};
  std::size_t failed_count_{0};
  std::size_t found_{0};
};

}  // namespace kopilka::codec
