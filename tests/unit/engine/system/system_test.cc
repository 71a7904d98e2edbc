#include <array>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/time.h>

#include "engine/system/system_clock.h"
#include "engine/system/system_random.h"

namespace kopilka::system {
namespace {

std::int64_t kernel_micros() {
  timeval wall{};
  ::gettimeofday(&wall, nullptr);
  return std::int64_t{wall.tv_sec} * 1'000'000 + wall.tv_usec;
}

TEST(SystemClock, tells_the_machines_wall_time_in_microseconds) {
  SystemClock clock;
  const std::int64_t before = kernel_micros();
  const std::int64_t now = clock.now().in_micros();
  const std::int64_t after = kernel_micros();
  EXPECT_GE(now, before);
  EXPECT_LE(now, after);
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
