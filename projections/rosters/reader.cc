#include "projections/rosters/reader.h"

#include <algorithm>

#include "projections/rosters/rosters.h"
#include "projections/rosters/rows.h"
#include "projections/tree/tree.h"

namespace kopilka::projections::rosters {
namespace {

using registry::MembershipStatus;

std::optional<RosterStatus> status_on(const Person& person, model::Date date) {
  const auto* status = registry::in_force(person.statuses, date);
  if (status != nullptr && *status == MembershipStatus::active) return RosterStatus::active;
  if (status != nullptr && *status == MembershipStatus::suspended) return RosterStatus::suspended;
  return std::nullopt;
}

// Nothing: on that day no member, or one of another organisation.
std::optional<RosterLine> line_on(const PlaceKey& place, const Person& person, model::Date date) {
  const auto status = status_on(person, date);
  const auto* organization = registry::in_force(person.organizations, date);
  const auto* category = registry::in_force(person.categories, date);
  if (!status || category == nullptr) return std::nullopt;
  if (organization == nullptr || *organization != place.organization) return std::nullopt;
  const auto later = std::ranges::upper_bound(person.admissions, date);
  if (later == person.admissions.begin()) return std::nullopt;
  return RosterLine{place.member, *organization, *category, *status, *std::prev(later)};
}

}  // namespace

base::Result<std::vector<model::OrganizationId>> Reader::subtree(
    model::OrganizationId organization) const {
  KOPILKA_TRY_ASSIGN(const auto nodes, tree::subtree(model_->union_tree, store_, organization));
  std::vector<model::OrganizationId> found;
  found.reserve(nodes.size());
  for (const auto& node : nodes)
    found.push_back(node.id);
  std::ranges::sort(found);
  return found;
}

base::Result<std::optional<Roster>> Reader::roster(model::OrganizationId organization,
                                                   model::Date as_of) const {
  KOPILKA_TRY_ASSIGN(const auto organizations, subtree(organization));
  if (organizations.empty()) return std::nullopt;
  Roster roster{organization, as_of, {}};
  KOPILKA_TRY(tree::for_each_under(
      model_->places, store_, organizations, [](const PlaceKey& key) { return key.organization; },
      [&](const PlaceKey& place, const Person& person) {
        if (const auto line = line_on(place, person, as_of)) roster.members.push_back(*line);
      }));
  std::ranges::sort(roster.members, {}, &RosterLine::member);
  return roster;
}

}  // namespace kopilka::projections::rosters
