#include "engine/proof/leaves.h"

#include <gtest/gtest.h>

#include "engine/base/hashing.h"
#include "engine/codec/batch.h"
#include "engine/codec/event_frames.h"
#include "tests/support/sample_events.h"

namespace kopilka::proof {
namespace {

using support::Filling;

// As docs/formats/heads.md says it.
TEST(Leaves, are_the_hash_of_store_seq_time_and_the_event_as_it_stands) {
  const auto batch = support::sample_batch(Filling::full, 1);
  const auto sealed = codec::seal(batch);
  const auto made = leaves_of(sealed);
  ASSERT_TRUE(made) << made.error().message;
  const auto frames = codec::event_frames(sealed);
  ASSERT_TRUE(frames);
  ASSERT_EQ(made->leaves.size(), batch.header.count);
  for (std::size_t i = 0; i < frames->size(); ++i) {
    base::Bytes data(1, '\0');
    data += base::view_of(batch.header.store);
    base::put_little(data, batch.header.first_seq.value() + i);
    base::put_little(data, (*frames)[i].recorded_at.in_micros());
    data += (*frames)[i].bytes;
    EXPECT_EQ(made->leaves[i], base::sha256(data)) << i;
  }
}

TEST(Leaves, know_where_the_log_stands_after_the_batch) {
  const auto batch = support::sample_batch(Filling::bare, 1);
  const auto sealed = codec::seal(batch);
  const auto made = leaves_of(sealed);
  const auto head = codec::head_after(sealed);
  ASSERT_TRUE(made && head);
  EXPECT_EQ(made->n, head->n);
  EXPECT_EQ(made->hash, head->hash);
  EXPECT_EQ(made->last_seq, head->last_seq);
  EXPECT_EQ(made->recorded_at, head->recorded_at);
}

TEST(Leaves, differ_by_each_thing_that_they_say) {
  TreeHasher hasher;
  const EventPlace place{.store = {1}, .seq = model::Seq{2}, .recorded_at = {}};
  const auto leaf = leaf_of(place, "event", hasher);
  auto other = place;
  other.store[15] = 1;
  EXPECT_NE(leaf_of(other, "event", hasher), leaf);
  other = place;
  other.seq = model::Seq{3};
  EXPECT_NE(leaf_of(other, "event", hasher), leaf);
  other = place;
  other.recorded_at = model::Instant::micros(1);
  EXPECT_NE(leaf_of(other, "event", hasher), leaf);
  EXPECT_NE(leaf_of(place, "evenT", hasher), leaf);
  EXPECT_EQ(leaf_of(place, "event", hasher), leaf);
}

}  // namespace
}  // namespace kopilka::proof
