#include "engine/topic_log/transcript.h"

#include <gtest/gtest.h>

#include "tests/support/batches.h"
#include "tests/support/topic_world.h"

// Another log's batches in a topic: they count there as they stood.
namespace kopilka::topic_log {
namespace {

using base::ErrorKind;
using ports::SealedBatch;
using std::chrono::milliseconds;

// A log that had owners in epochs 2, 3 and 6, as one in files may.
std::vector<SealedBatch> history() {
  std::vector<SealedBatch> batches;
  model::LogHead head{.store = support::store_id(kStore)};
  for (const std::uint32_t epoch : {2U, 3U, 6U}) {
    support::BatchMaker maker({.epoch = model::Epoch{epoch},
                               .owner = model::OwnerId{static_cast<std::uint8_t>(epoch)},
                               .head = head});
    batches.push_back(maker.next_empty());
    for (int i = 0; i < 30; ++i)
      batches.push_back(maker.next());
    head = value_of(codec::head_after(batches.back()));
  }
  return batches;
}

class TranscriptTest : public ::testing::Test {
 protected:
  TranscriptTest() { world_.partition->make_anew(); }

  base::Result<std::unique_ptr<Transcript>> open() {
    return Transcript::open(std::make_shared<memory::MemoryTopic>(world_.partition),
                            support::store_id(kStore), world_.random, world_.time,
                            milliseconds{500});
  }
  void write(Transcript& transcript, std::span<const SealedBatch> batches) {
    for (const auto& batch : batches)
      value_of(transcript.append(batch));
    value_of(transcript.finish());
  }
  void expect_copied() {
    const auto found = read_all(*world_.node().log);
    ASSERT_EQ(found.size(), batches_.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_EQ(found[i].bytes, batches_[i].bytes) << i;
  }

  TopicWorld world_;
  std::vector<SealedBatch> batches_ = history();
};

TEST_F(TranscriptTest, is_a_log_of_the_same_batches) {
  const auto transcript = value_of(open());
  EXPECT_EQ(transcript->head().n.value(), 0U);
  write(*transcript, batches_);
  expect_copied();
}

TEST_F(TranscriptTest, goes_on_where_it_was_cut_short) {
  for (const std::size_t cut : {0U, 1U, 31U, 32U, 62U, 92U, 93U}) {
    world_.partition->make_anew();
    write(*value_of(open()), std::span(batches_).first(cut));
    const auto rest = value_of(open());
    ASSERT_EQ(rest->head().n.value(), cut);
    write(*rest, std::span(batches_).subspan(cut));
    expect_copied();
  }
}

TEST_F(TranscriptTest, can_be_owned_and_gone_on_with) {
  write(*value_of(open()), batches_);
  auto node = world_.node();
  const auto ownership = value_of(node.log->acquire());
  EXPECT_GT(ownership.epoch, batches_.back().header.epoch);
  support::BatchMaker maker(ownership);
  EXPECT_EQ(append(*node.log, maker.next()), ports::AppendStatus::acknowledged);
  EXPECT_EQ(read_all(*node.log).size(), batches_.size() + 2);
}

TEST_F(TranscriptTest, refuses_what_cannot_count_behind_another_owner) {
  write(*value_of(open()), std::span(batches_).first(40));
  auto node = world_.node();
  static_cast<void>(value_of(node.log->acquire()));  // epoch 4
  const auto transcript = value_of(open());
  const auto refused = transcript->append(batches_[41]);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
}

TEST_F(TranscriptTest, refuses_two_owners_of_one_epoch) {
  write(*value_of(open()), std::span(batches_).first(40));
  support::BatchMaker maker({.epoch = batches_[39].header.epoch,
                             .owner = model::OwnerId{99},
                             .head = value_of(codec::head_after(batches_[39]))});
  const auto refused = value_of(open())->append(maker.next());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
}

TEST_F(TranscriptTest, refuses_a_topic_of_another_store) {
  memory::MemoryTopic topic(world_.partition);
  value_of(TopicLog::create(topic, support::store_id(8), world_.time, milliseconds{500}));
  EXPECT_FALSE(open());
}

}  // namespace
}  // namespace kopilka::topic_log
