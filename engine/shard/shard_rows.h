#pragma once

#include <source_location>

#include "engine/base/check.h"
#include "engine/shard/shard.h"
#include "engine/state/stored.h"

// How the shard asks and folds over rows that may not be loaded; private to its sources.
namespace kopilka::shard {

// A question whose rows lead to further rows ends after a few rounds (card → member → row); a rule
// that never ends is a programmer's error.
constexpr int kRoundsMax = 64;

template <class Ask>
auto Shard::with_rows(const Ask& ask) -> base::Result<decltype(ask())> {
  for (int round = 0; round < kRoundsMax; ++round) {
    auto answer = ask();
    if (misses_->count == 0) return answer;
    KOPILKA_CHECK(store_ != nullptr);
    KOPILKA_TRY(state::load_missing(*state_, *misses_, *store_));
  }
  base::fail_check("a rule that asks for ever more rows", std::source_location::current());
}

// Folds as one step; when a row was not loaded, undoes it, loads and folds again.
base::Result<void> Shard::fold_safely(const auto& fact) {
  ++step_;
  for (int round = 0; round < kRoundsMax; ++round) {
    state::begin_step(*state_, step_);
    fact();
    if (misses_->count == 0) return {};
    KOPILKA_CHECK(store_ != nullptr);
    state::roll_back(*state_, step_);
    KOPILKA_TRY(state::load_missing(*state_, *misses_, *store_));
  }
  base::fail_check("an event that touches ever more rows", std::source_location::current());
}

}  // namespace kopilka::shard
