#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/ledger/mint.h"
#include "engine/ledger/tables.h"
#include "engine/model/answer.h"
#include "engine/model/event.h"

namespace kopilka::ledger {

// What a command may know besides state. `now` is its recorded_at.
struct Context {
  model::Instant now;
  model::Seq next_seq;     // the seq that the command's first event will get
  const std::string& key;  // under which the command was given
  const IdMint& mint;
  // `method_limit` above these; by method; none by default (C12)
  std::array<std::optional<model::Money>, 4> method_amount_max{};
};

using Events = std::vector<model::DatedEvent>;

// A partner's message older than what is known: nothing is recorded.
struct Stale {};
// The same delivery again: nothing is recorded; the answer points to the first.
struct SameDelivery {
  model::Original original;
};

using Decision = std::variant<Events, model::Refusal, Stale, SameDelivery>;

}  // namespace kopilka::ledger
