#pragma once

#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/ports/event_log.h"
#include "engine/proof/tree.h"

namespace kopilka::proof {

// What an event's leaf says of it beside its bytes: docs/formats/heads.md.
struct EventPlace {
  model::StoreId store{};
  model::Seq seq;
  model::Instant recorded_at;
};
// `event`: as it stands in its batch (codec/event_frames.h).
[[nodiscard]] base::Hash256 leaf_of(const EventPlace& place, base::ByteView event,
                                    TreeHasher& hasher);

// What a batch adds to the tree of its log, and where the log stands after it.
struct BatchLeaves {
  model::BatchNumber n;
  base::Hash256 hash{};  // the batch's: the chain
  model::Seq last_seq;
  model::Instant recorded_at;         // of the last entry; of the batch when it has none
  std::vector<base::Hash256> leaves;  // of its events, in their order
};
// Reads frames, not events. corrupt: the message names the batch.
[[nodiscard]] base::Result<BatchLeaves> leaves_of(const ports::SealedBatch& sealed);

}  // namespace kopilka::proof
