#include "tests/simulation/generator.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/simulation/scene.h"

namespace kopilka::simulation {
namespace {

using Maker = Command (*)(Scene&);

struct Weighed {
  int weight;
  Maker maker;
};

const std::vector<Weighed>& makers() {
  static const std::vector<Weighed> table = {
      {150, new_purchase},
      {250, later_message},
      {70, message_again},
      {90, click},
      {90, request_payout},
      {140, move_payout},
      {45, adjust_somebody},
      {55, place_or_lift_hold},
      {35, change_membership},
      {16, issue_or_repeat_card},
      {6, block_some_card},
      {14, open_or_repeat_account},
      {20, add_some_destination},
      {14, publish_new_terms},
      {10, suspend_or_resume_partner},
      {4, publish_some_calendar},
      {25, open_some_day},
      {8, register_more},
      {8, report_some_headcount},
      {12, elect_somebody},
      {8, end_some_term},
      {16, pay_some_dues},
  };
  return table;
}

/// The same members in another order: content does not depend on it.
Command reversed(const Command& command) {
  std::vector<std::string> names;
  for (const auto& member : command) {
    names.emplace_back(member.key());
  }
  Command turned;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    turned[*name] = command.at(*name);
  }
  return turned;
}

/// Whether a command is of that kind: a key may have been used for another one first.
bool is_a(const Command& command, const char* kind) {
  return command.at("command").as_string() == kind;
}

void learn_purchase(Scene& scene, const Command& command, const Command& result) {
  const auto* state = result.if_contains("state");
  if (state == nullptr || !is_a(command, "report_purchase")) {
    return;
  }
  for (Told& told : scene.actions) {
    if (told.latest.at("action_id") == command.at("action_id")) {
      told.is_parked = state->as_string() == "unattributed";
    }
  }
}

void learn_click(Scene& scene, const Command& command, const Command& result) {
  const auto* id = result.if_contains("click_id");
  if (id == nullptr || !is_a(command, "register_click") || command.contains("click_id")) {
    return;
  }
  const auto* channel = command.if_contains("channel");
  scene.clicks.push_back({std::string(id->as_string()), command.at("member_id").as_int64(),
                          command.at("partner_id").as_int64(),
                          channel == nullptr ? "online" : std::string(channel->as_string()),
                          scene.now});
}

void learn_place(Scene& scene, const Command& command, const Command& result) {
  const auto* id = result.if_contains("destination_id");
  if (id == nullptr || !is_a(command, "add_destination") || command.contains("destination_id")) {
    return;
  }
  scene.places.push_back({command.at("member_id").as_int64(),
                          std::string(command.at("method").as_string()),
                          std::string(id->as_string())});
}

}  // namespace

Generator::Generator(std::uint64_t seed, Stamps stamps)
    : stamps_(stamps), scene_(std::make_unique<Scene>(seed)) {
  Scene& scene = *scene_;
  const Day first = day_of({2019, 1, 10}) + scene.random.between(0, 700);
  scene.now = moscow_midnight(first) + scene.random.between(0, 23 * kHour);
  build_world(scene);
}

Generator::~Generator() = default;

Instant Generator::now() const {
  return scene_->now;
}

void Generator::pass_time() {
  Scene& scene = *scene_;
  Random& random = scene.random;
  if (!scene.opening.empty()) {
    scene.now += random.between(0, 2 * kMinute);
    return;
  }
  switch (random.weighed({120, 120, 960, 600, 120, 120, 24, 12, 2, 1})) {
    case 0:
      break;
    case 1:
      scene.now += random.between(1, kSecond);
      break;
    case 2:
      scene.now += random.between(1, 10) * kMinute;
      break;
    case 3:
      scene.now += random.between(10 * kMinute, 4 * kHour);
      break;
    case 4:
      scene.now += random.between(4 * kHour, 24 * kHour);
      break;
    case 5: {
      const std::vector<Instant> offsets = {-kSecond, -1, 0, 1, kSecond};
      const Instant midnight = moscow_midnight(scene.today() + 1);
      scene.now = std::max(scene.now, midnight + random.pick(offsets));
      break;
    }
    case 6:
      scene.now += random.between(1, 4) * kSpanOfDay;
      break;
    case 7:
      scene.now += random.between(5, 40) * kSpanOfDay;
      break;
    case 8:
      scene.now += random.between(41, 95) * kSpanOfDay;
      break;
    default:
      scene.now += random.pick(std::vector<Instant>{40, 92, 120, 366, 405}) * kSpanOfDay;
      break;
  }
}

boost::json::object Generator::fresh_command() {
  Scene& scene = *scene_;
  Command command;
  scene.key = fmt::format("k{}", scene.number());
  if (!scene.opening.empty()) {
    command = scene.opening.front();
    scene.opening.pop_front();
  } else {
    std::vector<int> weights;
    for (const Weighed& weighed : makers()) {
      weights.push_back(weighed.weight);
    }
    command = makers()[scene.random.weighed(weights)].maker(scene);
  }
  command["key"] = scene.key;
  return command;
}

/// A line sent before under its key: mostly with the same content, else with another.
boost::json::object Generator::repeated_command() {
  Scene& scene = *scene_;
  Command command = scene.random.pick_recent(scene.sent, 200);
  if (scene.random.chance(25)) {
    const boost::json::value key = command.at("key");
    command = scene.random.pick(scene.sent);
    command["key"] = key;
  }
  return scene.random.chance(30) ? reversed(command) : command;
}

std::string Generator::stamped(boost::json::object command) {
  Scene& scene = *scene_;
  if (stamps_ == Stamps::in_line) {
    Instant at = scene.now;
    if (scene.random.chance(1)) {
      at -= scene.random.pick(std::vector<Instant>{1, kSecond, kHour, 3 * kSpanOfDay});
    }
    command["at"] = scene.spelled(at);
  }
  if (scene.opening.empty() && scene.random.between(1, 1000) <= 15) {
    return spoiled(scene, std::move(command));
  }
  return boost::json::serialize(command);
}

std::string Generator::next() {
  Scene& scene = *scene_;
  pass_time();
  if (scene.opening.empty() && scene.random.chance(3)) {
    return stamped(repeated_command());
  }
  const Command command = fresh_command();
  scene.sent.push_back(command);
  return stamped(command);
}

void Generator::learn(std::string_view key, const boost::json::object& result) {
  Scene& scene = *scene_;
  for (Payout& payout : scene.payouts) {
    if (payout.key == key) {
      payout.is_known = true;
      if (const auto* id = result.if_contains("withdrawal_id")) {
        payout.id = id->to_number<std::int64_t>();
      }
      if (const auto* ext_ref = result.if_contains("ext_ref")) {
        payout.ext_ref = std::string(ext_ref->as_string());
      }
    }
  }
  for (const Command& command : scene.sent) {
    if (command.at("key").as_string() == boost::json::string_view(key.data(), key.size())) {
      learn_purchase(scene, command, result);
      learn_click(scene, command, result);
      learn_place(scene, command, result);
    }
  }
}

}  // namespace kopilka::simulation
