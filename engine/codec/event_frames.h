#pragma once

#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/ports/event_log.h"

// Events as they stand in the bytes of a batch: docs/formats/batch.md.
namespace kopilka::codec {

struct EventFrame {
  model::Seq seq;
  model::Instant recorded_at;  // of its entry
  base::ByteView bytes;        // type, version, effective_at, payload: into the batch's bytes
};

// Every event of the batch in its order, unread. Valid as long as the batch. corrupt: the message
// names the batch.
[[nodiscard]] base::Result<std::vector<EventFrame>> event_frames(const ports::SealedBatch& sealed);

// Reads what a frame says. `bytes` may come from anywhere. Errors as `EventReader::decode`.
[[nodiscard]] base::Result<model::DatedEvent> decode_frame(base::ByteView bytes,
                                                           model::Instant recorded_at);

}  // namespace kopilka::codec
