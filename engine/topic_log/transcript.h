#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/clock.h"
#include "engine/ports/event_log.h"
#include "engine/ports/steady_time.h"
#include "engine/ports/topic.h"

namespace kopilka::topic_log {

// Writes another log's batches into a topic as they are, under the epochs and owners that wrote
// them: before each new owner's first batch stands the claim that makes it count, and a claim of
// nobody's for each epoch that recorded nothing. What is there already is gone on from, so a copy
// that was cut short may be begun again. Nobody may own the log meanwhile: a claim by another makes
// void what is copied behind it, which only reading the copy shows. One thread.
class Transcript {
 public:
  // Begins the log of that store in an empty topic, or goes on with one. `random` and `time` must
  // outlive it. not_available: another store's log, or none.
  [[nodiscard]] static base::Result<std::unique_ptr<Transcript>> open(
      std::shared_ptr<ports::Topic> topic, const model::StoreId& store, ports::Random& random,
      ports::SteadyTime& time, std::chrono::milliseconds silence_max);

  // The last batch that the topic held when this was opened.
  [[nodiscard]] const model::LogHead& head() const { return head_; }

  // Hands over the next batch; waits while many are under way. io: the topic did not take one, or
  // did not answer in time: open another; corrupt: the source names two owners of one epoch.
  // REQUIRES: it follows the head, or the batch before
  [[nodiscard]] base::Result<void> append(const ports::SealedBatch& batch);
  // Waits until everything is delivered.
  [[nodiscard]] base::Result<void> finish();

 private:
  Transcript(std::shared_ptr<ports::Topic> topic, ports::Random& random, ports::SteadyTime& time,
             std::chrono::milliseconds silence_max)
      : topic_(std::move(topic)), random_(random), time_(time), silence_max_(silence_max) {}

  [[nodiscard]] base::Result<void> claim(model::Epoch epoch, const model::OwnerId& owner);
  [[nodiscard]] base::Result<void> hand_over(base::Bytes record);
  [[nodiscard]] base::Result<void> await_delivery(std::uint64_t under_way_max);

  std::shared_ptr<ports::Topic> topic_;
  ports::Random& random_;
  ports::SteadyTime& time_;
  std::chrono::milliseconds silence_max_;
  std::unique_ptr<ports::TopicWriter> writer_;
  model::LogHead head_;
  model::Epoch epoch_;  // of the last claim
  model::OwnerId owner_{};
  std::uint64_t handed_over_{0};
  std::uint64_t delivered_{0};
};

}  // namespace kopilka::topic_log
