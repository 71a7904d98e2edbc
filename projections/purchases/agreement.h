#pragma once

#include <string>
#include <vector>

#include "engine/ledger/tables.h"
#include "projections/purchases/purchases.h"

namespace kopilka::projections::purchases {

// I-7: every purchase that the ledger, folded on its own, has recorded is listed once, under its
// partner and day, and every parked message under its own. Returns what does not agree, in words.
// REQUIRES: every row of both is loaded; both stand at one position
[[nodiscard]] std::vector<std::string> disagreements(const Purchases& listed,
                                                     const ledger::Tables& known);

}  // namespace kopilka::projections::purchases
