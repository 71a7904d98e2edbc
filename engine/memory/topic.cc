#include "engine/memory/topic.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace kopilka::memory {

using base::ErrorKind;
using base::Result;
using ports::TopicOffset;
using ports::TopicRecord;
using std::chrono::milliseconds;

class MemoryTopicWriter final : public ports::TopicWriter {
 public:
  MemoryTopicWriter(std::shared_ptr<MemoryPartition> partition,
                    std::shared_ptr<MemoryPartition::Connection> connection)
      : partition_(std::move(partition)), sending_(std::make_shared<MemoryPartition::Sending>()) {
    sending_->connection = std::move(connection);
  }

  Result<std::uint64_t> append(base::Bytes value) override {
    const std::lock_guard lock(partition_->mutex_);
    PlannedRecord plan;
    auto& plans = sending_->connection->plan;
    if (!plans.empty()) {
      plan = plans.front();
      plans.pop_front();
    }
    partition_->send({sending_, ++tickets_, std::move(value), plan});
    return tickets_;
  }

  std::vector<ports::DeliveryReport> poll(milliseconds timeout) override {
    std::vector<ports::DeliveryReport> told;
    const std::lock_guard lock(partition_->mutex_);
    auto& reports = sending_->reports;
    while (!reports.empty() && !sending_->connection->paused) {
      auto& next = reports.begin()->second;
      if (next.polls > 0) {
        --next.polls;
        break;
      }
      told.push_back(std::move(next.report));
      reports.erase(reports.begin());
    }
    if (told.empty()) partition_->time_.wait(timeout);
    return told;
  }

 private:
  std::shared_ptr<MemoryPartition> partition_;
  std::shared_ptr<MemoryPartition::Sending> sending_;
  std::uint64_t tickets_{0};
};

class MemoryTopicReader final : public ports::TopicReader {
 public:
  MemoryTopicReader(std::shared_ptr<MemoryPartition> partition,
                    std::shared_ptr<MemoryPartition::Connection> connection, TopicOffset offset)
      : partition_(std::move(partition)),
        connection_(std::move(connection)),
        breaks_(connection_->breaks),
        position_(offset) {}

  Result<std::optional<TopicRecord>> next(milliseconds timeout) override {
    const std::lock_guard lock(partition_->mutex_);
    if (connection_->breaks != breaks_) return base::fail(ErrorKind::io, "the connection was lost");
    const auto& records = partition_->records_;
    if (position_ > records.size() || position_ < partition_->first_)
      return base::fail(ErrorKind::io, "offset " + std::to_string(position_) + " is not there");
    if (!connection_->deaf)
      while (position_ < records.size()) {
        const auto offset = position_++;
        if (records[offset]) return TopicRecord{offset, *records[offset]};
      }
    partition_->time_.wait(timeout);
    return std::nullopt;
  }

  TopicOffset position() const override { return position_; }

 private:
  std::shared_ptr<MemoryPartition> partition_;
  std::shared_ptr<MemoryPartition::Connection> connection_;
  std::uint64_t breaks_;
  TopicOffset position_;
};

std::vector<TopicRecord> MemoryPartition::records() const {
  const std::lock_guard lock(mutex_);
  std::vector<TopicRecord> all;
  for (auto offset = first_; offset < records_.size(); ++offset)
    if (records_[offset]) all.push_back({offset, *records_[offset]});
  return all;
}

TopicOffset MemoryPartition::append_stray(base::Bytes value) {
  const std::lock_guard lock(mutex_);
  records_.emplace_back(std::move(value));
  return records_.size() - 1;
}

void MemoryPartition::append_hole() {
  const std::lock_guard lock(mutex_);
  records_.emplace_back(std::nullopt);
}

void MemoryPartition::truncate(TopicOffset end) {
  const std::lock_guard lock(mutex_);
  records_.resize(std::min<std::size_t>(end, records_.size()));
  first_ = std::min<TopicOffset>(first_, records_.size());
}

void MemoryPartition::drop_before(TopicOffset first) {
  const std::lock_guard lock(mutex_);
  first_ = std::min<TopicOffset>(first, records_.size());
}

void MemoryPartition::shrink_isr() {
  const std::lock_guard lock(mutex_);
  isr_shrunk_ = true;
}

void MemoryPartition::restore_isr() {
  const std::lock_guard lock(mutex_);
  isr_shrunk_ = false;
  settle();
}

std::size_t MemoryPartition::in_transit() const {
  const std::lock_guard lock(mutex_);
  return transit_.size();
}

void MemoryPartition::release(std::size_t place) {
  const std::lock_guard lock(mutex_);
  transit_.at(place).plan.landing = Landing::at_once;
  settle();
}

