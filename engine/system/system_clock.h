#pragma once

#include "engine/ports/clock.h"

namespace kopilka::system {

// The machine's wall clock, in whole microseconds. Thread-safe.
class SystemClock final : public ports::Clock {
 public:
  [[nodiscard]] model::Instant now() override;
};

}  // namespace kopilka::system
