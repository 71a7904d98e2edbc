#pragma once

#include <span>
#include <vector>

#include "engine/base/hashing.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"

namespace kopilka::app {

// What a pass over a log is made for. Each lives on a thread of its own while the pass lasts.
class Taker {
 public:
  virtual ~Taker() = default;
  // The next batch, from the log's first on; `hash` is its own. After an error there comes none.
  [[nodiscard]] virtual base::Result<void> take(const model::Batch& batch,
                                                const base::Hash256& hash) = 0;
  // There was no other. Not called when the pass or a `take` failed.
  [[nodiscard]] virtual base::Result<void> finish() = 0;
};

// Reads a log once, to the end that it has now, for all takers: the calling thread reads, checks
// the chain and decodes, at most a few batches ahead of the slowest taker, and each taker folds on
// a thread of its own. Returns what became of each, in their order; one that fails leaves the
// others alone, and the pass ends early when all have. An error is the log's, or a batch's that
// cannot be decoded: then none of them is finished. Whatever happens, no taker is in use when it
// returns.
[[nodiscard]] base::Result<std::vector<base::Result<void>>> pass_over(
    ports::EventLog& log, std::span<Taker* const> takers);

}  // namespace kopilka::app
