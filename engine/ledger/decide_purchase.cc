#include <algorithm>

#include "engine/ledger/attribution.h"
#include "engine/ledger/decide.h"
#include "engine/ledger/earning.h"
#include "engine/ledger/release.h"
#include "engine/ledger/results.h"

// domain.md §5: a partner's message is a target state; only the difference is recorded.
namespace kopilka::ledger {
namespace {

using model::Money;
using model::PurchaseStatus;
using model::Refusal;

constexpr const char* kHomeCurrency = "RUB";

std::optional<std::string> foreign(const std::string& currency) {
  return currency == kHomeCurrency ? std::nullopt : std::optional(currency);
}

// The rows of the table in §5 that compare a message with the last applied one.
enum class Freshness : std::uint8_t { newer, stale, same_delivery, status_time_conflict };

Freshness compare(const LastMessage& last, const model::ReportPurchase& message) {
  if (message.status_at < last.status_at) return Freshness::stale;
  if (message.status_at > last.status_at) return Freshness::newer;
  if (message.status == last.status)
    return sums_of(message.lines) == last.sums ? Freshness::same_delivery
                                               : Freshness::status_time_conflict;
  return message.status > last.status ? Freshness::newer : Freshness::stale;
}

// What the table answers when the message is not newer; nothing when it is.
std::optional<Decision> answer_old(const LastMessage& last, const model::PurchaseResult& known,
                                   const model::ReportPurchase& message) {
  switch (compare(last, message)) {
    case Freshness::newer:
      return std::nullopt;
    case Freshness::stale:
      return Stale{};
    case Freshness::status_time_conflict:
      return Refusal::status_time_conflict;
    case Freshness::same_delivery:
      break;
  }
  return SameDelivery{{model::AnswerStatus::accepted, std::nullopt, last.first, last.count, known}};
}

model::Instant effective_at(model::Instant status_at, model::Instant purchase_at) {
  return std::max(status_at, purchase_at);
}

// --- an action that is new, or parked ---------------------------------------------------------

struct FirstMessage {
  const View& view;
  const model::ReportPurchase& message;
  const Context& context;
  std::optional<model::ParkedId> parked;  // a parking that still stands
  Trace trace;
};

Events park(const FirstMessage& first, model::ParkedWhy why) {
  const auto& m = first.message;
  return {
      {m.purchase_at, model::PurchaseUnattributed{m.partner, m.action_id, m.order_id, why, m.status,
                                                  m.status_at, m.purchase_at, first.trace.click_id,
                                                  first.trace.card, foreign(m.currency), m.fx_rate,
                                                  without_earnings(m.lines), first.parked}}};
}

Money used_headroom(const View& view, const MonthKey& month) {
  const auto* usage = view.ledger.months.find(month);
  return usage != nullptr ? usage->cashback : Money{};
}

// The event of a purchase that is whose `a` says. A first message that declines holds no money, so
// that a late `new` cannot accrue.
model::PurchaseRecorded recording(const FirstMessage& first, const Attribution& a) {
  const auto& m = first.message;
  const auto date = model::moscow_date(m.purchase_at);
  const auto release_on = date + (a.terms->freeze_days + 1);
  const auto today = first.view.business_day();
  const bool release_day_has_come = today && *today >= release_on;

  model::PurchaseRecorded out{.partner = m.partner,
                              .action_id = m.action_id,
                              .order_id = m.order_id,
                              .member = a.member,
                              .organization = a.organization,
                              .category = a.category,
                              .channel = a.channel,
                              .status = m.status,
                              .status_at = m.status_at,
                              .purchase_at = m.purchase_at,
                              .click_id = first.trace.click_id,
                              .card = first.trace.card,
                              .currency = foreign(m.currency),
                              .fx_rate = m.fx_rate,
                              .terms = a.terms_id,
                              .freeze_days = a.terms->freeze_days,
                              .release_on = release_on};
  out.release_needs_approval =
      release_day_has_come || a.terms->release_policy == model::ReleasePolicy::require_approval;
  out.parked = first.parked;
  if (m.status == PurchaseStatus::declined) {
    out.lines = without_earnings(m.lines);
    return out;
  }
  auto earned = earn(m.lines, m.fx_rate, a.terms->tariffs);
  const auto used = used_headroom(first.view, month_of(a.member, m.partner, m.purchase_at));
  const auto capped = apply_caps(*a.terms, earned.cashback, used, std::nullopt);
  out.lines = std::move(earned.lines);
  out.base = earned.base;
  out.cashback = capped.cashback;
  out.commission = earned.commission;
  out.capped_from = capped.from;
  return out;
}

// Approved when its release day has come already: released at once.
std::optional<model::DatedEvent> release_recorded(const FirstMessage& first,
                                                  const model::PurchaseRecorded& recorded) {
  const auto* known = first.view.ledger.members.find(recorded.member);
  MemberMoney money = known != nullptr ? *known : MemberMoney{};
  if (recorded.status != PurchaseStatus::approved) return std::nullopt;
  Purchase purchase{
      .partner = recorded.partner, .action_id = recorded.action_id, .member = recorded.member};
  purchase.facts.purchase_at = recorded.purchase_at;
  purchase.partner_side = PartnerSide::approved;
  purchase.cashback = recorded.cashback;
  purchase.release_on = recorded.release_on;
  if (!is_releasable(purchase, money, first.view.business_day())) return std::nullopt;
  return release(model::PurchaseId{first.context.next_seq.value()}, purchase, money.funds);
}

Decision decide_first(const FirstMessage& first) {
  const auto attribution = attribute(first.view, first.message, first.trace, first.context.now);
  if (!attribution) return park(first, attribution.error());
  auto recorded = recording(first, *attribution);
  auto released = release_recorded(first, recorded);
  Events events{{recorded.purchase_at, std::move(recorded)}};
  if (released) events.push_back(std::move(*released));
  return events;
}

Decision decide_parked(const View& view, model::ParkedId id, const Parked& parked,
                       const model::ReportPurchase& message, const Context& context) {
  if (auto old = answer_old(parked.last, result_of(parked), message)) return std::move(*old);
  const bool names_trace = message.click_id || message.card;
  const Trace trace = names_trace ? Trace{message.click_id, message.card}
                                  : Trace{parked.facts.click_id, parked.facts.card};
  const auto standing = parked.expired ? std::nullopt : std::optional(id);
  return decide_first({view, message, context, standing, trace});
}

// --- a recorded purchase ----------------------------------------------------------------------

// A purchase as it changes under one message.
struct Change {
  const View& view;
  const model::ReportPurchase& message;
  model::PurchaseId id;
  Purchase now;  // with the events decided so far
  MemberMoney money;
  Events events;

