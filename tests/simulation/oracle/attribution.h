#pragma once

// Whose purchase a partner's message tells of, and under which terms.

#include "tests/simulation/oracle/world.h"

namespace kopilka::simulation {

struct Attribution {
  std::string why;  // empty, or why nobody can be found
  std::int64_t member = 0;
  std::string channel;
  Terms terms;
};

Attribution attribute(const World& world, const Message& message, Instant recorded_at);

/// Section 13, I-12 and I-13, looked at afresh when a purchase has just been recorded.
void check_attribution(World& world, const Purchase& purchase);

}  // namespace kopilka::simulation
