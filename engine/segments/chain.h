#pragma once

#include <optional>
#include <string>

#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "engine/segments/format.h"

namespace kopilka::segments {

// Where a walk through the log stands, and what may come next: the next number, the next seq, the
// hash of the batch before, and an owner that changes only with a higher epoch.
class Chain {
 public:
  explicit Chain(const SegmentHeader& start);

  // Why the batch is not the next one; nothing when it is.
  [[nodiscard]] std::optional<std::string> misfit(const ports::SealedBatch& batch) const;
  // REQUIRES: misfit() had nothing to say
  void follow(const ports::SealedBatch& batch);

  // Why a segment cannot begin here; nothing when it can.
  [[nodiscard]] std::optional<std::string> misfit(const SegmentHeader& start) const;

  // Goes past a batch of which only the header was read: the next one's `previous` and owner are
  // then taken on trust.
  void skip(const model::BatchHeader& header);
  // Stands before batch `n` and event `seq`, whatever came before.
  void jump(model::BatchNumber n, model::Seq seq);

  [[nodiscard]] model::BatchNumber next_n() const { return model::next(n_); }
  [[nodiscard]] model::Seq next_seq() const { return model::next(last_seq_); }
  [[nodiscard]] const model::StoreId& store() const { return store_; }

 private:
  model::StoreId store_;
  std::uint16_t stream_;
  model::BatchNumber n_;
  model::Seq last_seq_;
  model::Epoch epoch_;
  std::optional<model::OwnerId> owner_;
  std::optional<base::Hash256> hash_;
};

}  // namespace kopilka::segments
