#include "engine/system/system_steady_time.h"

#include <errno.h>
#include <time.h>

#include "engine/base/check.h"

namespace kopilka::system {

using std::chrono::milliseconds;

milliseconds SystemSteadyTime::now() {
  timespec steady{};
  KOPILKA_CHECK(::clock_gettime(CLOCK_MONOTONIC, &steady) == 0);
  return milliseconds{std::int64_t{steady.tv_sec} * 1'000 + steady.tv_nsec / 1'000'000};
}

void SystemSteadyTime::wait(milliseconds span) {
  if (span <= milliseconds{0}) return;
  timespec left{};
  left.tv_sec = static_cast<time_t>(span.count() / 1'000);
  left.tv_nsec = static_cast<long>(span.count() % 1'000 * 1'000'000);
  while (::clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
  }
}

}  // namespace kopilka::system
