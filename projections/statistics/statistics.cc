#include "projections/statistics/statistics.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "engine/registry/queries.h"

namespace kopilka::projections::statistics {
namespace {

using registry::MembershipStatus;

bool belonged_to(const Person& person, model::OrganizationId organization) {
  return std::ranges::any_of(person.organizations,
                             [&](const auto& dated) { return dated.value == organization; });
}

// The membership of the latest admission up to the day, over or not. Null: none so early.
auto* latest_membership(auto& person, model::Date date) {
  const auto later =
      std::ranges::upper_bound(person.memberships, date, {}, &Membership::admitted_on);
  return later == person.memberships.begin() ? nullptr : std::to_address(std::prev(later));
}

// Where the first purchase of the day's year stands among the others, or belongs.
auto place_of_year(auto& first_purchases, model::Date on) {
  return std::ranges::lower_bound(first_purchases, model::to_civil(on).year, {},
                                  [](model::Date first) { return model::to_civil(first).year; });
}

// False: an earlier purchase of that year is known.
bool begins_year(const Person& person, model::Date on) {
  const auto known = place_of_year(person.first_purchases, on);
  return known == person.first_purchases.end() ||
         model::to_civil(*known).year != model::to_civil(on).year || on < *known;
}

void note_first_purchase(Person& person, model::Date on) {
  const auto known = place_of_year(person.first_purchases, on);
  if (known != person.first_purchases.end() &&
      model::to_civil(*known).year == model::to_civil(on).year)
    *known = on;
  else
    person.first_purchases.insert(known, on);
}

struct Fold {
  Statistics& to;
  model::Date effective_on;

  base::Result<void> operator()(const model::OrganizationRegistered& e) const {
    to.union_tree.fold(e);
    return {};
  }

  base::Result<void> operator()(const model::MemberAdmitted& e) const {
    change(e.member, to.people.edit(e.member), [&](Person& person) {
      begin_anew(person.standings, e.admitted_on, MembershipStatus::active);
      begin_anew(person.organizations, e.admitted_on, e.organization);
      begin_anew(person.categories, e.admitted_on, e.category);
      std::erase_if(person.memberships,
                    [&](const auto& known) { return known.admitted_on >= e.admitted_on; });
      person.memberships.push_back({e.admitted_on, e.tenure_from, std::nullopt});
      person.pedagogue = e.pedagogue;
      if (e.sex) person.sex = e.sex;
      if (e.birth_month) person.birth_month = e.birth_month;
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
      set_from(person.standings, e.effective_on, MembershipStatus::suspended);
    });
  }
  base::Result<void> operator()(const model::MembershipReinstated& e) const {
    return change_known(e, [&](Person& person) {
      set_from(person.standings, e.effective_on, MembershipStatus::active);
    });
  }
  base::Result<void> operator()(const model::MembershipTerminated& e) const {
    return change_known(e, [&](Person& person) {
      if (auto* membership = latest_membership(person, e.last_day))
        membership->ended = Ending{e.last_day, e.reason};
    });
  }

  base::Result<void> operator()(const model::CardIssued& e) const {
    change_if_known(e, [&](Person& person) {
      // The forms of a number share one fate: under a blocked one nothing comes into force.
      const auto known = std::ranges::find(person.cards, e.number, &IssuedCard::number);
      const auto blocked_on = known != person.cards.end() ? known->blocked_on : std::nullopt;
      person.cards.push_back({e.number, e.form, effective_on, e.valid_to, blocked_on});
    });
    return {};
  }
  base::Result<void> operator()(const model::CardBlocked& e) const {
    change_if_known(e, [&](Person& person) {
      for (auto& card : person.cards)
        if (card.number == e.number && !card.blocked_on) card.blocked_on = effective_on;
    });
    return {};
  }
  base::Result<void> operator()(const model::AccountOpened& e) const {
    change_if_known(e, [&](Person& person) { person.account_opened_on = effective_on; });
    return {};
  }

  base::Result<void> operator()(const model::HeadcountReported& e) const {
    set_from(to.bodies.edit(e.organization).headcounts, e.as_of,
             registry::Headcount{e.employees, e.pedagogues, e.students});
    return {};
  }
  base::Result<void> operator()(const model::OfficerElected& e) const {
    to.bodies.edit(e.organization)
        .officers.push_back({e.member, e.role, e.from, e.to, e.full_time});
    return {};
  }
  base::Result<void> operator()(const model::OfficerTermEnded& e) const {
    auto& terms = to.bodies.edit(e.organization).officers;
    const auto held = std::ranges::find_if(terms, [&](const registry::OfficerTerm& term) {
      return term.role == e.role && term.member == e.member && holds_on(term, e.effective_on);
    });
    if (held == terms.end()) return {};
    if (held->from == e.effective_on)
      terms.erase(held);
    else
      held->to = e.effective_on - 1;
    return {};
  }

  base::Result<void> operator()(const model::DuesPaid& e) const {
    auto& day = turnover(e.organization, e.paid_on);
    ++day.dues_payments;
    day.dues += e.amount;
    return {};
  }
  // What was declined from the first was never bought.
  base::Result<void> operator()(const model::PurchaseRecorded& e) const {
    if (e.status == model::PurchaseStatus::declined) return {};
    const auto on = model::moscow_date(e.purchase_at);
    ++turnover(e.organization, on).purchases;
    const auto* buyer = to.people.find(e.member);
    if (buyer != nullptr && begins_year(*buyer, on))
      change_if_known(e, [&](Person& person) { note_first_purchase(person, on); });
    return {};
  }
  template <class E>
  base::Result<void> operator()(const E&) const {
    return {};
  }

  [[nodiscard]] Turnover& turnover(model::OrganizationId organization, model::Date on) const {
    auto& days =
        to.months.edit({organization, static_cast<std::uint32_t>(model::month_number(on))}).days;
    const auto at = std::ranges::lower_bound(days, on, {}, &Turnover::on);
    return at != days.end() && at->on == on ? *at : *days.insert(at, Turnover{.on = on});
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

  // Nobody is counted before an admission.
  void change_if_known(const auto& e, auto&& how) const {
    if (to.people.find(e.member) != nullptr) change(e.member, to.people.edit(e.member), how);
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

const Membership* membership_on(const Person& person, model::Date date) {
  const auto* membership = latest_membership(person, date);
  if (membership == nullptr) return nullptr;
  return membership->ended && membership->ended->last_day < date ? nullptr : membership;
}

base::Result<void> Statistics::fold(const model::DatedEvent& dated, model::Seq, model::Instant) {
  return std::visit(Fold{*this, model::moscow_date(dated.effective_at)}, dated.event);
}

}  // namespace kopilka::projections::statistics
