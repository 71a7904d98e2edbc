#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/ports/event_log.h"
#include "engine/shard/follower.h"

namespace kopilka::app {

// A log as it stood at a point: the same batches, byte for byte. Of the one that the point lies in
// only the entries up to it, as a batch of its own, without positions of sources and outcomes: they
// are of the whole. Reads what counted when it was opened. One thread.
class LogPrefix final : public ports::EventLog {
 public:
  // `log` must outlive the prefix. Reads every batch up to the point, if one is named. usage: the
  // point is a position that the log has not reached, or one inside what a command recorded.
  [[nodiscard]] static base::Result<std::unique_ptr<LogPrefix>> open(ports::EventLog& log,
                                                                     const shard::Until& until);

  base::Result<model::LogHead> head() override { return head_; }
  base::Result<std::unique_ptr<ports::LogReader>> read_from(model::Seq first) override;
  [[nodiscard]] bool is_cut() const { return last_.has_value(); }

  // usage: the past takes nothing.
  base::Result<ports::Ownership> acquire() override;
  base::Result<void> submit(ports::SealedBatch batch) override;
  std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds) override { return {}; }

 private:
  explicit LogPrefix(ports::EventLog& log) : log_(log) {}

  ports::EventLog& log_;
  model::LogHead head_;
  std::optional<ports::SealedBatch> last_;  // what stands for the batch that the point lies in
};

}  // namespace kopilka::app
