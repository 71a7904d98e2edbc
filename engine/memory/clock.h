#pragma once

#include <atomic>
#include <cstdint>

#include "engine/ports/clock.h"

namespace kopilka::memory {

// Stands still until told otherwise; may be set back, as a wall clock may jump. Thread-safe.
class ManualClock final : public ports::Clock {
 public:
  explicit ManualClock(model::Instant at) : micros_(at.in_micros()) {}

  [[nodiscard]] model::Instant now() override { return model::Instant::micros(micros_.load()); }
  void set(model::Instant at) { micros_.store(at.in_micros()); }
  void advance(model::Span by) { micros_.fetch_add(by.in_micros()); }

 private:
  std::atomic<std::int64_t> micros_;
};

// The same bytes for the same seed, however they are asked for: filling 3 and then 5 bytes gives
// what filling 8 gives. Not fit for keys of real people. Not thread-safe.
class SeededRandom final : public ports::Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

  void fill(std::span<unsigned char> bytes) override;

 private:
  std::uint64_t state_;
  std::uint64_t word_{0};
  unsigned left_{0};  // bytes of word_ not given out yet
};

}  // namespace kopilka::memory
