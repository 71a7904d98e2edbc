#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

#include "engine/model/commands.h"
#include "engine/model/names.h"
#include "engine/model/refusal.h"

// Which command may be answered with which code (interface.md §1), in one place. docs/codes.md is
// made from it, and a test holds the two together.
namespace kopilka::model {

struct CommandCodes {
  std::string_view command;
  std::array<Refusal, 8> refusals{};
  std::size_t count{0};

  // In the order in which they are checked.
  [[nodiscard]] constexpr std::span<const Refusal> in_order() const {
    return std::span(refusals).first(count);
  }
};

// Any command may be answered with these, before its own: a known key with another content, days
// that must be opened first, too many over the network.
inline constexpr std::array kCommonRefusals{Refusal::key_reused, Refusal::day_not_reached,
                                            Refusal::throttled};

[[nodiscard]] constexpr CommandCodes codes_of(std::string_view command,
                                              std::same_as<Refusal> auto... refusals) {
  return {command, {refusals...}, sizeof...(refusals)};
}

// In the order of `Command`.
inline constexpr std::array kCommandCodes{
    codes_of(RegisterOrganization::kName, Refusal::organization_not_found, Refusal::already_exists,
             Refusal::parent_not_above),
    codes_of(AdmitMember::kName, Refusal::organization_not_found, Refusal::already_exists,
             Refusal::organization_closed, Refusal::not_primary, Refusal::tenure_after_admission,
             Refusal::date_before_admission),
    codes_of(TransferMember::kName, Refusal::member_not_found, Refusal::organization_not_found,
             Refusal::not_active, Refusal::date_before_admission, Refusal::organization_closed,
             Refusal::not_primary, Refusal::same_organization),
    codes_of(ChangeMemberCategory::kName, Refusal::member_not_found, Refusal::not_active,
             Refusal::date_before_admission, Refusal::same_category),
    codes_of(SuspendMembership::kName, Refusal::member_not_found, Refusal::not_active,
             Refusal::date_before_admission),
    codes_of(ReinstateMembership::kName, Refusal::member_not_found, Refusal::not_active,
             Refusal::already_active, Refusal::date_before_admission),
    codes_of(TerminateMembership::kName, Refusal::member_not_found, Refusal::not_active,
             Refusal::date_before_admission),
    codes_of(ElectOfficer::kName, Refusal::organization_not_found, Refusal::member_not_found,
             Refusal::not_active, Refusal::date_before_admission, Refusal::organization_closed,
             Refusal::office_taken),
    codes_of(EndOfficerTerm::kName, Refusal::organization_not_found, Refusal::member_not_found,
             Refusal::not_active),
    codes_of(ReportHeadcount::kName, Refusal::organization_not_found),
    codes_of(PayDues::kName, Refusal::member_not_found, Refusal::day_not_reached,
             Refusal::not_active, Refusal::date_before_admission, Refusal::already_paid),
    codes_of(IssueCard::kName, Refusal::member_not_found, Refusal::not_active,
             Refusal::number_taken, Refusal::already_exists),
    codes_of(BlockCard::kName, Refusal::card_not_found, Refusal::wrong_state),
    codes_of(OpenAccount::kName, Refusal::member_not_found, Refusal::card_not_found,
             Refusal::not_active, Refusal::account_exists, Refusal::name_mismatch),
    codes_of(RegisterPartner::kName, Refusal::already_exists),
    codes_of(PublishTerms::kName, Refusal::partner_not_found, Refusal::rate_out_of_bounds,
             Refusal::freeze_out_of_bounds, Refusal::retroactive, Refusal::terms_overlap),
    codes_of(SuspendPartner::kName, Refusal::partner_not_found, Refusal::not_active),
    codes_of(ResumePartner::kName, Refusal::partner_not_found, Refusal::already_active),
    codes_of(RegisterClick::kName, Refusal::member_not_found, Refusal::partner_not_found,
             Refusal::click_taken),
    codes_of(ReportPurchase::kName, Refusal::partner_not_found, Refusal::status_time_conflict,
             Refusal::immutable_field, Refusal::already_declined, Refusal::unknown_tariff,
             Refusal::released_amount_up),
    codes_of(OpenBusinessDay::kName, Refusal::day_already_open, Refusal::day_not_reached,
             Refusal::day_skipped),
    codes_of(PublishCalendar::kName),
    codes_of(AddDestination::kName, Refusal::member_not_found, Refusal::already_exists,
             Refusal::bad_destination),
    codes_of(RequestWithdrawal::kName, Refusal::member_not_found, Refusal::no_account,
             Refusal::below_minimum, Refusal::member_has_debt, Refusal::bad_destination,
             Refusal::method_limit, Refusal::on_hold, Refusal::insufficient_funds),
    codes_of(CancelWithdrawal::kName, Refusal::member_not_found, Refusal::withdrawal_not_found,
             Refusal::wrong_state),
    codes_of(SendWithdrawal::kName, Refusal::member_not_found, Refusal::withdrawal_not_found,
             Refusal::wrong_state, Refusal::on_hold),
    codes_of(MarkWithdrawalUnknown::kName, Refusal::member_not_found, Refusal::withdrawal_not_found,
             Refusal::wrong_state),
    codes_of(SettleWithdrawal::kName, Refusal::member_not_found, Refusal::withdrawal_not_found,
             Refusal::wrong_state),
    codes_of(RejectWithdrawal::kName, Refusal::member_not_found, Refusal::withdrawal_not_found,
             Refusal::wrong_state),
    codes_of(ReturnWithdrawal::kName, Refusal::member_not_found, Refusal::withdrawal_not_found,
             Refusal::wrong_state),
    codes_of(PlaceHold::kName, Refusal::member_not_found, Refusal::bad_destination,
             Refusal::partner_not_found, Refusal::purchase_not_found, Refusal::wrong_state,
             Refusal::already_held),
    codes_of(LiftHold::kName, Refusal::member_not_found, Refusal::bad_destination,
             Refusal::partner_not_found, Refusal::purchase_not_found, Refusal::wrong_state,
             Refusal::not_held),
    codes_of(AdjustBalance::kName, Refusal::member_not_found, Refusal::approvers_not_different,
             Refusal::insufficient_funds),
};
static_assert(kCommandCodes.size() == std::variant_size_v<Command>);

// Whether that command may be answered with that code. False for an unknown command.
[[nodiscard]] constexpr bool may_refuse(std::string_view command, Refusal code) {
  for (const auto common : kCommonRefusals)
    if (common == code) return true;
  for (const auto& codes : kCommandCodes)
    if (codes.command == command)
      for (const auto own : codes.in_order())
        if (own == code) return true;
  return false;
}

// What a code means, in words for people.
[[nodiscard]] std::string_view explain(Refusal code);
[[nodiscard]] std::string_view explain(Invalid code);

}  // namespace kopilka::model
