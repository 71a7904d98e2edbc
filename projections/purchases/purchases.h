#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/result.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/state/table.h"
#include "projections/purchases/reader.h"
#include "projections/purchases/rows.h"

namespace kopilka::projections::purchases {

// The read model. Not shared between threads.
struct Purchases {
  using Reader = purchases::Reader;
  static constexpr std::string_view kName = "purchases";
  static constexpr std::uint32_t kVersion = 1;  // grows with any change of rows or fold

  state::Table<PurchaseKey, Order> orders{'p'};
  state::Table<ParkedKey, ParkedMark> parked{'k'};

  // Cannot fail, and asks for no row of a purchase.
  [[nodiscard]] base::Result<void> fold(const model::DatedEvent& dated, model::Seq seq,
                                        model::Instant recorded_at);

  void for_each_table(auto&& visit) { visit_all(*this, visit); }
  void for_each_table(auto&& visit) const { visit_all(*this, visit); }

 private:
  static void visit_all(auto& self, auto& visit) {
    visit(self.orders);
    visit(self.parked);
  }
};

}  // namespace kopilka::projections::purchases
