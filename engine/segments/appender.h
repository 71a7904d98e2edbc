#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "engine/base/result.h"
#include "engine/ports/event_log.h"
#include "engine/segments/file.h"
#include "engine/segments/log_view.h"
#include "engine/segments/tail.h"
#include "engine/segments/upkeep.h"

namespace kopilka::segments {

// How an append becomes durable.
enum class WriteMode : unsigned char {
  direct,    // O_DIRECT and O_DSYNC into a prewritten file
  buffered,  // a write through the page cache, then fdatasync
};

// Writes whole batches at the end of a log, each durable before the next. After anything but
// `acknowledged` it must not be used again. Used by one thread at a time.
class Appender {
 public:
  // REQUIRES: `tail` is clean
  [[nodiscard]] static base::Result<std::unique_ptr<Appender>> open(
      Files& files, std::filesystem::path directory, const Tail& tail,
      std::uint64_t segment_bytes_max, Upkeep& upkeep, std::shared_ptr<LogView> view);

  [[nodiscard]] ports::AppendOutcome append(std::shared_ptr<const ports::SealedBatch> batch);

  [[nodiscard]] WriteMode mode() const { return mode_; }

 private:
  Appender(Files& files, std::filesystem::path directory, const Tail& tail,
           std::uint64_t segment_bytes_max, Upkeep& upkeep, std::shared_ptr<LogView> view)
      : files_(files),
        directory_(std::move(directory)),
        segment_bytes_max_(segment_bytes_max),
        upkeep_(upkeep),
        view_(std::move(view)),
        segment_(tail.segment),
        offset_(tail.offset),
        head_(tail.head) {}

  [[nodiscard]] base::Result<void> open_file();
  [[nodiscard]] base::Result<void> roll(std::uint64_t slot);
  [[nodiscard]] base::Result<void> write(base::ByteView slot);
  [[nodiscard]] std::uint64_t next_size() const;

  Files& files_;
  std::filesystem::path directory_;
  std::uint64_t segment_bytes_max_;
  Upkeep& upkeep_;
  std::shared_ptr<LogView> view_;
  SegmentName segment_;
  std::unique_ptr<File> file_;
  WriteMode mode_{WriteMode::direct};
  std::uint64_t size_{0};
  std::uint64_t offset_;
  model::LogHead head_;                             // as the segment was entered
  std::shared_ptr<const ports::SealedBatch> last_;  // since then
  std::uint64_t expected_size_{0};                  // of the next segment, if it was announced
};

}  // namespace kopilka::segments
