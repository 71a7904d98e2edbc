#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "engine/ports/event_log.h"
#include "engine/segments/cursor.h"
#include "engine/segments/log_view.h"

namespace kopilka::segments {

// Walks a directory of segments, checking every batch and the chain. In the process that appends
// it sees acknowledged batches only; elsewhere whole ones. Takes no lock. Outlives the log that
// made it, but not `files`.
class SegmentReader final : public ports::LogReader {
 public:
  // From the batch that holds `first`, or the first one after it. What stands before it is not
  // read: from seq 1 (or 0) on, the whole chain is checked.
  [[nodiscard]] static base::Result<std::unique_ptr<SegmentReader>> open(
      Files& files, std::filesystem::path directory, std::shared_ptr<const LogView> view,
      model::Seq first);

  [[nodiscard]] base::Result<std::optional<ports::SealedBatch>> next() override;

 private:
  SegmentReader(Files& files, std::filesystem::path directory, std::shared_ptr<const LogView> view,
                model::Seq first)
      : files_(&files), directory_(std::move(directory)), view_(std::move(view)), first_(first) {}

  enum class Verdict : unsigned char { again, end };
  using Segments = std::vector<SegmentName>;

  [[nodiscard]] base::Result<void> seek();
  [[nodiscard]] base::Result<std::optional<ports::SealedBatch>> advance();
  // Goes on in the segment that begins with the next batch.
  [[nodiscard]] base::Result<void> enter(model::BatchNumber first_n);
  // What it means that no whole batch stands here: go on in the next segment, the end, or corrupt.
  [[nodiscard]] base::Result<Verdict> judge(const Slot& slot, const Segments& segments);
  [[nodiscard]] base::Result<Verdict> judge_tail(const Slot& slot);
  [[nodiscard]] base::Result<Verdict> judge_quiet_tail(const Slot& slot);
  [[nodiscard]] base::Error corrupt(std::uint64_t offset, const std::string& what) const;

  Files* files_;
  std::filesystem::path directory_;
  std::shared_ptr<const LogView> view_;
  model::Seq first_;
  SegmentName name_;
  std::unique_ptr<SegmentCursor> cursor_;
  std::optional<Chain> chain_;
  std::optional<base::Error> failed_;
  model::BatchNumber quiet_before_;  // nothing stands behind the end before this batch
};

}  // namespace kopilka::segments
