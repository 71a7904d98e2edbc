#include "engine/codec/event_frames.h"

#include <gtest/gtest.h>

#include "engine/base/hashing.h"
#include "engine/codec/batch.h"
#include "engine/codec/event_codec.h"
#include "engine/state/row_codec.h"
#include "tests/support/sample_events.h"

namespace kopilka::codec {
namespace {

using support::Filling;

std::string content(const model::DatedEvent& dated) {
  return std::to_string(dated.effective_at.in_micros()) +
         std::visit([](const auto& event) { return state::encode_row(event); }, dated.event);
}

TEST(EventFrames, are_the_events_of_the_batch_with_their_places) {
  for (const auto filling : {Filling::full, Filling::bare, Filling::any}) {
    const auto batch = support::sample_batch(filling, 3);
    const auto sealed = seal(batch);
    const auto frames = event_frames(sealed);
    ASSERT_TRUE(frames) << frames.error().message;
    std::size_t i = 0;
    for (const auto& entry : batch.entries)
      for (const auto& event : entry.events) {
        ASSERT_LT(i, frames->size());
        const auto& frame = (*frames)[i];
        EXPECT_EQ(frame.seq.value(), batch.header.first_seq.value() + i);
        EXPECT_EQ(frame.recorded_at, entry.recorded_at);
        const auto decoded = decode_frame(frame.bytes, frame.recorded_at);
        ASSERT_TRUE(decoded) << decoded.error().message;
        EXPECT_EQ(content(*decoded), content(event));
        ++i;
      }
    EXPECT_EQ(i, frames->size());
  }
}

// Byte by byte, so that nothing of the section can be changed without changing a frame.
TEST(EventFrames, leave_no_byte_of_the_events_out) {
  const auto sealed = seal(support::sample_batch(Filling::full, 5));
  const auto frames = event_frames(sealed);
  ASSERT_TRUE(frames);
  for (std::size_t i = 1; i < frames->size(); ++i)
    EXPECT_EQ((*frames)[i - 1].bytes.data() + (*frames)[i - 1].bytes.size(),
              (*frames)[i].bytes.data());
}

TEST(EventFrames, of_a_batch_without_events_are_none) {
  model::Batch batch{.header = {.n = model::BatchNumber{1}, .first_seq = model::Seq{1}}};
  const auto frames = event_frames(seal(batch));
  ASSERT_TRUE(frames);
  EXPECT_TRUE(frames->empty());
}

// Whatever the bytes say, reading stays inside them, and never says more than the decoder does.
TEST(EventFrames, of_damaged_bytes_are_refused_or_those_that_the_decoder_reads) {
  const auto whole = seal(support::sample_batch(Filling::any, 7));
  for (std::size_t at = kBatchHeaderBytes; at < whole.bytes.size(); at += 3) {
    auto damaged = whole;
    damaged.bytes[at] = static_cast<char>(damaged.bytes[at] ^ (1 << at % 8));
    const auto frames = event_frames(damaged);
    const auto decoded = decode(damaged);
    if (!decoded) continue;
    ASSERT_TRUE(frames) << at;
    EXPECT_EQ(frames->size(), decoded->header.count);
  }
  auto cut = whole;
  cut.bytes.pop_back();
  EXPECT_FALSE(event_frames(cut));
}

TEST(EventFrames, are_read_from_bytes_of_anybody) {
  const auto sealed = seal(support::sample_batch(Filling::full, 9));
  const auto frames = event_frames(sealed);
  ASSERT_TRUE(frames);
  const auto& frame = frames->front();
  EXPECT_FALSE(decode_frame("", frame.recorded_at));
  EXPECT_FALSE(decode_frame(std::string(frame.bytes) + "x", frame.recorded_at));
  EXPECT_FALSE(decode_frame(frame.bytes.substr(0, frame.bytes.size() - 1), frame.recorded_at));
}

}  // namespace
}  // namespace kopilka::codec
