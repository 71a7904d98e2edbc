#include "engine/memory/clock.h"

#include "engine/system/system_clock.h"
#include "engine/system/system_random.h"
#include "tests/contract/clock_contract.h"

namespace kopilka::contract {
namespace {

struct ManualClockWorld {
  memory::ManualClock manual{model::Instant::micros(1'551'431'700'000'000)};
  ports::Clock& clock() { return manual; }
};
struct SystemClockWorld {
  system::SystemClock wall;
  ports::Clock& clock() { return wall; }
};
struct SeededRandomWorld {
  memory::SeededRandom seeded{7};
  ports::Random& random() { return seeded; }
};
struct SystemRandomWorld {
  system::SystemRandom kernel;
  ports::Random& random() { return kernel; }
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(manual, ClockContract, ManualClockWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(system, ClockContract, SystemClockWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(seeded, RandomContract, SeededRandomWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(system, RandomContract, SystemRandomWorld);

}  // namespace kopilka::contract
