#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "engine/ports/state_store.h"
#include "engine/shard/held.h"
#include "engine/shard/state.h"
#include "engine/state/stored.h"

namespace kopilka::shard {

// Where a reader of history stops: after the last entry known by `at`, or at `seq`, whichever comes
// first. Neither: at the log's end.
struct Until {
  std::optional<model::Seq> seq;
  std::optional<model::Instant> at;  // everything recorded at or before it
};

// How much a follower with a store holds in memory.
struct FollowerLimits {
  std::uint64_t events_per_flush{500'000};  // folded since the last one: then it flushes
  // What tables take, with what a flush of them does, in bytes: then it flushes too.
  std::size_t table_bytes_max{std::numeric_limits<std::size_t>::max()};
  std::size_t kept_bytes_max{0};  // of rows over a flush
};

// Folds counted batches into the shard's state: how an owner recovers, a standby follows, and a
// reader sees the past. One thread.
class Follower {
 public:
  // Starts where `store` stands; null: in memory, from the beginning. A store of another version is
  // refused as not_available: delete it, it is rebuilt. `store` must outlive the follower.
  [[nodiscard]] static base::Result<Follower> open(ports::StateStore* store,
                                                   FollowerLimits limits = {});

  // From now on the digest of the rows is kept in step. REQUIRES: nothing is folded or stored yet
  void keep_digest() { digest_.emplace(kStateName, kStateVersion); }
  // Of what was flushed. REQUIRES: is_flushed(), keep_digest()
  [[nodiscard]] const state::Digest& digest() const { return digest_.value(); }

  // Folds what the log holds beyond the head. corrupt: the log does not hold the batch that the
  // store was built from. With a store and `Until` the store is only read.
  [[nodiscard]] base::Result<void> catch_up(ports::EventLog& log, const Until& until);

  // Folds the next batch, or as much of it as `until` lets. REQUIRES: it follows the head
  [[nodiscard]] base::Result<void> apply(const model::Batch& batch, const base::Hash256& hash,
                                         const Until& until);

  // Writes everything folded to the store. REQUIRES: a store, and no batch cut by `until`
  [[nodiscard]] base::Result<void> flush();

  [[nodiscard]] const model::LogHead& head() const { return head_; }
  // Flushes when its limits say so. Nothing to do without a store.
  [[nodiscard]] base::Result<void> flush_if_large();

  // The store stands at the head too.
  [[nodiscard]] bool is_flushed() const { return flushed_ == head_.n; }
  [[nodiscard]] const State& state() const { return *state_; }

  [[nodiscard]] Held held() const { return {state_.get(), misses_.get(), store_}; }
  // See Held.
  template <class Ask>
  [[nodiscard]] auto ask(const Ask& question) {
    return held().ask(question);
  }

  // Gives the state away, to a shard. The follower is of no use afterwards.
  struct Parts {
    std::unique_ptr<State> state;
    std::unique_ptr<state::Misses> misses;
  };
  [[nodiscard]] Parts release() && { return {std::move(state_), std::move(misses_)}; }

 private:
  explicit Follower(ports::StateStore* store);
  base::Result<void> fold_safely(const auto& fact);
  base::Result<void> fold_whole(const model::Batch& batch);
  base::Result<void> fold_in_parts(const model::Batch& batch, const Until& until);
  base::Result<bool> fold_entry(const model::Entry& entry, const Until& until);

  ports::StateStore* store_;
  std::unique_ptr<State> state_;
  std::unique_ptr<state::Misses> misses_;
  model::LogHead head_;
  model::BatchNumber flushed_;  // the store stands at it
  FollowerLimits limits_;
  std::optional<state::Digest> digest_;  // without rows changed since the flush
  std::uint64_t step_{0};
  std::uint64_t events_since_flush_{0};
};

}  // namespace kopilka::shard
