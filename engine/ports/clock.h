#pragma once

#include <span>

#include "engine/model/time.h"

namespace kopilka::ports {

// The only source of wall time. May jump; nothing that decides may depend on it going forward.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual model::Instant now() = 0;
};

// The only source of chance, fit for keys.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<unsigned char> bytes) = 0;
};

}  // namespace kopilka::ports
