#include "projections/rosters/rosters.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

namespace kopilka::projections::rosters {
namespace {

using registry::MembershipStatus;

bool belonged_to(const Person& person, model::OrganizationId organization) {
  return std::ranges::any_of(person.organizations,
                             [&](const auto& dated) { return dated.value == organization; });
}

struct Fold {
  Rosters& to;

  base::Result<void> operator()(const model::OrganizationRegistered& e) const {
    to.union_tree.fold(e);
    return {};
  }

  base::Result<void> operator()(const model::MemberAdmitted& e) const {
    change(e.member, to.people.edit(e.member), [&](Person& person) {
      begin_anew(person.statuses, e.admitted_on, MembershipStatus::active);
      begin_anew(person.organizations, e.admitted_on, e.organization);
      begin_anew(person.categories, e.admitted_on, e.category);
      std::erase_if(person.admissions, [&](model::Date on) { return on >= e.admitted_on; });
      person.admissions.push_back(e.admitted_on);
    });
    return {};
  }
  base::Result<void> operator()(const model::MemberCategoryChanged& e) const {
    return change_known(
        e, [&](Person& person) { set_from(person.categories, e.effective_on, e.category); });
  }
  base::Result<void> operator()(const model::MemberTransferred& e) const {
    return change_known(
        e, [&](Person& person) { set_from(person.organizations, e.effective_on, e.to); });
  }
  base::Result<void> operator()(const model::MembershipSuspended& e) const {
    return change_known(e, [&](Person& person) {
      set_from(person.statuses, e.effective_on, MembershipStatus::suspended);
    });
  }
  base::Result<void> operator()(const model::MembershipReinstated& e) const {
    return change_known(e, [&](Person& person) {
      set_from(person.statuses, e.effective_on, MembershipStatus::active);
    });
  }
  base::Result<void> operator()(const model::MembershipTerminated& e) const {
    return change_known(e, [&](Person& person) {
      set_from(person.statuses, e.last_day + 1, MembershipStatus::terminated);
    });
  }
  template <class E>
  base::Result<void> operator()(const E&) const {
    return {};
  }

  template <class E>
  base::Result<void> change_known(const E& e, auto&& how) const {
    if (to.people.find(e.member) == nullptr)
      return base::fail(base::ErrorKind::corrupt, std::string(E::kName) + " of member " +
                                                      std::to_string(e.member.value()) +
                                                      ", whom the log never admitted");
    change(e.member, to.people.edit(e.member), how);
    return {};
  }

  // Keeps the copies under the person's organisations in step.
  void change(model::MemberId member, Person& person, auto&& how) const {
    const auto before = person.organizations;
    how(person);
    for (const auto& dated : before)
      if (!belonged_to(person, dated.value)) to.places.erase({dated.value, member});
    for (const auto& dated : person.organizations)
      to.places.edit({dated.value, member}) = person;
  }
};

}  // namespace

base::Result<void> Rosters::fold(const model::DatedEvent& dated, model::Seq, model::Instant) {
  return std::visit(Fold{*this}, dated.event);
}

}  // namespace kopilka::projections::rosters
