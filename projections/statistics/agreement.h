#pragma once

#include <string>
#include <vector>

#include "engine/registry/tables.h"
#include "projections/statistics/reader.h"

namespace kopilka::projections::statistics {

// I-17: in every line the categories, bands and tenures each sum to the total, and the total is
// what the register, folded on its own and counted up its paths, has for that organisation and
// all below it. Returns what does not agree, in words.
// REQUIRES: every row of `known` is loaded; both stand at one position
[[nodiscard]] std::vector<std::string> disagreements(const Report& report,
                                                     const registry::Tables& known);

}  // namespace kopilka::projections::statistics
