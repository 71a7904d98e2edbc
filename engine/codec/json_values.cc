#include "engine/codec/json_values.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace kopilka::codec {
namespace {

bool belongs(char c, model::Alphabet alphabet) {
  const auto byte = static_cast<unsigned char>(c);
  const bool is_digit = '0' <= c && c <= '9';
  switch (alphabet) {
    case model::Alphabet::raw:
      return true;
    case model::Alphabet::any:
      return byte >= 0x20 && byte != 0x7F;
    case model::Alphabet::printable:
      return 0x20 <= byte && byte <= 0x7E;
    case model::Alphabet::digits:
      return is_digit;
    case model::Alphabet::identifier:
      return is_digit || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_' || c == '-';
  }
  return false;
}

std::string_view alphabet_words(model::Alphabet alphabet) {
  switch (alphabet) {
    case model::Alphabet::raw:
      return "of any kind";
    case model::Alphabet::any:
      return "without control characters";
    case model::Alphabet::printable:
      return "of printable ASCII";
    case model::Alphabet::digits:
      return "of digits";
    case model::Alphabet::identifier:
      return "of A-Z, a-z, 0-9, _ and -";
  }
  return "";
}

template <class T>
Reading take(const JsonNode& node, const std::optional<T>& parsed, T& value) {
  if (node.kind != JsonKind::text) return Reading::wrong_type;
  if (!parsed) return Reading::bad_value;
  value = *parsed;
  return Reading::taken;
}

template <class T>
Reading read_small(const JsonNode& node, T& value) {
  std::uint64_t raw = 0;
  const auto reading = read_integer(node, 0, std::numeric_limits<T>::max(), raw);
  value = static_cast<T>(raw);
  return reading;
}

}  // namespace

bool keeps(const model::TextRule& rule, std::string_view text) {
  return rule.bytes_min <= text.size() && text.size() <= rule.bytes_max &&
         std::all_of(text.begin(), text.end(), [&](char c) { return belongs(c, rule.alphabet); });
}

std::string expected_text(const model::TextRule& rule) {
  return rule.bytes_min == rule.bytes_max
             ? fmt::format("text of {} bytes {}", rule.bytes_max, alphabet_words(rule.alphabet))
             : fmt::format("text of {} to {} bytes {}", rule.bytes_min, rule.bytes_max,
                           alphabet_words(rule.alphabet));
}

Reading read_integer(const JsonNode& node, std::uint64_t min, std::uint64_t max,
                     std::uint64_t& value) {
  if (node.kind != JsonKind::integer) return Reading::wrong_type;
  if (node.negative || node.magnitude < min || node.magnitude > max) return Reading::bad_value;
  value = node.magnitude;
  return Reading::taken;
}

Reading read_value(const JsonNode& node, bool& value) {
  if (node.kind != JsonKind::boolean) return Reading::wrong_type;
  value = node.magnitude != 0;
  return Reading::taken;
}
Reading read_value(const JsonNode& node, std::uint16_t& value) {
  return read_small(node, value);
}
Reading read_value(const JsonNode& node, std::uint32_t& value) {
  return read_small(node, value);
}
Reading read_value(const JsonNode& node, model::Money& value) {
  return take(node, model::parse_money(node.text), value);
}
Reading read_value(const JsonNode& node, model::Rate& value) {
  return take(node, model::parse_percent(node.text), value);
}
Reading read_value(const JsonNode& node, model::ExchangeRate& value) {
  return take(node, model::parse_exchange_rate(node.text), value);
}
Reading read_value(const JsonNode& node, model::Date& value) {
  return take(node, model::parse_date(node.text), value);
}
Reading read_value(const JsonNode& node, model::Month& value) {
  return take(node, model::parse_month(node.text), value);
}
Reading read_value(const JsonNode& node, model::Instant& value) {
  return take(node, model::parse_instant(node.text), value);
}
Reading read_signed_money(const JsonNode& node, model::Money& value) {
  return take(node, model::parse_signed_money(node.text), value);
}
Reading read_text(const JsonNode& node, const model::TextRule& rule, std::string& value) {
  if (node.kind != JsonKind::text) return Reading::wrong_type;
  if (!keeps(rule, node.text)) return Reading::bad_value;
  value = node.text;
  return Reading::taken;
}

std::string expected(const bool&) {
  return "true or false";
}
std::string expected(const std::uint16_t&) {
  return "a JSON integer from 0 to 65535";
}
std::string expected(const std::uint32_t&) {
  return "a JSON integer from 0 to 4294967295";
}
std::string expected(const model::Money&) {
  return "an amount as text with two decimals, such as \"4050.00\"";
}
std::string expected(const model::Rate&) {
  return "a percentage as text with at most four decimals, such as \"8.5\"";
}
std::string expected(const model::ExchangeRate&) {
  return "roubles for one unit as text with four decimals, such as \"74.1234\"";
}
std::string expected(const model::Date&) {
  return "a date as text, YYYY-MM-DD, from 1900 to 2199";
}
std::string expected(const model::Month&) {
  return "a month as text, YYYY-MM, from 1900 to 2199";
}
std::string expected(const model::Instant&) {
  return "an instant as text, RFC 3339 with an offset and at most six fraction digits";
}

}  // namespace kopilka::codec
