#pragma once

#include <atomic>
#include <chrono>

#include "engine/ports/steady_time.h"

namespace kopilka::memory {

// Goes on only when somebody waits, and then at once. Thread-safe.
class ManualSteadyTime final : public ports::SteadyTime {
 public:
  [[nodiscard]] std::chrono::milliseconds now() override {
    return std::chrono::milliseconds{millis_.load()};
  }
  void wait(std::chrono::milliseconds span) override { millis_.fetch_add(span.count()); }

 private:
  std::atomic<std::chrono::milliseconds::rep> millis_{0};
};

}  // namespace kopilka::memory
