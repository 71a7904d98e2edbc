#pragma once

#include "engine/ports/steady_time.h"

namespace kopilka::system {

// The kernel's clock that nobody sets. Thread-safe; waiting blocks the thread that waits.
class SystemSteadyTime final : public ports::SteadyTime {
 public:
  [[nodiscard]] std::chrono::milliseconds now() override;
  void wait(std::chrono::milliseconds span) override;
};

}  // namespace kopilka::system
