#include "tests/simulation/topic/history.h"

#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/system/system_steady_time.h"

// Random histories. `--seed=N --steps=N` plays one again; `--seconds=N` is the time box for seeds
// that no run has seen before.
namespace kopilka::simulation {
namespace {

struct Arguments {
  std::optional<TopicPlan> single;
  std::int64_t box_seconds{10};
};
Arguments arguments;

TopicHistory::Counts play(const TopicPlan& plan) {
  TopicHistory history(plan);
  const auto wrong = history.play();
  EXPECT_FALSE(wrong.has_value()) << wrong.value_or("") << "\n  run again: simulation_topic "
                                  << describe(plan);
  return history.counts();
}

TEST(TopicHistories, keep_every_promise_on_fixed_seeds) {
  if (arguments.single) return (void)play(*arguments.single);
  TopicHistory::Counts sum;
  for (std::uint64_t seed = 1; seed <= 100 && !HasFailure(); ++seed) {
    const auto counts = play({.seed = seed});
    sum.acknowledged += counts.acknowledged;
    sum.unknown += counts.unknown;
    sum.fenced += counts.fenced;
    sum.acquired += counts.acquired;
    sum.cuts += counts.cuts;
  }
  // A history in which nothing happens proves nothing.
  EXPECT_GT(sum.acknowledged, 500U);
  EXPECT_GT(sum.unknown, 500U);
  EXPECT_GT(sum.fenced, 100U);
  EXPECT_GT(sum.acquired, 500U);
  EXPECT_GT(sum.cuts, 20U);
}

TEST(TopicHistories, keep_every_promise_on_new_seeds) {
  if (arguments.single) return;
  system::SystemSteadyTime time;
  memory::SeededRandom random(static_cast<std::uint64_t>(time.now().count()));
  const auto end = time.now() + std::chrono::seconds{arguments.box_seconds};
  while (time.now() < end && !HasFailure()) {
    std::array<unsigned char, 4> bytes{};
    random.fill(bytes);
    std::uint64_t seed = 0;
    for (const auto byte : bytes)
      seed = seed << 8 | byte;
    (void)play({.seed = seed});
  }
}

std::optional<std::uint64_t> number_of(std::string_view argument, std::string_view name) {
  if (!argument.starts_with(name)) return std::nullopt;
  return std::strtoull(std::string(argument.substr(name.size())).c_str(), nullptr, 10);
}

void take_argument(std::string_view argument) {
  const auto plan = []() -> TopicPlan& {
    if (!arguments.single) arguments.single.emplace();
    return *arguments.single;
  };
  if (const auto seed = number_of(argument, "--seed=")) plan().seed = *seed;
  if (const auto steps = number_of(argument, "--steps=")) plan().steps = *steps;
  if (const auto seconds = number_of(argument, "--seconds="))
    arguments.box_seconds = static_cast<std::int64_t>(*seconds);
}

}  // namespace
}  // namespace kopilka::simulation

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i)
    kopilka::simulation::take_argument(argv[i]);
  return RUN_ALL_TESTS();
}
