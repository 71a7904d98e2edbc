#include "engine/segments/appender.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/codec/batch.h"
#include "engine/segments/chain.h"
#include "engine/segments/format.h"

namespace kopilka::segments {

using base::ErrorKind;
using base::Result;

Result<std::unique_ptr<Appender>> Appender::open(Files& files, std::filesystem::path directory,
                                                 const Tail& tail, std::uint64_t segment_bytes_max,
                                                 Upkeep& upkeep, std::shared_ptr<LogView> view) {
  KOPILKA_CHECK(tail.dirty_end <= tail.offset);
  std::unique_ptr<Appender> appender(
      new Appender(files, std::move(directory), tail, segment_bytes_max, upkeep, std::move(view)));
  KOPILKA_TRY(appender->open_file());
  return appender;
}

Result<void> Appender::open_file() {
  const auto path = directory_ / to_text(segment_);
#ifdef KOPILKA_PLANT_skipped_sync
  auto opened = files_.open(path, Access::write);
  mode_ = WriteMode::buffered;
#else
  auto opened = files_.open(path, Access::write_through);
  mode_ = WriteMode::direct;
  if (!opened) {
    opened = files_.open(path, Access::write);
    mode_ = WriteMode::buffered;
  }
#endif
  if (!opened) return std::unexpected(std::move(opened).error());
  file_ = std::move(*opened);
  KOPILKA_TRY_ASSIGN(size_, file_->size());
  return {};
}

Result<void> Appender::write(base::ByteView slot) {
  KOPILKA_TRY(file_->write_at(offset_, slot));
#ifndef KOPILKA_PLANT_skipped_sync
  if (mode_ == WriteMode::buffered) KOPILKA_TRY(file_->sync());
#endif
  return {};
}

std::uint64_t Appender::next_size() const {
  return std::max(std::min(2 * size_, segment_bytes_max_), 2 * kPageBytes);
}

Result<void> Appender::roll(std::uint64_t slot) {
  if (last_) {
    KOPILKA_TRY_ASSIGN(head_, codec::head_after(*last_));
  }
  const SegmentHeader header{.stream = view_->stream(), .before = head_};
  const auto size = std::max(next_size(), kPageBytes + slot);
  const auto full = segment_;
  KOPILKA_TRY_ASSIGN(segment_, upkeep_.make_segment(header, size));
  KOPILKA_TRY(open_file());
  offset_ = kPageBytes;
  expected_size_ = 0;
  last_.reset();
  upkeep_.seal(full, header);
  return {};
}

ports::AppendOutcome Appender::append(std::shared_ptr<const ports::SealedBatch> batch) {
  using ports::AppendStatus;
  const auto n = batch->header.n;
  const auto slot_size = slot_bytes(batch->bytes.size());
  if (offset_ + slot_size > size_)
    if (auto rolled = roll(slot_size); !rolled)
      return {n, AppendStatus::failed, std::move(rolled).error().message};
  const auto slot = make_slot(batch->bytes);
  if (auto written = write(slot.view()); !written)
    return {n, AppendStatus::unknown, std::move(written).error().message};
  view_->note(segment_.first_n, {n, batch->header.first_seq, offset_});
  offset_ += slot_size;
  last_ = std::move(batch);
  if (expected_size_ == 0 && offset_ > size_ / 2) {
    expected_size_ = next_size();
    upkeep_.expect_segment(expected_size_);
  }
  return {n, AppendStatus::acknowledged, {}};
}

}  // namespace kopilka::segments
