#pragma once

#include <expected>
#include <utility>
#include <vector>

#include "engine/model/event.h"
#include "engine/model/refusal.h"
#include "engine/model/time.h"

namespace kopilka::registry {

// What a rule may know besides the rows.
struct Context {
  model::Instant now;  // recorded_at of the command
};

// What the command records, or the first rule that says no.
using Decision = std::expected<std::vector<model::DatedEvent>, model::Refusal>;

[[nodiscard]] inline std::unexpected<model::Refusal> refuse(model::Refusal code) {
  return std::unexpected(code);
}

[[nodiscard]] inline Decision record(model::Instant effective_at, model::Event event) {
  std::vector<model::DatedEvent> events;
  events.push_back({effective_at, std::move(event)});
  return events;
}

}  // namespace kopilka::registry
