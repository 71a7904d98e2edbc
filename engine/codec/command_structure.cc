#include "engine/codec/command_structure.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace kopilka::codec {
namespace {

using model::Invalid;

// Nothing that was read so far is in doubt.
bool all_read(const FieldReader& fields) {
  return !fields.problems().has(Invalid::wrong_type) &&
         !fields.problems().has(Invalid::bad_value) &&
         !fields.problems().has(Invalid::missing_field);
}

bool is_currency(std::string_view text) {
  return text.size() == 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return 'A' <= c && c <= 'Z'; });
}

// A taxpayer's number (domain.md §10): 9 digits and one that checks them, or 10 and two.
bool is_inn(std::string_view digits) {
  constexpr std::array kWeights{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
  const auto checks = [&](std::size_t position) {
    int sum = 0;
    for (std::size_t i = 0; i < position; ++i)
      sum += (digits[i] - '0') * kWeights[kWeights.size() - position + i];
    return digits[position] - '0' == sum % 11 % 10;
  };
  return (digits.size() == 10 && checks(9)) || (digits.size() == 12 && checks(10) && checks(11));
}

void check_currency(std::string_view currency, FieldReader& fields) {
  if (!is_currency(currency))
    fields.note(Invalid::bad_value, "currency", "must be three capital letters, such as RUB");
}

void exactly_one(std::string_view first, std::string_view second, FieldReader& fields) {
  if (fields.has(first) && fields.has(second))
    fields.note(Invalid::unexpected_field, second, fmt::format("not together with {}", first));
  if (!fields.has(first) && !fields.has(second))
    fields.note(Invalid::missing_field, first, fmt::format("this or {} is required", second));
}

// Two equal values, or none.
template <class T>
bool has_equal(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  return std::adjacent_find(values.begin(), values.end()) != values.end();
}

void check_lines(const model::ReportPurchase& command, FieldReader& fields) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(command.lines.size());
  model::Money total;
  for (const auto& line : command.lines) {
    numbers.push_back(line.line);
    const auto in_roubles =
        command.fx_rate ? model::convert(line.amount, *command.fx_rate) : line.amount;
    if (!in_roubles)
      return fields.note(Invalid::bad_value, "lines",
                         "an amount in roubles is above 9999999999.99");
    total += *in_roubles;
  }
  if (total > model::kAmountMax)
    fields.note(Invalid::bad_value, "lines",
                "the amounts in roubles are together above 9999999999.99");
  if (has_equal(std::move(numbers)))
    fields.note(Invalid::bad_value, "lines", "each line must have a number of its own");
}

}  // namespace

void check_structure(const model::RegisterOrganization& command, FieldReader& fields) {
  if (command.inn && !is_inn(*command.inn))
    fields.note(Invalid::bad_value, "inn",
                "must be 10 or 12 digits, of which the last (two) must fit the others");
  if (!fields.was_read("kind")) return;
  const bool is_top = command.kind == model::OrganizationKind::central;
  if (is_top && fields.has("parent_id"))
    fields.note(Invalid::unexpected_field, "parent_id",
                "nothing is above the central organisation");
  if (!is_top && !fields.has("parent_id"))
    fields.note(Invalid::missing_field, "parent_id", "required below the central organisation");
}

void check_structure(const model::ElectOfficer& command, FieldReader& fields) {
  if (command.to && *command.to < command.from && all_read(fields))
    fields.note(Invalid::bad_value, "to", "must not be before from");
}

void check_structure(const model::ReportHeadcount& command, FieldReader& fields) {
  for (const auto& [name, people] :
       {std::pair("employees", command.employees), std::pair("pedagogues", command.pedagogues),
        std::pair("students", command.students)})
    if (people > model::kHeadcountMax)
      fields.note(Invalid::bad_value, name,
                  fmt::format("must be from 0 to {}", model::kHeadcountMax));
  if (all_read(fields) && command.pedagogues > command.employees)
    fields.note(Invalid::bad_value, "pedagogues", "must not be more than employees");
}

void check_structure(const model::PayDues& command, FieldReader& fields) {
  if (command.percent > model::Rate::ppm(model::kDuesPpmMax))
    fields.note(Invalid::bad_value, "percent", "must be from 0 to 100");
  if (command.amount == model::Money{} && all_read(fields))
    fields.note(Invalid::bad_value, "amount", "must not be zero");
}

void check_structure(const model::RegisterPartner& command, FieldReader& fields) {
  check_currency(command.currency, fields);
}