void MemoryPartition::lose_transit() {
  const std::lock_guard lock(mutex_);
  transit_.clear();
}

void MemoryPartition::set_settings_fault(std::string fault) {
  const std::lock_guard lock(mutex_);
  settings_fault_ = std::move(fault);
}

void MemoryPartition::fail(Sending& sending, std::uint64_t ticket, const PlannedRecord& plan) {
  if (!sending.failed) sending.failed = ticket;
  sending.reports[ticket] = {{ticket, std::nullopt, "timed out"}, plan.report_polls};
}

void MemoryPartition::send(Transit transit) {
  auto& sending = *transit.from;
  const auto overtake = PlannedRecord::Followers::overtake;
  const bool lost = sending.broken || transit.plan.landing == Landing::never;
  if (lost && transit.plan.followers != overtake) sending.broken = true;
  if (transit.plan.report == Report::failure) fail(sending, transit.ticket, transit.plan);
  if (lost) return;
  transit_.push_back(std::move(transit));
  settle();
}

bool MemoryPartition::may_land(std::size_t place) const {
  const auto& transit = transit_[place];
  const auto& plan = transit.plan;
  const bool ready =
      plan.landing == Landing::at_once || (plan.landing == Landing::late && plan.after == 0);
  if (!ready || isr_shrunk_ || transit.from->connection->paused) return false;
  return std::none_of(transit_.begin(), transit_.begin() + static_cast<std::ptrdiff_t>(place),
                      [&](const Transit& before) {
                        return before.from == transit.from &&
                               before.plan.followers == PlannedRecord::Followers::wait;
                      });
}

void MemoryPartition::land(std::size_t place) {
  const auto landed = std::move(transit_[place]);
  transit_.erase(transit_.begin() + static_cast<std::ptrdiff_t>(place));
  const TopicOffset offset = records_.size();
  for (unsigned copy = 0; copy < landed.plan.copies; ++copy)
    records_.emplace_back(landed.value);
  auto& from = *landed.from;
  if (landed.plan.report == Report::truthful) {
    if (from.failed && *from.failed < landed.ticket)
      fail(from, landed.ticket, landed.plan);
    else
      from.reports[landed.ticket] = {{landed.ticket, offset, {}}, landed.plan.report_polls};
  }
  for (auto& other : transit_)
    if (other.from != landed.from && other.plan.after > 0) --other.plan.after;
}

void MemoryPartition::settle() {
  for (std::size_t place = 0; place < transit_.size();) {
    if (!may_land(place)) {
      ++place;
      continue;
    }
    land(place);
    place = 0;
  }
}

void MemoryTopic::plan(std::vector<PlannedRecord> fates) {
  const std::lock_guard lock(partition_->mutex_);
  connection_->plan.insert(connection_->plan.end(), fates.begin(), fates.end());
}

void MemoryTopic::pause() {
  const std::lock_guard lock(partition_->mutex_);
  connection_->paused = true;
}

void MemoryTopic::wake() {
  const std::lock_guard lock(partition_->mutex_);
  connection_->paused = false;
  partition_->settle();
}

void MemoryTopic::deafen() {
  const std::lock_guard lock(partition_->mutex_);
  connection_->deaf = true;
}

void MemoryTopic::hear() {
  const std::lock_guard lock(partition_->mutex_);
  connection_->deaf = false;
}

void MemoryTopic::break_connections() {
  const std::lock_guard lock(partition_->mutex_);
  ++connection_->breaks;
}

Result<ports::TopicBounds> MemoryTopic::bounds() {
  const std::lock_guard lock(partition_->mutex_);
  return ports::TopicBounds{partition_->first_, partition_->records_.size()};
}

Result<void> MemoryTopic::check_settings() {
  const std::lock_guard lock(partition_->mutex_);
  if (partition_->settings_fault_.empty()) return {};
  return base::fail(ErrorKind::not_available, partition_->settings_fault_);
}

Result<std::unique_ptr<ports::TopicWriter>> MemoryTopic::open_writer() {
  return std::make_unique<MemoryTopicWriter>(partition_, connection_);
}

Result<std::unique_ptr<ports::TopicReader>> MemoryTopic::read_from(TopicOffset offset) {
  const std::lock_guard lock(partition_->mutex_);
  const bool is_there = offset >= partition_->first_ && offset <= partition_->records_.size();
  if (!is_there)
    return base::fail(ErrorKind::corrupt, "offset " + std::to_string(offset) + " is not there");
  return std::make_unique<MemoryTopicReader>(partition_, connection_, offset);
}

}  // namespace kopilka::memory
