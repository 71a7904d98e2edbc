#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/clock.h"
#include "engine/ports/event_log.h"
#include "engine/ports/steady_time.h"
#include "engine/ports/topic.h"
#include "engine/topic_log/bookmarks.h"
#include "engine/topic_log/pipeline.h"
#include "engine/topic_log/walker.h"

namespace kopilka::topic_log {

struct Options {
  // The log must be this store's. Nothing: whosever it is.
  std::optional<model::StoreId> store;
  std::uint64_t batches_per_bookmark{1'000};
  // How long the topic may owe an answer: then what is in flight is unknown, and a read fails.
  std::chrono::milliseconds silence_max{30'000};
  // Claims that another one came before, until the others are left to it.
  unsigned claims_max{8};
  // A lost claim is followed by a wait of up to this, and up to twice as much each further time.
  std::chrono::milliseconds claim_wait{50};
};

// Where a log stands, for people who look after it.
struct View {
  model::StoreId store{};
  model::Epoch epoch;  // of the owner; 0: nobody ever claimed it
  model::OwnerId owner{};
  model::LogHead head;
  ports::TopicOffset position{0};  // everything before it was judged
  ports::TopicBounds bounds;
};

// The log on a topic that anybody may write to: which records count is decided by the fold, alike
// for everybody; who may append, by claims in the topic itself. Opening and reading write nothing.
// `head`, `view` and `read_from` may be called from any thread, the rest from one; before this log
// was acquired, or while it is, they wait for each other.
class TopicLog final : public ports::EventLog {
 public:
  // Begins a log in an empty topic. usage: it is not empty, or somebody else began one at the same
  // time; unknown_outcome: whether it begins with our genesis is not known: look before using it.
  [[nodiscard]] static base::Result<void> create(ports::Topic& topic, const model::StoreId& store,
                                                 ports::SteadyTime& time,
                                                 std::chrono::milliseconds silence_max);

  // Reads the first record, or the one at the last bookmark. `random`, `time` and `bookmarks`,
  // which may be null, must outlive the log and its readers. not_available: the topic is empty, no
  // log, another store's, or of a newer build; corrupt: its history is not the one that was read
  // before.
  [[nodiscard]] static base::Result<std::unique_ptr<TopicLog>> open(
      std::shared_ptr<ports::Topic> topic, ports::Random& random, ports::SteadyTime& time,
      Bookmarks* bookmarks, const Options& options);

  // What is in flight is given up; it may land all the same.
  ~TopicLog() override;

  // The last acknowledged batch of an owner; otherwise the last one that counts, which reads to the
  // topic's end.
  [[nodiscard]] base::Result<model::LogHead> head() override;
  // Claims the log, and appends an empty batch as the new owner's first: it is the head. fenced:
  // others claimed it meanwhile; io: the topic did not answer in time, and the claim may still take
  // effect; not_available: the topic's settings would lose data, or see `open`; corrupt: so.
  [[nodiscard]] base::Result<ports::Ownership> acquire() override;
  // not_available: not acquired, or an outcome was not `acknowledged`; fenced: another owner has
  // taken over; limit: the batch is larger than kBatchBytesMax. Nothing was handed over then.
  [[nodiscard]] base::Result<void> submit(ports::SealedBatch batch) override;
  [[nodiscard]] std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds timeout) override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::LogReader>> read_from(
      model::Seq first) override;

  [[nodiscard]] base::Result<View> view();
  // Why a bookmark could not be kept, the last time; empty when all were.
  [[nodiscard]] std::string bookmark_trouble() const { return ground_.bookmarks->trouble(); }

 private:
  // What other threads may see of an owner.
  struct Reign {
    View view;  // without head and bounds
    SharedBatch acknowledged;
  };

  TopicLog(Ground ground, ports::Random& random, const Options& options);

  void observe(Walker::Step step);
  [[nodiscard]] base::Result<void> walk_to_end();
  [[nodiscard]] base::Result<model::LogHead> head_at(const SharedBatch& batch) const;
  [[nodiscard]] View view_now() const;
  [[nodiscard]] std::optional<Reign> reign_now();
  void publish();

  enum class Race : unsigned char { won, lost };
  [[nodiscard]] base::Result<Race> claim();
  [[nodiscard]] base::Result<Race> await_claim(const Claim& claim);
  void back_off(unsigned attempt);
  [[nodiscard]] base::Result<ports::Ownership> begin_reign();
  [[nodiscard]] base::Result<void> send(const ports::SealedBatch& batch);
  [[nodiscard]] base::Result<void> look(std::chrono::milliseconds timeout);
  void end_writing();

  Ground ground_;
  ports::Random& random_;
  Options options_;

  std::mutex mutex_;  // guards what follows
  Walker tail_;
  SharedBatch last_;  // that counted, as far as the tail came; null: none, or none read yet
  std::unique_ptr<ports::TopicWriter> writer_;
  std::optional<Pipeline> pipeline_;  // since the log was acquired
  model::LogHead submitted_;          // of the last batch handed over; number, seq and hash

  std::mutex reign_mutex_;      // guards what follows; taken after mutex_
  std::optional<Reign> reign_;  // while this is the owner, as far as it knows
};

}  // namespace kopilka::topic_log
