#pragma once

#include <string_view>
#include <variant>

#include "engine/model/commands_ledger.h"
#include "engine/model/commands_registry.h"

// The commands of interface.md §1 as plain facts. Each describes its own fields once, for every
// reader and writer: `required` must be named, `optional` may be absent, `defaulted` has a value
// when absent. A TextRule bounds a text. `describe` never judges: rules live in registry and
// ledger.
namespace kopilka::model {

// In the order of interface.md §1. The index is not stored; names are.
using Command = std::variant<
    RegisterOrganization, AdmitMember, TransferMember, ChangeMemberCategory, SuspendMembership,
    ReinstateMembership, TerminateMembership, ElectOfficer, EndOfficerTerm, ReportHeadcount,
    PayDues, IssueCard, BlockCard, OpenAccount, RegisterPartner, PublishTerms, SuspendPartner,
    ResumePartner, RegisterClick, ReportPurchase, OpenBusinessDay, PublishCalendar, AddDestination,
    RequestWithdrawal, CancelWithdrawal, SendWithdrawal, MarkWithdrawalUnknown, SettleWithdrawal,
    RejectWithdrawal, ReturnWithdrawal, PlaceHold, LiftHold, AdjustBalance>;

[[nodiscard]] inline std::string_view name_of(const Command& command) {
  return std::visit([](const auto& c) { return c.kName; }, command);
}

}  // namespace kopilka::model
