#include "engine/topic_log/topic_log.h"

#include <functional>

#include <gtest/gtest.h>

#include "tests/support/topic_world.h"

namespace kopilka::topic_log {
namespace {

using base::ErrorKind;
using memory::Landing;
using memory::PlannedRecord;
using memory::Report;
using ports::AppendStatus;
using std::chrono::milliseconds;
using support::BatchMaker;

// A topic in which something happens before each writer's first record.
class RacedTopic final : public ports::Topic {
 public:
  RacedTopic(std::shared_ptr<memory::MemoryPartition> partition, std::function<void()> race)
      : topic_(std::move(partition)), race_(std::move(race)) {}

  std::string name() const override { return topic_.name(); }
  base::Result<ports::TopicBounds> bounds() override { return topic_.bounds(); }
  base::Result<void> check_settings() override { return topic_.check_settings(); }
  base::Result<std::unique_ptr<ports::TopicWriter>> open_writer() override {
    race_();
    return topic_.open_writer();
  }
  base::Result<std::unique_ptr<ports::TopicReader>> read_from(ports::TopicOffset offset) override {
    return topic_.read_from(offset);
  }

 private:
  memory::MemoryTopic topic_;
  std::function<void()> race_;
};

base::Result<void> create(TopicWorld& world, std::uint8_t store) {
  memory::MemoryTopic topic(world.partition);
  return TopicLog::create(topic, support::store_id(store), world.time, milliseconds{500});
}

TEST(TopicLogCreate, begins_an_empty_topic_and_refuses_any_other) {
  TopicWorld world;
  EXPECT_EQ(world.partition->records().size(), 1U);
  EXPECT_EQ(create(world, kStore).error().kind, ErrorKind::usage);
  world.partition->make_anew();
  EXPECT_TRUE(create(world, 8));
  world.partition->make_anew();
  world.partition->append_stray("hello");
  EXPECT_EQ(create(world, 8).error().kind, ErrorKind::usage);
}

TEST(TopicLogCreate, of_two_at_once_the_lower_offset_wins_and_the_other_says_so) {
  TopicWorld world;
  world.partition->make_anew();
  RacedTopic topic(world.partition, [&] { world.partition->append_stray(genesis_bytes(9)); });
  const auto refused = TopicLog::create(topic, support::store_id(8), world.time, milliseconds{500});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_EQ(world.partition->records().size(), 2U);
  world.options.store = support::store_id(9);
  EXPECT_TRUE(world.try_node());
  world.options.store = support::store_id(8);
  EXPECT_EQ(world.try_node().error().kind, ErrorKind::not_available);
}

TEST(TopicLogCreate, does_not_know_what_became_of_a_genesis_that_nobody_confirms) {
  for (const auto& fate :
       {PlannedRecord{.landing = Landing::never}, PlannedRecord{.landing = Landing::held},
        PlannedRecord{.report = Report::failure}, PlannedRecord{.report = Report::none}}) {
    TopicWorld world;
    world.partition->make_anew();
    memory::MemoryTopic topic(world.partition);
    topic.plan({fate});
    const auto made = TopicLog::create(topic, support::store_id(8), world.time, milliseconds{500});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::unknown_outcome);
  }
}

TEST(TopicLogCreate, refuses_a_topic_that_would_lose_data) {
  TopicWorld world;
  world.partition->make_anew();
  world.partition->set_settings_fault("retention.ms is 604800000; it must be -1");
  EXPECT_EQ(create(world, 8).error().kind, ErrorKind::not_available);
  EXPECT_TRUE(world.partition->records().empty());
}

TEST(TopicLog, opening_and_reading_write_nothing) {
  TopicWorld world;
  const auto node = world.node();
  EXPECT_EQ(value_of(node.log->head()).n.value(), 0U);
  EXPECT_TRUE(read_all(*node.log).empty());
  (void)value_of(node.log->view());
  EXPECT_EQ(world.partition->records().size(), 1U);
}

TEST(TopicLog, acquiring_appends_a_claim_and_an_empty_batch) {
  TopicWorld world;
  const auto node = world.node();
  const auto ownership = value_of(node.log->acquire());
  EXPECT_EQ(ownership.epoch.value(), 1U);
  EXPECT_EQ(ownership.head.n.value(), 1U);
  EXPECT_EQ(ownership.head.last_seq.value(), 0U);
  EXPECT_EQ(ownership.head.owner, ownership.owner);
  EXPECT_EQ(world.partition->records().size(), 3U);
}

TEST(TopicLog, does_not_claim_a_topic_that_would_lose_data) {
  TopicWorld world;
  const auto node = world.node();
  world.partition->set_settings_fault("min.insync.replicas is 1; it must be 2");
  EXPECT_EQ(node.log->acquire().error().kind, ErrorKind::not_available);
  EXPECT_EQ(world.partition->records().size(), 1U);
}

TEST(TopicLog, takes_no_batch_that_is_too_large) {
  TopicWorld world;
  const auto node = world.node();
  BatchMaker batches(value_of(node.log->acquire()));
  auto batch = batches.next();
  batch.bytes.resize(codec::kBatchBytesMax + 1);
  EXPECT_EQ(node.log->submit(batch).error().kind, ErrorKind::limit);
  EXPECT_EQ(world.partition->records().size(), 3U);
}

TEST(TopicLog, an_owner_without_anything_in_flight_learns_that_it_was_deposed) {
  TopicWorld world;
  const auto old = world.node();
  BatchMaker batches(value_of(old.log->acquire()));
  const auto heir = world.node();
  (void)value_of(heir.log->acquire());
  EXPECT_TRUE(old.log->poll(milliseconds{0}).empty());
  EXPECT_EQ(old.log->submit(batches.next()).error().kind, ErrorKind::fenced);
  EXPECT_EQ(value_of(old.log->head()).n.value(), 2U) << "it reads like anybody else";
}

TEST(TopicLog, shows_who_owns_it_and_how_far_it_was_read) {
  TopicWorld world;
  const auto standby = world.node();
  EXPECT_EQ(value_of(standby.log->view()).epoch.value(), 0U);
  const auto owner = world.node();
  const auto ownership = value_of(owner.log->acquire());
  for (auto* log : {standby.log.get(), owner.log.get()}) {
    const auto view = value_of(log->view());
    EXPECT_EQ(view.store, support::store_id(kStore));
    EXPECT_EQ(view.epoch, ownership.epoch);
    EXPECT_EQ(view.owner, ownership.owner);
    EXPECT_EQ(view.head.hash, ownership.head.hash);
    EXPECT_EQ(view.position, 3U);
    EXPECT_EQ(view.bounds.end, 3U);
  }
}

TEST(TopicLog, a_reader_of_another_node_follows_the_owner) {
  TopicWorld world;
  const auto standby = world.node();
  const auto reader = value_of(standby.log->read_from(model::Seq{1}));
  EXPECT_FALSE(value_of(reader->next()));
  const auto owner = world.node();
  BatchMaker batches(value_of(owner.log->acquire()));
  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    EXPECT_EQ(append(*owner.log, batches.next()), AppendStatus::acknowledged);
    EXPECT_EQ(value_of(reader->next()).value().header.first_seq.value(), seq);
    EXPECT_FALSE(value_of(reader->next()));
  }
}

