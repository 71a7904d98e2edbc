#include "tests/simulation/oracle/world.h"

#include <algorithm>

namespace kopilka::simulation {

std::int64_t number_in(const Fields& fields, const char* name) {
  return fields.at(name).as_int64();
}

std::string text_in(const Fields& fields, const char* name) {
  return std::string(fields.at(name).as_string());
}

std::optional<std::int64_t> number_if_in(const Fields& fields, const char* name) {
  return fields.contains(name) ? std::optional(number_in(fields, name)) : std::nullopt;
}

std::optional<std::string> text_if_in(const Fields& fields, const char* name) {
  return fields.contains(name) ? std::optional(text_in(fields, name)) : std::nullopt;
}

void post(World& world, const std::string& event, const std::vector<Entry>& entries) {
  Kopecks sum = 0;
  for (const Entry& entry : entries) {
    world.books[{entry.account, entry.owner}] += entry.amount;
    sum += entry.amount;
  }
  if (sum != 0) {
    world.broken.push_back("I-1: debits and credits of a " + event + " differ");
  }
  note(world, event);
}

void note(World& world, const std::string& event) {
  world.events.push_back(event);
}

Kopecks balance_of(const World& world, int account, std::int64_t owner) {
  const auto found = world.books.find({account, owner});
  return found == world.books.end() ? 0 : found->second;
}

Kopecks available_of(const World& world, std::int64_t member) {
  return -balance_of(world, 2110, member);
}

Kopecks debt_of(const World& world, std::int64_t member) {
  return balance_of(world, 1400, member);
}

std::vector<Entry> credit_to_member(const World& world, std::int64_t member, Kopecks amount) {
  const Kopecks repaid = std::min(amount, debt_of(world, member));
  return {{1400, member, -repaid}, {2110, member, -(amount - repaid)}};
}

std::vector<Entry> debit_to_member(const World& world, std::int64_t member, Kopecks amount) {
  const Kopecks taken = std::min(amount, available_of(world, member));
  return {{2110, member, taken}, {1400, member, amount - taken}};
}

Kopecks held_of(const World& world, std::int64_t member) {
  Kopecks sum = 0;
  for (const auto& [key, purchase] : world.purchases) {
    if (purchase.stage == Stage::recorded && purchase.member == member &&
        purchase.member_state == "released" &&
        is_held(world, "purchase", hold_id_of_purchase(key))) {
      sum += purchase.sums.cashback;
    }
  }
  return std::min(sum, available_of(world, member));
}

std::optional<std::string> status_on(const Member& member, Day day) {
  const std::string* status = in_force(member.statuses, day);
  return status == nullptr ? std::nullopt : std::optional(*status);
}

bool is_active_on(const Member& member, Day day) {
  return status_on(member, day) == "active";
}

const Terms* terms_on(const World& world, std::int64_t partner, const std::string& channel,
                      Day day) {
  const Terms* latest = nullptr;
  for (const Terms& terms : world.terms) {
    if (terms.partner == partner && terms.channel == channel && terms.valid_from <= day &&
        (latest == nullptr || terms.valid_from > latest->valid_from)) {
      latest = &terms;
    }
  }
  const bool over = latest != nullptr && latest->valid_to && *latest->valid_to < day;
  return over ? nullptr : latest;
}

bool is_suspended_on(const Partner& partner, Day day) {
  for (std::size_t i = 0; i < partner.statuses.size(); ++i) {
    const auto& change = partner.statuses[i];
    if (change.fact != "suspended" || day < change.from) {
      continue;
    }
    const bool is_resumed = i + 1 < partner.statuses.size();
    if (!is_resumed || day < partner.statuses[i + 1].from) {
      return true;
    }
  }
  return false;
}

bool is_suspended_by_last_word(const Partner& partner) {
  return !partner.statuses.empty() && partner.statuses.back().fact == "suspended";
}

bool is_held(const World& world, const std::string& scope, const std::string& id) {
  return std::any_of(world.holds.begin(), world.holds.end(), [&](const HoldKey& hold) {
    return std::get<0>(hold) == scope && std::get<1>(hold) == id;
  });
}

std::string hold_id_of_member(std::int64_t member) {
  return std::to_string(member);
}

std::string hold_id_of_purchase(const PurchaseKey& key) {
  return std::to_string(key.first) + "/" + key.second;
}

std::string hold_id_of_destination(std::int64_t member, const std::string& destination) {
  return std::to_string(member) + "/" + destination;
}

}  // namespace kopilka::simulation
