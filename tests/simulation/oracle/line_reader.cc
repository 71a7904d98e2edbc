#include "tests/simulation/oracle/line_reader.h"

#include "tests/simulation/oracle/field_rules.h"
#include "tests/simulation/oracle/json_scan.h"
#include "tests/simulation/oracle/money.h"

namespace kopilka::simulation {
namespace {

namespace json = boost::json;

constexpr std::size_t kLineBytesMax = 1024 * 1024;

const char* name_of(Problem problem) {
  switch (problem) {
    case Problem::missing_field:
      return "missing_field";
    case Problem::unexpected_field:
      return "unexpected_field";
    case Problem::wrong_type:
      return "wrong_type";
    case Problem::bad_value:
      break;
  }
  return "bad_value";
}

FieldRule field(const char* name, Kind kind) {
  FieldRule rule;
  rule.name = name;
  rule.kind = kind;
  rule.required = true;
  return rule;
}

bool given(const json::object& raw, const char* name) {
  return raw.contains(name);
}

void check_organization(const json::object& raw, Problems& problems) {
  const json::value* kind = raw.if_contains("kind");
  if (kind == nullptr || !kind->is_string()) {
    return;
  }
  if (kind->get_string() == "central" && given(raw, "parent_id")) {
    problems.insert(Problem::unexpected_field);
  }
  if (kind->get_string() != "central" && !given(raw, "parent_id")) {
    problems.insert(Problem::missing_field);
  }
}

/// A span of days that has an end must not end before it begins.
void check_span(const json::object& typed, const char* first, const char* last,
                Problems& problems) {
  const json::value* from = typed.if_contains(first);
  const json::value* to = typed.if_contains(last);
  if (from != nullptr && to != nullptr && from->is_int64() && to->is_int64() &&
      to->get_int64() < from->get_int64()) {
    problems.insert(Problem::bad_value);
  }
}

/// Every line and their sum must fit an amount, before and after the conversion.
void check_sums(const json::object& typed, Problems& problems) {
  const json::value* rate = typed.if_contains("fx_rate");
  Kopecks as_ordered = 0;
  Kopecks in_roubles = 0;
  for (const json::value& item : typed.at("lines").as_array()) {
    const Kopecks amount = item.at("amount").as_int64();
    const Kopecks roubles = rate == nullptr ? amount : converted(amount, rate->as_int64());
    if (roubles > kLargestAmount) {
      problems.insert(Problem::bad_value);
    }
    as_ordered += amount;
    in_roubles += roubles;
  }
  if (as_ordered > kLargestAmount || in_roubles > kLargestAmount) {
    problems.insert(Problem::bad_value);
  }
}

void check_purchase(const json::object& raw, const json::object& typed, Problems& problems) {
  if (given(raw, "click_id") && given(raw, "card_number")) {
    problems.insert(Problem::unexpected_field);
  }
  const json::value* currency = typed.if_contains("currency");
  if (currency != nullptr && currency->is_string()) {
    const bool foreign = currency->get_string() != "RUB";
    if (foreign && !given(raw, "fx_rate")) {
      problems.insert(Problem::missing_field);
    }
    if (!foreign && given(raw, "fx_rate")) {
      problems.insert(Problem::unexpected_field);
    }
  }
  if (problems.empty()) {
    check_sums(typed, problems);
  }
}

void check_withdrawal_reference(const json::object& raw, Problems& problems) {
  const bool by_request = given(raw, "member_id") || given(raw, "request_key");
  const int ways = int{given(raw, "withdrawal_id")} + int{given(raw, "ext_ref")} + int{by_request};
  if (ways == 0 || (by_request && !(given(raw, "member_id") && given(raw, "request_key")))) {
    problems.insert(Problem::missing_field);
  }
  if (ways > 1) {
    problems.insert(Problem::unexpected_field);
  }
}

void check_hold(const json::object& raw, Problems& problems) {
  const json::value* scope = raw.if_contains("scope");
  if (scope == nullptr || !scope->is_string()) {
    return;
  }
  std::set<std::string> wanted;
  if (scope->get_string() == "member") {
    wanted = {"member_id"};
  } else if (scope->get_string() == "purchase") {
    wanted = {"partner_id", "action_id"};
  } else if (scope->get_string() == "destination") {
    wanted = {"member_id", "destination_id"};
  } else {
    return;
  }
  for (const char* name : {"member_id", "partner_id", "action_id", "destination_id"}) {
    if (wanted.contains(name) && !given(raw, name)) {
      problems.insert(Problem::missing_field);
    }
    if (!wanted.contains(name) && given(raw, name)) {
      problems.insert(Problem::unexpected_field);
    }
  }
}

void check_calendar(const json::object& typed, Problems& problems) {
  if (!problems.empty()) {
    return;
  }
  for (const char* list : {"days_off", "working_weekends"}) {
    for (const json::value& day : typed.at(list).as_array()) {
      if (civil_of(day.as_int64()).year != typed.at("year").as_int64()) {
        problems.insert(Problem::bad_value);
      }
    }
  }
}

void check_headcount(const json::object& typed, Problems& problems) {
  if (problems.empty() && typed.at("pedagogues").as_int64() > typed.at("employees").as_int64()) {
    problems.insert(Problem::bad_value);
  }
}

void check_dues(const json::object& typed, Problems& problems) {
  constexpr std::int64_t kWholePpm = 1'000'000;
  if (problems.empty() &&
      (typed.at("amount").as_int64() == 0 || typed.at("percent").as_int64() > kWholePpm)) {
    problems.insert(Problem::bad_value);
  }
}

/// What a command asks of its fields together.
void check_together(const std::string& command, const json::object& raw, json::object& typed,
                    Problems& problems) {
  if (command == "register_organization") {
    check_organization(raw, problems);
  } else if (command == "admit_member") {
    if (!given(raw, "tenure_from") && typed.contains("admitted_on")) {
      typed["tenure_from"] = typed.at("admitted_on");
    }
  } else if (command == "report_headcount") {
    check_headcount(typed, problems);
  } else if (command == "elect_officer") {
    check_span(typed, "from", "to", problems);
  } else if (command == "pay_dues") {
    check_dues(typed, problems);
  } else if (command == "publish_terms") {
    check_span(typed, "valid_from", "valid_to", problems);
  } else if (command == "report_purchase") {
    check_purchase(raw, typed, problems);
  } else if (command.ends_with("_withdrawal") || command == "mark_withdrawal_unknown") {
    if (command != "request_withdrawal") {
      check_withdrawal_reference(raw, problems);
    }
  } else if (command == "place_hold" || command == "lift_hold") {
    check_hold(raw, problems);
  } else if (command == "publish_calendar") {
    check_calendar(typed, problems);
  }
}

Line invalid(const char* problem) {
  Line line;
  line.problem = problem;
  return line;
}

}  // namespace

Line read_line(std::string_view text, Stamping stamping) {
  if (text.size() > kLineBytesMax) {
    return invalid("line_too_long");
  }
  boost::json::error_code failed;
  const json::value parsed = json::parse({text.data(), text.size()}, failed);
  if (failed || !parsed.is_object()) {
    return invalid("not_json");
  }
  if (has_duplicate_name(text)) {
    return invalid("duplicate_name");
  }
  json::object raw = parsed.get_object();
  const json::value* command = raw.if_contains("command");
  if (command == nullptr || !command->is_string()) {
    return invalid(command == nullptr ? "missing_field" : "wrong_type");
  }
  Line line;
  line.command = std::string(command->get_string());
  const auto rules = command_fields().find(line.command);
  if (rules == command_fields().end()) {
    return invalid("unknown_command");
  }
  std::vector<FieldRule> fields = rules->second;
  FieldRule key = field("key", Kind::printable);
  key.high = 128;
  fields.push_back(key);
  if (stamping == Stamping::by_line) {
    fields.push_back(field("at", Kind::instant));
  }
  raw.erase("command");
  Problems problems;
  line.content = read_fields(fields, raw, problems);
  check_together(line.command, raw, line.content, problems);
  if (!problems.empty()) {
    return invalid(name_of(*problems.begin()));
  }
  line.key = std::string(line.content.at("key").as_string());
  line.content.erase("key");
  if (stamping == Stamping::by_line) {
    line.at = line.content.at("at").as_int64();
    line.content.erase("at");
  }
  return line;
}

}  // namespace kopilka::simulation
