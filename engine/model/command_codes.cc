#include "engine/model/command_codes.h"

namespace kopilka::model {
namespace {

template <class Code>
struct Words {
  Code code;
  std::string_view words;
};

constexpr std::array<Words<Refusal>, 47> kRefusalWords{{
    {Refusal::key_reused, "the key is known with another content; use a new key for a new command"},
    {Refusal::organization_not_found, "no organisation has this id"},
    {Refusal::member_not_found, "no member has this id"},
    {Refusal::partner_not_found, "no partner has this id"},
    {Refusal::withdrawal_not_found, "no withdrawal is named so"},
    {Refusal::purchase_not_found, "no purchase was recorded under this partner and action"},
    {Refusal::card_not_found, "no card has this number"},
    {Refusal::already_exists, "it exists already"},
    {Refusal::parent_not_above, "the parent's kind is not above this one's"},
    {Refusal::organization_closed, "the organisation is closed"},
    {Refusal::not_primary, "members belong to primary organisations only"},
    {Refusal::tenure_after_admission, "tenure would begin after the admission"},
    {Refusal::not_active, "it is not active on the date that counts"},
    {Refusal::already_active, "it is active already"},
    {Refusal::same_organization, "the member belongs to this organisation already"},
    {Refusal::same_category, "the member is of this category already"},
    {Refusal::date_before_admission,
     "the date is before the admission, or before the latest change of status"},
    {Refusal::number_taken, "another member's card has this number"},
    {Refusal::account_exists, "the member has an account"},
    {Refusal::no_account, "the member has no account"},
    {Refusal::name_mismatch, "name or card number differ from the register"},
    {Refusal::rate_out_of_bounds, "a member's rate lies outside 1 to 30 percent"},
    {Refusal::freeze_out_of_bounds, "the freeze lies outside 30 to 60 days"},
    {Refusal::terms_overlap, "other terms of this partner and channel hold in the same days"},
    {Refusal::retroactive, "terms may not begin before today unless they are the channel's first"},
    {Refusal::click_taken, "the click_id is taken"},
    {Refusal::status_time_conflict, "another delivery of the same status_at says other sums"},
    {Refusal::immutable_field,
     "time, click, card, currency or rate of a recorded purchase never change"},
    {Refusal::already_declined, "the purchase was declined; an operator adjusts by hand"},
    {Refusal::released_amount_up, "a released purchase may not earn more"},
    {Refusal::unknown_tariff, "the purchase's terms have no such tariff"},
    {Refusal::already_held, "this hold stands already"},
    {Refusal::not_held, "no such hold stands"},
    {Refusal::day_not_reached,
     "the business day is not reached, or days must be opened by an operator first"},
    {Refusal::day_already_open, "the business day is open already"},
    {Refusal::day_skipped, "days open one by one"},
    {Refusal::below_minimum, "the amount is below the method's minimum"},
    {Refusal::member_has_debt, "the member owes money after a late decline"},
    {Refusal::bad_destination, "the destination is malformed, unknown or of another method"},
    {Refusal::method_limit, "the amount is above the method's limit"},
    {Refusal::on_hold, "a hold keeps the money"},
    {Refusal::insufficient_funds, "less is available than asked for"},
    {Refusal::wrong_state, "it does not stand where this step starts"},
    {Refusal::office_taken, "the office is taken in some of these days"},
    {Refusal::already_paid, "the dues of this period were paid already"},
    {Refusal::approvers_not_different, "two different people must approve"},
    {Refusal::throttled, "too many refusals in a minute; nothing was recorded, try again later"},
}};

constexpr std::array<Words<Invalid>, 9> kInvalidWords{{
    {Invalid::not_json,
     "neither one JSON object in UTF-8, at most 16 levels deep, nor a CommandMessage"},
    {Invalid::line_too_long, "the line or message is longer than 1 MiB"},
    {Invalid::duplicate_name, "an object names a field twice"},
    {Invalid::unknown_command, "this release has no such command"},
    {Invalid::missing_field, "a required field is not there, or one that another one asks for"},
    {Invalid::unexpected_field, "the command has no such field, or not together with another one"},
    {Invalid::wrong_type, "a field is of another JSON type; null is not absence"},
    {Invalid::bad_value, "a field's value is outside its pattern, list or limits"},
    {Invalid::time_runs_backwards, "`at` is before the last recorded entry of the log"},
}};

// Each code stands at its own index, so that looking one up is no search.
template <class Code, std::size_t N>
constexpr bool is_in_order(const std::array<Words<Code>, N>& table) {
  for (std::size_t i = 0; i < N; ++i)
    if (static_cast<std::size_t>(table.at(i).code) != i) return false;
  return N == kNames<Code>.size();
}
static_assert(is_in_order(kRefusalWords) && is_in_order(kInvalidWords));

}  // namespace

std::string_view explain(Refusal code) {
  return kRefusalWords.at(static_cast<std::size_t>(code)).words;
}

std::string_view explain(Invalid code) {
  return kInvalidWords.at(static_cast<std::size_t>(code)).words;
}

}  // namespace kopilka::model
