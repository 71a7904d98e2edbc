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
#include "engine/ports/topic.h"

namespace kopilka::memory {

// When a record comes to stand in the topic.
enum class Landing : unsigned char {
  at_once,
  late,   // after so many records of other writers
  held,   // when the test releases it
  never,  // nor anything that its writer sends later
};

// What its writer is told.
enum class Report : unsigned char {
  truthful,  // once it landed
  failure,   // at once, whatever becomes of it
  none,      // nothing, though later reports tell as much
};

struct PlannedRecord {
  Landing landing{Landing::at_once};
  unsigned after{0};   // late
  unsigned copies{1};  // as no idempotent producer would write it
  Report report{Report::truthful};
  unsigned report_polls{0};  // polls that do not find the report yet
  // What its writer sends later does not wait for it, as no gapless producer would do it.
  enum class Followers : unsigned char { wait, overtake } followers{Followers::wait};
};

// The records of a topic, which several MemoryTopics may share as several processes share a broker,
// and all that can happen to them there. Thread-safe. Whoever waits for it lets `time` go on.
class MemoryPartition {
 public:
  explicit MemoryPartition(ManualSteadyTime& time) : time_(time) {}

  // All that stand there, also for tests that look behind the port.
  [[nodiscard]] std::vector<ports::TopicRecord> records() const;

  // Somebody else's record, at once; its offset.
  ports::TopicOffset append_stray(base::Bytes value);
  // An offset without a record, as a transaction's marker leaves.
  void append_hole();
  // Everything from there on is gone, as when a broker that had lagged leads; appends go on there.
  void truncate(ports::TopicOffset end);
  // Everything before it is gone, as when somebody lets the topic forget.
  void drop_before(ports::TopicOffset first);
  // The topic is deleted and made again under its name.
  void make_anew() { truncate(0); }

  // Too few replicas follow: nothing lands until enough do again.
  void shrink_isr();
  void restore_isr();

  // Records sent and not landed, in the order in which they were sent.
  [[nodiscard]] std::size_t in_transit() const;
  // Lets the held record at that place among them land. REQUIRES: place < in_transit()
  void release(std::size_t place);
  // Nothing that is still under way will ever land.
  void lose_transit();

  // What check_settings complains about; empty: nothing.
  void set_settings_fault(std::string fault);

 private:
  friend class MemoryTopic;
  friend class MemoryTopicWriter;
  friend class MemoryTopicReader;

  // One process's connection, and what is wrong with it.
  struct Connection {
    std::deque<PlannedRecord> plan;
    bool paused{false};
    bool deaf{false};
    std::uint64_t breaks{0};
  };
  struct Told {
    ports::DeliveryReport report;
    unsigned polls{0};
  };
  struct Sending {
    std::shared_ptr<Connection> connection;
    std::map<std::uint64_t, Told> reports;  // by ticket
    bool broken{false};                     // what comes now never lands
    std::optional<std::uint64_t> failed;    // reported so: nothing later is reported delivered
  };
  struct Transit {
    std::shared_ptr<Sending> from;
    std::uint64_t ticket{0};
    base::Bytes value;
    PlannedRecord plan;
  };

  void send(Transit transit);
  static void fail(Sending& sending, std::uint64_t ticket, const PlannedRecord& plan);
  void settle();
  [[nodiscard]] bool may_land(std::size_t place) const;
  void land(std::size_t place);

  mutable std::mutex mutex_;
  ManualSteadyTime& time_;
  ports::TopicOffset first_{0};
  std::vector<std::optional<base::Bytes>> records_;  // nothing: a hole
  std::deque<Transit> transit_;
  bool isr_shrunk_{false};
  std::string settings_fault_;
};

// One process's way to a MemoryPartition. Thread-safe. Its readers do not notice that a topic was
// cut off or made anew while the offset that they stand at is there.
class MemoryTopic final : public ports::Topic {
 public:
  explicit MemoryTopic(std::shared_ptr<MemoryPartition> partition)
      : partition_(std::move(partition)) {}

  // What becomes of the next records; those after them land at once.
  void plan(std::vector<PlannedRecord> fates);
  // The process stands still, or nothing of what it sends gets out: until it wakes.
  void pause();
  void wake();
  // Its readers are shown nothing.
  void deafen();
  void hear();
  // Every reader that was opened before answers with io, once for all.
  void break_connections();

  [[nodiscard]] std::string name() const override { return "memory"; }
  [[nodiscard]] base::Result<ports::TopicBounds> bounds() override;
  [[nodiscard]] base::Result<void> check_settings() override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::TopicWriter>> open_writer() override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::TopicReader>> read_from(
      ports::TopicOffset offset) override;

 private:
  std::shared_ptr<MemoryPartition> partition_;
  std::shared_ptr<MemoryPartition::Connection> connection_ =
      std::make_shared<MemoryPartition::Connection>();
};

}  // namespace kopilka::memory
