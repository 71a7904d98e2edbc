#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codec/json_tree.h"
#include "engine/model/commands.h"

// One JSON value as a fact, by the patterns of interface.md §1. `expected` says in words what the
// value must be; neither ever repeats the value, which may be personal. Private to the codec.
namespace kopilka::codec {

enum class Reading : std::uint8_t { taken, wrong_type, bad_value };

// Whether `text` keeps the rule. Control characters are in no text.
[[nodiscard]] bool keeps(const model::TextRule& rule, std::string_view text);
[[nodiscard]] std::string expected_text(const model::TextRule& rule);

// REQUIRES: min <= max
[[nodiscard]] Reading read_integer(const JsonNode& node, std::uint64_t min, std::uint64_t max,
                                   std::uint64_t& value);

[[nodiscard]] Reading read_value(const JsonNode& node, bool& value);
[[nodiscard]] Reading read_value(const JsonNode& node, std::uint16_t& value);
[[nodiscard]] Reading read_value(const JsonNode& node, std::uint32_t& value);
[[nodiscard]] Reading read_value(const JsonNode& node, model::Money& value);
[[nodiscard]] Reading read_value(const JsonNode& node, model::Rate& value);
[[nodiscard]] Reading read_value(const JsonNode& node, model::ExchangeRate& value);
[[nodiscard]] Reading read_value(const JsonNode& node, model::Date& value);
[[nodiscard]] Reading read_value(const JsonNode& node, model::Month& value);
[[nodiscard]] Reading read_value(const JsonNode& node, model::Instant& value);
[[nodiscard]] Reading read_signed_money(const JsonNode& node, model::Money& value);
[[nodiscard]] Reading read_text(const JsonNode& node, const model::TextRule& rule,
                                std::string& value);

template <class Tag>
[[nodiscard]] Reading read_value(const JsonNode& node, base::Strong<Tag, std::uint64_t>& value) {
  std::uint64_t raw = 0;
  const auto reading = read_integer(node, 1, model::kIdLimit - 1, raw);
  value = base::Strong<Tag, std::uint64_t>{raw};
  return reading;
}
template <model::Named E>
[[nodiscard]] Reading read_value(const JsonNode& node, E& value) {
  if (node.kind != JsonKind::text) return Reading::wrong_type;
  const auto named = model::from_name<E>(node.text);
  if (named) value = *named;
  return named ? Reading::taken : Reading::bad_value;
}

[[nodiscard]] std::string expected(const bool& value);
[[nodiscard]] std::string expected(const std::uint16_t& value);
[[nodiscard]] std::string expected(const std::uint32_t& value);
[[nodiscard]] std::string expected(const model::Money& value);
[[nodiscard]] std::string expected(const model::Rate& value);
[[nodiscard]] std::string expected(const model::ExchangeRate& value);
[[nodiscard]] std::string expected(const model::Date& value);
[[nodiscard]] std::string expected(const model::Month& value);
[[nodiscard]] std::string expected(const model::Instant& value);
template <class Tag>
[[nodiscard]] std::string expected(const base::Strong<Tag, std::uint64_t>&) {
  return "a JSON integer from 1 to 9007199254740991";
}
template <model::Named E>
[[nodiscard]] std::string expected(const E&) {
  return fmt::format("one of the texts {}", fmt::join(model::kNames<E>, ", "));
}

}  // namespace kopilka::codec
