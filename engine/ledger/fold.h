#pragma once

#include "engine/ledger/tables.h"
#include "engine/model/event.h"

namespace kopilka::ledger {

// Where an event stands in the log.
struct Recorded {
  model::Seq seq;
  model::Instant at;  // recorded_at
};

// State after an event: pure, and cannot fail. Looks up no registry fact: the event carries them.
// Does nothing for an event of the registry.
void fold(Tables& tables, const model::Event& event, Recorded recorded);

// Notes which events applied a partner's message: what a repeated delivery is pointed to. Call it
// after a command's events were folded; does nothing for other commands.
void fold_message_extent(Tables& tables, const model::Event& first_event, model::Seq first,
                         std::uint32_t count);

}  // namespace kopilka::ledger
