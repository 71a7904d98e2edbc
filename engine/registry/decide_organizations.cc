#include <tuple>

#include "engine/model/commands.h"
#include "engine/registry/decide.h"

namespace kopilka::registry {

using model::Refusal;

Decision decide(const Tables& tables, const model::RegisterOrganization& command,
                const Context& context) {
  const bool is_known = tables.organizations.find(command.organization) != nullptr;
  if (command.parent) {
    const Organization* parent = tables.organizations.find(*command.parent);
    if (parent == nullptr) return refuse(Refusal::organization_not_found);
    if (is_known) return refuse(Refusal::already_exists);
    // Kinds are listed from the top: strictly above excludes cycles too.
    if (parent->kind >= command.kind) return refuse(Refusal::parent_not_above);
  } else {
    // Structure asks for a parent of all but a central one; without it there is none to stand
    // below.
    if (command.kind != model::OrganizationKind::central)
      return refuse(Refusal::organization_not_found);
    if (is_known) return refuse(Refusal::already_exists);
  }
  return record(context.now, model::OrganizationRegistered{
                                 .organization = command.organization,
                                 .kind = command.kind,
                                 .parent = command.parent,
                                 .name = command.name,
                                 .district = command.district,
                                 .city = command.city,
                                 .inn = command.inn,
                                 .pilot = command.pilot,
                             });
}

Decision decide(const Tables& tables, const model::ReportHeadcount& command, const Context&) {
  const bool is_known = tables.organizations.find(command.organization) != nullptr;
  std::ignore = tables.headcounts.find(command.organization);  // fold writes it
  if (!is_known) return refuse(Refusal::organization_not_found);
  return record(model::moscow_midnight(command.as_of),
                model::HeadcountReported{.organization = command.organization,
                                         .as_of = command.as_of,
                                         .employees = command.employees,
                                         .pedagogues = command.pedagogues,
                                         .students = command.students});
}

}  // namespace kopilka::registry
