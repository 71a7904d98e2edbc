// Section 13 of domain.md, each invariant looked at in full every time.

#include <fmt/format.h>

#include "tests/simulation/oracle/oracle.h"
#include "tests/simulation/oracle/world.h"

namespace kopilka::simulation {
namespace {

using Broken = std::vector<std::string>;

void sums_to_zero(const World& world, Broken& broken) {
  Kopecks sum = 0;
  for (const auto& [of, amount] : world.books) {
    sum += amount;
  }
  if (sum != 0) {
    broken.push_back(fmt::format("I-1: the book is off by {}", money_text(sum)));
  }
}

void members_money_is_sound(const World& world, Broken& broken) {
  for (const auto& [id, member] : world.members) {
    for (const int account : {2100, 2110, 2120, 2130}) {
      if (balance_of(world, account, id) > 0) {
        broken.push_back(fmt::format("I-2: member {} is below zero on {}", id, account));
      }
    }
    if (debt_of(world, id) < 0) {
      broken.push_back(fmt::format("I-2: member {} has a negative debt", id));
    }
    if (debt_of(world, id) > 0 && available_of(world, id) > 0) {
      broken.push_back(fmt::format("I-3: member {} has both money and debt", id));
    }
  }
}

void frozen_is_what_purchases_say(const World& world, Broken& broken) {
  for (const auto& [id, member] : world.members) {
    Kopecks frozen = 0;
    for (const auto& [key, purchase] : world.purchases) {
      if (purchase.stage == Stage::recorded && purchase.member == id &&
          purchase.member_state == "frozen") {
        frozen += purchase.sums.cashback;
      }
    }
    if (frozen != -balance_of(world, 2100, id)) {
      broken.push_back(fmt::format("I-4: member {} has {} frozen, its purchases {}", id,
                                   money_text(-balance_of(world, 2100, id)), money_text(frozen)));
    }
  }
}

void purchases_keep_their_terms(const World& world, Broken& broken) {
  for (const auto& [key, purchase] : world.purchases) {
    if (purchase.stage != Stage::recorded) {
      continue;
    }
    const std::string name = fmt::format("{}/{}", key.first, key.second);
    const Day bought_on = moscow_day(purchase.last.purchase_at);
    if (purchase.releases > 1) {
      broken.push_back("I-4: released twice: " + name);
    }
    if (purchase.release_on != bought_on + purchase.terms.freeze_days + 1) {
      broken.push_back("I-6: wrong release day: " + name);
    }
    if (purchase.releases > 0 && *world.business_day < purchase.release_on) {
      broken.push_back("I-6: released too early: " + name);
    }
    if (purchase.sums.cashback > purchase.sums.uncapped || purchase.sums.cashback < 0) {
      broken.push_back("I-5: cashback outside of its rates: " + name);
    }
    if (!world.members.contains(purchase.member) || purchase.last.partner != key.first) {
      broken.push_back("I-7: bound to nobody: " + name);
    }
  }
}

void terms_stay_in_bounds(const World& world, Broken& broken) {
  for (const Terms& terms : world.terms) {
    for (const Tariff& tariff : terms.tariffs) {
      if (tariff.percent && (*tariff.percent < 10'000 || *tariff.percent > 300'000)) {
        broken.push_back("I-5: rate of " + tariff.code);
      }
    }
    if (terms.freeze_days < 30 || terms.freeze_days > 60) {
      broken.push_back("I-6: freeze days");
    }
  }
}

void caps_hold(const World& world, Broken& broken) {
  for (const auto& [key, purchase] : world.purchases) {
    if (purchase.stage == Stage::recorded && purchase.terms.cap_per_order &&
        purchase.sums.cashback > *purchase.terms.cap_per_order) {
      broken.push_back("section 8: above the cap of its order: " + key.second);
    }
  }
}

void receivables_are_what_purchases_say(const World& world, Broken& broken) {
  std::map<std::pair<int, std::int64_t>, Kopecks> expected;
  Kopecks deferred = 0;
  for (const auto& [key, purchase] : world.purchases) {
    if (purchase.stage == Stage::recorded && purchase.partner_state != "declined") {
      const bool approved = purchase.partner_state == "approved";
      expected[{approved ? 1210 : 1200, key.first}] += purchase.sums.commission;
      deferred += approved ? 0 : purchase.sums.commission - purchase.sums.cashback;
    }
  }
  for (const auto& [id, partner] : world.partners) {
    for (const int account : {1200, 1210}) {
      if (balance_of(world, account, id) != expected[{account, id}]) {
        broken.push_back(fmt::format("section 6: receivable {} of {}", account, id));
      }
    }
  }
  if (-balance_of(world, 2500, 0) != deferred) {
    broken.push_back("section 6: deferred margin");
  }
}

void withdrawals_are_sound(const World& world, Broken& broken) {
  for (const Withdrawal& withdrawal : world.withdrawals) {
    const Kopecks minimum = withdrawal.method == "phone"     ? 100
                            : withdrawal.method == "account" ? 2'000
                                                             : 100'000;
    if (withdrawal.amount < minimum) {
      broken.push_back("I-8: below the minimum: " + withdrawal.request_key);
    }
    if (withdrawal.settlements > 1 || withdrawal.rejections > 1 || withdrawal.returns > 1 ||
        withdrawal.returns > withdrawal.settlements) {
      broken.push_back("I-10: resolved too often: " + withdrawal.request_key);
    }
  }
  for (const auto& [id, member] : world.members) {
    Kopecks reserved = 0;
    Kopecks in_flight = 0;
    for (const Withdrawal& withdrawal : world.withdrawals) {
      if (withdrawal.member == id) {
        const std::string& state = withdrawal.state;
        reserved += state == "requested" ? withdrawal.amount : 0;
        in_flight += state == "sent" || state == "unknown" ? withdrawal.amount : 0;
      }
    }
    if (reserved != -balance_of(world, 2120, id) || in_flight != -balance_of(world, 2130, id)) {
      broken.push_back(fmt::format("I-10: withdrawals under way of member {}", id));
    }
  }
}

Kopecks moved(const Member& member, const char* word) {
  const auto found = member.moved.find(word);
  return found == member.moved.end() ? 0 : found->second;
}

void everything_earned_is_somewhere(const World& world, Broken& broken) {
  for (const auto& [id, member] : world.members) {
    const Kopecks earned = moved(member, "accrued") - moved(member, "declined") -
                           moved(member, "clawed back") + moved(member, "adjusted");
    Kopecks standing = moved(member, "settled") - moved(member, "returned") - debt_of(world, id);
    for (const int account : {2100, 2110, 2120, 2130}) {
      standing -= balance_of(world, account, id);
    }
    if (earned != standing) {
      broken.push_back(fmt::format("I-9: member {} earned {} and has {}", id, money_text(earned),
                                   money_text(standing)));
    }
  }
}

void members_are_where_they_belong(const World& world, Broken& broken) {
  for (const auto& [id, member] : world.members) {
    if (member.accounts > 1) {
      broken.push_back(fmt::format("I-14: accounts of member {}", id));
    }
    for (const auto& since : member.organizations) {
      if (world.organizations.at(since.fact).kind != "primary") {
        broken.push_back(fmt::format("I-15: member {} outside of a primary", id));
      }
    }
    for (const auto& since : member.statuses) {
      if (since.fact == "active" && in_force(member.organizations, since.from) == nullptr) {
        broken.push_back(fmt::format("I-15: member {} on no register", id));
      }
    }
  }
}

}  // namespace

std::vector<std::string> Oracle::broken_invariants() const {
  const World& world = *world_;
  Broken broken = world.broken;  // I-1, I-12 and I-13 are looked at when it happens
  sums_to_zero(world, broken);
  members_money_is_sound(world, broken);
  frozen_is_what_purchases_say(world, broken);
  purchases_keep_their_terms(world, broken);
  terms_stay_in_bounds(world, broken);
  caps_hold(world, broken);
  receivables_are_what_purchases_say(world, broken);
  withdrawals_are_sound(world, broken);
  everything_earned_is_somewhere(world, broken);
  members_are_where_they_belong(world, broken);
  return broken;
}

}  // namespace kopilka::simulation
