#include "projections/statistics/reader.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include "engine/base/check.h"
#include "engine/registry/queries.h"
#include "engine/state/reads.h"
#include "projections/statistics/rows.h"
#include "projections/statistics/statistics.h"
#include "projections/tree/tree.h"

namespace kopilka::projections::statistics {
namespace {

template <class E>
std::size_t index_of(E value) {
  return static_cast<std::size_t>(value);
}

KnownSex known(std::optional<model::Sex> sex) {
  if (!sex) return KnownSex::unknown;
  return *sex == model::Sex::f ? KnownSex::f : KnownSex::m;
}

bool is_in_force(const IssuedCard& card, model::Date on) {
  return card.issued_on <= on && (!card.valid_to || on <= *card.valid_to) &&
         (!card.blocked_on || on < *card.blocked_on);
}

// The lines of a report while they are counted: each of one organisation alone, until `sum_up`.
class Tally {
 public:
  Tally(const std::vector<tree::Node>& nodes, model::Date as_of)
      : as_of_(as_of), first_(model::from_civil({.year = model::to_civil(as_of).year})) {
    for (const auto& node : nodes) {
      places_.emplace_back(node.id, report_.lines.size());
      report_.lines.push_back({.organization = node.id, .kind = node.kind, .parent = node.parent});
      report_.lines.back().numbers.organizations = 1;
    }
    std::ranges::sort(places_);
    for (auto& line : report_.lines | std::views::drop(1))
      line.above = line_of(*line.parent);
    report_.as_of = as_of;
  }

  // Ascending.
  [[nodiscard]] std::vector<model::OrganizationId> organizations() const {
    std::vector<model::OrganizationId> ids;
    ids.reserve(places_.size());
    for (const auto& [id, line] : places_)
      ids.push_back(id);
    return ids;
  }

  // Each fact about a person is counted under one of the places that the person ever had.
  void count(const PlaceKey& place, const Person& person);
  void count(const MonthKey& month, const MonthTurnover& turnover);
  // REQUIRES: everybody was counted
  void count(model::OrganizationId organization, const Body& body);

  // From below: every line becomes its own and the sum of those right below it.
  Report sum_up() {
    for (auto& line : report_.lines | std::views::reverse)
      if (line.above) report_.lines[*line.above].numbers.add(line.numbers);
    std::ranges::sort(report_.holders, {}, &Holder::member);
    return std::move(report_);
  }

 private:
  [[nodiscard]] std::optional<std::size_t> line_of(model::OrganizationId organization) const {
    const auto at =
        std::ranges::lower_bound(places_, organization, {}, [](const auto& p) { return p.first; });
    if (at == places_.end() || at->first != organization) return std::nullopt;
    return at->second;
  }
  [[nodiscard]] Numbers& numbers_of(model::OrganizationId organization) {
    return report_.lines[line_of(organization).value()].numbers;
  }
  [[nodiscard]] bool is_within(model::Date date) const { return first_ <= date && date <= as_of_; }

  void count_member(const Person& person, Numbers& to) const;
  void count_memberships(const PlaceKey& place, const Person& person);
  void count_transfers(const PlaceKey& place, const Person& person);
  void move(std::optional<std::size_t> from, std::optional<std::size_t> into);

