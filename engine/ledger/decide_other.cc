#include "engine/ledger/decide.h"
#include "engine/ledger/release.h"
#include "engine/registry/queries.h"

// Clicks, adjustments by hand, and business days.
namespace kopilka::ledger {

using model::Money;
using model::Refusal;

// Membership, terms and suspension are judged at the purchase, not here.
Decision decide(const View& view, const model::RegisterClick& c, const Context& context) {
  if (view.registry.members.find(c.member) == nullptr) return Refusal::member_not_found;
  if (view.registry.partners.find(c.partner) == nullptr) return Refusal::partner_not_found;
  const auto id = c.click_id ? *c.click_id : context.mint.click_id(context.next_seq);
  if (view.ledger.clicks.find({id}) != nullptr) return Refusal::click_taken;
  return Events{{context.now, model::ClickRegistered{id, c.member, c.partner, c.channel}}};
}

Decision decide(const View& view, const model::AdjustBalance& c, const Context& context) {
  if (view.registry.members.find(c.member) == nullptr) return Refusal::member_not_found;
  if (c.approvers.size() != 2 || c.approvers.front() == c.approvers.back())
    return Refusal::approvers_not_different;
  const auto* money = view.ledger.members.find(c.member);
  const Funds funds = money != nullptr ? money->funds : Funds{};
  model::BalanceAdjusted event{c.member, {}, {}, c.reason, c.approvers};
  if (c.amount < Money{}) {
    if (-c.amount > funds.available) return Refusal::insufficient_funds;
    event.to_available = c.amount;
  } else {
    const auto given = credit(funds, c.amount);
    event.to_available = given.to_available;
    event.to_debt = given.to_debt;
  }
  return Events{{context.now, std::move(event)}};
}

model::DatedEvent open_day(const View& view, model::Date date, model::Instant now) {
  return {now, model::BusinessDayOpened{date, registry::working_day(view.registry, date)}};
}

std::optional<Refusal> judge_open_day(const View& view, model::Date date, model::Instant now,
                                      DayMode mode) {
  const auto open = view.business_day();
  if (open && date <= *open) return Refusal::day_already_open;
  if (date > model::moscow_date(now)) return Refusal::day_not_reached;
  if (mode == DayMode::live && open && date > *open + 1) return Refusal::day_skipped;
  return std::nullopt;
}

}  // namespace kopilka::ledger
