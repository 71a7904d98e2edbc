// What a partner's message does: section 5 of domain.md, row by row.

#include <algorithm>

#include "tests/simulation/oracle/attribution.h"
#include "tests/simulation/oracle/purchase_steps.h"
#include "tests/simulation/oracle/purchase_sums.h"
#include "tests/simulation/oracle/rules.h"

namespace kopilka::simulation {
namespace {

Message message_in(const Fields& fields) {
  Message message;
  message.partner = number_in(fields, "partner_id");
  message.action = text_in(fields, "action_id");
  message.status = text_in(fields, "status");
  message.status_at = number_in(fields, "status_at");
  message.purchase_at = number_in(fields, "purchase_at");
  message.click = text_if_in(fields, "click_id");
  message.card = text_if_in(fields, "card_number");
  message.currency = text_in(fields, "currency");
  message.fx_rate = number_if_in(fields, "fx_rate");
  for (const auto& item : fields.at("lines").as_array()) {
    const Fields& raw = item.as_object();
    message.lines.push_back(
        {number_in(raw, "line"), number_in(raw, "amount"), text_if_in(raw, "tariff")});
  }
  return message;
}

int rank(const std::string& status) {
  if (status == "new") {
    return 0;
  }
  if (status == "pending") {
    return 1;
  }
  return status == "approved" ? 2 : 3;
}

Fields result_of(const Purchase& purchase) {
  if (purchase.stage != Stage::recorded) {
    return {{"state", "unattributed"}, {"why", purchase.why}};
  }
  return {{"state", purchase.partner_state},
          {"cashback", money_text(purchase.sums.cashback)},
          {"release_on", day_text(purchase.release_on)}};
}

/// The click or card of what is known, when the message names none.
void keep_reference(Message& message, const Message& known) {
  if (!message.click && !message.card) {
    message.click = known.click;
    message.card = known.card;
  }
}

Verdict park(World& world, const PurchaseKey& key, const Message& message, const std::string& why) {
  const auto known = world.purchases.find(key);
  const bool still_parked = known != world.purchases.end() && known->second.stage == Stage::parked;
  Purchase& purchase = world.purchases[key];
  if (!still_parked) {
    purchase.first_parked_on = *world.business_day;
  }
  purchase.stage = Stage::parked;
  purchase.last = message;
  purchase.why = why;
  note(world, "PurchaseUnattributed");
  return accepted(result_of(purchase));
}

/// The first message of an action, or a newer one of an action that is parked.
Verdict judge_afresh(World& world, const PurchaseKey& key, const Message& message, Instant at) {
  const Attribution found = attribute(world, message, at);
  if (!found.why.empty()) {
    return park(world, key, message, found.why);
  }
  const Day day = moscow_day(message.purchase_at);
  const Member& member = world.members.at(found.member);
  Purchase purchase;
  purchase.last = message;
  purchase.member = found.member;
  purchase.channel = found.channel;
  purchase.organization = *in_force(member.organizations, day);
  purchase.category = *in_force(member.categories, day);
  purchase.terms = found.terms;
  purchase.release_on = day + found.terms.freeze_days + 1;
  purchase.late = purchase.release_on <= *world.business_day;
  if (message.status == "approved" || message.status == "declined") {
    purchase.partner_state = message.status;
  } else {
    purchase.partner_state = "tracked";
  }
  purchase.sums = sums_of(found.terms, message);
  purchase.sums.cashback = capped_cashback(world, key, purchase, purchase.sums.uncapped);
  record_purchase(world, purchase);
  check_attribution(world, purchase);
  world.purchases[key] = purchase;
  if (may_be_released(world, key, purchase)) {
    release(world, world.purchases.at(key));
  }
  return accepted(result_of(world.purchases.at(key)));
}

bool same_reference(const Message& one, const Message& two) {
  return one.purchase_at == two.purchase_at && one.click == two.click && one.card == two.card &&
         one.currency == two.currency && one.fx_rate == two.fx_rate;
}

/// What the purchase would come to with the lines of the message, under its own terms.
Sums changed_sums(const World& world, const PurchaseKey& key, const Purchase& purchase,
                  const Message& message) {
  if (message.status == "declined") {
    return {};
  }
  Sums sums = sums_of(purchase.terms, message);
  sums.cashback = capped_cashback(world, key, purchase, sums.uncapped);
  const bool was_cut = purchase.sums.cashback < purchase.sums.uncapped;
  if (was_cut) {
    sums.cashback = std::min(sums.cashback, purchase.sums.cashback);
  }
  return sums;
}

/// The rows from `immutable_field` on: a newer message about a recorded purchase.
Verdict judge_newer(World& world, const PurchaseKey& key, Purchase& purchase, Message message) {
  keep_reference(message, purchase.last);
  if (!same_reference(message, purchase.last)) {
    return refused("immutable_field");
  }
  if (purchase.partner_state == "declined") {
    return refused("already_declined");
  }
  if (message.status != "declined" && !all_tariffs_known(purchase.terms, message.lines)) {
    return refused("unknown_tariff");
  }
  const bool same_lines = comparable_lines(message.lines) == comparable_lines(purchase.last.lines);
  const Sums sums = same_lines || message.status == "declined"
                        ? purchase.sums
                        : changed_sums(world, key, purchase, message);
  if (purchase.member_state == "released" && sums.cashback > purchase.sums.cashback) {
    return refused("released_amount_up");
  }
  const std::size_t events_before = world.events.size();
  if (message.status == "declined") {
    decline(world, purchase);
  } else {
    if (!same_lines) {
      change_sums(world, purchase, sums);
    }
    const bool is_approved = purchase.partner_state == "approved";
    if (message.status == "approved" && !is_approved) {
      approve(world, key, purchase);
    } else if (message.status == "approved" &&
               world.holds.erase({"purchase", hold_id_of_purchase(key), "partner"}) > 0) {
      if (world.events.size() == events_before) {
        note(world, "PurchaseReaffirmed");
      }
      note(world, "HoldLifted");
    } else if (message.status != "approved" && is_approved) {
      rehold(world, key, purchase);
    }
  }
  if (world.events.size() == events_before) {
    note(world, "PurchaseReaffirmed");
  }
  purchase.last = message;
  if (may_be_released(world, key, purchase)) {
    release(world, purchase);
  }
  return accepted(result_of(purchase));
}

}  // namespace

Verdict report_purchase(World& world, const Fields& fields, Instant at) {
  Message message = message_in(fields);
  if (!world.partners.contains(message.partner)) {
    return refused("partner_not_found");
  }
  const PurchaseKey key = {message.partner, message.action};
  const auto found = world.purchases.find(key);
  if (found == world.purchases.end()) {
    return judge_afresh(world, key, message, at);
  }
  Purchase& known = found->second;
  if (message.status_at < known.last.status_at) {
    return stale();
  }
  if (message.status_at == known.last.status_at) {
    const bool same_lines = comparable_lines(message.lines) == comparable_lines(known.last.lines);
    if (message.status == known.last.status) {
      return same_lines ? duplicate() : refused("status_time_conflict");
    }
    if (rank(message.status) < rank(known.last.status)) {
      return stale();
    }
  }
  if (known.stage != Stage::recorded) {
    keep_reference(message, known.last);
    return judge_afresh(world, key, message, at);
  }
  return judge_newer(world, key, known, message);
}

}  // namespace kopilka::simulation
