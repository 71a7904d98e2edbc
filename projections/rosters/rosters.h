#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/result.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/state/table.h"
#include "projections/rosters/reader.h"
#include "projections/rosters/rows.h"
#include "projections/tree/tree.h"

namespace kopilka::projections::rosters {

// The read model. Not shared between threads.
struct Rosters {
  using Reader = rosters::Reader;
  static constexpr std::string_view kName = "rosters";
  static constexpr std::uint32_t kVersion = 1;  // grows with any change of rows or fold

  tree::Tree union_tree;
  state::Table<model::MemberId, Person> people{'m'};
  state::Table<PlaceKey, Person> places{'p'};

  // corrupt: it speaks of a member whom the log never admitted.
  [[nodiscard]] base::Result<void> fold(const model::DatedEvent& dated, model::Seq seq,
                                        model::Instant recorded_at);

  void for_each_table(auto&& visit) { visit_all(*this, visit); }
  void for_each_table(auto&& visit) const { visit_all(*this, visit); }

 private:
  static void visit_all(auto& self, auto& visit) {
    tree::Tree::visit_all(self.union_tree, visit);
    visit(self.people);
    visit(self.places);
  }
};

}  // namespace kopilka::projections::rosters