  model::Date as_of_;
  model::Date first_;                                                  // 1 January
  std::vector<std::pair<model::OrganizationId, std::size_t>> places_;  // lines by organisation
  Report report_;
};

// What is on record for the day, membership or not; before the first admission: its.
model::OrganizationId organization_on(const Person& person, model::Date date) {
  const auto* organization = registry::in_force(person.organizations, date);
  return organization != nullptr ? *organization : person.organizations.front().value;
}

void Tally::count(const PlaceKey& place, const Person& person) {
  const auto line = line_of(place.organization);
  KOPILKA_CHECK(line.has_value());
  if (organization_on(person, as_of_) == place.organization) {
    report_.holders.push_back({place.member, *line});
    count_member(person, report_.lines[*line].numbers);
  }
  count_memberships(place, person);
  count_transfers(place, person);
}

void Tally::count_member(const Person& person, Numbers& to) const {
  const auto* membership = membership_on(person, as_of_);
  const auto* in_force = registry::in_force(person.categories, as_of_);
  if (membership == nullptr || in_force == nullptr) return;
  ++to.total;
  const auto category = index_of(*in_force);
  ++to.by_category.at(category);
  ++to.by_sex_age.at(category)
        .at(index_of(known(person.sex)))
        .at(index_of(age_band(person.birth_month, as_of_)));
  ++to.by_tenure.at(index_of(tenure_band(membership->tenure_from, as_of_)));
  const auto* standing = registry::in_force(person.standings, as_of_);
  if (standing != nullptr && *standing == registry::MembershipStatus::suspended) ++to.suspended;
  if (person.pedagogue) ++to.pedagogues;
  std::array<bool, 2> has{};
  for (const auto& card : person.cards)
    if (is_in_force(card, as_of_)) has.at(index_of(card.form)) = true;
  for (std::size_t form = 0; form < has.size(); ++form)
    if (has.at(form)) ++to.by_card.at(form);
  if (person.account_opened_on && *person.account_opened_on <= as_of_) ++to.accounts;
  if (std::ranges::any_of(person.first_purchases, [&](model::Date on) { return is_within(on); }))
    ++to.active_buyers;
}

void Tally::count_memberships(const PlaceKey& place, const Person& person) {
  const auto was_here = [&](model::Date date) {
    return organization_on(person, date) == place.organization;
  };
  for (const auto& membership : person.memberships) {
    if (is_within(membership.admitted_on) && was_here(membership.admitted_on)) {
      auto& to = numbers_of(place.organization);
      ++to.joined;
      if (&membership != person.memberships.data()) ++to.rejoined;
    }
    if (!membership.ended) continue;
    const auto& [last_day, reason] = *membership.ended;
    if (is_within(last_day) && was_here(last_day))
      ++numbers_of(place.organization).left_by_reason.at(index_of(reason));
  }
}

// A transfer is a member's: one that was foreseen for a day after the last is none.
void Tally::count_transfers(const PlaceKey& place, const Person& person) {
  const auto& homes = person.organizations;
  for (std::size_t i = 1; i < homes.size(); ++i) {
    const auto on = homes[i].from;
    const auto* membership = membership_on(person, on);
    if (!is_within(on) || membership == nullptr || membership->admitted_on == on) continue;
    const auto from = line_of(homes[i - 1].value);
    const auto into = line_of(homes[i].value);
    const auto home = into ? homes[i].value : homes[i - 1].value;
    if (home == place.organization) move(from, into);
  }
}

// Counts in those above one end that are not above the other: the borders which were crossed.
void Tally::move(std::optional<std::size_t> from, std::optional<std::size_t> into) {
  std::vector<std::size_t> left, entered;
  for (auto line = from; line; line = report_.lines[*line].above)
    left.push_back(*line);
  for (auto line = into; line; line = report_.lines[*line].above)
    entered.push_back(*line);
  while (!left.empty() && !entered.empty() && left.back() == entered.back()) {
    left.pop_back();
    entered.pop_back();
  }
  for (const auto line : left)
    ++report_.lines[line].numbers.transferred_out;
  for (const auto line : entered)
    ++report_.lines[line].numbers.transferred_in;
}

void Tally::count(const MonthKey& month, const MonthTurnover& turnover) {
  auto& to = numbers_of(month.organization);
  for (const auto& day : turnover.days) {
    if (day.on > as_of_) break;
    to.purchases += day.purchases;
    if (!is_within(day.on)) continue;
    to.purchases_in_year += day.purchases;
    to.dues_payments += day.dues_payments;
    to.dues += day.dues;
  }
}

void Tally::count(model::OrganizationId organization, const Body& body) {
  auto& to = numbers_of(organization);
  for (const auto& term : body.officers)
    if (holds_on(term, as_of_)) ++to.officers.at(index_of(term.role));
  const auto* headcount = registry::in_force(body.headcounts, as_of_);
  if (headcount == nullptr) return;
  using enum model::MemberCategory;
  const auto members = [&](model::MemberCategory category) {
    return to.by_category.at(index_of(category));
  };
  to.headcount_reports = 1;
  to.employees = headcount->employees;
  to.headcount_pedagogues = headcount->pedagogues;
  to.headcount_students = headcount->students;
  to.covered_members = to.total;
  to.covered_workers = members(working) + members(temporarily_not_working);
  to.covered_students = members(student);
}

}  // namespace

base::Result<std::optional<Report>> Reader::report(model::OrganizationId organization,
                                                   model::Date as_of) const {
  KOPILKA_TRY_ASSIGN(const auto nodes, tree::subtree(model_->union_tree, store_, organization));
  if (nodes.empty()) return std::nullopt;
  Tally tally(nodes, as_of);
  const auto organizations = tally.organizations();
  const auto organization_of = [](const auto& key) { return key.organization; };
  const auto count = [&](const auto& key, const auto& row) { tally.count(key, row); };
  KOPILKA_TRY(tree::for_each_under(model_->places, store_, organizations, organization_of, count));
  KOPILKA_TRY(tree::for_each_under(model_->months, store_, organizations, organization_of, count));
  for (const auto id : organizations) {
    KOPILKA_TRY_ASSIGN(const auto body, state::read_row(model_->bodies, store_, id));
    if (body) tally.count(id, *body);
  }
  return tally.sum_up();
}

void count_cashback(Report& report, std::span<const statements::Totals> totals) {
  KOPILKA_CHECK(totals.size() == report.holders.size());
  for (std::size_t i = 0; i < totals.size(); ++i)
    for (std::optional<std::size_t> line = report.holders[i].line; line;
         line = report.lines[*line].above)
      report.lines[*line].numbers.cashback.add(totals[i]);
}

}  // namespace kopilka::projections::statistics
