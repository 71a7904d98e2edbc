#include "tests/simulation/oracle/purchase_steps.h"

#include <algorithm>

namespace kopilka::simulation {
namespace {

int receivable_account(const Purchase& purchase) {
  return purchase.partner_state == "approved" ? 1210 : 1200;
}

int margin_account(const Purchase& purchase) {
  return purchase.partner_state == "approved" ? 4100 : 2500;
}

bool is_released(const Purchase& purchase) {
  return purchase.member_state == "released";
}

/// After release: the member gives `change.cashback` (below zero) back, out of available or as
/// debt.
void claw_back(World& world, Purchase& purchase, const Sums& change) {
  std::vector<Entry> entries = debit_to_member(world, purchase.member, -change.cashback);
  entries.push_back({margin_account(purchase), 0, change.cashback - change.commission});
  entries.push_back({receivable_account(purchase), purchase.last.partner, change.commission});
  post(world, "CashbackClawedBack", entries);
  world.members.at(purchase.member).moved["clawed back"] -= change.cashback;
}

}  // namespace

void record_purchase(World& world, Purchase& purchase) {
  purchase.stage = Stage::recorded;
  purchase.order = ++world.recorded_purchases;
  if (purchase.partner_state == "declined") {
    purchase.member_state = "cancelled";
    purchase.sums = {};
    note(world, "PurchaseRecorded");
    return;
  }
  purchase.member_state = "frozen";
  const Kopecks c = purchase.sums.cashback;
  const Kopecks k = purchase.sums.commission;
  post(world, "PurchaseRecorded",
       {{receivable_account(purchase), purchase.last.partner, k},
        {2100, purchase.member, -c},
        {margin_account(purchase), 0, c - k}});
  world.members.at(purchase.member).moved["accrued"] += c;
}

void approve(World& world, const PurchaseKey& key, Purchase& purchase) {
  const Kopecks k = purchase.sums.commission;
  const Kopecks margin = k - purchase.sums.cashback;
  post(world, "PurchaseApproved",
       {{1210, key.first, k}, {2500, 0, margin}, {1200, key.first, -k}, {4100, 0, -margin}});
  purchase.partner_state = "approved";
  world.holds.erase({"purchase", hold_id_of_purchase(key), "partner"});
}

void rehold(World& world, const PurchaseKey& key, Purchase& purchase) {
  const Kopecks k = purchase.sums.commission;
  const Kopecks margin = k - purchase.sums.cashback;
  post(world, "PurchaseReheld",
       {{1200, key.first, k}, {4100, 0, margin}, {1210, key.first, -k}, {2500, 0, -margin}});
  purchase.partner_state = "tracked";
  world.holds.insert({"purchase", hold_id_of_purchase(key), "partner"});
}

void change_sums(World& world, Purchase& purchase, const Sums& to) {
  Sums change;
  change.cashback = to.cashback - purchase.sums.cashback;
  change.commission = to.commission - purchase.sums.commission;
  if (is_released(purchase) && change.cashback < 0) {
    claw_back(world, purchase, change);
  } else {
    post(world, "PurchaseAdjusted",
         {{receivable_account(purchase), purchase.last.partner, change.commission},
          {2100, purchase.member, -change.cashback},
          {margin_account(purchase), 0, change.cashback - change.commission}});
    world.members.at(purchase.member).moved["adjusted"] += change.cashback;
  }
  purchase.sums = to;
}

void decline(World& world, Purchase& purchase) {
  const Kopecks c = purchase.sums.cashback;
  const Kopecks k = purchase.sums.commission;
  if (is_released(purchase)) {
    Sums change;
    change.cashback = -c;
    change.commission = -k;
    claw_back(world, purchase, change);
    purchase.member_state = "clawed_back";
  } else {
    post(world, "PurchaseDeclined",
         {{2100, purchase.member, c},
          {margin_account(purchase), 0, k - c},
          {receivable_account(purchase), purchase.last.partner, -k}});
    world.members.at(purchase.member).moved["declined"] += c;
    purchase.member_state = "cancelled";
  }
  purchase.partner_state = "declined";
  purchase.sums = {};
}

bool may_be_released(const World& world, const PurchaseKey& key, const Purchase& purchase) {
  if (purchase.stage != Stage::recorded || purchase.member_state != "frozen" ||
      purchase.release_on > *world.business_day) {
    return false;
  }
  if (is_held(world, "purchase", hold_id_of_purchase(key)) ||
      is_held(world, "member", hold_id_of_member(purchase.member))) {
    return false;
  }
  const bool silence_is_enough = purchase.terms.release_policy == "auto" && !purchase.late;
  return purchase.partner_state == "approved" || silence_is_enough;
}

void release(World& world, Purchase& purchase) {
  const Kopecks c = purchase.sums.cashback;
  std::vector<Entry> entries = credit_to_member(world, purchase.member, c);
  entries.push_back({2100, purchase.member, c});
  post(world, "FreezeExpired", entries);
  purchase.member_state = "released";
  ++purchase.releases;
}

void release_all(World& world, std::optional<std::int64_t> member) {
  std::vector<Purchase*> due;
  for (auto& [key, purchase] : world.purchases) {
    if (may_be_released(world, key, purchase) && (!member || purchase.member == *member)) {
      due.push_back(&purchase);
    }
  }
  std::sort(due.begin(), due.end(), [](const Purchase* one, const Purchase* two) {
    return std::pair(one->release_on, one->order) < std::pair(two->release_on, two->order);
  });
  for (Purchase* purchase : due) {
    release(world, *purchase);
  }
}

}  // namespace kopilka::simulation
