// Holds: known by scope, id and rule.

#include <algorithm>

#include "tests/simulation/oracle/purchase_steps.h"
#include "tests/simulation/oracle/rules.h"

namespace kopilka::simulation {
namespace {

/// What the command names, or the code why it cannot be.
struct Held {
  std::string code;
  std::string id;
};

Held purchase_named(const World& world, const Fields& fields) {
  const std::int64_t partner = number_in(fields, "partner_id");
  if (!world.partners.contains(partner)) {
    return {"partner_not_found", ""};
  }
  const PurchaseKey key = {partner, text_in(fields, "action_id")};
  const auto found = world.purchases.find(key);
  if (found == world.purchases.end() || found->second.stage != Stage::recorded) {
    return {"purchase_not_found", ""};
  }
  if (found->second.partner_state == "declined") {
    return {"wrong_state", ""};
  }
  return {"", hold_id_of_purchase(key)};
}

Held destination_named(const World& world, const Fields& fields) {
  const std::int64_t member = number_in(fields, "member_id");
  const std::string id = text_in(fields, "destination_id");
  const bool known = std::any_of(
      world.destinations.begin(), world.destinations.end(),
      [&](const Destination& other) { return other.member == member && other.id == id; });
  if (!known) {
    return {"bad_destination", ""};
  }
  return {"", hold_id_of_destination(member, id)};
}

Held held_thing(const World& world, const Fields& fields) {
  const std::string scope = text_in(fields, "scope");
  if (scope == "purchase") {
    return purchase_named(world, fields);
  }
  const std::int64_t member = number_in(fields, "member_id");
  if (!world.members.contains(member)) {
    return {"member_not_found", ""};
  }
  return scope == "member" ? Held{"", hold_id_of_member(member)} : destination_named(world, fields);
}

}  // namespace

Verdict place_hold(World& world, const Fields& fields, Instant) {
  const Held held = held_thing(world, fields);
  if (!held.code.empty()) {
    return refused(held.code);
  }
  const HoldKey hold = {text_in(fields, "scope"), held.id, text_in(fields, "rule")};
  if (world.holds.contains(hold)) {
    return refused("already_held");
  }
  world.holds.insert(hold);
  note(world, "HoldPlaced");
  return accepted();
}

Verdict lift_hold(World& world, const Fields& fields, Instant) {
  const Held held = held_thing(world, fields);
  if (!held.code.empty()) {
    return refused(held.code);
  }
  const std::string scope = text_in(fields, "scope");
  const HoldKey hold = {scope, held.id, text_in(fields, "rule")};
  if (!world.holds.contains(hold)) {
    return refused("not_held");
  }
  world.holds.erase(hold);
  note(world, "HoldLifted");
  if (scope == "purchase") {
    const PurchaseKey key = {number_in(fields, "partner_id"), text_in(fields, "action_id")};
    if (may_be_released(world, key, world.purchases.at(key))) {
      release(world, world.purchases.at(key));
    }
  } else if (scope == "member") {
    release_all(world, number_in(fields, "member_id"));
  }
  return accepted();
}

}  // namespace kopilka::simulation
