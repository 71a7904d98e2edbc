#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/memory/steady_time.h"
#include "engine/ports/feed.h"

namespace kopilka::memory {

// What becomes of a record whose delivery is reported as failed.
enum class FailedRecord : unsigned char { lost, landed };

// The records of a feed, which several MemoryFeeds may share as several processes share a broker,
// and what can happen to them there. Thread-safe. Whoever waits for it lets `time` go on.
class MemoryFeedTopic {
 public:
  // REQUIRES: partitions >= 1
  MemoryFeedTopic(ManualSteadyTime& time, ports::PartitionNumber partitions);

  // All that stand in a partition, also for tests that look behind the port.
  [[nodiscard]] std::vector<ports::FeedRecord> records(ports::PartitionNumber partition) const;

  // Somebody else's record, at once, in the partition that it names; its offset.
  ports::TopicOffset append_stray(ports::FeedRecord record);
  // An offset without a record, as a transaction's marker leaves.
  void append_hole(ports::PartitionNumber partition);
  // Everything before it is gone, as when somebody lets the topic forget.
  void drop_before(ports::PartitionNumber partition, ports::TopicOffset first);
  // There is no such topic any more.
  void remove();

 private:
  friend class MemoryFeed;
  friend class MemoryFeedWriter;
  friend class MemoryFeedReader;

  // One process's connection, and what is wrong with it.
  struct Connection {
    bool holding{false};
    std::optional<FailedRecord> fail_next;
    std::size_t under_way_max{0};
    std::uint64_t reader_faults{0};
    base::Error reader_fault;
  };
  // One writer; it outlives its process while records of it are under way.
  struct Sending {
    std::shared_ptr<Connection> connection;
    std::map<std::uint64_t, ports::DeliveryReport> reports;  // by ticket, not told yet
    std::size_t under_way{0};                                // appended, not told yet
    bool has_failed{false};                                  // nothing later lands
  };
  struct Transit {
    std::shared_ptr<Sending> from;
    std::uint64_t ticket{0};
    ports::FeedRecord record;
    bool is_given_up{false};  // its writer was told that it failed
  };
  struct Partition {
    ports::TopicOffset first{0};
    std::vector<std::optional<ports::FeedRecord>> records;  // nothing: a hole
  };

  void send(Transit transit);
  static void fail(Transit& transit);
  void deliver(Transit transit);
  ports::TopicOffset land(ports::FeedRecord record);
  void release(const Connection& connection, std::size_t count);
  [[nodiscard]] base::Result<void> check_presence() const;

  mutable std::mutex mutex_;
  ManualSteadyTime& time_;
  std::vector<Partition> partitions_;
  std::deque<Transit> transit_;  // in the order in which they were sent
  bool removed_{false};
};

// One process's way to a MemoryFeedTopic. Thread-safe.
class MemoryFeed final : public ports::Feed {
 public:
  explicit MemoryFeed(std::shared_ptr<MemoryFeedTopic> topic);

  // What its writers append from now on is under way until it is released, also when they are
  // destroyed meanwhile: so a publisher that was given up comes back.
  void hold();
  // Records that it sent and that have not landed.
  [[nodiscard]] std::size_t in_transit() const;
  // Lets the oldest of them land, that many or all. What is appended next is held all the same.
  void release(std::size_t count);
  // None of them will ever land; they are reported as failed.
  void lose_transit();
  // Lets all of them land, and at once whatever is appended next.
  void unhold();

  // The next record appended is reported as failed, and nothing that its writer appends later
  // lands.
  void fail_next(FailedRecord fate);
  // So many records of one writer may be under way, as long as it was not told of them; 10 000
  // unless it is said.
  void limit_under_way(std::size_t records);
  // Every reader that was opened before answers so, once for all.
  void fail_readers(base::Error error);

  [[nodiscard]] std::string name() const override { return "memory"; }
  [[nodiscard]] base::Result<ports::PartitionNumber> partitions() override;
  [[nodiscard]] base::Result<ports::TopicBounds> bounds(ports::PartitionNumber partition) override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::FeedWriter>> open_writer() override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::FeedReader>> read_from(
      std::vector<ports::TopicOffset> offsets) override;

 private:
  std::shared_ptr<MemoryFeedTopic> topic_;
  std::shared_ptr<MemoryFeedTopic::Connection> connection_ =
      std::make_shared<MemoryFeedTopic::Connection>();
};

}  // namespace kopilka::memory
