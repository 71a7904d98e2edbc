#pragma once

#include <optional>

#include "engine/ledger/decision.h"
#include "engine/model/commands.h"
#include "engine/shard/state.h"

namespace kopilka::shard {

// Sends a command to its rule. REQUIRES: not open_business_day, which the shard opens itself
[[nodiscard]] ledger::Decision decide(const State& state, const model::Command& command,
                                      const ledger::Context& context);

// What the log keeps of a refusal: what the command was about, never its body.
[[nodiscard]] model::CommandRefused refused(const model::Command& command, model::Refusal code);

// Whose money a command moves first; nothing when it names no member, or only through a purchase.
[[nodiscard]] std::optional<model::MemberId> member_of(const State& state,
                                                       const model::Command& command);

}  // namespace kopilka::shard
