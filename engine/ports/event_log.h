#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"

namespace kopilka::ports {

// A batch in its canonical bytes (docs/formats/batch.md), with what was read from its header.
struct SealedBatch {
  model::BatchHeader header;
  base::Bytes bytes;
  base::Hash256 hash{};  // sha256(bytes): what the next batch names as `previous`
};

enum class AppendStatus : unsigned char {
  acknowledged,  // durable, and every reader will count it
  failed,        // it surely did not happen
  unknown,       // it may or may not have: acquire again before deciding anything
  fenced,        // another owner has taken over
};

struct AppendOutcome {
  model::BatchNumber n;
  AppendStatus status{};
  std::string detail;  // for people; empty when acknowledged
};

// Who may append, until somebody with a higher epoch may.
struct Ownership {
  model::Epoch epoch;
  model::OwnerId owner{};
  model::LogHead head;
};

// Walks counted batches in order, checking the chain. Not shared between threads.
class LogReader {
 public:
  virtual ~LogReader() = default;
  // The next batch; nothing at the end (a later call may find more). `corrupt` names file, offset
  // and seq; the reader stays there.
  [[nodiscard]] virtual base::Result<std::optional<SealedBatch>> next() = 0;
};

// The truth: batches in one order, each chained to the one before. One writer; any number of
// readers, each on its own thread.
class EventLog {
 public:
  virtual ~EventLog() = default;

  // The last counted batch.
  [[nodiscard]] virtual base::Result<model::LogHead> head() = 0;

  // Becomes the owner: nothing that an earlier owner still writes will count. Every unknown outcome
  // is settled when it returns.
  [[nodiscard]] virtual base::Result<Ownership> acquire() = 0;

  // Hands over the batch that follows the last one submitted. Returns at once; the outcome comes
  // from `poll`, in the order of submission. After an outcome that is not `acknowledged`, nothing
  // may be submitted before `acquire`.
  // REQUIRES: the batch continues the chain; acquired.
  [[nodiscard]] virtual base::Result<void> submit(SealedBatch batch) = 0;

  // Outcomes that became known; waits at most `timeout` for the first. Empty when none is under
  // way.
  [[nodiscard]] virtual std::vector<AppendOutcome> poll(std::chrono::milliseconds timeout) = 0;

  // Reads from the batch that holds `first`, or the first one after it.
  [[nodiscard]] virtual base::Result<std::unique_ptr<LogReader>> read_from(model::Seq first) = 0;
};

}  // namespace kopilka::ports
