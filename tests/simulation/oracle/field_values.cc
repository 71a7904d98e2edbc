// How a single value of a command line is read: one kind after the other.

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "tests/simulation/oracle/dates.h"
#include "tests/simulation/oracle/field_rules.h"
#include "tests/simulation/oracle/money.h"
#include "tests/simulation/oracle/spelling.h"

namespace kopilka::simulation {
namespace {

namespace json = boost::json;

constexpr std::int64_t kLargestId = (std::int64_t{1} << 53) - 1;
constexpr std::size_t kLinesMax = 1000;
constexpr std::size_t kTariffsMax = 100;
constexpr std::size_t kListItemsMax = 1000;

json::value wrong(Problem problem, Problems& problems) {
  problems.insert(problem);
  return nullptr;
}

/// A number read from text, or a complaint.
template <typename Number>
json::value or_bad(const std::optional<Number>& number, Problems& problems) {
  return number ? json::value(*number) : wrong(Problem::bad_value, problems);
}

json::value read_integer(std::int64_t low, std::int64_t high, const json::value& raw,
                         Problems& problems) {
  if (raw.is_uint64()) {
    return wrong(Problem::bad_value, problems);  // above what even int64 holds
  }
  if (!raw.is_int64()) {
    return wrong(Problem::wrong_type, problems);
  }
  const std::int64_t number = raw.get_int64();
  return number < low || number > high ? wrong(Problem::bad_value, problems) : raw;
}

bool spelled_well(const FieldRule& rule, const std::string& text) {
  const auto size = static_cast<std::int64_t>(text.size());
  const bool fits = size >= rule.low && size <= rule.high;
  switch (rule.kind) {
    case Kind::text:
      return fits && !has_control_character(text);
    case Kind::printable:
      return fits && is_printable_ascii(text);
    case Kind::digits:
      return fits && is_all_digits(text);
    case Kind::token:
      return is_token(text);
    case Kind::word:
      return std::find(rule.words.begin(), rule.words.end(), text) != rule.words.end();
    case Kind::inn:
      return is_inn(text);
    case Kind::phone:
      return normal_phone(text).has_value();
    case Kind::currency:
      return text.size() == 3 &&
             std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    default:
      return false;
  }
}

json::value read_text(const FieldRule& rule, const json::value& raw, Problems& problems) {
  if (!raw.is_string()) {
    return wrong(Problem::wrong_type, problems);
  }
  const std::string text(raw.get_string());
  switch (rule.kind) {
    case Kind::date:
      return or_bad(parse_day(text), problems);
    case Kind::month:
      return or_bad(parse_month(text), problems);
    case Kind::instant:
      return or_bad(parse_instant(text), problems);
    case Kind::money:
      return or_bad(parse_money(text), problems);
    case Kind::percent:
      return or_bad(parse_percent(text), problems);
    case Kind::signed_money: {
      const auto amount = parse_signed_money(text);
      return amount && *amount != 0 ? json::value(*amount) : wrong(Problem::bad_value, problems);
    }
    case Kind::fx_rate: {
      const auto rate = parse_fx_rate(text);
      return rate && *rate > 0 ? json::value(*rate) : wrong(Problem::bad_value, problems);
    }
    default:
      return spelled_well(rule, text) ? raw : wrong(Problem::bad_value, problems);
  }
}

/// An array whose items are all of one kind; both counts are included.
struct ListShape {
  FieldRule item;
  std::size_t count_min = 0;
  std::size_t count_max = kListItemsMax;
};

json::value read_list(const ListShape& shape, const json::value& raw, Problems& problems) {
  if (!raw.is_array()) {
    return wrong(Problem::wrong_type, problems);
  }
  const json::array& items = raw.get_array();
  if (items.size() < shape.count_min || items.size() > shape.count_max) {
    problems.insert(Problem::bad_value);
  }
  json::array typed;
  for (const json::value& item : items) {
    typed.push_back(read_value(shape.item, item, problems));
  }
  return typed;
}

FieldRule item_rule(Kind kind, std::int64_t high) {
  FieldRule rule;
  rule.kind = kind;
  rule.high = high;
  return rule;
}

FieldRule field(const char* name, Kind kind, std::int64_t high = kLargestId) {
  FieldRule rule = item_rule(kind, high);
  rule.name = name;
  return rule;
}

FieldRule must_have(FieldRule rule) {
  rule.required = true;
  return rule;
}

/// Exactly one of two fields: none is missing, both is one too many.
void exactly_one(const json::object& object, const char* first, const char* second,
                 Problems& problems) {
  if (!object.contains(first) && !object.contains(second)) {
    problems.insert(Problem::missing_field);
  }
  if (object.contains(first) && object.contains(second)) {
    problems.insert(Problem::unexpected_field);
  }
}

/// Objects in an array, with the member that must differ from one to the next.
struct ObjectsShape {
  std::vector<FieldRule> rules;
  std::string unique;
  std::size_t count_max = 0;
};

json::value read_objects(const ObjectsShape& shape, const json::value& raw, Problems& problems) {
  if (!raw.is_array()) {
    return wrong(Problem::wrong_type, problems);
  }
  const json::array& items = raw.get_array();
  if (items.empty() || items.size() > shape.count_max) {
    problems.insert(Problem::bad_value);
  }
  json::array typed;
  std::set<std::string> seen;
  for (const json::value& item : items) {
    if (!item.is_object()) {
      problems.insert(Problem::wrong_type);
      continue;
    }
    const json::object read = read_fields(shape.rules, item.get_object(), problems);
    const json::value* mark = read.if_contains(shape.unique);
    if (mark != nullptr && !mark->is_null() && !seen.insert(json::serialize(*mark)).second) {
      problems.insert(Problem::bad_value);
    }
    typed.emplace_back(read);
  }
  return typed;
}

json::value read_lines(const json::value& raw, Problems& problems) {
  const ObjectsShape shape{
      {must_have(field("line", Kind::number)), must_have(field("amount", Kind::money)),
       field("tariff", Kind::printable, 64)},
      "line",
      kLinesMax};
  return read_objects(shape, raw, problems);
}

json::value read_tariffs(const json::value& raw, Problems& problems) {
  const ObjectsShape shape{
      {must_have(field("code", Kind::printable, 64)), field("percent", Kind::percent),
       field("fixed", Kind::money), field("commission_percent", Kind::percent),
       field("commission_fixed", Kind::money)},
      "code",
      kTariffsMax};
  const json::value typed = read_objects(shape, raw, problems);
  if (raw.is_array()) {
    for (const json::value& item : raw.get_array()) {
      if (item.is_object()) {
        exactly_one(item.get_object(), "percent", "fixed", problems);
        exactly_one(item.get_object(), "commission_percent", "commission_fixed", problems);
      }
    }
  }
  return typed;
}

}  // namespace

boost::json::value read_value(const FieldRule& rule, const boost::json::value& raw,
                              Problems& problems) {
  switch (rule.kind) {
    case Kind::id:
      return read_integer(1, kLargestId, raw, problems);
    case Kind::number:
      return read_integer(rule.low, rule.high, raw, problems);
    case Kind::flag:
      return raw.is_bool() ? raw : wrong(Problem::wrong_type, problems);
    case Kind::texts:
      return read_list({item_rule(Kind::text, rule.high)}, raw, problems);
    case Kind::dates:
      return read_list({item_rule(Kind::date, 0)}, raw, problems);
    case Kind::approvers:
      return read_list({item_rule(Kind::text, rule.high), 2, 2}, raw, problems);
    case Kind::lines:
      return read_lines(raw, problems);
    case Kind::tariffs:
      return read_tariffs(raw, problems);
    default:
      return read_text(rule, raw, problems);
  }
}

}  // namespace kopilka::simulation
