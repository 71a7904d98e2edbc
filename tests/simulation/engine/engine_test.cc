#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/system/system_clock.h"
#include "tests/simulation/engine/duel.h"

// The engine against the oracle. `--seed=N --lines=N --mode=import|live --faults --no-store` plays
// one history again; `--seconds=N` is the time box for seeds that no run has seen before.
namespace kopilka::simulation {
namespace {

struct Arguments {
  std::optional<Plan> single;
  std::int64_t box_seconds{20};
};
Arguments arguments;

std::string fail_text(const Plan& plan, const std::string& difference) {
  return fmt::format("{}\n  run again: simulation_engine {}", difference, describe(plan));
}

void play(const Plan& plan) {
  Duel duel(plan);
  const auto difference = duel.fight();
  EXPECT_FALSE(difference.has_value()) << fail_text(plan, difference.value_or(""));
}

Plan plan_of(std::uint64_t seed) {
  Plan plan{.seed = seed};
  plan.mode = seed % 4 == 3 ? shard::DayMode::live : shard::DayMode::import;
  plan.weather.faults = seed % 2 == 1;
  plan.weather.with_store = seed % 5 != 0 || plan.weather.faults;
  plan.weather.releases_per_slice = seed % 3 == 0 ? 1 : 1'000;
  plan.weather.events_per_flush = 10 + seed % 90;
  return plan;
}

TEST(Simulation, agrees_with_the_oracle_on_fixed_seeds) {
  if (arguments.single) return play(*arguments.single);
  for (std::uint64_t seed = 1; seed <= 40 && !HasFailure(); ++seed)
    play(plan_of(seed));
}

TEST(Simulation, agrees_with_the_oracle_on_new_seeds) {
  if (arguments.single) return;
  kopilka::system::SystemClock clock;
  const auto end = clock.now() + model::Span::micros(arguments.box_seconds * 1'000'000);
  auto seed = static_cast<std::uint64_t>(clock.now().in_micros());
  for (; clock.now() < end && !HasFailure(); ++seed)
    play(plan_of(seed));
}

std::optional<std::string_view> value_of(std::string_view argument, std::string_view name) {
  if (!argument.starts_with(name)) return std::nullopt;
  return argument.substr(name.size());
}

void take_argument(std::string_view argument) {
  const auto plan = []() -> Plan& {
    if (!arguments.single) arguments.single.emplace();
    return *arguments.single;
  };
  if (const auto seed = value_of(argument, "--seed="))
    plan() = plan_of(std::strtoull(std::string(*seed).c_str(), nullptr, 10));
  if (const auto lines = value_of(argument, "--lines="))
    plan().lines = std::strtoull(std::string(*lines).c_str(), nullptr, 10);
  if (const auto seconds = value_of(argument, "--seconds="))
    arguments.box_seconds = std::strtol(std::string(*seconds).c_str(), nullptr, 10);
}

}  // namespace
}  // namespace kopilka::simulation

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i)
    kopilka::simulation::take_argument(argv[i]);
  return RUN_ALL_TESTS();
}
