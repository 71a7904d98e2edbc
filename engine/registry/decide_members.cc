#include <optional>
#include <tuple>

#include "engine/model/commands.h"
#include "engine/registry/decide.h"
#include "engine/registry/queries.h"
#include "engine/registry/standing.h"

// Who is on the register, where and as what.
namespace kopilka::registry {
namespace {

using model::Refusal;

// Whether an organisation may take a member.
std::optional<Refusal> refusal_of(const Organization& organization) {
  if (organization.closed) return Refusal::organization_closed;
  if (organization.kind != model::OrganizationKind::primary) return Refusal::not_primary;
  return std::nullopt;
}

model::MemberAdmitted admission(const model::AdmitMember& command, model::Date tenure_from) {
  return {
      .member = command.member,
      .organization = command.organization,
      .category = command.category,
      .admitted_on = command.admitted_on,
      .tenure_from = tenure_from,
      .sex = command.sex,
      .birth_month = command.birth_month,
      .pedagogue = command.pedagogue,
      .name_hash = command.name_hash,
      .personal = command.personal,
  };
}

}  // namespace

Decision decide(const Tables& tables, const model::AdmitMember& command, const Context&) {
  const Organization* organization = tables.organizations.find(command.organization);
  const Member* member = tables.members.find(command.member);
  if (command.personal) std::ignore = tables.personal.find(command.member);  // fold writes it
  if (organization == nullptr) return refuse(Refusal::organization_not_found);
  const auto latest = member != nullptr ? latest_status(*member) : MembershipStatus::none;
  if (latest == MembershipStatus::active || latest == MembershipStatus::suspended)
    return refuse(Refusal::already_exists);
  if (const auto code = refusal_of(*organization)) return refuse(*code);
  const auto tenure_from = command.tenure_from.value_or(command.admitted_on);
  if (tenure_from > command.admitted_on) return refuse(Refusal::tenure_after_admission);
  // The last change on record is the day after the last day of the former membership.
  if (latest == MembershipStatus::terminated && command.admitted_on < member->statuses.back().from)
    return refuse(Refusal::date_before_admission);
  return record(model::moscow_midnight(command.admitted_on), admission(command, tenure_from));
}

Decision decide(const Tables& tables, const model::TransferMember& command, const Context&) {
  const Member* member = tables.members.find(command.member);
  const Organization* to = tables.organizations.find(command.to_organization);
  if (member == nullptr) return refuse(Refusal::member_not_found);
  if (to == nullptr) return refuse(Refusal::organization_not_found);
  if (const auto code = refusal_on(*member, command.effective_on)) return refuse(*code);
  if (const auto code = refusal_of(*to)) return refuse(*code);
  const auto from = organization_on(*member, command.effective_on);
  if (from == command.to_organization) return refuse(Refusal::same_organization);
  return record(model::moscow_midnight(command.effective_on),
                model::MemberTransferred{.member = command.member,
                                         .from = from,
                                         .to = command.to_organization,
                                         .effective_on = command.effective_on});
}

Decision decide(const Tables& tables, const model::ChangeMemberCategory& command, const Context&) {
  const Member* member = tables.members.find(command.member);
  if (member == nullptr) return refuse(Refusal::member_not_found);
  if (const auto code = refusal_on(*member, command.effective_on)) return refuse(*code);
  if (category_on(*member, command.effective_on) == command.category)
    return refuse(Refusal::same_category);
  return record(model::moscow_midnight(command.effective_on),
                model::MemberCategoryChanged{.member = command.member,
                                             .category = command.category,
                                             .effective_on = command.effective_on});
}

}  // namespace kopilka::registry
