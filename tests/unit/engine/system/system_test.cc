#include <array>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/system/system_clock.h"
#include "engine/system/system_random.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::system {
namespace {

// The kernel stamps files by the same clock, a few milliseconds behind.
TEST(SystemClock, tells_the_machines_wall_time_in_microseconds) {
  constexpr std::int64_t kStampBehindMicros = 50'000;
  support::TemporaryDirectory directory;
  const auto path = directory.path() / "stamped";
  SystemClock clock;
  const std::int64_t before = clock.now().in_micros();
  std::ofstream(path) << "now";
  struct stat found{};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  const std::int64_t stamp =
      std::int64_t{found.st_mtim.tv_sec} * 1'000'000 + found.st_mtim.tv_nsec / 1000;
  const std::int64_t after = clock.now().in_micros();
  EXPECT_GE(stamp, before - kStampBehindMicros);
  EXPECT_LE(stamp, after);
}

TEST(SystemRandom, fills_more_than_the_kernel_gives_at_once) {
  // getrandom may stop short above 256 bytes when interrupted, and always above 32 MiB - 1.
  SystemRandom random;
  std::vector<unsigned char> bytes((32U << 20) + 4096, 0);
  random.fill(bytes);
  const std::set<unsigned char> in_the_tail(bytes.end() - 4096, bytes.end());
  EXPECT_GT(in_the_tail.size(), 200U);
}

TEST(SystemRandom, gives_each_thread_bytes_of_its_own) {
  SystemRandom random;
  std::vector<std::array<unsigned char, 16>> drawn(8);
  std::vector<std::thread> threads;
  for (auto& bytes : drawn)
    threads.emplace_back([&random, &bytes] { random.fill(bytes); });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(std::set(drawn.begin(), drawn.end()).size(), drawn.size());
}

}  // namespace
}  // namespace kopilka::system
