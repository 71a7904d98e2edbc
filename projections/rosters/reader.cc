#include "projections/rosters/reader.h"

#include <algorithm>
#include <utility>

#include "engine/state/reads.h"
#include "projections/rosters/rosters.h"
#include "projections/rosters/rows.h"

namespace kopilka::projections::rosters {
namespace {

using registry::MembershipStatus;

// REQUIRES: ascending
using Organizations = std::vector<model::OrganizationId>;

// Rows whose keys begin with one of the organisations, in no order.
base::Result<void> for_each_under(const auto& table, ports::StateStore* store,
                                  const Organizations& organizations, auto&& belongs,
                                  auto&& visit) {
  std::vector<base::Bytes> prefixes;
  prefixes.reserve(organizations.size());
  for (const auto organization : organizations)
    prefixes.push_back(state::encode_key(table.tag(), organization));
  return state::for_each_row_of(table, store, prefixes, belongs, visit);
}

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
  Organizations found;
  KOPILKA_TRY_ASSIGN(const auto top, state::read_row(model_->units, store_, organization));
  if (!top) return found;
  // Level by level: a parent stands above its children, so there is no cycle.
  for (Organizations level{organization}; !level.empty();) {
    found.insert(found.end(), level.begin(), level.end());
    Organizations below;
    KOPILKA_TRY(for_each_under(
        model_->branches, store_, level,
        [&](const BranchKey& key) { return std::ranges::binary_search(level, key.parent); },
        [&](const BranchKey& key, const Branch&) { below.push_back(key.child); }));
    std::ranges::sort(below);
    level = std::move(below);
  }
  std::ranges::sort(found);
  return found;
}

base::Result<std::optional<Roster>> Reader::roster(model::OrganizationId organization,
                                                   model::Date as_of) const {
  KOPILKA_TRY_ASSIGN(const auto organizations, subtree(organization));
  if (organizations.empty()) return std::nullopt;
  Roster roster{organization, as_of, {}};
  KOPILKA_TRY(for_each_under(
      model_->places, store_, organizations,
      [&](const PlaceKey& key) {
        return std::ranges::binary_search(organizations, key.organization);
      },
      [&](const PlaceKey& key, const Person& person) {
        if (const auto line = line_on(key, person, as_of)) roster.members.push_back(*line);
      }));
  std::ranges::sort(roster.members, {}, &RosterLine::member);
  return roster;
}

}  // namespace kopilka::projections::rosters
