#pragma once

#include <chrono>

namespace kopilka::ports {

// Time that never goes back, for timeouts and for waiting. Says nothing about the wall clock.
class SteadyTime {
 public:
  virtual ~SteadyTime() = default;
  // Since a moment that stays the same while the process lives.
  [[nodiscard]] virtual std::chrono::milliseconds now() = 0;
  virtual void wait(std::chrono::milliseconds span) = 0;
};

}  // namespace kopilka::ports
