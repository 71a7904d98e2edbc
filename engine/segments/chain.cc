#include "engine/segments/chain.h"

#include <fmt/format.h>

namespace kopilka::segments {

Chain::Chain(const SegmentHeader& start)
    : store_(start.before.store),
      stream_(start.stream),
      n_(start.before.n),
      last_seq_(start.before.last_seq),
      epoch_(start.before.epoch),
      owner_(start.before.owner),
      hash_(start.before.hash) {}

std::optional<std::string> Chain::misfit(const ports::SealedBatch& batch) const {
  const auto& header = batch.header;
  if (header.store != store_) return "the batch belongs to another store";
  if (header.stream != stream_) return "the batch belongs to another stream";
  if (header.n != next_n())
    return fmt::format("batch {} stands where {} is due", header.n.value(), next_n().value());
  if (header.first_seq != next_seq())
    return fmt::format("the batch begins with seq {}", header.first_seq.value());
  if (hash_ && header.previous != *hash_)
    return "the hash that the batch names is not that of the batch before";
  if (header.epoch < epoch_)
    return fmt::format("epoch {} after epoch {}", header.epoch.value(), epoch_.value());
  if (header.epoch == epoch_ && owner_ && header.owner != *owner_) return "two owners in one epoch";
  return std::nullopt;
}

std::optional<std::string> Chain::misfit(const SegmentHeader& start) const {
  const auto& before = start.before;
  if (before.store != store_) return "the segment belongs to another store";
  if (start.stream != stream_) return "the segment belongs to another stream";
  if (before.n != n_ || before.last_seq != last_seq_)
    return fmt::format("the segment begins after batch {} and seq {}, the log is at batch {}",
                       before.n.value(), before.last_seq.value(), n_.value());
  if (before.epoch != epoch_ || (owner_ && before.owner != *owner_))
    return "the segment names another owner of the batch before";
  if (hash_ && before.hash != *hash_)
    return "the hash that the segment names is not that of the batch before";
  return std::nullopt;
}

void Chain::follow(const ports::SealedBatch& batch) {
  skip(batch.header);
  hash_ = batch.hash;
}

void Chain::skip(const model::BatchHeader& header) {
  n_ = header.n;
  last_seq_ = model::last_seq(header);
  epoch_ = header.epoch;
  owner_ = header.owner;
  hash_.reset();
}

void Chain::jump(model::BatchNumber n, model::Seq seq) {
  n_ = model::BatchNumber{n.value() - 1};
  last_seq_ = model::Seq{seq.value() - 1};
  epoch_ = model::Epoch{0};
  owner_.reset();
  hash_.reset();
}

}  // namespace kopilka::segments
