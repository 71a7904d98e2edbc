#pragma once

#include "engine/ports/clock.h"

namespace kopilka::system {

// The kernel's generator, fit for keys. Waits at boot until the kernel has gathered enough; stops
// the process if it has none, since a guessable key is worse than no service. Thread-safe.
class SystemRandom final : public ports::Random {
 public:
  void fill(std::span<unsigned char> bytes) override;
};

}  // namespace kopilka::system
