#include "engine/system/system_clock.h"

#include <time.h>

#include "engine/base/check.h"

namespace kopilka::system {

model::Instant SystemClock::now() {
  timespec wall{};
  KOPILKA_CHECK(::clock_gettime(CLOCK_REALTIME, &wall) == 0);
  return model::Instant::micros(std::int64_t{wall.tv_sec} * 1'000'000 + wall.tv_nsec / 1000);
}

}  // namespace kopilka::system
