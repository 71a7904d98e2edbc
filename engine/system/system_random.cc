#include "engine/system/system_random.h"

#include <errno.h>
#include <sys/random.h>

#include "engine/base/check.h"

namespace kopilka::system {

void SystemRandom::fill(std::span<unsigned char> bytes) {
  while (!bytes.empty()) {
    const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    KOPILKA_CHECK(got > 0);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace kopilka::system
