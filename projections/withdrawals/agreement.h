#pragma once

#include <string>
#include <vector>

#include "engine/ledger/tables.h"
#include "projections/withdrawals/withdrawals.h"

namespace kopilka::projections::withdrawals {

// I-10: every withdrawal is listed once, under the state and with the facts that the ledger, folded
// on its own, has of it. Returns what does not agree, in words.
// REQUIRES: every row of both is loaded; both stand at one position
[[nodiscard]] std::vector<std::string> disagreements(const Withdrawals& listed,
                                                     const ledger::Tables& known);

}  // namespace kopilka::projections::withdrawals
