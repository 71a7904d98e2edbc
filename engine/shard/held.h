#pragma once

#include <utility>

#include "engine/base/result.h"
#include "engine/ports/state_store.h"
#include "engine/shard/state.h"
#include "engine/state/stored.h"

namespace kopilka::shard {

// A state as a process holds it: some rows in memory, the rest in a store (null: all in memory).
// Does not own them. One thread.
struct Held {
  State* state{nullptr};
  state::Misses* misses{nullptr};
  ports::StateStore* store{nullptr};

  // Answers a question of the state, loading the rows that it needs. `question(state)` must be
  // ready to be asked again.
  template <class Ask>
  [[nodiscard]] auto ask(const Ask& question) const
      -> base::Result<decltype(question(std::declval<const State&>()))> {
    for (;;) {
      auto answer = question(std::as_const(*state));
      if (misses->count == 0) return answer;
      KOPILKA_TRY(state::load_missing(*state, *misses, *store));
    }
  }
};

}  // namespace kopilka::shard
