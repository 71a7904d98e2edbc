#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "engine/base/result.h"
#include "engine/segments/file.h"
#include "engine/segments/format.h"

namespace kopilka::segments {

// When the work that no append waits for is done.
enum class UpkeepTime : unsigned char {
  background,  // on a thread of its own
  in_line,     // at once, on the thread that asks: every step happens in one order
};

// Readies the next segment before it is needed, and compresses full ones. Thread-safe.
class Upkeep {
 public:
  Upkeep(Files& files, std::filesystem::path directory, UpkeepTime time, int zstd_level);
  // Abandons what is under way; the next writer does it again.
  ~Upkeep();
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  // Soon a segment of that size will be wanted. In line: does nothing.
  void expect_segment(std::uint64_t size);

  // Makes the segment that follows `header.before`, zeros behind its header, durable with its
  // name. After an error there may be such a segment, without a batch.
  [[nodiscard]] base::Result<SegmentName> make_segment(const SegmentHeader& header,
                                                       std::uint64_t size);

  // A raw segment that is full: cuts the unused space off and compresses it.
  // `follower` is the header of the segment after it.
  void seal(const SegmentName& segment, const SegmentHeader& follower);

  // What went wrong last with a segment; empty when all went well. The raw file is kept then.
  [[nodiscard]] std::string trouble() const;

  // Waits until nothing is left to be done.
  void settle();

 private:
  struct Job {
    std::optional<SegmentName> seal;
    SegmentHeader follower;
    std::uint64_t spare_size{0};
  };

  void run();
  void perform(const Job& job);
  [[nodiscard]] base::Result<void> make_spare(std::uint64_t size);

  Files& files_;
  std::filesystem::path directory_;
  UpkeepTime time_;
  int zstd_level_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  std::string trouble_;
  std::uint64_t spare_size_{0};  // 0: there is none
  bool busy_{false};
  bool making_spare_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace kopilka::segments
