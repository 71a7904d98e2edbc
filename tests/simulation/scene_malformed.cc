// One fault at a time, so that it is certain which code must be answered.

#include "tests/simulation/scene.h"

namespace kopilka::simulation {
namespace {

using boost::json::serialize;
using boost::json::value;

/// Faults of the envelope, which every command has.
void spoil_envelope(Scene& scene, Command& command) {
  switch (scene.random.between(0, 7)) {
    case 0:
      command.erase("key");
      break;
    case 1:
      command["surprise"] = 1;
      break;
    case 2:
      command["key"] = 5;
      break;
    case 3:
      command["key"] = "";
      break;
    case 4:
      command["key"] = std::string(129, 'k');
      break;
    case 5:
      command["command"] = scene.random.pick_word({"close_organization", "Admit_member", ""});
      break;
    case 6:
      command["command"] = nullptr;
      break;
    default:
      command["key"] = "ключ";
      break;
  }
}

/// A withdrawal request with one bad field.
Command bad_request(Scene& scene) {
  Command command = {{"command", "request_withdrawal"},
                     {"key", scene.key},
                     {"member_id", 1},
                     {"method", "phone"},
                     {"amount", "1.00"}};
  switch (scene.random.between(0, 4)) {
    case 0:
      command["amount"] = scene.random.pick_word(
          {"1", "1.0", "1,00", "12345678901.00", "-1.00", "", "+1.00", ".50", "1.000"});
      break;
    case 1:
      command["amount"] = scene.random.chance(50) ? value(5) : value(1.5);
      break;
    case 2:
      command["member_id"] =
          scene.random.pick(std::vector<std::int64_t>{0, -1, std::int64_t{1} << 53, INT64_MAX});
      break;
    case 3:
      command["member_id"] = scene.random.chance(50) ? value("1") : value(nullptr);
      break;
    default:
      command["method"] = "cash";
      break;
  }
  return command;
}

/// A purchase whose parts do not go together.
Command bad_purchase(Scene& scene) {
  Command command = {{"command", "report_purchase"},
                     {"key", scene.key},
                     {"partner_id", 1},
                     {"action_id", "spoiled"},
                     {"status", "new"},
                     {"status_at", scene.spelled(scene.now)},
                     {"purchase_at", scene.spelled(scene.now)},
                     {"card_number", "400001"},
                     {"lines", {{{"line", 1}, {"amount", "1.00"}}}}};
  switch (scene.random.between(0, 8)) {
    case 0:
      command["click_id"] = "c";
      break;
    case 1:
      command["fx_rate"] = "1.0000";
      break;
    case 2:
      command["currency"] = "USD";
      break;
    case 3:
      command["lines"] = boost::json::array();
      break;
    case 4:
      command["lines"] = {{{"line", 1}, {"amount", "1.00"}}, {{"line", 1}, {"amount", "2.00"}}};
      break;
    case 5:
      command["lines"] = {{{"line", 1}, {"amount", "9999999999.99"}},
                          {{"line", 2}, {"amount", "0.01"}}};
      break;
    case 6:
      command["currency"] = "USD";
      command["fx_rate"] = "2.0000";
      command["lines"] = {{{"line", 1}, {"amount", "5000000000.00"}}};
      break;
    case 7:
      command["purchase_at"] =
          scene.random.pick_word({"2019-02-29T00:00:00Z", "2019-03-01", "2019-03-01T00:00:00",
                                  "2019-03-01T00:00:00.1234567Z", "2019-03-01T24:00:00Z"});
      break;
    default:
      command["lines"] = {{{"line", 1}}};
      break;
  }
  return command;
}

Command bad_reference(Scene& scene) {
  Command command = {{"command", "cancel_withdrawal"}, {"key", scene.key}};
  switch (scene.random.between(0, 3)) {
    case 0:
      break;
    case 1:
      command["member_id"] = 1;
      break;
    case 2:
      command["withdrawal_id"] = 1;
      command["ext_ref"] = "ABCDEFGHIJKLMNOP";
      break;
    default:
      command = {{"command", "place_hold"}, {"key", scene.key}, {"scope", "member"},
                 {"member_id", 1},          {"rule", "fraud"},  {"action_id", "a"}};
      break;
  }
  return command;
}

}  // namespace

std::string spoiled(Scene& scene, Command command) {
  const value at = command.contains("at") ? command.at("at") : value(nullptr);
  const auto stamp = [&](Command made) {
    if (!at.is_null()) {
      made["at"] = at;
    }
    return serialize(made);
  };
  switch (scene.random.weighed({25, 20, 25, 10, 5, 5, 5, 3, 1})) {
    case 0:
      spoil_envelope(scene, command);
      return serialize(command);
    case 1:
      return stamp(bad_request(scene));
    case 2:
      return stamp(bad_purchase(scene));
    case 3:
      return stamp(bad_reference(scene));
    case 4:
      return serialize(command) + "}";
    case 5: {
      const std::string line = serialize(command);
      return line.substr(0, line.size() / 2);
    }
    case 6: {
      const std::string line = serialize(command);
      return line.substr(0, line.size() - 1) + R"(,"key":"again"})";
    }
    case 7:
      command["at"] = at.is_null() ? value(scene.spelled(scene.now)) : value("yesterday");
      return serialize(command);
    default:
      return serialize(command) + std::string(1024 * 1024, ' ');
  }
}

}  // namespace kopilka::simulation
