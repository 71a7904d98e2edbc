#include "engine/registry/queries.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "engine/registry/history.h"
#include "engine/registry/limits.h"

namespace kopilka::registry {
namespace {

template <class T>
T in_force_or_first(const History<T>& history, model::Date date) {
  if (history.empty()) return T{};
  const T* value = in_force(history, date);
  return value != nullptr ? *value : history.front().value;
}

bool has_expired(const IssuedForm& form, model::Date date) {
  return form.valid_to && *form.valid_to < date;
}

}  // namespace

MembershipStatus status_on(const Member& member, model::Date date) {
  const auto* status = in_force(member.statuses, date);
  return status != nullptr ? *status : MembershipStatus::none;
}

MembershipStatus latest_status(const Member& member) {
  return member.statuses.empty() ? MembershipStatus::none : member.statuses.back().value;
}

bool active_on(const Member& member, model::Date date) {
  return status_on(member, date) == MembershipStatus::active;
}

model::OrganizationId organization_on(const Member& member, model::Date date) {
  return in_force_or_first(member.organizations, date);
}

model::MemberCategory category_on(const Member& member, model::Date date) {
  return in_force_or_first(member.categories, date);
}

bool holds_on(const OfficerTerm& term, model::Date date) {
  return term.from <= date && (!term.to || date <= *term.to);
}

CardTrouble card_trouble(const Card& card, model::Instant purchase_at) {
  if (card.blocked_at && *card.blocked_at <= purchase_at) return CardTrouble::blocked;
  const auto date = model::moscow_date(purchase_at);
  const bool is_over =
      std::ranges::all_of(card.forms, [&](const auto& form) { return has_expired(form, date); });
  return is_over ? CardTrouble::expired : CardTrouble::none;
}

std::span<const TermsRef> terms_of(const Partner& partner, model::Channel channel) {
  const auto found = std::ranges::equal_range(partner.terms, channel, {}, &TermsRef::channel);
  return {found.begin(), found.end()};
}

const TermsRef* terms_in_force(const Partner& partner, model::Channel channel, model::Date date) {
  const auto published = terms_of(partner, channel);
  const auto next = std::ranges::upper_bound(published, date, {}, &TermsRef::valid_from);
  if (next == published.begin()) return nullptr;
  const TermsRef& latest = *std::prev(next);
  const bool is_over = latest.valid_to && *latest.valid_to < date;
  return is_over ? nullptr : &latest;
}

bool suspended_on(const Partner& partner, model::Date date) {
  return std::ranges::any_of(partner.suspensions, [&](const Suspension& suspension) {
    return suspension.from <= date && (!suspension.resumed_on || date < *suspension.resumed_on);
  });
}

bool is_suspended(const Partner& partner) {
  return !partner.suspensions.empty() && !partner.suspensions.back().resumed_on;
}

bool working_day(const Tables& tables, model::Date date) {
  const Year year{static_cast<std::uint16_t>(model::to_civil(date).year)};
  const Calendar* calendar = tables.calendars.find(year);
  if (calendar == nullptr) return model::is_weekday(date);
  if (std::ranges::binary_search(calendar->working_weekends, date)) return true;
  return model::is_weekday(date) && !std::ranges::binary_search(calendar->days_off, date);
}

std::vector<model::OrganizationId> path_of(const Tables& tables,
                                           model::OrganizationId organization) {
  std::vector<model::OrganizationId> path;
  for (std::optional next = organization; next && path.size() < kTreeDepthMax;) {
    const Organization* row = tables.organizations.find(*next);
    if (row == nullptr) break;
    path.push_back(*next);
    next = row->parent;
  }
  return path;
}

bool is_within(const Tables& tables, model::OrganizationId organization, Subtree subtree) {
  const auto path = path_of(tables, organization);
  return std::ranges::find(path, subtree.top) != path.end();
}

}  // namespace kopilka::registry
