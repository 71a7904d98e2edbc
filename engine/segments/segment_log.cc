#include "engine/segments/segment_log.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/codec/batch.h"
#include "engine/segments/listing.h"
#include "engine/segments/reader.h"
#include "engine/segments/recovery.h"

namespace kopilka::segments {

using base::ErrorKind;
using base::Result;

Result<void> SegmentLog::create(Files& files, const std::filesystem::path& directory,
                                const model::StoreId& store, std::uint64_t first_segment_bytes) {
  KOPILKA_TRY(files.make_directory(directory));
  KOPILKA_TRY_ASSIGN(const auto lock, files.lock(directory / kLockName));
  KOPILKA_TRY_ASSIGN(const auto names, files.list(directory));
  if (std::ranges::any_of(names,
                          [](const auto& name) { return parse_segment_name(name).has_value(); }))
    return base::fail(ErrorKind::usage, "there is a log already in " + directory.string());
  SegmentHeader header;
  header.before.store = store;
  Upkeep upkeep(files, directory, UpkeepTime::in_line, 0);
  KOPILKA_TRY(upkeep.make_segment(header, first_segment_bytes));
  return {};
}

Result<std::unique_ptr<SegmentLog>> SegmentLog::open(Files& files,
                                                     const std::filesystem::path& directory,
                                                     ports::Random& random,
                                                     const Options& options) {
  Floor floor;
  if (options.durable) floor.seq = options.durable->seq;
  KOPILKA_TRY_ASSIGN(const auto look, look_at_log(files, directory, floor));
  auto view = std::make_shared<LogView>(look.tail.stream, look.floor);
  std::unique_ptr<SegmentLog> log(
      new SegmentLog(files, directory, random, options, std::move(view)));
  log->options_.segment_bytes = options.segment_bytes / kPageBytes * kPageBytes;
  KOPILKA_TRY(log->check_durable());
  return log;
}

SegmentLog::~SegmentLog() {
  (void)close();
}

Result<void> SegmentLog::check_durable() {
  if (!options_.durable || options_.durable->seq.value() == 0) return {};
  const auto seq = options_.durable->seq;
  KOPILKA_TRY_ASSIGN(const auto reader, read_from(seq));
  for (;;) {
    KOPILKA_TRY_ASSIGN(const auto batch, reader->next());
    const bool passed = !batch || batch->header.first_seq > model::next(seq) ||
                        (batch->header.first_seq > seq && batch->header.count > 0);
    if (passed) break;
    if (batch->hash == options_.durable->hash && model::last_seq(batch->header) == seq) return {};
  }
  return base::fail(ErrorKind::corrupt,
                    fmt::format("{}: offset unknown, seq {}: no batch that ends there has the hash "
                                "that the store keeps; log and store are not of one history",
                                directory_.string(), seq.value()));
}

Result<model::LogHead> SegmentLog::head() {
  const std::lock_guard guard(mutex_);
  if (!ownership_) {
    KOPILKA_TRY_ASSIGN(const auto look, look_at_log(files_, directory_, view_->floor()));
    return look.tail.head;
  }
  const auto last = queue_->last();
  if (last && last->header.n != head_.n) {
    KOPILKA_TRY_ASSIGN(head_, codec::head_after(*last));
  }
  return head_;
}

void SegmentLog::release() {
  queue_.reset();
  upkeep_.reset();
  ownership_.reset();
  submitted_.reset();
  view_->count_up_to(LogView::kAnybody);
  lock_.reset();
}

Result<ports::Ownership> SegmentLog::acquire() {
  const std::lock_guard guard(mutex_);
  Floor floor = view_->floor();
  if (ownership_) {
    queue_->settle();
    // What was acknowledged must be found again, whatever became of the rest.
    const auto last = queue_->last();
    const auto& seen = last ? last->header.n : head_.n;
    floor.n = std::max(floor.n, seen);
    floor.seq = std::max(floor.seq, last ? model::last_seq(last->header) : head_.last_seq);
  }
  queue_.reset();
  upkeep_.reset();
  ownership_.reset();
  auto taken = take_over(floor);
  if (!taken) release();
  return taken;
}

Result<ports::Ownership> SegmentLog::take_over(const Floor& floor) {
  if (!lock_) {
    KOPILKA_TRY_ASSIGN(lock_, files_.lock(directory_ / kLockName));
  }
  KOPILKA_TRY_ASSIGN(const auto recovered, recover(files_, directory_, floor));
  const auto& tail = recovered.tail;
  cut_note_ = recovered.cut_note;
  upkeep_ = std::make_unique<Upkeep>(files_, directory_, options_.upkeep, options_.zstd_level);
  for (const auto& [name, follower] : recovered.unpacked)
    upkeep_->seal(name, follower);

  head_ = tail.head;
  ports::Ownership ownership{
      .epoch = model::Epoch{tail.head.epoch.value() + 1}, .owner = {}, .head = tail.head};
  random_.fill(ownership.owner);
  for (const auto& place : tail.places)
    view_->note(tail.segment.first_n, place);
  KOPILKA_TRY_ASSIGN(auto appender, Appender::open(files_, directory_, tail, options_.segment_bytes,
                                                   *upkeep_, view_));
  submitted_.emplace(SegmentHeader{.stream = tail.stream, .before = tail.head});
  view_->count_up_to(tail.head.n.value());
  queue_ = std::make_unique<AppendQueue>(std::move(appender), view_);
  ownership_ = ownership;
  return ownership;
}

Result<void> SegmentLog::expect_room_for(const ports::SealedBatch& batch) const {
  if (!ownership_)
    return base::fail(ErrorKind::not_available, "the log was not acquired: acquire it first");
  if (queue_->is_over())
    return base::fail(ErrorKind::not_available,
                      "a batch was not acknowledged: acquire the log again");
  if (batch.bytes.size() > kBatchBytesMax)
    return base::fail(ErrorKind::limit, fmt::format("a batch of {} bytes is above {}",
                                                    batch.bytes.size(), kBatchBytesMax));
  return {};
}

Result<void> SegmentLog::submit_copied(ports::SealedBatch batch) {
  KOPILKA_TRY(expect_room_for(batch));
  if (auto why = submitted_->misfit(batch))
    return base::fail(ErrorKind::corrupt,
                      fmt::format("{}: batch {} does not continue the log: {}", directory_.string(),
                                  batch.header.n.value(), *why));
  submitted_->follow(batch);
  queue_->submit(std::move(batch));
  return {};
}

Result<void> SegmentLog::submit(ports::SealedBatch batch) {
  KOPILKA_TRY(expect_room_for(batch));
  const auto& header = batch.header;
  if (header.epoch != ownership_->epoch || header.owner != ownership_->owner) {
    queue_->refuse({header.n, ports::AppendStatus::fenced,
                    fmt::format("the batch is of epoch {}, the log of epoch {}",
                                header.epoch.value(), ownership_->epoch.value())});
    return {};
  }
  KOPILKA_CHECK(!submitted_->misfit(batch));
  submitted_->follow(batch);
  queue_->submit(std::move(batch));
  return {};
}

std::vector<ports::AppendOutcome> SegmentLog::poll(std::chrono::milliseconds timeout) {
  return queue_ ? queue_->poll(timeout) : std::vector<ports::AppendOutcome>{};
}

Result<std::unique_ptr<ports::LogReader>> SegmentLog::read_from(model::Seq first) {
  return SegmentReader::open(files_, directory_, view_, first);
}

Result<void> SegmentLog::close() {
  if (!ownership_) return {};
  queue_->settle();
  KOPILKA_TRY_ASSIGN(const auto end, head());
  const std::lock_guard guard(mutex_);
  const bool sound = queue_->is_sound();
  // Nothing may still be at work on the files when the lock is given back.
  queue_.reset();
  upkeep_.reset();
  Result<void> marked;
  if (sound)
    marked = write_close_mark(files_, directory_, {end.store, end.n, end.last_seq, end.hash});
  release();
  return marked;
}

std::optional<WriteMode> SegmentLog::write_mode() const {
  const std::lock_guard guard(mutex_);
  if (!queue_) return std::nullopt;
  return queue_->mode();
}

std::string SegmentLog::cut_note() const {
  const std::lock_guard guard(mutex_);
  return cut_note_;
}

std::string SegmentLog::upkeep_trouble() const {
  const std::lock_guard guard(mutex_);
  return upkeep_ ? upkeep_->trouble() : std::string{};
}

void SegmentLog::settle_upkeep() {
  if (upkeep_) upkeep_->settle();
}

}  // namespace kopilka::segments
