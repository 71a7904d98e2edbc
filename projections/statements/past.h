#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/ports/state_store.h"
#include "projections/statements/reader.h"
#include "projections/statements/rows.h"

namespace kopilka::projections::statements {

// A member's entries one after the other, from one on. Errors are the store's.
class EntryWalk {
 public:
  EntryWalk(const Statements& model, ports::StateStore* store, model::MemberId member,
            EntryNumber first)
      : model_(&model), store_(store), next_{member, first} {}

  // REQUIRES: the member has one more
  [[nodiscard]] base::Result<Entry> next();

 private:
  [[nodiscard]] base::Result<Entry> stored();

  const Statements* model_;
  ports::StateStore* store_;
  EntryKey next_;
  std::unique_ptr<ports::RowCursor> cursor_;  // once a row was needed that is not loaded
};

// A member's entries at any moment of both clocks, found through chains and fences: the rows that
// are read grow with the logarithm of the entries. Valid as long as what it was made of.
class Past {
 public:
  Past(const Statements& model, ports::StateStore* store, model::MemberId member,
       const MemberAccount& account)
      : model_(&model), store_(store), member_(member), account_(&account) {}

  // What the entries that count add up to.
  [[nodiscard]] base::Result<Totals> totals(const Clocks& clocks) const;
  // Of that the accounts: for less when all that was known counts.
  [[nodiscard]] base::Result<ledger::Funds> funds(const Clocks& clocks) const;

  // The last entry that may count: none after it does. 0: none counts.
  [[nodiscard]] base::Result<EntryNumber> last(const Clocks& clocks) const;

 private:
  // How far a chain has come.
  struct Reached {
    EntryNumber number{0};  // the last of its entries that counts; 0: none
    Totals sum;             // of those that do
  };

  [[nodiscard]] Clocks that_matter(Clocks clocks) const;
  [[nodiscard]] base::Result<Entry> entry(EntryNumber number) const;
  // The last entry up to a position. REQUIRES: `known` lies before the last entry's
  [[nodiscard]] base::Result<EntryNumber> last_known(model::Seq known) const;
  // Of the chain of those that no ordered one took, `as_of` is left out.
  [[nodiscard]] base::Result<Reached> reached(std::size_t chain, const Clocks& clocks) const;
  [[nodiscard]] base::Result<std::optional<Fence>> last_fence(std::size_t chain,
                                                              const Clocks& clocks) const;
  // Of those that no ordered chain took.
  [[nodiscard]] base::Result<Totals> dated_totals(const Clocks& clocks) const;

  const Statements* model_;
  ports::StateStore* store_;
  model::MemberId member_;
  const MemberAccount* account_;
};

}  // namespace kopilka::projections::statements
