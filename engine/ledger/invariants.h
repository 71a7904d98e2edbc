#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/ledger/postings.h"
#include "engine/ledger/tables.h"

// domain.md §13, as far as the ledger's rows and movements can show.
namespace kopilka::ledger {

struct Violation {
  std::string invariant;  // "I-2"
  std::string what;       // which row, and what it says
};

// I-1: debits equal credits.
void check_movement(const Movement& movement, std::vector<Violation>& found);

// I-2, I-3, I-9 of one member.
void check_member(model::MemberId id, const MemberMoney& money, std::vector<Violation>& found);

// I-2 to I-4, I-6, I-7, I-9 and the sums of the sub-accounts, over everything.
// REQUIRES: every row is loaded
void check_all(const Tables& tables, std::vector<Violation>& found);

// How many of the invariants above were looked at.
inline constexpr std::uint32_t kInvariantsChecked = 8;

}  // namespace kopilka::ledger
