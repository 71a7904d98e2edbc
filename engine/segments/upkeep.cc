#include "engine/segments/upkeep.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/segments/pack.h"

namespace kopilka::segments {

using base::ErrorKind;
using base::Result;

Upkeep::Upkeep(Files& files, std::filesystem::path directory, UpkeepTime time, int zstd_level)
    : files_(files), directory_(std::move(directory)), time_(time), zstd_level_(zstd_level) {
  if (time_ == UpkeepTime::background) thread_ = std::thread([this] { run(); });
}

Upkeep::~Upkeep() {
  stop_ = true;
  {
    const std::lock_guard lock(mutex_);
    jobs_.clear();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Upkeep::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
    if (stop_) return;
    const auto job = jobs_.front();
    jobs_.pop_front();
    busy_ = true;
    making_spare_ = !job.seal;
    lock.unlock();
    perform(job);
    lock.lock();
    busy_ = making_spare_ = false;
    changed_.notify_all();
  }
}

void Upkeep::perform(const Job& job) {
  if (job.seal) {
    const auto packed =
        pack_segment(files_, directory_, *job.seal, job.follower, zstd_level_, stop_);
    const std::lock_guard lock(mutex_);
    if (!packed && packed.error().kind != ErrorKind::unknown_outcome)
      trouble_ = packed.error().message;
    return;
  }
  // A failure shows itself again when the segment is needed.
  if (!make_spare(job.spare_size)) return;
  const std::lock_guard lock(mutex_);
  spare_size_ = job.spare_size;
}

void Upkeep::expect_segment(std::uint64_t size) {
  if (time_ == UpkeepTime::in_line) return;
  const std::lock_guard lock(mutex_);
  if (spare_size_ >= size) return;
  jobs_.push_front(Job{.seal = {}, .follower = {}, .spare_size = size});  // before any packing
  changed_.notify_all();
}

void Upkeep::seal(const SegmentName& segment, const SegmentHeader& follower) {
  const Job job{.seal = segment, .follower = follower};
  if (time_ == UpkeepTime::in_line) return perform(job);
  const std::lock_guard lock(mutex_);
  jobs_.push_back(job);
  changed_.notify_all();
}

std::string Upkeep::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void Upkeep::settle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return jobs_.empty() && !busy_; });
}

Result<void> Upkeep::make_spare(std::uint64_t size) {
  const auto path = directory_ / kSpareName;
  const auto fill = [&]() -> Result<void> {
    KOPILKA_TRY_ASSIGN(const auto file, files_.create(path));
    KOPILKA_TRY(file->reserve(size));
    const PageBuffer zeros(std::min<std::uint64_t>(size, std::uint64_t{1} << 20));
    for (std::uint64_t offset = 0; offset < size;) {
      const auto part = zeros.view().substr(0, static_cast<std::size_t>(size - offset));
      KOPILKA_TRY(file->write_at(offset, part));
      offset += part.size();
    }
    return file->sync();
  };
  auto filled = fill();
  // Half of a spare would only keep a full disk full.
  if (!filled) (void)files_.remove(path);
  return filled;
}

Result<SegmentName> Upkeep::make_segment(const SegmentHeader& header, std::uint64_t size) {
  KOPILKA_CHECK(size % kPageBytes == 0 && size > kPageBytes);
  std::uint64_t ready = 0;
  {
    std::unique_lock lock(mutex_);
    std::erase_if(jobs_, [](const Job& job) { return !job.seal; });
    changed_.wait(lock, [this] { return !making_spare_; });
    ready = std::exchange(spare_size_, 0);
  }
  if (ready < size) KOPILKA_TRY(make_spare(size));

  const SegmentName name{model::next(header.before.n), model::next(header.before.last_seq),
                         SegmentForm::raw};
  const auto path = directory_ / kSpareName;
  {
    KOPILKA_TRY_ASSIGN(const auto file, files_.open(path, Access::write));
    KOPILKA_TRY(file->write_at(0, encode(header)));
    KOPILKA_TRY(file->sync());
  }
  KOPILKA_TRY(files_.rename(path, directory_ / to_text(name)));
  KOPILKA_TRY(files_.sync_directory(directory_));
  return name;
}

}  // namespace kopilka::segments
