#include <algorithm>
#include <expected>

#include "engine/ledger/decide.h"
#include "engine/ledger/release.h"

// domain.md §6: holds on a member, a purchase or a destination, known by (scope, id, rule).
namespace kopilka::ledger {
namespace {

using model::HoldScope;
using model::Refusal;

// What a hold command names, and the rules that hold it now.
struct Held {
  model::MemberId member;
  std::optional<model::PurchaseId> purchase;
  std::vector<std::string> rules;
};

std::expected<Held, Refusal> find_member(const View& view, const model::HoldTarget& target) {
  const auto id = target.member.value_or(model::MemberId{});
  if (view.registry.members.find(id) == nullptr) return std::unexpected(Refusal::member_not_found);
  const auto* money = view.ledger.members.find(id);
  return Held{id, std::nullopt, money != nullptr ? money->holds : std::vector<std::string>{}};
}

std::expected<Held, Refusal> find_destination(const View& view, const model::HoldTarget& target) {
  const auto id = target.member.value_or(model::MemberId{});
  if (view.registry.members.find(id) == nullptr) return std::unexpected(Refusal::member_not_found);
  const auto* destination = view.ledger.destinations.find({id, target.destination_id.value_or("")});
  if (destination == nullptr) return std::unexpected(Refusal::bad_destination);
  return Held{id, std::nullopt, destination->holds};
}

std::expected<Held, Refusal> find_purchase(const View& view, const model::HoldTarget& target) {
  const auto partner = target.partner.value_or(model::PartnerId{});
  if (view.registry.partners.find(partner) == nullptr)
    return std::unexpected(Refusal::partner_not_found);
  const auto* action = view.ledger.actions.find({partner, target.action_id.value_or("")});
  if (action == nullptr || !action->purchase) return std::unexpected(Refusal::purchase_not_found);
  const auto* purchase = view.ledger.purchases.find(*action->purchase);
  if (purchase == nullptr) return std::unexpected(Refusal::purchase_not_found);  // not loaded
  if (purchase->partner_side == PartnerSide::declined) return std::unexpected(Refusal::wrong_state);
  return Held{purchase->member, action->purchase, purchase->holds};
}

std::expected<Held, Refusal> find(const View& view, const model::HoldTarget& target) {
  switch (target.scope) {
    case HoldScope::member:
      return find_member(view, target);
    case HoldScope::purchase:
      return find_purchase(view, target);
    case HoldScope::destination:
      break;
  }
  return find_destination(view, target);
}

bool stands(const Held& held, const std::string& rule) {
  return std::ranges::find(held.rules, rule) != held.rules.end();
}

// What the member's own release would free once `rule` no longer holds the member.
Events releases_without_member_hold(const View& view, const Held& held, const std::string& rule) {
  const auto* known = view.ledger.members.find(held.member);
  if (known == nullptr) return {};
  MemberMoney money = *known;
  std::erase(money.holds, rule);
  return decide_releases_of(view, money);
}

Events release_without_purchase_hold(const View& view, const Held& held, const std::string& rule) {
  const auto* known = view.ledger.purchases.find(*held.purchase);
  const auto* money = view.ledger.members.find(held.member);
  if (known == nullptr || money == nullptr) return {};
  Purchase purchase = *known;
  std::erase(purchase.holds, rule);
  if (!is_releasable(purchase, *money, view.business_day())) return {};
  Funds funds = money->funds;
  return {release(*held.purchase, purchase, funds)};
}

}  // namespace

Decision decide(const View& view, const model::PlaceHold& c, const Context& context) {
  const auto held = find(view, c.target);
  if (!held) return held.error();
  if (stands(*held, c.target.rule)) return Refusal::already_held;
  return Events{{context.now, model::HoldPlaced{c.target.scope, held->member, held->purchase,
                                                c.target.destination_id, c.target.rule}}};
}

Decision decide(const View& view, const model::LiftHold& c, const Context& context) {
  const auto held = find(view, c.target);
  if (!held) return held.error();
  const auto& rule = c.target.rule;
  if (!stands(*held, rule)) return Refusal::not_held;
  Events events{{context.now, model::HoldLifted{c.target.scope, held->member, held->purchase,
                                                c.target.destination_id, rule}}};
  Events released;
  if (c.target.scope == HoldScope::member)
    released = releases_without_member_hold(view, *held, rule);
  if (c.target.scope == HoldScope::purchase)
    released = release_without_purchase_hold(view, *held, rule);
  std::ranges::move(released, std::back_inserter(events));
  return events;
}

}  // namespace kopilka::ledger
