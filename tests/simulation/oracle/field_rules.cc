#include "tests/simulation/oracle/field_rules.h"

#include <utility>

namespace kopilka::simulation {
namespace {

using Rules = std::vector<FieldRule>;

constexpr std::int64_t kFreeTextBytesMax = 1000;

FieldRule required(std::string name, Kind kind) {
  FieldRule rule;
  rule.name = std::move(name);
  rule.kind = kind;
  rule.required = true;
  rule.high = kFreeTextBytesMax;
  return rule;
}

FieldRule optional(std::string name, Kind kind, boost::json::value preset = nullptr) {
  FieldRule rule = required(std::move(name), kind);
  rule.required = false;
  rule.preset = std::move(preset);
  return rule;
}

FieldRule between(FieldRule rule, std::int64_t low, std::int64_t high) {
  rule.low = low;
  rule.high = high;
  return rule;
}

FieldRule one_of(FieldRule rule, std::vector<std::string> words) {
  rule.words = std::move(words);
  return rule;
}

FieldRule category() {
  return one_of(required("category", Kind::word),
                {"working", "student", "pensioner_nonworking", "temporarily_not_working"});
}

FieldRule method() {
  return one_of(required("method", Kind::word), {"phone", "card", "account", "wallet"});
}

FieldRule card_number(FieldRule rule) {
  return between(std::move(rule), 6, 20);
}

Rules dated_membership_change() {
  return {required("member_id", Kind::id), required("effective_on", Kind::date),
          optional("reason", Kind::text)};
}

Rules withdrawal_step(Rules more) {
  Rules rules = {
      optional("withdrawal_id", Kind::id), between(optional("ext_ref", Kind::printable), 1, 64),
      optional("member_id", Kind::id), between(optional("request_key", Kind::printable), 1, 128)};
  rules.insert(rules.end(), more.begin(), more.end());
  return rules;
}

Rules hold() {
  return {one_of(required("scope", Kind::word), {"member", "purchase", "destination"}),
          optional("member_id", Kind::id),
          optional("partner_id", Kind::id),
          between(optional("action_id", Kind::text), 1, 100),
          optional("destination_id", Kind::token),
          between(required("rule", Kind::printable), 1, 64)};
}

void add_registry(std::map<std::string, Rules>& table) {
  table["register_organization"] = {
      required("organization_id", Kind::id),
      one_of(required("kind", Kind::word), {"central", "regional", "territorial", "primary"}),
      optional("parent_id", Kind::id),
      required("name", Kind::text),
      optional("district", Kind::text),
      optional("city", Kind::text),
      optional("inn", Kind::inn),
      optional("pilot", Kind::flag, false)};
  table["admit_member"] = {required("member_id", Kind::id),
                           required("organization_id", Kind::id),
                           category(),
                           required("admitted_on", Kind::date),
                           optional("tenure_from", Kind::date),
                           one_of(optional("sex", Kind::word), {"f", "m"}),
                           optional("birth_date", Kind::date),
                           optional("pedagogue", Kind::flag, false),
                           optional("name", Kind::text),
                           optional("phone", Kind::phone),
                           optional("email", Kind::text)};
  table["transfer_member"] = {required("member_id", Kind::id),
                              required("to_organization_id", Kind::id),
                              required("effective_on", Kind::date)};
  table["change_member_category"] = {required("member_id", Kind::id), category(),
                                     required("effective_on", Kind::date)};
  table["suspend_membership"] = dated_membership_change();
  table["reinstate_membership"] = dated_membership_change();
  table["terminate_membership"] = {
      required("member_id", Kind::id),
      one_of(required("reason", Kind::word), {"voluntary", "expelled", "left_industry", "graduated",
                                              "redundancy", "deceased", "other"}),
      required("effective_on", Kind::date)};
  const auto role =
      one_of(required("role", Kind::word), {"chair", "deputy", "committee", "audit", "presidium"});
  table["elect_officer"] = {required("organization_id", Kind::id),
                            required("member_id", Kind::id),
                            role,
                            required("from", Kind::date),
                            optional("to", Kind::date),
                            optional("full_time", Kind::flag, false)};
  table["end_officer_term"] = {required("organization_id", Kind::id),
                               required("member_id", Kind::id), role,
                               required("effective_on", Kind::date)};
  const auto people = [](const char* name) {
    return between(required(name, Kind::number), 0, 10'000'000);
  };
  table["report_headcount"] = {required("organization_id", Kind::id), required("as_of", Kind::date),
                               people("employees"), people("pedagogues"), people("students")};
  table["pay_dues"] = {required("member_id", Kind::id), required("period", Kind::month),
                       required("base", Kind::money),   required("percent", Kind::percent),
                       required("amount", Kind::money), required("paid_on", Kind::date)};
  table["issue_card"] = {required("member_id", Kind::id),
                         card_number(required("number", Kind::digits)),
                         one_of(required("form", Kind::word), {"virtual", "plastic"}),
                         optional("valid_to", Kind::date)};
  table["block_card"] = {card_number(required("number", Kind::digits)),
                         optional("reason", Kind::text)};
  table["open_account"] = {required("member_id", Kind::id),
                           card_number(optional("number", Kind::digits)),
                           optional("name", Kind::text)};
}

void add_partners(std::map<std::string, Rules>& table) {
  table["register_partner"] = {
      required("partner_id", Kind::id),
      required("name", Kind::text),
      optional("network", Kind::text),
      optional("currency", Kind::currency, "RUB"),
      between(optional("categories", Kind::texts, boost::json::array()), 1, 64),
      optional("cities", Kind::texts, boost::json::array())};
  table["publish_terms"] = {
      required("partner_id", Kind::id),
      one_of(required("channel", Kind::word), {"online", "offline", "lead"}),
      required("tariffs", Kind::tariffs),
      between(required("freeze_days", Kind::number), 0, 1'000'000),
      between(optional("window_days", Kind::number, 30), 1, 3650),
      optional("cap_per_order", Kind::money),
      optional("cap_per_month", Kind::money),
      one_of(optional("release_policy", Kind::word, "auto"), {"auto", "require_approval"}),
      required("valid_from", Kind::date),
      optional("valid_to", Kind::date)};
  const Rules dated = {required("partner_id", Kind::id), required("effective_on", Kind::date),
                       optional("reason", Kind::text)};
  table["suspend_partner"] = dated;
  table["resume_partner"] = dated;
  table["register_click"] = {required("member_id", Kind::id), required("partner_id", Kind::id),
                             one_of(optional("channel", Kind::word, "online"), {"online", "lead"}),
                             optional("click_id", Kind::token)};
  table["report_purchase"] = {
      required("partner_id", Kind::id),
      between(required("action_id", Kind::text), 1, 100),
      between(optional("order_id", Kind::text), 1, 100),
      one_of(required("status", Kind::word), {"new", "approved", "pending", "declined"}),
      required("status_at", Kind::instant),
      required("purchase_at", Kind::instant),
      optional("click_id", Kind::token),
      card_number(optional("card_number", Kind::digits)),
      optional("currency", Kind::currency, "RUB"),
      optional("fx_rate", Kind::fx_rate),
      required("lines", Kind::lines),
      optional("delivery", Kind::money),
      optional("reason", Kind::text)};
}

void add_money(std::map<std::string, Rules>& table) {
  table["open_business_day"] = {required("date", Kind::date)};
  table["publish_calendar"] = {between(required("year", Kind::number), 1, 9999),
                               required("days_off", Kind::dates),
                               required("working_weekends", Kind::dates)};
  table["add_destination"] = {required("member_id", Kind::id), method(),
                              between(required("value", Kind::text), 0, 1000),
                              optional("destination_id", Kind::token)};
  table["request_withdrawal"] = {required("member_id", Kind::id), method(),
                                 required("amount", Kind::money),
                                 optional("destination_id", Kind::token)};
  const Rules processor_said = {optional("processor_ref", Kind::text),
                                optional("code", Kind::text)};
  table["cancel_withdrawal"] = withdrawal_step({});
  table["send_withdrawal"] = withdrawal_step({optional("processor", Kind::text)});
  table["mark_withdrawal_unknown"] = withdrawal_step({});
  table["settle_withdrawal"] = withdrawal_step(
      {optional("processor_ref", Kind::text), optional("processor_fee", Kind::money, 0)});
  table["reject_withdrawal"] = withdrawal_step(processor_said);
  table["return_withdrawal"] = withdrawal_step(processor_said);
  table["place_hold"] = hold();
  table["lift_hold"] = hold();
  table["adjust_balance"] = {required("member_id", Kind::id),
                             required("amount", Kind::signed_money), required("reason", Kind::text),
                             required("approvers", Kind::approvers)};
}

std::map<std::string, Rules> build_table() {
  std::map<std::string, Rules> table;
  add_registry(table);
  add_partners(table);
  add_money(table);
  return table;
}

}  // namespace

const std::map<std::string, std::vector<FieldRule>>& command_fields() {
  static const std::map<std::string, Rules> table = build_table();
  return table;
}

boost::json::object read_fields(const std::vector<FieldRule>& rules, const boost::json::object& raw,
                                Problems& problems) {
  boost::json::object typed;
  std::set<std::string> known;
  for (const FieldRule& rule : rules) {
    known.insert(rule.name);
    const boost::json::value* value = raw.if_contains(rule.name);
    if (value != nullptr) {
      typed[rule.name] = read_value(rule, *value, problems);
    } else if (rule.required) {
      problems.insert(Problem::missing_field);
    } else if (!rule.preset.is_null()) {
      typed[rule.name] = rule.preset;
    }
  }
  for (const auto& member : raw) {
    if (!known.contains(std::string(member.key()))) {
      problems.insert(Problem::unexpected_field);
    }
  }
  return typed;
}

}  // namespace kopilka::simulation
