#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/clock.h"
#include "engine/ports/event_log.h"
#include "engine/segments/append_queue.h"
#include "engine/segments/chain.h"
#include "engine/segments/file.h"
#include "engine/segments/log_view.h"
#include "engine/segments/tail.h"
#include "engine/segments/upkeep.h"

namespace kopilka::segments {

// A point of the log that something else keeps durably, as a store of rows its position.
struct DurablePosition {
  model::Seq seq;
  base::Hash256 hash{};  // of the batch that ends there
};

struct Options {
  // A segment grows to this, rounded down to pages; at least two pages.
  std::uint64_t segment_bytes{std::uint64_t{64} << 20};
  // The log must reach it, and name it by the same hash.
  std::optional<DurablePosition> durable;
  UpkeepTime upkeep{UpkeepTime::background};
  int zstd_level{3};
};

// The embedded log: append-only segment files in a directory (docs/formats/segments.md). Opening
// changes nothing and takes no lock; acquiring takes the lock and cuts a torn tail. `head` and
// `read_from` may be called from any thread, the rest from one.
class SegmentLog final : public ports::EventLog {
 public:
  // An empty log of that store. The directory is made if need be. The first
  // segment takes whole pages, at least two; each later one twice as much, up to a limit. usage:
  // there is a log already.
  [[nodiscard]] static base::Result<void> create(
      Files& files, const std::filesystem::path& directory, const model::StoreId& store,
      std::uint64_t first_segment_bytes = kFirstSegmentBytes);

  // Checks the whole last segment. `files` and `random` must outlive the log. corrupt: file, offset
  // and seq are named; not_available: there is no log, or another build wrote it.
  [[nodiscard]] static base::Result<std::unique_ptr<SegmentLog>> open(
      Files& files, const std::filesystem::path& directory, ports::Random& random,
      const Options& options);

  // As close(), whose error is lost.
  ~SegmentLog() override;

  [[nodiscard]] base::Result<model::LogHead> head() override;
  // not_available: another process has the log; corrupt as for `open`; io: it may work later.
  [[nodiscard]] base::Result<ports::Ownership> acquire() override;
  // not_available: not acquired, or an outcome was not `acknowledged`; limit: the batch is larger
  // than kBatchBytesMax.
  [[nodiscard]] base::Result<void> submit(ports::SealedBatch batch) override;
  // Appends a batch of the log that is copied here, under the epoch and owner that wrote it. After
  // the first, only such ones until `acquire`. corrupt: it does not continue the log. Else as
  // `submit`.
  [[nodiscard]] base::Result<void> submit_copied(ports::SealedBatch batch);
  [[nodiscard]] std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds timeout) override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::LogReader>> read_from(
      model::Seq first) override;

  // Writes what was submitted, leaves the mark of a clean end if every outcome was `acknowledged`,
  // and gives the lock back. The log can be acquired again.
  [[nodiscard]] base::Result<void> close();

  // How appends become durable; nothing before `acquire`.
  [[nodiscard]] std::optional<WriteMode> write_mode() const;
  // What the last `acquire` cut off, for people; empty when nothing was torn.
  [[nodiscard]] std::string cut_note() const;
  // Why a full segment could not be compressed, the last time; empty when all went well.
  [[nodiscard]] std::string upkeep_trouble() const;
  // Waits until every full segment is compressed or has failed to be.
  void settle_upkeep();

 private:
  [[nodiscard]] base::Result<void> expect_room_for(const ports::SealedBatch& batch) const;
  SegmentLog(Files& files, std::filesystem::path directory, ports::Random& random,
             const Options& options, std::shared_ptr<LogView> view)
      : files_(files),
        directory_(std::move(directory)),
        random_(random),
        options_(options),
        view_(std::move(view)) {}

  [[nodiscard]] base::Result<void> check_durable();
  [[nodiscard]] base::Result<ports::Ownership> take_over(const Floor& floor);
  void release();

  Files& files_;
  std::filesystem::path directory_;
  ports::Random& random_;
  Options options_;
  std::shared_ptr<LogView> view_;
  mutable std::mutex mutex_;  // guards what follows against head() and the reports
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Upkeep> upkeep_;
  std::unique_ptr<AppendQueue> queue_;
  std::optional<ports::Ownership> ownership_;
  model::LogHead head_;  // acknowledged, while owned
  std::optional<Chain> submitted_;
  std::string cut_note_;
};

}  // namespace kopilka::segments
