#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/result.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/state/table.h"
#include "projections/statements/reader.h"
#include "projections/statements/rows.h"

namespace kopilka::projections::statements {

// The read model. Entries and mentions are only ever added. Not shared between threads.
struct Statements {
  using Reader = statements::Reader;
  static constexpr std::string_view kName = "statements";
  static constexpr std::uint32_t kVersion = 2;  // grows with any change of rows or fold

  state::Table<model::MemberId, MemberAccount> members{'m'};
  state::Table<EntryKey, Entry> entries{'e'};
  state::Table<FenceKey, FenceNode> fences{'f'};
  state::Table<DatedKey, DatedNode> dated_nodes{'d'};
  state::Table<PurchaseEventKey, Mention> purchases{'p'};
  state::Table<WithdrawalEventKey, Mention> withdrawals{'w'};
  state::Table<ParkedEventKey, Mention> parked{'k'};

  // Cannot fail: an event carries all that it moves.
  [[nodiscard]] base::Result<void> fold(const model::DatedEvent& dated, model::Seq seq,
                                        model::Instant recorded_at);

  void for_each_table(auto&& visit) { visit_all(*this, visit); }
  void for_each_table(auto&& visit) const { visit_all(*this, visit); }

 private:
  static void visit_all(auto& self, auto& visit) {
    visit(self.members);
    visit(self.entries);
    visit(self.fences);
    visit(self.dated_nodes);
    visit(self.purchases);
    visit(self.withdrawals);
    visit(self.parked);
  }
};

}  // namespace kopilka::projections::statements
