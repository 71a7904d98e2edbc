#include "engine/memory/feed.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace kopilka::memory {

using base::ErrorKind;
using base::Result;
using ports::FeedRecord;
using ports::PartitionNumber;
using ports::TopicOffset;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kUnderWayMax = 10'000;

}  // namespace

class MemoryFeedWriter final : public ports::FeedWriter {
 public:
  MemoryFeedWriter(std::shared_ptr<MemoryFeedTopic> topic,
                   std::shared_ptr<MemoryFeedTopic::Connection> connection)
      : topic_(std::move(topic)), sending_(std::make_shared<MemoryFeedTopic::Sending>()) {
    sending_->connection = std::move(connection);
  }

  Result<std::uint64_t> append(FeedRecord record) override {
    const std::lock_guard lock(topic_->mutex_);
    KOPILKA_CHECK(record.partition < topic_->partitions_.size());
    if (was_told_of_failure_)
      return base::fail(ErrorKind::io, "a record failed; open another writer");
    if (sending_->under_way >= sending_->connection->under_way_max)
      return base::fail(ErrorKind::limit,
                        std::to_string(sending_->under_way) + " records are under way");
    ++sending_->under_way;
    topic_->send({sending_, ++tickets_, std::move(record)});
    return tickets_;
  }

  std::vector<ports::DeliveryReport> poll(milliseconds timeout) override {
    const std::lock_guard lock(topic_->mutex_);
    std::vector<ports::DeliveryReport> told;
    auto& reports = sending_->reports;
    while (!reports.empty() && reports.begin()->first == told_ + 1) {
      auto report = std::move(reports.begin()->second);
      reports.erase(reports.begin());
      ++told_;
      --sending_->under_way;
      if (!report.offset) was_told_of_failure_ = true;
      told.push_back(std::move(report));
    }
    if (told.empty() && sending_->under_way > 0) topic_->time_.wait(timeout);
    return told;
  }

 private:
  std::shared_ptr<MemoryFeedTopic> topic_;
  std::shared_ptr<MemoryFeedTopic::Sending> sending_;
  std::uint64_t tickets_{0};
  std::uint64_t told_{0};
  bool was_told_of_failure_{false};
};

class MemoryFeedReader final : public ports::FeedReader {
 public:
  MemoryFeedReader(std::shared_ptr<MemoryFeedTopic> topic,
                   std::shared_ptr<MemoryFeedTopic::Connection> connection,
                   std::vector<TopicOffset> offsets)
      : topic_(std::move(topic)),
        connection_(std::move(connection)),
        faults_(connection_->reader_faults),
        offsets_(std::move(offsets)) {}

  Result<std::optional<FeedRecord>> next(milliseconds timeout) override {
    const std::lock_guard lock(topic_->mutex_);
    KOPILKA_TRY(topic_->check_presence());
    if (connection_->reader_faults != faults_) return std::unexpected(connection_->reader_fault);
    // Every partition in turn, so that a busy one does not hide the others.
    for (std::size_t looked = 0; looked < offsets_.size(); ++looked) {
      const auto partition = turn_;
      turn_ = (turn_ + 1) % offsets_.size();
      KOPILKA_TRY_ASSIGN(auto record, take(partition));
      if (record) return record;
    }
    topic_->time_.wait(timeout);
    return std::nullopt;
  }

 private:
  Result<std::optional<FeedRecord>> take(std::size_t number) {
    const auto& partition = topic_->partitions_[number];
    auto& offset = offsets_[number];
    if (offset < partition.first || offset > partition.records.size())
      return base::fail(ErrorKind::io, "offset " + std::to_string(offset) + " of partition " +
                                           std::to_string(number) + " is not there");
    while (offset < partition.records.size())
      if (const auto& record = partition.records[offset++]) return record;
    return std::nullopt;
  }

  std::shared_ptr<MemoryFeedTopic> topic_;
  std::shared_ptr<MemoryFeedTopic::Connection> connection_;
  std::uint64_t faults_;
  std::vector<TopicOffset> offsets_;  // to be looked at next, by partition
  std::size_t turn_{0};
};

MemoryFeedTopic::MemoryFeedTopic(ManualSteadyTime& time, PartitionNumber partitions)
    : time_(time), partitions_(partitions) {
  KOPILKA_CHECK(partitions >= 1);
}

std::vector<FeedRecord> MemoryFeedTopic::records(PartitionNumber partition) const {
  const std::lock_guard lock(mutex_);
  const auto& from = partitions_.at(partition);
  std::vector<FeedRecord> all;
  for (auto offset = from.first; offset < from.records.size(); ++offset)
    if (from.records[offset]) all.push_back(*from.records[offset]);
  return all;
}

TopicOffset MemoryFeedTopic::append_stray(FeedRecord record) {
  const std::lock_guard lock(mutex_);
  return land(std::move(record));
}

void MemoryFeedTopic::append_hole(PartitionNumber partition) {
  const std::lock_guard lock(mutex_);
  partitions_.at(partition).records.emplace_back(std::nullopt);
}

