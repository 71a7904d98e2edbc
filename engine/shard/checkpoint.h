#pragma once

#include <optional>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"

namespace kopilka::shard {

// What a store of the shard says it stands at: the batch up to which its rows are folded.
[[nodiscard]] base::Bytes encode_checkpoint(const model::LogHead& head);

// Nothing: the store is new, or of another version, and must be built from the log's beginning.
// corrupt: not a checkpoint.
[[nodiscard]] base::Result<std::optional<model::LogHead>> decode_checkpoint(base::ByteView bytes);

}  // namespace kopilka::shard
