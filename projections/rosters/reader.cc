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

base::Result<void> for_each_place(const Rosters& model, ports::StateStore* store,
                                  const Organizations& organizations, auto&& visit) {
  return for_each_under(
      model.places, store, organizations,
      [&](const PlaceKey& key) {
        return std::ranges::binary_search(organizations, key.organization);
      },
      visit);
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

// Counts one person under one of the places that the person ever had. Each fact is counted under
// one place only: where it made the person come to, or go from.
struct Count {
  const Organizations& subtree;
  model::Date first;
  Statistics& to;

  void operator()(const PlaceKey& place, const Person& person) const {
    if (const auto line = line_on(place, person, to.as_of))
      ++to.by_category.at(static_cast<std::size_t>(line->category));
    count_memberships(place, person);
    count_transfers(place, person);
  }

  void count_memberships(const PlaceKey& place, const Person& person) const {
    for (const auto admitted_on : person.admissions)
      if (is_within(admitted_on) && was_at(place, person, admitted_on)) ++to.joined;
    for (const auto& [from, status] : person.statuses) {
      if (status != MembershipStatus::terminated) continue;
      const auto last_day = from - 1;
      if (is_within(last_day) && was_at(place, person, last_day)) ++to.left;
    }
  }

  void count_transfers(const PlaceKey& place, const Person& person) const {
    const auto& homes = person.organizations;
    for (std::size_t i = 1; i < homes.size(); ++i) {
      const auto old_home = homes[i - 1].value;
      const auto& [from, new_home] = homes[i];
      const bool is_admission = std::ranges::binary_search(person.admissions, from);
      if (is_admission || !is_within(from)) continue;
      if (new_home == place.organization && !is_ours(old_home)) ++to.transferred_in;
      if (old_home == place.organization && !is_ours(new_home)) ++to.transferred_out;
    }
  }

  [[nodiscard]] bool is_within(model::Date date) const { return first <= date && date <= to.as_of; }
  [[nodiscard]] bool is_ours(model::OrganizationId organization) const {
    return std::ranges::binary_search(subtree, organization);
  }
  static bool was_at(const PlaceKey& place, const Person& person, model::Date date) {
    const auto* organization = registry::in_force(person.organizations, date);
    return organization != nullptr && *organization == place.organization;
  }
};

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
  KOPILKA_TRY(
      for_each_place(*model_, store_, organizations, [&](const auto& place, const auto& person) {
        if (const auto line = line_on(place, person, as_of)) roster.members.push_back(*line);
      }));
  std::ranges::sort(roster.members, {}, &RosterLine::member);
  return roster;
}

base::Result<std::optional<Statistics>> Reader::statistics(model::OrganizationId organization,
                                                           model::Date as_of) const {
  KOPILKA_TRY_ASSIGN(const auto organizations, subtree(organization));
  if (organizations.empty()) return std::nullopt;
  Statistics statistics{.organization = organization, .as_of = as_of};
  const auto first = model::from_civil({.year = model::to_civil(as_of).year});
  KOPILKA_TRY(
      for_each_place(*model_, store_, organizations, Count{organizations, first, statistics}));
  return statistics;
}

}  // namespace kopilka::projections::rosters
