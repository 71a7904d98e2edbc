#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/model/names.h"

namespace kopilka::model {

// A rule said no. A refusal is an answer, not an error. Stored in CommandRefused: append, never
// renumber or reuse. Which command may give which code: docs/codes.md.
enum class Refusal : std::uint8_t {
  key_reused,
  organization_not_found,
  member_not_found,
  partner_not_found,
  withdrawal_not_found,
  purchase_not_found,
  card_not_found,
  already_exists,
  parent_not_above,
  organization_closed,
  not_primary,
  tenure_after_admission,
  not_active,
  already_active,
  same_organization,
  same_category,
  date_before_admission,
  number_taken,
  account_exists,
  no_account,
  name_mismatch,
  rate_out_of_bounds,
  freeze_out_of_bounds,
  terms_overlap,
  retroactive,
  click_taken,
  status_time_conflict,
  immutable_field,
  already_declined,
  released_amount_up,
  unknown_tariff,
  already_held,
  not_held,
  day_not_reached,
  day_already_open,
  day_skipped,
  below_minimum,
  member_has_debt,
  bad_destination,
  method_limit,
  on_hold,
  insufficient_funds,
  wrong_state,
  office_taken,
  already_paid,
  approvers_not_different,
  throttled,
};
template <>
inline constexpr std::array<std::string_view, 47> kNames<Refusal>{"key_reused",
                                                                  "organization_not_found",
                                                                  "member_not_found",
                                                                  "partner_not_found",
                                                                  "withdrawal_not_found",
                                                                  "purchase_not_found",
                                                                  "card_not_found",
                                                                  "already_exists",
                                                                  "parent_not_above",
                                                                  "organization_closed",
                                                                  "not_primary",
                                                                  "tenure_after_admission",
                                                                  "not_active",
                                                                  "already_active",
                                                                  "same_organization",
                                                                  "same_category",
                                                                  "date_before_admission",
                                                                  "number_taken",
                                                                  "account_exists",
                                                                  "no_account",
                                                                  "name_mismatch",
                                                                  "rate_out_of_bounds",
                                                                  "freeze_out_of_bounds",
                                                                  "terms_overlap",
                                                                  "retroactive",
                                                                  "click_taken",
                                                                  "status_time_conflict",
                                                                  "immutable_field",
                                                                  "already_declined",
                                                                  "released_amount_up",
                                                                  "unknown_tariff",
                                                                  "already_held",
                                                                  "not_held",
                                                                  "day_not_reached",
                                                                  "day_already_open",
                                                                  "day_skipped",
                                                                  "below_minimum",
                                                                  "member_has_debt",
                                                                  "bad_destination",
                                                                  "method_limit",
                                                                  "on_hold",
                                                                  "insufficient_funds",
                                                                  "wrong_state",
                                                                  "office_taken",
                                                                  "already_paid",
                                                                  "approvers_not_different",
                                                                  "throttled"};
static_assert(name_of(Refusal::throttled) == "throttled");

// Malformed input: nothing is recorded and no key is used up.
enum class Invalid : std::uint8_t {
  not_json,
  line_too_long,
  duplicate_name,
  unknown_command,
  missing_field,
  unexpected_field,
  wrong_type,
  bad_value,
  time_runs_backwards,
};
template <>
inline constexpr std::array<std::string_view, 9> kNames<Invalid>{
    "not_json",         "line_too_long", "duplicate_name", "unknown_command",    "missing_field",
    "unexpected_field", "wrong_type",    "bad_value",      "time_runs_backwards"};

}  // namespace kopilka::model
