#pragma once

#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/time.h"

// What is kept of a partner's purchases. A change of these rows is a new version of the model.
//
// Rows are only ever added, one a purchase, and say what never changes of it: the rest is the
// shard's. So those up to a position are what this model was at that position.
namespace kopilka::projections::purchases {

struct PurchaseKey {
  model::PartnerId partner;
  model::Date on;  // the Moscow day of `purchase_at`
  model::PurchaseId purchase;
  bool operator==(const PurchaseKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "on", self.on);
    field(2, "purchase", self.purchase);
  }
};
struct Order {
  model::Money ordered;  // the base as first recorded; 0 when declined from the first
  static void fields(auto&& self, auto&& field) { field(0, "ordered", self.ordered); }
};

// A parked message may name another day each time that it comes: then it has a row for each, and
// the shard's row says which of them counts.
struct ParkedKey {
  model::PartnerId partner;
  model::Date on;
  model::ParkedId parked;
  bool operator==(const ParkedKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "on", self.on);
    field(2, "parked", self.parked);
  }
};
// Its key says all.
struct ParkedMark {
  static void fields(auto&&, auto&&) {}
};

}  // namespace kopilka::projections::purchases
