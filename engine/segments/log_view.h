#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/model/ids.h"
#include "engine/segments/cursor.h"

namespace kopilka::segments {

// A point of the log that something durable names: whatever the files say, it was there.
struct Floor {
  model::BatchNumber n;  // 0: not known by number
  model::Seq seq;
};

// What one open log tells its readers. Thread-safe.
class LogView {
 public:
  // Nobody here appends: batches count as they are found.
  static constexpr std::uint64_t kAnybody = std::numeric_limits<std::uint64_t>::max();

  LogView(std::uint16_t stream, Floor floor) : stream_(stream), floor_(floor) {}

  [[nodiscard]] std::uint16_t stream() const { return stream_; }

  // The last acknowledged batch of this log's own writer, or kAnybody.
  [[nodiscard]] std::uint64_t counted() const { return counted_.load(std::memory_order_acquire); }
  void count_up_to(std::uint64_t n) { counted_.store(n, std::memory_order_release); }

  [[nodiscard]] const Floor& floor() const { return floor_; }

  // Remembers about one slot in 256 KiB of the segments that this log wrote.
  void note(model::BatchNumber segment, const SlotPlace& place);
  // The last remembered slot of that segment that begins at or before `first`.
  [[nodiscard]] std::optional<SlotPlace> place_before(model::BatchNumber segment,
                                                      model::Seq first) const;

 private:
  std::atomic<std::uint64_t> counted_{kAnybody};
  std::uint16_t stream_;
  Floor floor_;
  mutable std::mutex mutex_;
  std::map<model::BatchNumber, std::vector<SlotPlace>> places_;
};

}  // namespace kopilka::segments
