// Terms, suspensions of partners, and clicks.

#include <fmt/format.h>

#include "tests/simulation/scene.h"

namespace kopilka::simulation {
namespace {

boost::json::object some_tariff(Scene& scene, const std::string& code) {
  boost::json::object tariff = {{"code", code}};
  if (scene.random.chance(75)) {
    tariff["percent"] = scene.random.pick_word({"1", "1.0000", "5", "7.49", "30", "12.3456"});
    if (scene.random.chance(4)) {
      tariff["percent"] = scene.random.pick_word({"0.9999", "30.0001", "0", "100"});
    }
  } else {
    tariff["fixed"] = scene.random.pick_word({"0.00", "0.01", "99.90", "1500.00"});
  }
  if (scene.random.chance(75)) {
    tariff["commission_percent"] = scene.random.pick_word({"0.5", "6", "10.25", "33", "0"});
  } else {
    tariff["commission_fixed"] = scene.random.pick_word({"0.00", "45.67", "2000.00"});
  }
  return tariff;
}

}  // namespace

Command publish_new_terms(Scene& scene) {
  Offer offer;
  offer.partner = scene.partner_id();
  offer.channel = scene.random.pick_word({"online", "offline", "lead"});
  const std::int64_t count = scene.random.between(1, 3);
  boost::json::array tariffs;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string code =
        count == 1 ? "all"
                   : scene.random.pick_word({"a", "b"}) + fmt::format("{}", i == 0 ? "" : "+");
    offer.codes.push_back(i == 2 ? "third" : code);
    tariffs.emplace_back(some_tariff(scene, offer.codes.back()));
  }
  if (count >= 2 && offer.codes[0] == offer.codes[1]) {
    offer.codes[1] += "x";
    tariffs[1].as_object()["code"] = offer.codes[1];
  }
  Day valid_from = scene.today() + scene.random.between(0, 20);
  if (scene.random.chance(20)) {
    valid_from = scene.today() - scene.random.between(1, 30);
  }
  Command command = {{"command", "publish_terms"},
                     {"partner_id", offer.partner},
                     {"channel", offer.channel},
                     {"tariffs", tariffs},
                     {"freeze_days", scene.random.between(30, 60)},
                     {"valid_from", day_text(valid_from)}};
  if (scene.random.chance(5)) {
    command["freeze_days"] = scene.random.pick(std::vector<int>{0, 29, 61, 365});
  }
  if (scene.random.chance(30)) {
    offer.window_days = scene.random.between(1, 10);
    command["window_days"] = offer.window_days;
  }
  if (scene.random.chance(25)) {
    command["cap_per_order"] = money_text(scene.random.between(0, 500'00));
  }
  if (scene.random.chance(25)) {
    command["cap_per_month"] = money_text(scene.random.between(0, 3'000'00));
  }
  if (scene.random.chance(60)) {
    command["release_policy"] = scene.random.pick_word({"auto", "require_approval"});
  }
  if (scene.random.chance(7)) {
    command["valid_to"] = day_text(valid_from + scene.random.between(0, 120));
  }
  offer.valid_from = valid_from;
  if (valid_from >= scene.today()) {
    scene.offers.push_back(offer);
  }
  return command;
}

Command suspend_or_resume_partner(Scene& scene) {
  std::size_t index = scene.random.next() % scene.shops.size();
  for (std::size_t i = 0; i < scene.shops.size(); ++i) {
    index = scene.shops[i].status == "suspended" && scene.random.chance(80) ? i : index;
  }
  Shop& shop = scene.shops[index];
  if (shop.status == "active" && scene.random.chance(60)) {
    return click(scene);  // suspended partners make dull days: fewer of them
  }
  const bool resume =
      shop.status == "suspended" ? scene.random.chance(90) : scene.random.chance(10);
  Day day = scene.today() + scene.random.between(-2, 3);
  if (shop.status == "suspended") {
    day = shop.suspended_on + scene.random.between(0, 6);
  }
  shop.status = resume ? "active" : "suspended";
  shop.suspended_on = day;
  return {{"command", resume ? "resume_partner" : "suspend_partner"},
          {"partner_id", scene.random.chance(98) ? shop.id : 94},
          {"effective_on", day_text(day)}};
}

Command click(Scene& scene) {
  SeenClick seen;
  seen.member = scene.member_id();
  seen.partner = scene.partner_id();
  seen.channel = scene.random.chance(seen.partner == 3 ? 90 : 5) ? "lead" : "online";
  seen.at = scene.now;
  Command command = {
      {"command", "register_click"}, {"member_id", seen.member}, {"partner_id", seen.partner}};
  if (seen.channel == "lead" || scene.random.chance(20)) {
    command["channel"] = seen.channel;
  }
  if (scene.random.chance(3) && !scene.clicks.empty()) {
    command["click_id"] = scene.random.pick(scene.clicks).id;
    return command;
  }
  seen.id = fmt::format("click-{}_{}", scene.random.between(0, 999), scene.number());
  if (scene.random.chance(90)) {
    command["click_id"] = seen.id;
    scene.clicks.push_back(seen);
  }
  return command;
}

}  // namespace kopilka::simulation
