// Destinations, withdrawals, holds, corrections by hand, days.

#include <algorithm>

#include <fmt/format.h>

#include "tests/simulation/scene.h"

namespace kopilka::simulation {
namespace {

const std::vector<std::string> kMethods = {"phone", "card", "account", "wallet"};

/// The digit in place of `?` that makes `is_right` say yes.
template <typename Check>
std::string with_check_digit(std::string text, Check is_right) {
  const std::size_t place = text.find('?');
  for (char digit = '0'; digit <= '9'; ++digit) {
    text[place] = digit;
    if (is_right(text)) {
      break;
    }
  }
  return text;
}

int luhn(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int value = (digits[digits.size() - 1 - i] - '0') * (i % 2 == 0 ? 1 : 2);
    sum += value / 10 + value % 10;
  }
  return sum % 10;
}

int weight_of_account(const std::string& bik_and_account) {
  const std::string digits = bik_and_account.substr(6, 3) + bik_and_account.substr(10);
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    sum += (digits[i] - '0') * (i % 3 == 0 ? 7 : i % 3 == 1 ? 1 : 3);
  }
  return sum % 10;
}

std::string good_value(Scene& scene, const std::string& method) {
  const std::int64_t number = scene.number();
  if (method == "phone") {
    return scene.random.chance(50)
               ? fmt::format("+79{:09}", number)
               : fmt::format("8 (916) {:03}-00-{:02}", number / 100 % 1000, number % 100);
  }
  if (method == "card") {
    return with_check_digit(fmt::format("411111{:09}?", number),
                            [](const std::string& text) { return luhn(text) == 0; });
  }
  if (method == "account") {
    return with_check_digit(fmt::format("044525225/40817810?{:011}", number),
                            [](const std::string& text) { return weight_of_account(text) == 0; });
  }
  return fmt::format("wallet:{}", number);
}

std::string bad_value(const std::string& method) {
  if (method == "phone") {
    return "+7812000";
  }
  if (method == "card") {
    return "4111111111111112";
  }
  return method == "account" ? "044525225/40817810000000000000x" : "";
}

Kopecks wanted(Scene& scene, const std::string& method) {
  const Kopecks minimum = method == "phone" ? 100 : method == "account" ? 2'000 : 100'000;
  switch (scene.random.weighed({20, 6, 45, 25, 4})) {
    case 0:
      return minimum;
    case 1:
      return minimum - 1;
    case 2:
      return minimum + scene.random.between(0, 300'00);
    case 3:
      return minimum + scene.random.between(0, 5'000'00);
    default:
      return scene.amount();
  }
}

std::string next_step(Scene& scene, const std::string& state) {
  static const std::vector<std::string> steps = {"send_withdrawal",         "cancel_withdrawal",
                                                 "mark_withdrawal_unknown", "settle_withdrawal",
                                                 "reject_withdrawal",       "return_withdrawal"};
  std::vector<int> weights = {10, 10, 10, 10, 10, 50};
  if (state == "requested") {
    weights = {70, 15, 4, 4, 4, 3};
  } else if (state == "sent") {
    weights = {3, 3, 18, 45, 27, 4};
  } else if (state == "unknown") {
    weights = {3, 3, 3, 50, 38, 3};
  } else if (state == "rejected") {
    weights = {5, 5, 5, 70, 5, 10};
  }
  return steps[scene.random.weighed(weights)];
}

std::string state_after(const std::string& step, const std::string& state) {
  if (step == "send_withdrawal") {
    return state == "requested" ? "sent" : state;
  }
  if (step == "cancel_withdrawal") {
    return state == "requested" ? "cancelled" : state;
  }
  if (step == "mark_withdrawal_unknown") {
    return state == "sent" ? "unknown" : state;
  }
  if (step == "settle_withdrawal") {
    return state == "requested" || state == "cancelled" ? state : "settled";
  }
  if (step == "reject_withdrawal") {
    return state == "sent" || state == "unknown" ? "rejected" : state;
  }
  return state == "settled" ? "returned" : state;
}

void name_payout(Scene& scene, Command& command, const Payout& payout) {
  if (payout.id && scene.random.chance(30)) {
    command["withdrawal_id"] = *payout.id;
  } else if (payout.ext_ref && scene.random.chance(40)) {
    command["ext_ref"] = *payout.ext_ref;
  } else {
    command["member_id"] = payout.member;
    command["request_key"] = scene.random.chance(98) ? payout.key : "never asked";
  }
}

Command hold_on(Scene& scene) {
  Command hold = {{"command", "place_hold"}};
  const std::size_t scope = scene.random.weighed({25, 50, 25});
  if (scope == 1 && !scene.actions.empty()) {
    const Command& message = scene.some_action().latest;
    hold["scope"] = "purchase";
    hold["partner_id"] = message.at("partner_id");
    hold["action_id"] = message.at("action_id");
  } else if (scope == 2 && !scene.places.empty()) {
    const Place& place = scene.random.pick(scene.places);
    hold["scope"] = "destination";
    hold["member_id"] = place.member;
    hold["destination_id"] = scene.random.chance(95) ? place.id : "nowhere";
  } else {
    hold["scope"] = "member";
    hold["member_id"] = scene.member_id();
  }
  hold["rule"] = scene.random.pick_word({"fraud", "audit", "partner"});
  return hold;
}

}  // namespace

