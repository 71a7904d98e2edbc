#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/result.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/state/table.h"
#include "projections/withdrawals/reader.h"
#include "projections/withdrawals/rows.h"

namespace kopilka::projections::withdrawals {

// The read model. Not shared between threads.
struct Withdrawals {
  using Reader = withdrawals::Reader;
  static constexpr std::string_view kName = "withdrawals";
  static constexpr std::uint32_t kVersion = 1;  // grows with any change of rows or fold

  state::Table<OrderKey, Order> orders{'o'};
  state::Table<model::WithdrawalId, Place> places{'w'};

  // corrupt: it speaks of a withdrawal that the log never requested.
  [[nodiscard]] base::Result<void> fold(const model::DatedEvent& dated, model::Seq seq,
                                        model::Instant recorded_at);

  void for_each_table(auto&& visit) { visit_all(*this, visit); }
  void for_each_table(auto&& visit) const { visit_all(*this, visit); }

 private:
  static void visit_all(auto& self, auto& visit) {
    visit(self.orders);
    visit(self.places);
  }
};

}  // namespace kopilka::projections::withdrawals
