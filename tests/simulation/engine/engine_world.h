#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/invariants.h"
#include "engine/ledger/mint.h"
#include "engine/memory/clock.h"
#include "engine/memory/event_log.h"
#include "engine/memory/key_vault.h"
#include "engine/memory/state_store.h"
#include "engine/shard/follower.h"
#include "engine/shard/shard.h"
#include "tests/simulation/random.h"

namespace kopilka::simulation {

// A line that the engine answered. `repeated`: it was given again after a crash.
struct EngineAnswer {
  std::uint64_t line{0};
  std::optional<std::string> key;
  model::Answer answer;
  bool repeated{false};
};

// How much goes wrong around the engine.
struct Weather {
  bool faults{false};  // appends fail or are not known, processes die, stores are lost or old
  bool with_store{true};
  std::uint32_t releases_per_slice{1'000};
  std::uint64_t events_per_flush{50};
  std::size_t loaded_rows_max{20};
};

// The real shard over a memory log and a memory store, in a world where both may fail and the
// process may die at any step. What was not answered is given again, as an import does.
class EngineWorld {
 public:
  EngineWorld(shard::DayMode mode, Weather weather, std::uint64_t seed);
  ~EngineWorld();

  // Queues a line; live lines are decided at `now`.
  void submit(std::uint64_t line, const std::string& text);
  // Goes on until every line is answered and the shard has nothing left to do.
  std::vector<EngineAnswer> drain(model::Instant now);

  // What the shard knows, through a reader that folds the whole log anew.
  [[nodiscard]] shard::Follower fold_log();
  // What the log shows event by event to be against domain.md §13.
  [[nodiscard]] std::vector<ledger::Violation> audit_log();
  // The digest of the shard's rows, loaded ones first hand and the rest from the store.
  [[nodiscard]] std::string digest();
  [[nodiscard]] std::uint64_t crashes() const { return crashes_; }
  [[nodiscard]] const shard::Shard& shard() const { return *shard_; }

  // Asks the shard's state; rows that are missing are read from the store.
  template <class Ask>
  auto ask(const Ask& ask) {
    for (;;) {
      auto answer = ask(shard_->state());
      if (!load_missing()) return answer;
    }
  }

 private:
  struct Given {
    std::uint64_t line{0};
    std::string text;
    std::optional<std::string> key;
    bool repeated{false};
  };

  void start();
  void die();
  bool load_missing();
  void give(Given& given);
  void plan_fates();
  bool step(model::Instant now);
  bool take_outcomes();
  void take_answers(std::vector<EngineAnswer>& out);
  [[nodiscard]] std::uint64_t below(std::uint64_t count) { return random_.next() % count; }
  [[nodiscard]] bool one_in(std::uint64_t count) { return below(count) == 0; }

  shard::DayMode mode_;
  Weather weather_;
  Random random_;
  memory::SeededRandom owners_;
  memory::MemoryKeyVault vault_;
  ledger::IdMint mint_;
  memory::MemoryStateStore store_;
  std::shared_ptr<memory::MemoryLog> content_;
  std::unique_ptr<memory::MemoryEventLog> log_;
  std::unique_ptr<shard::Shard> shard_;
  state::Misses* misses_{nullptr};
  std::deque<Given> unanswered_;
  std::uint64_t idle_polls_{0};
  std::uint64_t crashes_{0};
};

}  // namespace kopilka::simulation
