#pragma once

#include <cstdint>

#include "engine/ledger/rows.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "projections/statements/rows.h"

namespace kopilka::projections::statements {

struct Statements;

// What of an entry both clocks and the sums look at.
struct Movement {
  model::MemberId member;
  EntryNumber number{0};
  model::Seq seq;
  model::Instant effective_at;
  Totals change;
};

// What an event of that kType adds to the sums with that change of the accounts.
[[nodiscard]] Totals totals_of(std::uint16_t type, const ledger::Funds& change);

// Puts a member's next entry into the chain that takes it, and says which: see `kOrderedChains`.
// Rows that are not loaded are among the misses of their tables, and what was done is to be undone.
// REQUIRES: `account` is the member's row, and all that came before is in it
std::uint8_t enter_chain(Statements& to, MemberAccount& account, const Movement& entry);

}  // namespace kopilka::projections::statements
