// What partners say: first messages, later ones, and the same again.

#include <algorithm>

#include <fmt/format.h>

#include "tests/simulation/scene.h"

namespace kopilka::simulation {
namespace {

using boost::json::array;
using boost::json::object;

/// The terms in force today as far as known; now and then some that are over or still to come.
const Offer* offer_of(Scene& scene, std::int64_t partner, const std::string& channel) {
  const Offer* found = nullptr;
  for (const Offer& offer : scene.offers) {
    const bool has_begun = offer.valid_from <= scene.today() || scene.random.chance(5);
    if (offer.partner == partner && offer.channel == channel && has_begun &&
        (found == nullptr || scene.random.chance(95))) {
      found = &offer;
    }
  }
  return found;
}

/// A card that looks good, mostly.
std::string some_card(Scene& scene) {
  const IssuedCard* card = &scene.random.pick(scene.cards);
  for (int tries = 0; tries < 6; ++tries) {
    const bool is_valid = !card->valid_to || *parse_day(*card->valid_to) >= scene.today();
    const bool is_members = scene.is_active(card->member);
    if ((card->state == "good" && is_valid && is_members) || scene.random.chance(4)) {
      break;
    }
    card = &scene.random.pick(scene.cards);
  }
  return card->number;
}

array some_lines(Scene& scene, const Offer* offer) {
  const std::int64_t count = scene.random.chance(2) ? 40 : scene.random.between(1, 4);
  array lines;
  for (std::int64_t i = 1; i <= count; ++i) {
    // Forty lines of the largest sums would be more than an order may come to.
    const Kopecks amount = std::min<Kopecks>(scene.amount(), kLargestAmount / count);
    object line = {{"line", i}, {"amount", money_text(amount)}};
    const bool may_be_silent = offer == nullptr || offer->codes.size() == 1;
    if (offer != nullptr && !(may_be_silent && scene.random.chance(60)) &&
        !scene.random.chance(1)) {
      line["tariff"] = scene.random.pick(offer->codes);
    }
    lines.emplace_back(line);
  }
  return lines;
}

std::string some_status(Scene& scene) {
  static const std::vector<std::string> statuses = {"new", "approved", "pending", "declined"};
  return statuses[scene.random.weighed({45, 33, 14, 8})];
}

/// A moment at or near a Moscow midnight before `instant`.
Instant near_midnight(Scene& scene, Instant instant) {
  return moscow_midnight(moscow_day(instant)) +
         scene.random.pick(std::vector<Instant>{-kSecond, -1, 0, 1, kSecond});
}

Instant time_of_card_purchase(Scene& scene) {
  switch (scene.random.weighed({35, 25, 15, 12, 3, 2, 8})) {
    case 0:
      return scene.now - scene.random.between(0, 2 * kHour);
    case 1:
      return scene.now - scene.random.between(0, 4 * kSpanOfDay);
    case 2:
      return scene.now - scene.random.between(5 * kSpanOfDay, 30 * kSpanOfDay);
    case 3:
      return scene.now - scene.random.between(30 * kSpanOfDay, 75 * kSpanOfDay);
    case 4:
      return scene.now - 365 * kSpanOfDay + scene.random.between(-1, 1);
    case 5:
      return scene.now + 5 * kMinute + scene.random.between(-1, 1);
    default:
      return near_midnight(scene, scene.now);
  }
}

Instant time_of_clicked_purchase(Scene& scene, const SeenClick& seen, const Offer* offer) {
  const Instant window = (offer == nullptr ? 30 : offer->window_days) * kSpanOfDay;
  switch (scene.random.weighed({55, 20, 8, 8, 3, 3, 3})) {
    case 0:
      return std::min(scene.now, seen.at + scene.random.between(0, 2 * kSpanOfDay));
    case 1:
      return std::min(scene.now, seen.at + scene.random.between(0, window));
    case 2:
      return seen.at;
    case 3:
      return scene.now;
    case 4:
      return seen.at - 1;
    case 5:
      return seen.at + window;
    default:
      return seen.at + window + 1;
  }
}

void add_currency(Scene& scene, Command& command) {
  if (scene.random.chance(12)) {
    command["currency"] = scene.random.pick_word({"USD", "CNY"});
    command["fx_rate"] = scene.random.pick_word({"65.4321", "9.8765", "0.0500", "1.0000"});
    for (auto& line : command.at("lines").as_array()) {
      line.as_object()["amount"] = money_text(scene.random.between(0, 5'000'00));
    }
  } else if (scene.random.chance(5)) {
    command["currency"] = "RUB";
  }
}

/// Who bought: by a click, by a card, or by something that leads nowhere.
Instant add_buyer(Scene& scene, Command& command, const Offer** offer) {
  const bool by_click = !scene.clicks.empty() && scene.random.chance(50);
  if (scene.random.chance(6)) {
    if (scene.random.chance(50)) {
      command["click_id"] = "nobody-clicked";
    } else if (scene.random.chance(50)) {
      command["card_number"] = "777777777";
    }
    command["partner_id"] = scene.partner_id();
    return time_of_card_purchase(scene);
  }
  if (by_click) {
    const SeenClick& seen = scene.random.pick_recent(scene.clicks, 4);
    command["partner_id"] = scene.random.chance(97) ? seen.partner : scene.partner_id();
    command["click_id"] = seen.id;
    *offer = offer_of(scene, seen.partner, seen.channel);
    return time_of_clicked_purchase(scene, seen, *offer);
  }
  const std::int64_t partner = scene.partner_id();
  command["partner_id"] = partner;
  command["card_number"] = some_card(scene);
  *offer = offer_of(scene, partner, "offline");
  return time_of_card_purchase(scene);
}

Kopecks amount_of(const boost::json::value& line) {
  return *parse_money(std::string(line.at("amount").as_string()));
}

void change_lines(Scene& scene, array& lines) {
  auto& line = lines[scene.random.next() % lines.size()].as_object();
  const Kopecks amount = amount_of(line);
  switch (scene.random.weighed({40, 15, 12, 20, 8, 5})) {
    case 0:
      line["amount"] = money_text(scene.random.between(0, amount));
      break;
    case 1:
      line["amount"] = "0.00";
      break;
    case 2:
      if (lines.size() > 1) {
        lines.erase(lines.begin() + 1);
      }
      break;
    case 3:
      line["amount"] =
          money_text(std::min(amount + scene.random.between(1, 1'000'00), kLargestAmount / 50));
      break;
    case 4:
      for (auto& each : lines) {
        each.as_object()["amount"] = "0.00";
      }
      break;
    default:
      lines.emplace_back(line);  // the same goods once more
      lines.back().as_object()["line"] = 1'000 + scene.number();
      lines.back().as_object()["amount"] = "10.00";
      break;
  }
}

/// Changes what may never change of a recorded purchase.
void change_facts(Scene& scene, Command& message) {
  switch (scene.random.weighed({35, 30, 20, 15})) {
    case 0:
      message["purchase_at"] = scene.spelled(scene.now - scene.random.between(0, kHour));
      break;
    case 1:
      message.erase("click_id");
      message["card_number"] = scene.random.pick(scene.cards).number;
      break;
    case 2:
      message["currency"] = "EUR";
      message["fx_rate"] = "75.0000";
      for (auto& line : message.at("lines").as_array()) {
        line.as_object()["amount"] = "12.34";
      }
      break;
    default:
      message.at("lines").as_array()[0].as_object()["tariff"] = "no such tariff";
      break;
  }
}

std::string next_status(Scene& scene, const std::string& last) {
  if (last == "new" || last == "pending") {
    static const std::vector<std::string> then = {"new", "pending", "approved", "declined"};
    return then[scene.random.weighed({20, 15, 50, 15})];
  }
  static const std::vector<std::string> then = {"approved", "pending", "new", "declined"};
  return then[scene.random.weighed({45, 25, 5, 25})];
}

}  // namespace

Command new_purchase(Scene& scene) {
  Command command = {{"command", "report_purchase"}};
  const Offer* offer = nullptr;
  const Instant purchase_at = add_buyer(scene, command, &offer);
  command["action_id"] = fmt::format("a-{}", scene.number());
  if (scene.random.chance(30)) {
    command["order_id"] = fmt::format("заказ {}", scene.counter / 2);
  }
  command["status"] = some_status(scene);
  Told told;
  told.latest_at = scene.random.chance(90)
                       ? std::max(purchase_at, scene.now - scene.random.between(0, 2 * kHour))
                       : purchase_at - scene.random.between(0, kHour);
  command["status_at"] = scene.spelled(told.latest_at);
  command["purchase_at"] = scene.spelled(purchase_at);
  command["lines"] = some_lines(scene, offer);
  add_currency(scene, command);
  if (scene.random.chance(15)) {
    command["delivery"] = money_text(scene.random.between(0, 900'00));
  }
  told.latest = command;
  told.all.push_back(command);
  scene.actions.push_back(told);
  return command;
}

Command later_message(Scene& scene) {
  if (scene.actions.empty()) {
    return new_purchase(scene);
  }
  Told& told = scene.some_action();
  Command message = told.latest;
  if (scene.random.chance(75)) {
    message["status"] = next_status(scene, std::string(told.latest.at("status").as_string()));
  }
  if (scene.random.chance(50)) {
    change_lines(scene, message.at("lines").as_array());
  }
  if (scene.random.chance(15)) {
    message.erase("click_id");
    message.erase("card_number");
  }
  const bool keeps_facts = !scene.random.chance(6);
  if (!keeps_facts) {
    change_facts(scene, message);
  }
  Instant status_at = told.latest_at;
  switch (scene.random.weighed({70, 10, 12, 8})) {
    case 0:
      status_at += scene.random.between(1, 5 * kSpanOfDay);
      break;
    case 1:
      status_at -= scene.random.between(1, kSpanOfDay);
      break;
    case 2:
      status_at = std::max(status_at + 1, scene.now);
      break;
    default:
      break;
  }
  message["status_at"] = scene.spelled(status_at);
  told.all.push_back(message);
  if (keeps_facts && status_at >= told.latest_at && !scene.random.chance(10)) {
    told.latest = message;
    told.latest_at = status_at;
  }
  return message;
}

Command message_again(Scene& scene) {
  if (scene.actions.empty()) {
    return new_purchase(scene);
  }
  const Told& told = scene.some_action();
  Command message = scene.random.chance(60) ? told.latest : scene.random.pick(told.all);
  if (scene.random.chance(20)) {
    array& lines = message.at("lines").as_array();
    std::reverse(lines.begin(), lines.end());
  }
  return message;
}

}  // namespace kopilka::simulation
