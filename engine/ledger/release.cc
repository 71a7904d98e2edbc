#include "engine/ledger/release.h"

#include <algorithm>

namespace kopilka::ledger {

using model::Money;

Credit credit(const Funds& funds, Money amount) {
  const Money to_debt = std::min(amount, funds.debt);
  return {amount - to_debt, to_debt};
}

Taking take(const Funds& funds, Money amount) {
  const Money from_available = std::min(amount, funds.available);
  return {from_available, amount - from_available};
}

bool is_releasable(const Purchase& purchase, const MemberMoney& member,
                   std::optional<model::Date> business_day) {
#ifdef KOPILKA_PLANT_double_release
  const bool has_money = purchase.member_side != MemberSide::cancelled;
#else
  const bool has_money = purchase.member_side == MemberSide::frozen;
#endif
  const bool due = business_day && *business_day >= purchase.release_on;
  const bool held = !purchase.holds.empty() || !member.holds.empty();
  const bool allowed =
      !purchase.release_needs_approval || purchase.partner_side == PartnerSide::approved;
  return has_money && due && !held && allowed;
}

model::DatedEvent release(model::PurchaseId id, const Purchase& purchase, Funds& funds) {
  const auto [to_available, to_debt] = credit(funds, purchase.cashback);
  funds.frozen -= purchase.cashback;
  funds.available += to_available;
  funds.debt -= to_debt;
  const auto effective_at =
      std::max(model::moscow_midnight(purchase.release_on), purchase.facts.purchase_at);
  return {effective_at,
          model::FreezeExpired{id, purchase.partner, purchase.member, to_available, to_debt}};
}

std::optional<model::DatedEvent> decide_release(const View& view, model::PurchaseId id) {
  const auto* purchase = view.ledger.purchases.find(id);
  if (purchase == nullptr) return std::nullopt;
  const auto* member = view.ledger.members.find(purchase->member);
  if (member == nullptr || !is_releasable(*purchase, *member, view.business_day()))
    return std::nullopt;
  Funds funds = member->funds;
  return release(id, *purchase, funds);
}

Events decide_releases_of(const View& view, const MemberMoney& money) {
  Events events;
  Funds funds = money.funds;
  const auto today = view.business_day();
  for (const auto& [release_on, id] : money.frozen) {
    if (!today || release_on > *today || events.size() == kReleasesPerCommandMax) break;
    const auto* purchase = view.ledger.purchases.find(id);
    if (purchase != nullptr && is_releasable(*purchase, money, today))
      events.push_back(release(id, *purchase, funds));
  }
  return events;
}

Events decide_releases_of(const View& view, model::MemberId member) {
  const auto* money = view.ledger.members.find(member);
  return money != nullptr ? decide_releases_of(view, *money) : Events{};
}

std::optional<model::DatedEvent> decide_expiry(const View& view, model::ParkedId id,
                                               model::Instant now) {
  const auto* parked = view.ledger.parked.find(id);
  const auto today = view.business_day();
  if (parked == nullptr || parked->expired || !today || *today < parked->expires_on)
    return std::nullopt;
  const auto* action = view.ledger.actions.find({parked->partner, parked->action_id});
  if (action == nullptr || action->purchase || action->parked != id) return std::nullopt;
  return model::DatedEvent{now, model::PurchaseExpired{parked->partner, parked->action_id, id}};
}

}  // namespace kopilka::ledger
