#include "engine/registry/fold.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include "engine/registry/history.h"
#include "engine/registry/queries.h"

namespace kopilka::registry {
namespace {

std::vector<model::Date> ascending(std::vector<model::Date> dates) {
  std::ranges::sort(dates);
  dates.erase(std::ranges::unique(dates).begin(), dates.end());
  return dates;
}

// Keeps what is known where nothing new is said.
template <class T>
void learn(std::optional<T>& known, const std::optional<T>& said) {
  if (said) known = said;
}

}  // namespace

void fold(Tables& tables, const model::OrganizationRegistered& event, model::Seq, model::Instant) {
  tables.organizations.edit(event.organization) = {
      .kind = event.kind,
      .parent = event.parent,
      .name = event.name,
      .district = event.district,
      .city = event.city,
      .inn = event.inn,
      .pilot = event.pilot,
      .closed = false,
  };
}

void fold(Tables& tables, const model::MemberAdmitted& event, model::Seq, model::Instant) {
  Member& member = tables.members.edit(event.member);
  begin_anew(member.statuses, event.admitted_on, MembershipStatus::active);
  begin_anew(member.organizations, event.admitted_on, event.organization);
  begin_anew(member.categories, event.admitted_on, event.category);
  member.admitted_on = event.admitted_on;
  member.tenure_from = event.tenure_from;
  member.pedagogue = event.pedagogue;
  learn(member.sex, event.sex);
  learn(member.birth_month, event.birth_month);
  learn(member.name_hash, event.name_hash);
  if (event.personal) tables.personal.edit(event.member).sealed = *event.personal;
}

void fold(Tables& tables, const model::MemberCategoryChanged& event, model::Seq, model::Instant) {
  set_from(tables.members.edit(event.member).categories, event.effective_on, event.category);
}

void fold(Tables& tables, const model::MemberTransferred& event, model::Seq, model::Instant) {
  set_from(tables.members.edit(event.member).organizations, event.effective_on, event.to);
}

void fold(Tables& tables, const model::MembershipSuspended& event, model::Seq, model::Instant) {
  set_from(tables.members.edit(event.member).statuses, event.effective_on,
           MembershipStatus::suspended);
}

void fold(Tables& tables, const model::MembershipReinstated& event, model::Seq, model::Instant) {
  set_from(tables.members.edit(event.member).statuses, event.effective_on,
           MembershipStatus::active);
}

void fold(Tables& tables, const model::MembershipTerminated& event, model::Seq, model::Instant) {
  set_from(tables.members.edit(event.member).statuses, event.last_day + 1,
           MembershipStatus::terminated);
}

void fold(Tables& tables, const model::CardIssued& event, model::Seq, model::Instant recorded_at) {
  Card& card = tables.cards.edit(event.number);
  if (card.forms.empty()) tables.members.edit(event.member).cards.push_back(event.number);
  card.member = event.member;
  card.forms.push_back({event.form, event.valid_to, recorded_at});
}

void fold(Tables& tables, const model::CardBlocked& event, model::Seq, model::Instant recorded_at) {
  tables.cards.edit(event.number).blocked_at = recorded_at;
}

void fold(Tables& tables, const model::AccountOpened& event, model::Seq,
          model::Instant recorded_at) {
  tables.members.edit(event.member).account_opened_at = recorded_at;
}

void fold(Tables& tables, const model::PartnerRegistered& event, model::Seq, model::Instant) {
  Partner& partner = tables.partners.edit(event.partner);
  partner.name = event.name;
  partner.network = event.network;
  partner.currency = event.currency;
  partner.categories = event.categories;
  partner.cities = event.cities;
}

void fold(Tables& tables, const model::TermsPublished& event, model::Seq seq, model::Instant) {
  const model::TermsId id{seq.value()};
  auto& published = tables.partners.edit(event.partner).terms;
  const auto place = std::ranges::upper_bound(
      published, std::tuple(event.channel, event.valid_from), {},
      [](const TermsRef& terms) { return std::tuple(terms.channel, terms.valid_from); });
  published.insert(place, {id, event.channel, event.valid_from, event.valid_to});
  tables.terms.create(id) = event;
}

void fold(Tables& tables, const model::PartnerSuspended& event, model::Seq, model::Instant) {
  tables.partners.edit(event.partner).suspensions.push_back({event.effective_on, std::nullopt});
}

void fold(Tables& tables, const model::PartnerResumed& event, model::Seq, model::Instant) {
  auto& suspensions = tables.partners.edit(event.partner).suspensions;
  if (suspensions.empty()) return;
  if (event.effective_on <= suspensions.back().from)
    suspensions.pop_back();  // over before it began
  else
    suspensions.back().resumed_on = event.effective_on;
}

void fold(Tables& tables, const model::CalendarPublished& event, model::Seq, model::Instant) {
  tables.calendars.edit(Year{event.year}) = {ascending(event.days_off),
                                             ascending(event.working_weekends)};
}

void fold(Tables& tables, const model::HeadcountReported& event, model::Seq, model::Instant) {
  set_from(tables.headcounts.edit(event.organization).reports, event.as_of,
           Headcount{event.employees, event.pedagogues, event.students});
}

void fold(Tables& tables, const model::OfficerElected& event, model::Seq, model::Instant) {
  const auto place_of = [](const OfficerTerm& term) {
    return std::tuple(term.role, term.from, term.member);
  };
  auto& terms = tables.officers.edit(event.organization).terms;
  const OfficerTerm term{event.member, event.role, event.from, event.to, event.full_time};
  terms.insert(std::ranges::upper_bound(terms, place_of(term), {}, place_of), term);
}

void fold(Tables& tables, const model::OfficerTermEnded& event, model::Seq, model::Instant) {
  auto& terms = tables.officers.edit(event.organization).terms;
  const auto held = std::ranges::find_if(terms, [&](const OfficerTerm& term) {
    return term.role == event.role && term.member == event.member &&
           holds_on(term, event.effective_on);
  });
  if (held == terms.end()) return;
  if (held->from == event.effective_on)
    terms.erase(held);
  else
    held->to = event.effective_on - 1;
}

void fold(Tables& tables, const model::DuesPaid& event, model::Seq, model::Instant) {
  auto& payments = tables.dues.edit(event.member).payments;
  const auto place = std::ranges::upper_bound(payments, event.period, {}, &DuesPayment::period);
  payments.insert(place, {event.period, event.organization, event.base, event.rate, event.amount,
                          event.paid_on});
}

}  // namespace kopilka::registry
