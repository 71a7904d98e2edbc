#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/wide.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"

namespace kopilka::projections::runtime {

// Where a read model stands: after a whole batch of the log.
struct Position {
  model::BatchNumber n;        // 0: before the first
  model::Seq seq;              // of the last event folded
  base::Hash256 hash{};        // of the batch
  model::Instant recorded_at;  // of the last entry
  bool operator==(const Position&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "n", self.n);
    field(1, "seq", self.seq);
    field(2, "hash", self.hash);
    field(3, "recorded_at", self.recorded_at);
  }
};

// What a store says of the rows in it, in one atomic step with them.
struct StoredPosition {
  std::string model;
  std::uint32_t version{0};
  Position at;
  base::Uint128 digest{0};  // of the rows: state::Digest::sum
};

[[nodiscard]] base::Bytes encode(const StoredPosition& position);
// Nothing: not one that this build writes.
[[nodiscard]] std::optional<StoredPosition> decode_position(base::ByteView bytes);

}  // namespace kopilka::projections::runtime