  [[nodiscard]] model::Standing standing() const {
    return {now.cashback, now.commission, now.receivable,
            now.partner_side == PartnerSide::approved ? model::Margin::recognised
                                                      : model::Margin::deferred};
  }
  void add(model::Event event) {
    events.push_back({effective_at(message.status_at, now.facts.purchase_at), std::move(event)});
  }
};

bool changes_fixed_facts(const FixedFacts& facts, const model::ReportPurchase& message) {
  const bool names_trace = message.click_id || message.card;
  const bool other_trace =
      names_trace && (message.click_id != facts.click_id || message.card != facts.card);
  return message.purchase_at != facts.purchase_at || other_trace ||
         foreign(message.currency) != facts.currency || message.fx_rate != facts.fx_rate;
}

Decision decline(Change change) {
  const auto standing = change.standing();
  const auto& p = change.now;
  const auto& m = change.message;
  const bool same_sums = sums_of(m.lines) == p.last.sums;
  auto lines = same_sums ? std::vector<model::EarnedLine>{} : without_earnings(m.lines);
  if (p.member_side == MemberSide::frozen) {
    change.add(model::PurchaseDeclined{change.id, p.partner, p.member, m.status_at, m.reason,
                                       std::move(lines), standing});
    return std::move(change.events);
  }
  const auto taking = take(change.money.funds, p.cashback);
  change.add(model::CashbackClawedBack{.purchase = change.id,
                                       .partner = p.partner,
                                       .member = p.member,
                                       .revision = p.revision + 1,
                                       .status = m.status,
                                       .status_at = m.status_at,
                                       .reason = m.reason,
                                       .lines = std::move(lines),
                                       .from_available = taking.from_available,
                                       .to_debt = taking.to_debt,
                                       .standing = standing});
  return std::move(change.events);
}

// The purchase's cashback under its own terms for other sums.
struct Revaluation {
  Earned earned;
  Capped capped;
};

Revaluation revalue(const Change& change, const registry::Terms& terms) {
  const auto& p = change.now;
  auto earned = earn(change.message.lines, change.message.fx_rate, terms.tariffs);
  const auto used = used_headroom(change.view, month_of(p.member, p.partner, p.facts.purchase_at));
  const auto ceiling = p.capped ? std::optional(p.cashback) : std::nullopt;
  const auto capped = apply_caps(terms, earned.cashback, used - p.cashback, ceiling);
  return {std::move(earned), capped};
}

void adjust(Change& change, Revaluation value) {
  auto& p = change.now;
  const auto& m = change.message;
  const auto standing = change.standing();
  const bool takes_back =
      p.member_side == MemberSide::released && value.capped.cashback < p.cashback;
  if (takes_back) {
    const auto taking = take(change.money.funds, p.cashback - value.capped.cashback);
    change.money.funds.available -= taking.from_available;
    change.money.funds.debt += taking.to_debt;
    change.add(model::CashbackClawedBack{.purchase = change.id,
                                         .partner = p.partner,
                                         .member = p.member,
                                         .revision = p.revision + 1,
                                         .status = m.status,
                                         .status_at = m.status_at,
                                         .reason = m.reason,
                                         .lines = std::move(value.earned.lines),
                                         .base = value.earned.base,
                                         .cashback = value.capped.cashback,
                                         .commission = value.earned.commission,
                                         .capped_from = value.capped.from,
                                         .from_available = taking.from_available,
                                         .to_debt = taking.to_debt,
                                         .standing = standing});
  } else {
    change.add(model::PurchaseAdjusted{.purchase = change.id,
                                       .partner = p.partner,
                                       .member = p.member,
                                       .revision = p.revision + 1,
                                       .status = m.status,
                                       .status_at = m.status_at,
                                       .lines = std::move(value.earned.lines),
                                       .base = value.earned.base,
                                       .cashback = value.capped.cashback,
                                       .commission = value.earned.commission,
                                       .capped_from = value.capped.from,
                                       .standing = standing});
    if (p.member_side == MemberSide::frozen)
      change.money.funds.frozen += value.capped.cashback - p.cashback;
  }
  p.cashback = value.capped.cashback;
  p.commission = value.earned.commission;
}

// Approval after the release day releases in the same command.
void approve(Change& change) {
  auto& p = change.now;
  change.add(model::PurchaseApproved{change.id, p.partner, p.member, change.message.status_at,
                                     change.standing()});
  p.partner_side = PartnerSide::approved;
  std::erase(p.holds, kPartnerHold);
  if (is_releasable(p, change.money, change.view.business_day()))
    change.events.push_back(release(change.id, p, change.money.funds));
}

void reaffirm(Change& change) {
  const auto& p = change.now;
  change.add(model::PurchaseReaffirmed{change.id, p.partner, p.member, change.message.status,
                                       change.message.status_at});
}

// An operator's hold under the partner's rule cannot be told from a re-hold: the partner's next
// approval ends it, although the purchase was approved all along.
void free(Change& change) {
  auto& p = change.now;
  if (change.events.empty()) reaffirm(change);
  change.add(model::HoldLifted{model::HoldScope::purchase, p.member, change.id, std::nullopt,
                               kPartnerHold});
  std::erase(p.holds, kPartnerHold);
  if (is_releasable(p, change.money, change.view.business_day()))
    change.events.push_back(release(change.id, p, change.money.funds));
}

void rehold(Change& change) {
  const auto& p = change.now;
  change.add(model::PurchaseReheld{change.id, p.partner, p.member, change.message.status,
                                   change.message.status_at, change.standing()});
}

Decision decide_known(const View& view, model::PurchaseId id, const Purchase& purchase,
                      const model::ReportPurchase& message) {
  if (auto old = answer_old(purchase.last, result_of(id, purchase), message))
    return std::move(*old);
  if (changes_fixed_facts(purchase.facts, message)) return Refusal::immutable_field;
  if (purchase.partner_side == PartnerSide::declined) return Refusal::already_declined;
  const auto* terms = view.registry.terms.find(purchase.terms);
  const auto* money = view.ledger.members.find(purchase.member);
  if (terms == nullptr || money == nullptr) return Events{};  // not loaded

  Change change{view, message, id, purchase, *money, {}};
  // A decline takes everything back, whatever its lines say.
  if (message.status == PurchaseStatus::declined) return decline(std::move(change));
  if (!names_known_tariffs(message.lines, terms->tariffs)) return Refusal::unknown_tariff;
  if (sums_of(message.lines) != purchase.last.sums) {
    auto value = revalue(change, *terms);
    if (purchase.member_side == MemberSide::released && value.capped.cashback > purchase.cashback)
      return Refusal::released_amount_up;
    adjust(change, std::move(value));
  }
  const bool wants_approved = message.status == PurchaseStatus::approved;
  const bool is_approved = purchase.partner_side == PartnerSide::approved;
  const bool is_held = std::ranges::find(purchase.holds, kPartnerHold) != purchase.holds.end();
  if (wants_approved && !is_approved) approve(change);
  if (wants_approved && is_approved && is_held) free(change);
  if (!wants_approved && is_approved) rehold(change);
  if (change.events.empty()) reaffirm(change);
  return std::move(change.events);
}

}  // namespace

Decision decide(const View& view, const model::ReportPurchase& message, const Context& context) {
  if (view.registry.partners.find(message.partner) == nullptr) return Refusal::partner_not_found;
  const auto* action = view.ledger.actions.find({message.partner, message.action_id});
  if (action != nullptr && action->purchase) {
    const auto* purchase = view.ledger.purchases.find(*action->purchase);
    if (purchase == nullptr) return Events{};  // not loaded
    return decide_known(view, *action->purchase, *purchase, message);
  }
  if (action != nullptr && action->parked) {
    const auto* parked = view.ledger.parked.find(*action->parked);
    if (parked == nullptr) return Events{};  // not loaded
    return decide_parked(view, *action->parked, *parked, message, context);
  }
  return decide_first({view, message, context, std::nullopt, {message.click_id, message.card}});
}

}  // namespace kopilka::ledger