void check_structure(const model::PublishTerms& command, FieldReader& fields) {
  if (command.window_days < 1 || command.window_days > model::kWindowDaysMax)
    fields.note(Invalid::bad_value, "window_days",
                fmt::format("must be from 1 to {}", model::kWindowDaysMax));
  if (command.valid_to && *command.valid_to < command.valid_from && all_read(fields))
    fields.note(Invalid::bad_value, "valid_to", "must not be before valid_from");
  std::vector<std::string_view> codes;
  codes.reserve(command.tariffs.size());
  for (const auto& tariff : command.tariffs)
    codes.push_back(tariff.code);
  if (has_equal(std::move(codes)) && all_read(fields))
    fields.note(Invalid::bad_value, "tariffs", "each tariff must have a code of its own");
}

void check_structure(const model::Tariff&, FieldReader& fields) {
  exactly_one("percent", "fixed", fields);
  exactly_one("commission_percent", "commission_fixed", fields);
}

void check_structure(const model::RegisterClick& command, FieldReader& fields) {
  if (command.channel == model::Channel::offline)
    fields.note(Invalid::bad_value, "channel", "must be online or lead: nobody clicks in a shop");
}

void check_structure(const model::ReportPurchase& command, FieldReader& fields) {
  if (fields.has("click_id") && fields.has("card_number"))
    fields.note(Invalid::unexpected_field, "card_number", "not together with click_id");
  check_currency(command.currency, fields);
  const bool is_foreign = command.currency != "RUB";
  const bool in_doubt = fields.has("currency") && !fields.was_read("currency");
  if (is_foreign && !fields.has("fx_rate"))
    fields.note(Invalid::missing_field, "fx_rate", "required with a foreign currency");
  if (!is_foreign && !in_doubt && fields.has("fx_rate"))
    fields.note(Invalid::unexpected_field, "fx_rate", "only with a foreign currency");
  if (all_read(fields)) check_lines(command, fields);
}

void check_structure(const model::PublishCalendar& command, FieldReader& fields) {
  constexpr int kYearMin = 1900;
  constexpr int kYearMax = 2199;
  if (!all_read(fields)) return;
  if (command.year < kYearMin || command.year > kYearMax)
    return fields.note(Invalid::bad_value, "year", "must be from 1900 to 2199");
  const auto outside = [&](model::Date date) { return model::to_civil(date).year != command.year; };
  if (std::any_of(command.days_off.begin(), command.days_off.end(), outside))
    fields.note(Invalid::bad_value, "days_off", "must all lie in the year");
  if (std::any_of(command.working_weekends.begin(), command.working_weekends.end(), outside))
    fields.note(Invalid::bad_value, "working_weekends", "must all lie in the year");
  auto days = command.days_off;
  days.insert(days.end(), command.working_weekends.begin(), command.working_weekends.end());
  if (has_equal(std::move(days)))
    fields.note(Invalid::bad_value, "days_off", "no day may be named twice, here or as working");
}

void check_structure(const model::WithdrawalReference&, FieldReader& fields) {
  const bool by_member = fields.has("member_id") || fields.has("request_key");
  int ways = by_member ? 1 : 0;
  for (const auto* name : {"withdrawal_id", "ext_ref"})
    if (fields.has(name) && ++ways > 1)
      fields.note(Invalid::unexpected_field, name, "name the withdrawal in one way only");
  if (ways == 0)
    fields.note(Invalid::missing_field, "withdrawal_id",
                "this, ext_ref, or member_id with request_key is required");
  if (!by_member) return;
  for (const auto* name : {"member_id", "request_key"})
    if (!fields.has(name))
      fields.note(Invalid::missing_field, name, "member_id and request_key belong together");
}

void check_structure(const model::HoldTarget& target, FieldReader& fields) {
  if (!fields.was_read("scope")) return;
  const bool on_purchase = target.scope == model::HoldScope::purchase;
  const bool on_destination = target.scope == model::HoldScope::destination;
  const auto belongs = [&](const char* name, bool wanted) {
    if (wanted && !fields.has(name))
      fields.note(Invalid::missing_field, name, "required in this scope");
    if (!wanted && fields.has(name))
      fields.note(Invalid::unexpected_field, name, "not in this scope");
  };
  belongs("member_id", !on_purchase);
  belongs("partner_id", on_purchase);
  belongs("action_id", on_purchase);
  belongs("destination_id", on_destination);
}

void check_structure(const model::AdjustBalance& command, FieldReader& fields) {
  if (!fields.has("approvers"))
    fields.note(Invalid::missing_field, "approvers", "required, but not there");
  else if (command.approvers.size() != 2 && all_read(fields))
    fields.note(Invalid::bad_value, "approvers", "must be two texts");
  if (command.amount == model::Money{} && all_read(fields))
    fields.note(Invalid::bad_value, "amount", "must not be zero");
}

}  // namespace kopilka::codec
