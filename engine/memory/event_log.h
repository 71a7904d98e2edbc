#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/clock.h"
#include "engine/ports/event_log.h"

namespace kopilka::memory {

// What becomes of one submitted batch.
enum class AppendFate : unsigned char {
  acknowledged,
  failed,                // it does not land, and says so
  unknown_landed,        // it lands, and nobody can tell
  unknown_lost,          // it does not land, and nobody can tell
  acknowledgement_lost,  // it lands, and no outcome ever comes
  delayed,               // it lands late: after that many polls; by then it may be fenced
  fenced,                // another owner takes over just before
};

struct PlannedAppend {
  AppendFate fate{AppendFate::acknowledged};
  unsigned polls{0};  // delayed: polls that find nothing
};

// What survives of a log when every process that used it is killed.
enum class Survivors : unsigned char {
  acknowledged,  // what was acknowledged, and not a batch more
  landed,        // what had landed, whether or not anybody was told
};

// The content of a log, which several MemoryEventLogs may share as several processes share a disk
// or a topic. Thread-safe.
class MemoryLog {
 public:
  explicit MemoryLog(const model::StoreId& store) : store_(store) {}

  // Every MemoryEventLog made before is dead from now on: it answers with `io`.
  void crash(Survivors survivors);

  // Landed so far; for tests that look behind the port.
  [[nodiscard]] std::vector<ports::SealedBatch> landed() const;

 private:
  friend class MemoryEventLog;
  friend class MemoryLogReader;

  enum class Landing : unsigned char { landed, fenced };

  [[nodiscard]] Landing land(const ports::SealedBatch& batch);
  [[nodiscard]] model::Epoch claim(const model::OwnerId& owner);
  void count_up_to(model::BatchNumber n);

  mutable std::mutex mutex_;
  model::StoreId store_;
  model::Epoch epoch_;
  model::OwnerId owner_{};
  std::vector<ports::SealedBatch> batches_;
  std::size_t counted_{0};  // batches that readers see: acknowledged, or settled by an acquire
  std::uint64_t crashes_{0};
};

// One owner's or reader's way into a MemoryLog. An outcome becomes known when it is polled, and a
// batch counts from then on. `head` and `read_from` may be called from any thread, the rest from
// one. Never waits: a poll that finds nothing returns at once, whatever its timeout.
class MemoryEventLog final : public ports::EventLog {
 public:
  MemoryEventLog(std::shared_ptr<MemoryLog> content, ports::Random& random);

  // The fates of the next batches, in their order; those after them are acknowledged.
  void plan(std::vector<PlannedAppend> fates);

  [[nodiscard]] base::Result<model::LogHead> head() override;
  [[nodiscard]] base::Result<ports::Ownership> acquire() override;
  [[nodiscard]] base::Result<void> submit(ports::SealedBatch batch) override;
  [[nodiscard]] std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds timeout) override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::LogReader>> read_from(
      model::Seq first) override;

 private:
  struct Pending {
    ports::SealedBatch batch;
    PlannedAppend plan;
    std::optional<ports::AppendOutcome> outcome;  // known already, not told yet
  };

  [[nodiscard]] base::Result<void> check_alive() const;
  void attempt(Pending& pending);

  std::shared_ptr<MemoryLog> content_;
  ports::Random& random_;
  std::uint64_t crashes_seen_;
  std::deque<PlannedAppend> plan_;
  std::deque<Pending> pending_;
  std::optional<ports::Ownership> ownership_;
  model::LogHead submitted_;  // of the last batch handed over; only number, seq and hash
  bool sound_{true};          // every attempt so far was or will be acknowledged
  bool over_{false};          // another outcome was told
};

}  // namespace kopilka::memory
