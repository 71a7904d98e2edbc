#pragma once

#include <span>

#include "engine/ledger/tables.h"
#include "engine/model/answer.h"
#include "engine/model/event.h"

namespace kopilka::ledger {

// How a purchase, or a parked message, is answered as it stands.
[[nodiscard]] model::PurchaseResult result_of(model::PurchaseId id, const Purchase& purchase);
[[nodiscard]] model::PurchaseResult result_of(const Parked& parked);

// What a command's caller is told (interface.md §1): a function of its events and of the state that
// they were folded into, so that a replay gives the same answers. `first` is the first event's seq.
[[nodiscard]] model::CommandResult result_of(const Tables& tables,
                                             std::span<const model::DatedEvent> events,
                                             model::Seq first);

}  // namespace kopilka::ledger
