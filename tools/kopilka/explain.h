#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/rows.h"
#include "engine/model/event.h"
#include "engine/registry/rows.h"

namespace kopilka::tools {

// What else the words need of a purchase: it and its terms.
struct ExplainedPurchase {
  ledger::Purchase purchase;
  registry::Terms terms;
};

// Why an event moved what it moved of a member's money, a sentence or a sum a line, so that a
// person can redo it by hand (domain.md §§7–9). Empty: it moves nothing of a member's.
// REQUIRES: `about` where the event is of a purchase
[[nodiscard]] std::vector<std::string> explain(const model::Event& event,
                                               const std::optional<ExplainedPurchase>& about);

}  // namespace kopilka::tools
