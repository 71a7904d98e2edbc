#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tests/simulation/engine/engine_world.h"
#include "tests/simulation/generator.h"
#include "tests/simulation/oracle/oracle.h"

namespace kopilka::simulation {

// One simulated history: what a failing run needs to be played again.
struct Plan {
  std::uint64_t seed{1};
  std::uint64_t lines{400};
  shard::DayMode mode{shard::DayMode::import};
  Weather weather;
};

// `--seed=7 --lines=400 --mode=import --faults`
[[nodiscard]] std::string describe(const Plan& plan);

// Plays the engine against the oracle. Nothing: they agreed on every answer and every kopeck.
// Otherwise: the first difference, with its line.
class Duel {
 public:
  explicit Duel(const Plan& plan);
  [[nodiscard]] std::optional<std::string> fight();
  [[nodiscard]] std::uint64_t crashes() const { return engine_.crashes(); }

 private:
  struct Expected {
    std::string text;
    Verdict verdict;
  };

  std::optional<std::string> judge(const EngineAnswer& answer);
  std::optional<std::string> judge_repeated(const EngineAnswer& answer, const Expected& expected);
  void teach(const EngineAnswer& answer);
  std::optional<std::string> compare_state();
  std::optional<std::string> compare_headcounts();
  std::optional<std::string> compare_officers();
  std::optional<std::string> compare_dues();
  std::optional<std::string> compare_members();
  std::optional<std::string> compare_partners();
  std::optional<std::string> compare_books();
  std::optional<std::string> compare_purchases();
  std::optional<std::string> compare_withdrawals();
  std::optional<std::string> compare_replay();

  Plan plan_;
  Generator generator_;
  Oracle oracle_;
  EngineWorld engine_;
  std::map<std::uint64_t, Expected> expected_;
};

}  // namespace kopilka::simulation
