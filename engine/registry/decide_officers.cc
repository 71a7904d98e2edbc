#include <algorithm>
#include <limits>

#include "engine/model/commands.h"
#include "engine/registry/decide.h"
#include "engine/registry/queries.h"
#include "engine/registry/standing.h"

// Who is elected to an office, and until when.
namespace kopilka::registry {
namespace {

using model::Refusal;

// Of a term that is open.
constexpr model::Date kNever = model::Date::days(std::numeric_limits<std::int32_t>::max());

// Whether that term keeps the office from being given: there is one chair at a time, and nobody
// holds an office twice.
bool is_in_the_way(const OfficerTerm& term, const model::ElectOfficer& wanted) {
  if (term.role != wanted.role) return false;
  if (term.role != model::OfficerRole::chair && term.member != wanted.member) return false;
  return term.from <= wanted.to.value_or(kNever) && wanted.from <= term.to.value_or(kNever);
}

}  // namespace

Decision decide(const Tables& tables, const model::ElectOfficer& command, const Context&) {
  const Organization* organization = tables.organizations.find(command.organization);
  const Member* member = tables.members.find(command.member);
  const Officers* officers = tables.officers.find(command.organization);
  if (organization == nullptr) return refuse(Refusal::organization_not_found);
  if (member == nullptr) return refuse(Refusal::member_not_found);
  if (const auto code = refusal_on(*member, command.from)) return refuse(*code);
  if (organization->closed) return refuse(Refusal::organization_closed);
  if (officers != nullptr && std::ranges::any_of(officers->terms, [&](const auto& term) {
        return is_in_the_way(term, command);
      }))
    return refuse(Refusal::office_taken);
  return record(model::moscow_midnight(command.from),
                model::OfficerElected{.organization = command.organization,
                                      .member = command.member,
                                      .role = command.role,
                                      .from = command.from,
                                      .to = command.to,
                                      .full_time = command.full_time});
}

Decision decide(const Tables& tables, const model::EndOfficerTerm& command, const Context&) {
  const bool is_known = tables.organizations.find(command.organization) != nullptr;
  const bool is_member = tables.members.find(command.member) != nullptr;
  const Officers* officers = tables.officers.find(command.organization);
  if (!is_known) return refuse(Refusal::organization_not_found);
  if (!is_member) return refuse(Refusal::member_not_found);
  const auto is_held = [&](const OfficerTerm& term) {
    return term.role == command.role && term.member == command.member &&
           holds_on(term, command.effective_on);
  };
  if (officers == nullptr || std::ranges::none_of(officers->terms, is_held))
    return refuse(Refusal::not_active);
  return record(model::moscow_midnight(command.effective_on),
                model::OfficerTermEnded{.organization = command.organization,
                                        .member = command.member,
                                        .role = command.role,
                                        .effective_on = command.effective_on});
}

}  // namespace kopilka::registry
