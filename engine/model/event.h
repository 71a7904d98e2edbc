#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/model/events_payouts.h"
#include "engine/model/events_purchases.h"
#include "engine/model/events_registry.h"
#include "engine/model/ids.h"
#include "engine/model/refusal.h"
#include "engine/model/time.h"

namespace kopilka::model {

// A refusal that needed state to decide. It names what the command was about, never its body, so
// that an auditor may ask why and a retry gets the same answer.
struct CommandRefused {
  static constexpr std::uint16_t kType = 90;
  static constexpr std::string_view kName = "CommandRefused";
  std::string command;
  Refusal code{};
  std::optional<MemberId> member;
  std::optional<PartnerId> partner;
  std::optional<OrganizationId> organization;
  std::optional<std::string> action_id;
  std::optional<WithdrawalId> withdrawal;
  static void fields(auto&& self, auto&& field) {
    field(0, "command", self.command);
    field(1, "code", self.code);
    field(2, "member", self.member);
    field(3, "partner", self.partner);
    field(4, "organization", self.organization);
    field(5, "action_id", self.action_id);
    field(6, "withdrawal", self.withdrawal);
  }
};

using Event =
    std::variant<OrganizationRegistered, MemberAdmitted, MemberCategoryChanged, MemberTransferred,
                 MembershipSuspended, MembershipReinstated, MembershipTerminated, CardIssued,
                 CardBlocked, AccountOpened, PartnerRegistered, TermsPublished, PartnerSuspended,
                 PartnerResumed, CalendarPublished, HeadcountReported, OfficerElected,
                 OfficerTermEnded, DuesPaid, BusinessDayOpened, ClickRegistered, PurchaseRecorded,
                 PurchaseUnattributed, PurchaseExpired, PurchaseApproved, PurchaseReheld,
                 PurchaseReaffirmed, PurchaseAdjusted, PurchaseDeclined, FreezeExpired,
                 CashbackClawedBack, HoldPlaced, HoldLifted, DestinationAdded, WithdrawalRequested,
                 WithdrawalCancelled, WithdrawalSent, WithdrawalOutcomeUnknown, WithdrawalSettled,
                 WithdrawalRejected, WithdrawalSettledAfterRejection, WithdrawalReturned,
                 BalanceAdjusted, PartnerInvoiceIssued, PartnerPaymentReceived, CommandRefused>;

[[nodiscard]] inline std::uint16_t type_of(const Event& event) {
  return std::visit([](const auto& e) { return e.kType; }, event);
}
[[nodiscard]] inline std::string_view name_of(const Event& event) {
  return std::visit([](const auto& e) { return e.kName; }, event);
}

// An event with when it was true. When it was known is its entry's recorded_at.
struct DatedEvent {
  Instant effective_at;
  Event event;
};

}  // namespace kopilka::model