Command add_some_destination(Scene& scene) {
  const Person& person = scene.random.pick(scene.people);
  const std::string method = scene.random.pick(kMethods);
  Command command = {
      {"command", "add_destination"},
      {"member_id", scene.random.chance(98) ? person.id : 93},
      {"method", method},
      {"value", scene.random.chance(92) ? good_value(scene, method) : bad_value(method)}};
  if (scene.random.chance(6) && !scene.places.empty()) {
    const Place& place = scene.random.pick(scene.places);
    command["member_id"] = place.member;
    command["destination_id"] = place.id;
  } else if (scene.random.chance(85)) {
    const std::string id = fmt::format("d{}_{}", person.id, scene.number());
    command["destination_id"] = id;
    scene.places.push_back({person.id, method, id});
  }
  return command;
}

Command request_payout(Scene& scene) {
  // Most have no account to begin with from the seventh on.
  const std::int64_t member =
      scene.random.chance(85) ? scene.random.between(1, 6) : scene.member_id();
  std::string method = scene.random.pick(kMethods);
  std::optional<std::string> destination;
  if (scene.random.chance(90)) {
    // Somewhere that the member has, mostly; another's or nowhere else.
    for (const Place& place : scene.places) {
      if (place.member == member && (!destination || scene.random.chance(40))) {
        method = place.method;
        destination = place.id;
      }
    }
  }
  if (scene.random.chance(3)) {
    destination = scene.random.chance(50) ? scene.random.pick(scene.places).id : "nowhere";
  }
  Command command = {{"command", "request_withdrawal"},
                     {"member_id", member},
                     {"method", method},
                     {"amount", money_text(wanted(scene, method))}};
  if (destination && scene.random.chance(70)) {
    command["destination_id"] = *destination;
  }
  Payout payout;
  payout.member = member;
  payout.key = scene.key;
  scene.payouts.push_back(payout);
  return command;
}

Command move_payout(Scene& scene) {
  if (scene.payouts.empty()) {
    return request_payout(scene);
  }
  std::size_t index = scene.random.next() % scene.payouts.size();
  for (std::size_t i = 0; i < scene.payouts.size(); ++i) {
    // Late ones, and those that surely exist, come up more often.
    const bool is_worth_it = scene.payouts[i].is_known && scene.payouts[i].state != "returned";
    index = is_worth_it && scene.random.chance(12) ? i : index;
  }
  Payout& payout = scene.payouts[index];
  const std::string step = next_step(scene, payout.state);
  Command command = {{"command", step}};
  name_payout(scene, command, payout);
  if (step == "settle_withdrawal" && scene.random.chance(60)) {
    command["processor_fee"] = money_text(scene.random.between(0, 50'00));
    command["processor_ref"] = fmt::format("ref {}", scene.number());
  }
  if (step == "reject_withdrawal" && scene.random.chance(40)) {
    command["code"] = "limit";
  }
  if (step == "send_withdrawal" && scene.random.chance(40)) {
    command["processor"] = "bank";
  }
  payout.state = state_after(step, payout.state);
  return command;
}

Command adjust_somebody(Scene& scene) {
  const Kopecks size =
      scene.random.chance(70) ? scene.random.between(1, 4'000'00) : scene.random.between(1, 100);
  const Kopecks amount = scene.random.chance(70) ? size : -size;
  const std::string second = scene.random.chance(94) ? "petrov" : "ivanov";
  return {{"command", "adjust_balance"},
          {"member_id", scene.member_id()},
          {"amount", money_text(amount)},
          {"reason", "по обращению"},
          {"approvers", {"ivanov", second}}};
}

Command place_or_lift_hold(Scene& scene) {
  if (!scene.actions.empty() && scene.random.chance(15)) {
    const Command& message = scene.some_action().latest;
    return {{"command", "lift_hold"},
            {"scope", "purchase"},
            {"partner_id", message.at("partner_id")},
            {"action_id", message.at("action_id")},
            {"rule", "partner"}};
  }
  if (!scene.holds.empty() && (scene.holds.size() > 4 || scene.random.chance(45))) {
    const std::size_t index = scene.random.next() % scene.holds.size();
    Command lift = scene.holds[index];
    lift["command"] = "lift_hold";
    if (scene.random.chance(92)) {
      scene.holds.erase(scene.holds.begin() + static_cast<std::ptrdiff_t>(index));
    }
    return lift;
  }
  const Command hold = !scene.holds.empty() && scene.random.chance(8)
                           ? scene.random.pick(scene.holds)
                           : hold_on(scene);
  scene.holds.push_back(hold);
  return hold;
}

Command open_some_day(Scene& scene) {
  const std::vector<Day> offsets = {0, 0, 0, 0, 1, -1, -2, -30, 2};
  return {{"command", "open_business_day"},
          {"date", day_text(scene.today() + scene.random.pick(offsets))}};
}

Command publish_some_calendar(Scene& scene) {
  const int year = civil_of(scene.today()).year + (scene.random.chance(50) ? 1 : 0);
  boost::json::array days_off;
  boost::json::array working_weekends;
  for (Day day = day_of({year, 1, 1}); civil_of(day).year == year; ++day) {
    if (is_weekend(day) && scene.random.chance(10)) {
      working_weekends.emplace_back(day_text(day));
    } else if (scene.random.chance(12)) {
      days_off.emplace_back(day_text(day));
    }
  }
  return {{"command", "publish_calendar"},
          {"year", year},
          {"days_off", days_off},
          {"working_weekends", working_weekends}};
}

}  // namespace kopilka::simulation
