#include "engine/model/commands.h"
#include "engine/registry/decide.h"
#include "engine/registry/queries.h"
#include "engine/registry/standing.h"

// Suspension, reinstatement, termination. Each is judged by the status on its own day; before the
// first admission there is none, and the date is what is wrong.
namespace kopilka::registry {
namespace {

using model::Refusal;

// Changes of status are recorded in the order of their days, so that an earlier decision never
// turns out to have been judged on another standing.
bool is_too_early(const Member& member, model::Date date) {
  return date < member.admitted_on ||
         (!member.statuses.empty() && date < member.statuses.back().from);
}

}  // namespace

std::optional<Refusal> refusal_on(const Member& member, model::Date date) {
  const auto status = status_on(member, date);
  if (status != MembershipStatus::active && status != MembershipStatus::none)
    return Refusal::not_active;
  if (date < member.admitted_on) return Refusal::date_before_admission;
  return std::nullopt;
}

Decision decide(const Tables& tables, const model::SuspendMembership& command, const Context&) {
  const Member* member = tables.members.find(command.member);
  if (member == nullptr) return refuse(Refusal::member_not_found);
  const auto status = status_on(*member, command.effective_on);
  if (status == MembershipStatus::suspended || status == MembershipStatus::terminated)
    return refuse(Refusal::not_active);
  if (is_too_early(*member, command.effective_on)) return refuse(Refusal::date_before_admission);
  return record(model::moscow_midnight(command.effective_on),
                model::MembershipSuspended{.member = command.member,
                                           .effective_on = command.effective_on,
                                           .reason = command.reason});
}

Decision decide(const Tables& tables, const model::ReinstateMembership& command, const Context&) {
  const Member* member = tables.members.find(command.member);
  if (member == nullptr) return refuse(Refusal::member_not_found);
  const auto status = status_on(*member, command.effective_on);
  if (status == MembershipStatus::terminated) return refuse(Refusal::not_active);
  if (status == MembershipStatus::active) return refuse(Refusal::already_active);
  if (is_too_early(*member, command.effective_on)) return refuse(Refusal::date_before_admission);
  return record(model::moscow_midnight(command.effective_on),
                model::MembershipReinstated{.member = command.member,
                                            .effective_on = command.effective_on,
                                            .reason = command.reason});
}

Decision decide(const Tables& tables, const model::TerminateMembership& command, const Context&) {
  const Member* member = tables.members.find(command.member);
  if (member == nullptr) return refuse(Refusal::member_not_found);
  if (status_on(*member, command.effective_on) == MembershipStatus::terminated)
    return refuse(Refusal::not_active);
  if (is_too_early(*member, command.effective_on)) return refuse(Refusal::date_before_admission);
  // The last day still counts: the fact is true from the day after (domain.md §3).
  return record(
      model::moscow_midnight(command.effective_on + 1),
      model::MembershipTerminated{
          .member = command.member, .reason = command.reason, .last_day = command.effective_on});
}

}  // namespace kopilka::registry
