#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/codec/cursor.h"
#include "engine/model/batch.h"

// Outcomes as they stand in a batch (docs/formats/batch.md). Private to the codec.
namespace kopilka::codec {

// `last_unit`: of the outcome before it in the batch; 0: it is the first.
void put_outcome(base::Bytes& out, const model::Outcome& outcome, std::uint64_t last_unit);

// Takes the outcomes of one batch, one after another.
class OutcomeDecoder {
 public:
  // `batch` has its sources and entries, and outlives this.
  explicit OutcomeDecoder(const model::Batch& batch);

  // Nothing: the bytes are no outcome of this batch.
  [[nodiscard]] std::optional<model::Outcome> take(Cursor& in);

 private:
  [[nodiscard]] bool take_recorded(Cursor& in, model::Outcome& outcome) const;

  const model::Batch& batch_;
  std::vector<model::Seq> firsts_;  // of each entry
  std::uint64_t last_unit_{0};
};

}  // namespace kopilka::codec
