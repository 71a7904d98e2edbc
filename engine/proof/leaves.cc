#include "engine/proof/leaves.h"

#include "engine/codec/event_frames.h"

namespace kopilka::proof {

base::Hash256 leaf_of(const EventPlace& place, base::ByteView event, TreeHasher& hasher) {
  base::Bytes head(base::view_of(place.store));
  base::put_little(head, place.seq.value());
  base::put_little(head, place.recorded_at.in_micros());
  return hasher.leaf(head, event);
}

base::Result<BatchLeaves> leaves_of(const ports::SealedBatch& sealed) {
  KOPILKA_TRY_ASSIGN(const auto frames, codec::event_frames(sealed));
  const auto& header = sealed.header;
  BatchLeaves made{.n = header.n,
                   .hash = sealed.hash,
                   .last_seq = model::last_seq(header),
                   .recorded_at = frames.empty() ? header.recorded_at : frames.back().recorded_at,
                   .leaves = {}};
  made.leaves.reserve(frames.size());
  TreeHasher hasher;
  for (const auto& frame : frames)
    made.leaves.push_back(
        leaf_of({header.store, frame.seq, frame.recorded_at}, frame.bytes, hasher));
  return made;
}

}  // namespace kopilka::proof
