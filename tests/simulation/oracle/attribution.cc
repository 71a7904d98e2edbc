#include "tests/simulation/oracle/attribution.h"

#include <algorithm>

#include "tests/simulation/oracle/purchase_sums.h"

namespace kopilka::simulation {
namespace {

constexpr Instant kFutureMax = 5 * kMinute;
constexpr Instant kAgeMax = 365 * kSpanOfDay;
constexpr std::int64_t kWindowDaysWithoutTerms = 30;

Attribution nobody(const std::string& why) {
  Attribution attribution;
  attribution.why = why;
  return attribution;
}

const Click* click_named(const World& world, const std::string& id) {
  for (const Click& click : world.clicks) {
    if (click.id == id) {
      return &click;
    }
  }
  return nullptr;
}

/// By the click: member and channel, or why not.
Attribution by_click(const World& world, const Message& message) {
  const Click* click = message.click ? click_named(world, *message.click) : nullptr;
  if (click == nullptr) {
    return nobody("no_click");
  }
  if (click->partner != message.partner) {
    return nobody("wrong_partner");
  }
  const Day day = moscow_day(message.purchase_at);
  const Terms* terms = terms_on(world, message.partner, click->channel, day);
  const std::int64_t window = terms == nullptr ? kWindowDaysWithoutTerms : terms->window_days;
  if (message.purchase_at < click->at || message.purchase_at > click->at + window * kSpanOfDay) {
    return nobody("window");
  }
  return {"", click->member, click->channel, {}};
}

/// By the card shown at the till.
Attribution by_card(const World& world, const Message& message) {
  const auto card = world.cards.find(*message.card);
  if (card == world.cards.end()) {
    return nobody("unknown_card");
  }
  if (card->second.blocked_at && *card->second.blocked_at <= message.purchase_at) {
    return nobody("blocked_card");
  }
  const Day day = moscow_day(message.purchase_at);
  const auto& forms = card->second.forms;
  const bool valid = std::any_of(forms.begin(), forms.end(), [&](const auto& form) {
    return !form.second || *form.second >= day;
  });
  if (!valid) {
    return nobody("expired_card");
  }
  return {"", card->second.member, "offline", {}};
}

}  // namespace

Attribution attribute(const World& world, const Message& message, Instant recorded_at) {
  if (message.purchase_at > recorded_at + kFutureMax) {
    return nobody("future");
  }
  if (message.purchase_at < recorded_at - kAgeMax) {
    return nobody("too_old");
  }
  Attribution found = message.card ? by_card(world, message) : by_click(world, message);
  if (!found.why.empty()) {
    return found;
  }
  const Day day = moscow_day(message.purchase_at);
  if (is_suspended_on(world.partners.at(message.partner), day)) {
    return nobody("partner_suspended");
  }
  const Terms* terms = terms_on(world, message.partner, found.channel, day);
  if (terms == nullptr) {
    return nobody("no_terms");
  }
  if (!all_tariffs_known(*terms, message.lines)) {
    return nobody("unknown_tariff");
  }
  if (!is_active_on(world.members.at(found.member), day)) {
    return nobody("not_member");
  }
  found.terms = *terms;
  return found;
}

void check_attribution(World& world, const Purchase& purchase) {
  const Message& message = purchase.last;
  const Instant window = purchase.terms.window_days * kSpanOfDay;
  bool clicked = purchase.channel == "offline" && message.card.has_value();
  for (const Click& click : world.clicks) {
    clicked =
        clicked || (message.click && click.id == *message.click &&
                    click.member == purchase.member && click.partner == message.partner &&
                    click.at <= message.purchase_at && message.purchase_at - click.at <= window);
  }
  if (!clicked) {
    world.broken.push_back("I-12: neither click nor card for " + message.action);
  }
  const Day day = moscow_day(message.purchase_at);
  if (!is_active_on(world.members.at(purchase.member), day)) {
    world.broken.push_back("I-13: not a member at the purchase " + message.action);
  }
}

}  // namespace kopilka::simulation