void MemoryFeedTopic::drop_before(PartitionNumber partition, TopicOffset first) {
  const std::lock_guard lock(mutex_);
  auto& from = partitions_.at(partition);
  from.first = std::clamp<TopicOffset>(first, from.first, from.records.size());
}

void MemoryFeedTopic::remove() {
  const std::lock_guard lock(mutex_);
  removed_ = true;
}

void MemoryFeedTopic::send(Transit transit) {
  const auto& sending = *transit.from;
  auto& connection = *sending.connection;
  const bool is_behind_a_gap = sending.has_failed || removed_;
  const auto fate = std::exchange(connection.fail_next, std::nullopt);
  if (fate || is_behind_a_gap) fail(transit);
  if (is_behind_a_gap || fate == FailedRecord::lost) return;
  if (connection.holding)
    transit_.push_back(std::move(transit));
  else
    deliver(std::move(transit));
}

void MemoryFeedTopic::fail(Transit& transit) {
  transit.is_given_up = true;
  transit.from->has_failed = true;
  transit.from->reports[transit.ticket] = {transit.ticket, std::nullopt, "timed out"};
}

void MemoryFeedTopic::deliver(Transit transit) {
  const auto offset = land(std::move(transit.record));
  if (!transit.is_given_up) transit.from->reports[transit.ticket] = {transit.ticket, offset, {}};
}

TopicOffset MemoryFeedTopic::land(FeedRecord record) {
  auto& records = partitions_.at(record.partition).records;
  record.offset = records.size();
  return records.emplace_back(std::move(record))->offset;
}

void MemoryFeedTopic::release(const Connection& connection, std::size_t count) {
  for (auto next = transit_.begin(); next != transit_.end() && count > 0;) {
    if (next->from->connection.get() != &connection) {
      ++next;
      continue;
    }
    deliver(std::move(*next));
    next = transit_.erase(next);
    --count;
  }
}

Result<void> MemoryFeedTopic::check_presence() const {
  if (removed_) return base::fail(ErrorKind::not_available, "memory: there is no such topic");
  return {};
}

MemoryFeed::MemoryFeed(std::shared_ptr<MemoryFeedTopic> topic) : topic_(std::move(topic)) {
  connection_->under_way_max = kUnderWayMax;
}

void MemoryFeed::hold() {
  const std::lock_guard lock(topic_->mutex_);
  connection_->holding = true;
}

std::size_t MemoryFeed::in_transit() const {
  const std::lock_guard lock(topic_->mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(topic_->transit_, [&](const auto& transit) {
    return transit.from->connection == connection_;
  }));
}

void MemoryFeed::release(std::size_t count) {
  const std::lock_guard lock(topic_->mutex_);
  topic_->release(*connection_, count);
}

void MemoryFeed::lose_transit() {
  const std::lock_guard lock(topic_->mutex_);
  std::erase_if(topic_->transit_, [&](auto& transit) {
    const bool is_ours = transit.from->connection == connection_;
    if (is_ours) MemoryFeedTopic::fail(transit);
    return is_ours;
  });
}

void MemoryFeed::unhold() {
  const std::lock_guard lock(topic_->mutex_);
  topic_->release(*connection_, topic_->transit_.size());
  connection_->holding = false;
}

void MemoryFeed::fail_next(FailedRecord fate) {
  const std::lock_guard lock(topic_->mutex_);
  connection_->fail_next = fate;
}

void MemoryFeed::limit_under_way(std::size_t records) {
  const std::lock_guard lock(topic_->mutex_);
  connection_->under_way_max = records;
}

void MemoryFeed::fail_readers(base::Error error) {
  const std::lock_guard lock(topic_->mutex_);
  ++connection_->reader_faults;
  connection_->reader_fault = std::move(error);
}

Result<PartitionNumber> MemoryFeed::partitions() {
  const std::lock_guard lock(topic_->mutex_);
  KOPILKA_TRY(topic_->check_presence());
  return static_cast<PartitionNumber>(topic_->partitions_.size());
}

Result<ports::TopicBounds> MemoryFeed::bounds(PartitionNumber partition) {
  const std::lock_guard lock(topic_->mutex_);
  KOPILKA_TRY(topic_->check_presence());
  KOPILKA_CHECK(partition < topic_->partitions_.size());
  const auto& asked = topic_->partitions_[partition];
  return ports::TopicBounds{asked.first, asked.records.size()};
}

Result<std::unique_ptr<ports::FeedWriter>> MemoryFeed::open_writer() {
  return std::make_unique<MemoryFeedWriter>(topic_, connection_);
}

Result<std::unique_ptr<ports::FeedReader>> MemoryFeed::read_from(std::vector<TopicOffset> offsets) {
  const std::lock_guard lock(topic_->mutex_);
  KOPILKA_CHECK(offsets.size() == topic_->partitions_.size());
  return std::make_unique<MemoryFeedReader>(topic_, connection_, std::move(offsets));
}

}  // namespace kopilka::memory