TEST(TopicLog, reads_from_bookmarks_that_outlive_it) {
  TopicWorld world;
  world.options.batches_per_bookmark = 2;
  KeptBookmarks kept;
  auto node = world.node(&kept);
  BatchMaker batches(value_of(node.log->acquire()));
  for (int i = 0; i < 9; ++i)
    ASSERT_EQ(append(*node.log, batches.next()), AppendStatus::acknowledged);
  EXPECT_EQ(kept.kept.size(), 5U);
  const auto head = value_of(node.log->head());
  // The beginning cannot be read any more, so whoever reads it fails.
  world.partition->drop_before(kept.kept[1].offset);
  EXPECT_FALSE(world.try_node());
  node = world.node(&kept);
  EXPECT_EQ(value_of(node.log->head()).hash, head.hash);
  EXPECT_EQ(value_of(node.log->head()).recorded_at, head.recorded_at);
  EXPECT_EQ(read_all(*node.log, 6).front().header.n.value(), 7U);
  EXPECT_EQ(value_of(node.log->acquire()).head.n.value(), head.n.value() + 1);
}

TEST(TopicLog, goes_on_without_bookmarks_that_cannot_be_kept) {
  TopicWorld world;
  world.options.batches_per_bookmark = 1;
  KeptBookmarks kept;
  kept.fails = true;
  const auto node = world.node(&kept);
  BatchMaker batches(value_of(node.log->acquire()));
  EXPECT_EQ(append(*node.log, batches.next()), AppendStatus::acknowledged);
  EXPECT_EQ(node.log->bookmark_trouble(), "the disk is full");
  EXPECT_EQ(read_all(*node.log, 1).size(), 1U);
}

TEST(TopicLog, bookmarks_of_another_topic_stop_it) {
  TopicWorld world;
  KeptBookmarks kept;
  kept.kept.push_back({0, model::BatchNumber{1}, model::Seq{1}, {}});
  EXPECT_EQ(world.try_node(&kept).error().kind, ErrorKind::corrupt);
}

// Others claim just before the node does, so many times.
base::Result<ports::Ownership> acquire_against_rivals(TopicWorld& world, std::uint32_t rivals) {
  std::uint32_t epoch = 0;
  const auto topic = std::make_shared<RacedTopic>(world.partition, [&] {
    if (epoch < rivals) world.partition->append_stray(claim_bytes(++epoch, 'r'));
  });
  const auto log =
      value_of(TopicLog::open(topic, world.random, world.time, nullptr, world.options));
  return log->acquire();
}

TEST(TopicLog, claims_again_after_a_lost_race) {
  TopicWorld world;
  world.options.claims_max = 3;
  EXPECT_EQ(value_of(acquire_against_rivals(world, 2)).epoch.value(), 3U);
  EXPECT_GT(world.time.now(), milliseconds{0}) << "it backed off";
}

TEST(TopicLog, leaves_it_to_the_others_after_too_many_lost_races) {
  TopicWorld world;
  world.options.claims_max = 3;
  EXPECT_EQ(acquire_against_rivals(world, 3).error().kind, ErrorKind::fenced);
}

}  // namespace
}  // namespace kopilka::topic_log
