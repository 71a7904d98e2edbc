#pragma once

#include "engine/model/commands.h"
#include "engine/registry/decision.h"
#include "engine/registry/tables.h"

// What each command records, or why it is refused. Pure and total: any command on any rows gets an
// answer. Existence of what is named is checked first, in the order of the fields; then the codes
// in the order of interface.md, "codes by command"; the first that applies wins.
//
// A row that was not loaded looks like none: the answer counts only if the tables noted no miss.
// Every row that the fold of the answer will change has been asked for, so that folding misses
// nothing.
namespace kopilka::registry {

// organization_not_found (the parent), already_exists, parent_not_above
[[nodiscard]] Decision decide(const Tables& tables, const model::RegisterOrganization& command,
                              const Context& context);

// organization_not_found, already_exists, organization_closed, not_primary, tenure_after_admission,
// date_before_admission
[[nodiscard]] Decision decide(const Tables& tables, const model::AdmitMember& command,
                              const Context& context);

// member_not_found, organization_not_found, not_active, date_before_admission, organization_closed,
// not_primary, same_organization
[[nodiscard]] Decision decide(const Tables& tables, const model::TransferMember& command,
                              const Context& context);

// member_not_found, not_active, date_before_admission, same_category
[[nodiscard]] Decision decide(const Tables& tables, const model::ChangeMemberCategory& command,
                              const Context& context);

// member_not_found, not_active, date_before_admission
[[nodiscard]] Decision decide(const Tables& tables, const model::SuspendMembership& command,
                              const Context& context);

// member_not_found, not_active, already_active, date_before_admission
[[nodiscard]] Decision decide(const Tables& tables, const model::ReinstateMembership& command,
                              const Context& context);

// member_not_found, not_active, date_before_admission
[[nodiscard]] Decision decide(const Tables& tables, const model::TerminateMembership& command,
                              const Context& context);

// organization_not_found, member_not_found, not_active, date_before_admission (both on the first
// day), organization_closed, office_taken (a chair's by anybody, another by the member, on any day
// of the term)
[[nodiscard]] Decision decide(const Tables& tables, const model::ElectOfficer& command,
                              const Context& context);

// organization_not_found, member_not_found, not_active (the member does not hold the office on that
// day). On the first day of a term it undoes the election.
[[nodiscard]] Decision decide(const Tables& tables, const model::EndOfficerTerm& command,
                              const Context& context);

// organization_not_found. A later report for the same date stands beside the earlier one.
[[nodiscard]] Decision decide(const Tables& tables, const model::ReportHeadcount& command,
                              const Context& context);

// member_not_found, day_not_reached (paid after today), not_active (on the register on no day of
// the period), date_before_admission (the period is over before it), already_paid
[[nodiscard]] Decision decide(const Tables& tables, const model::PayDues& command,
                              const Context& context);

// member_not_found, not_active, number_taken, already_exists
[[nodiscard]] Decision decide(const Tables& tables, const model::IssueCard& command,
                              const Context& context);

// card_not_found, wrong_state
[[nodiscard]] Decision decide(const Tables& tables, const model::BlockCard& command,
                              const Context& context);

// member_not_found, card_not_found, not_active, account_exists, name_mismatch
[[nodiscard]] Decision decide(const Tables& tables, const model::OpenAccount& command,
                              const Context& context);

// already_exists
[[nodiscard]] Decision decide(const Tables& tables, const model::RegisterPartner& command,
                              const Context& context);

// partner_not_found, rate_out_of_bounds, freeze_out_of_bounds, retroactive, terms_overlap
[[nodiscard]] Decision decide(const Tables& tables, const model::PublishTerms& command,
                              const Context& context);

// partner_not_found, not_active
[[nodiscard]] Decision decide(const Tables& tables, const model::SuspendPartner& command,
                              const Context& context);

// partner_not_found, already_active
[[nodiscard]] Decision decide(const Tables& tables, const model::ResumePartner& command,
                              const Context& context);

// Never refused: a year's calendar published again takes the place of the former.
[[nodiscard]] Decision decide(const Tables& tables, const model::PublishCalendar& command,
                              const Context& context);

}  // namespace kopilka::registry
