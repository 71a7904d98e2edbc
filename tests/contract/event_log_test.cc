#include "engine/memory/event_log.h"

#include "engine/memory/clock.h"
#include "engine/memory/steady_time.h"
#include "engine/memory/topic.h"
#include "engine/segments/segment_log.h"
#include "engine/topic_log/topic_log.h"
#include "tests/contract/event_log_contract.h"
#include "tests/support/faulty_files.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::contract {
namespace {

class MemoryWorld {
 public:
  ports::EventLog& log() { return *log_; }
  void reopen() { log_ = std::make_unique<memory::MemoryEventLog>(content_, random_); }
  void crash() {
    content_->crash(memory::Survivors::acknowledged);
    reopen();
  }

 private:
  memory::SeededRandom random_{1};
  std::shared_ptr<memory::MemoryLog> content_ =
      std::make_shared<memory::MemoryLog>(support::store_id(7));
  std::unique_ptr<memory::MemoryEventLog> log_ =
      std::make_unique<memory::MemoryEventLog>(content_, random_);
};

// Small segments, so that the tests cross their borders.
constexpr std::uint64_t kFirstSegmentBytes = std::uint64_t{16} << 10;

std::unique_ptr<segments::SegmentLog> open_log(segments::Files& files,
                                               const std::filesystem::path& directory,
                                               ports::Random& random, segments::UpkeepTime upkeep) {
  segments::Options options;
  options.segment_bytes = std::uint64_t{64} << 10;
  options.upkeep = upkeep;
  auto opened = segments::SegmentLog::open(files, directory, random, options);
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

// Segment files on the disk of this machine.
class SegmentsWorld {
 public:
  SegmentsWorld() {
    auto& files = segments::machine_files();
    if (!segments::SegmentLog::create(files, path_, support::store_id(7), kFirstSegmentBytes))
      throw std::runtime_error("cannot create");
    log_ = open();
  }
  ports::EventLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    log_ = open();
  }
  // The disk of the machine forgets nothing when a process ends; the faulty one below does.
  void crash() { reopen(); }

 private:
  std::unique_ptr<segments::SegmentLog> open() {
    return open_log(segments::machine_files(), path_, random_, segments::UpkeepTime::background);
  }

  support::TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "log";
  memory::SeededRandom random_{1};
  std::unique_ptr<segments::SegmentLog> log_;
};

// The same over a disk that loses at each crash whatever was not made durable.
class LossyWorld {
 public:
  LossyWorld() {
    if (!segments::SegmentLog::create(files_, "log", support::store_id(7), kFirstSegmentBytes))
      throw std::runtime_error("cannot create");
    log_ = open();
  }
  ports::EventLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    log_ = open();
  }
  void crash() {
    files_.stop();
    log_.reset();
    files_.restart(support::Unsynced::lost);
    log_ = open();
  }

 private:
  std::unique_ptr<segments::SegmentLog> open() {
    return open_log(files_, "log", random_, segments::UpkeepTime::in_line);
  }

  support::FaultyFiles files_;
  memory::SeededRandom random_{1};
  std::unique_ptr<segments::SegmentLog> log_;
};

// The protocol on a topic. Whatever a process had not finished may land after its end.
class TopicWorld {
 public:
  TopicWorld() {
    memory::MemoryTopic topic(partition_);
    if (!topic_log::TopicLog::create(topic, support::store_id(7), time_, std::chrono::seconds(1)))
      throw std::runtime_error("cannot create");
    reopen();
  }
  ports::EventLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    topic_log::Options options;
    options.batches_per_bookmark = 4;
    auto opened = topic_log::TopicLog::open(std::make_shared<memory::MemoryTopic>(partition_),
                                            random_, time_, nullptr, options);
    if (!opened) throw std::runtime_error(opened.error().message);
    log_ = std::move(*opened);
  }
  void crash() { reopen(); }

 private:
  memory::ManualSteadyTime time_;
  memory::SeededRandom random_{1};
  std::shared_ptr<memory::MemoryPartition> partition_ =
      std::make_shared<memory::MemoryPartition>(time_);
  std::unique_ptr<topic_log::TopicLog> log_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(memory, EventLogContract, MemoryWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(topic, EventLogContract, TopicWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(segments, EventLogContract, SegmentsWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(segments_on_a_lossy_disk, EventLogContract, LossyWorld);

}  // namespace kopilka::contract
