#include "engine/topic_log/walker.h"

#include <gtest/gtest.h>

#include "tests/support/topic_world.h"

namespace kopilka::topic_log {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;

// Records that one owner wrote, and walkers over them.
class WalkerTest : public ::testing::Test {
 protected:
  WalkerTest() { partition().append_stray(claim_bytes(1, 'a')); }

  memory::MemoryPartition& partition() { return *world_.partition; }
  ports::SealedBatch write() {
    auto batch = batches_.next();
    partition().append_stray(batch.bytes);
    return batch;
  }
  Walker walker(const std::optional<Bookmark>& from = {}) {
    return Walker({.topic = topic_,
                   .time = world_.time,
                   .bookmarks = bookmarks_,
                   .reached = std::make_shared<std::atomic<ports::TopicOffset>>(0),
                   .store = store_,
                   .silence_max = milliseconds{500}},
                  from);
  }
  // Walks to the end; the numbers of the batches that counted.
  static base::Result<std::vector<std::uint64_t>> walk(Walker& walker) {
    std::vector<std::uint64_t> counted;
    for (;;) {
      KOPILKA_TRY_ASSIGN(const auto step, walker.step_to_end(0));
      if (!step) return counted;
      if (const auto* found = std::get_if<Counted>(&step->verdict))
        counted.push_back(found->batch.header.n.value());
    }
  }
  static std::optional<ErrorKind> error_of(Walker& walker) {
    const auto walked = walk(walker);
    return walked ? std::nullopt : std::optional(walked.error().kind);
  }
  using Numbers = std::vector<std::uint64_t>;

  TopicWorld world_;
  std::shared_ptr<memory::MemoryTopic> topic_ =
      std::make_shared<memory::MemoryTopic>(world_.partition);
  std::shared_ptr<BookmarkIndex> bookmarks_ = std::make_shared<BookmarkIndex>(1, nullptr);
  std::optional<model::StoreId> store_;
  support::BatchMaker batches_ = batches_of(1, 'a');
};

TEST_F(WalkerTest, walks_to_the_end_and_on_when_more_comes) {
  write();
  auto walker = this->walker();
  EXPECT_EQ(value_of(walk(walker)), Numbers{1});
  write();
  partition().append_hole();
  write();
  partition().append_hole();
  EXPECT_EQ(value_of(walk(walker)), (Numbers{2, 3}));
  EXPECT_EQ(walker.position(), 7U) << "beyond the hole at the end";
}

TEST_F(WalkerTest, begins_behind_a_bookmark) {
  write();
  write();
  auto first = walker();
  ASSERT_TRUE(walk(first));
  auto walker = this->walker(bookmarks_->last());
  EXPECT_EQ(value_of(walk(walker)), Numbers{});
  EXPECT_EQ(walker.resumed()->header.n.value(), 2U);
  write();
  EXPECT_EQ(value_of(walk(walker)), Numbers{3});
}

TEST_F(WalkerTest, stops_where_a_bookmark_names_another_record) {
  write();
  Bookmark wrong{1, model::BatchNumber{1}, model::Seq{1}, {}};
  auto walker = this->walker(wrong);
  EXPECT_EQ(error_of(walker), ErrorKind::corrupt);
  wrong.offset = 99;
  auto beyond = this->walker(wrong);
  EXPECT_EQ(error_of(beyond), ErrorKind::corrupt);
}

TEST_F(WalkerTest, stops_where_a_bookmark_names_another_batch_of_the_same_numbers) {
  write();
  auto first = walker();
  ASSERT_TRUE(walk(first));
  auto other = *bookmarks_->last();
  other.hash.front() ^= 1;
  auto walker = this->walker(other);
  EXPECT_EQ(error_of(walker), ErrorKind::corrupt);
}

TEST_F(WalkerTest, stops_where_another_claim_of_the_epoch_stands_in_place_of_the_one_it_read) {
  auto walker = this->walker();
  ASSERT_TRUE(walk(walker));
  partition().truncate(1);
  partition().append_stray(claim_bytes(1, 'b'));
  topic_->break_connections();
  EXPECT_EQ(error_of(walker), ErrorKind::corrupt);
}

TEST_F(WalkerTest, stops_at_a_bookmark_with_wrong_numbers) {
  write();
  auto first = walker();
  ASSERT_TRUE(walk(first));
  auto wrong = *bookmarks_->last();
  wrong.last_seq = model::Seq{5};
  auto walker = this->walker(wrong);
  EXPECT_EQ(error_of(walker), ErrorKind::corrupt);
}

TEST_F(WalkerTest, goes_on_after_a_lost_connection_without_losing_or_repeating) {
  write();
  auto walker = this->walker();
  ASSERT_TRUE(walk(walker));
  partition().append_stray("void");
  ASSERT_TRUE(walk(walker));
  topic_->break_connections();
  write();
  EXPECT_EQ(value_of(walk(walker)), Numbers{2});
}

TEST_F(WalkerTest, after_a_lost_connection_a_topic_that_was_cut_off_stops_it) {
  for (const bool regrown : {false, true}) {
    const auto before = batches_;
    write();
    auto walker = this->walker();
    ASSERT_TRUE(walk(walker));
    const auto end = partition().records().size();
    partition().truncate(end - 1);
    batches_ = before;
    batches_.change_content();
    if (regrown) {
      write();
      write();
    }
    topic_->break_connections();
    EXPECT_EQ(error_of(walker), ErrorKind::corrupt);
    EXPECT_EQ(error_of(walker), ErrorKind::corrupt) << "and it stays there";
  }
}

TEST_F(WalkerTest, a_hole_where_a_record_was_stops_it) {
  write();
  auto walker = this->walker();
  ASSERT_TRUE(walk(walker));
  partition().truncate(2);
  partition().append_hole();
  topic_->break_connections();
  EXPECT_EQ(error_of(walker), ErrorKind::corrupt);
}

TEST_F(WalkerTest, finds_a_claim_that_was_missed_behind_a_cut) {
  const auto first = write();
  auto walker = this->walker();
  ASSERT_TRUE(walk(walker));
  partition().append_stray("void");
  ASSERT_TRUE(walk(walker));
  // Nothing tells the reader that the void record was cut off and a claim stands in its place.
  partition().truncate(3);
  partition().append_stray(claim_bytes(2, 'b'));
  auto theirs = batches_of(2, 'b', head_after(first));
  partition().append_stray(theirs.next_empty().bytes);
  partition().append_stray(theirs.next().bytes);
  EXPECT_EQ(value_of(walk(walker)), (Numbers{2, 3}));
  EXPECT_EQ(walker.fold().owner(), owner_id('b'));
}

TEST_F(WalkerTest, looks_behind_itself_once_only_for_batches_of_nobody) {
  write();
  for (int i = 0; i < 5; ++i)
    partition().append_stray(batches_of(3, 'z').next().bytes);
  write();
  auto walker = this->walker();
  EXPECT_EQ(value_of(walk(walker)), (Numbers{1, 2}));
}

TEST_F(WalkerTest, a_topic_that_shows_nothing_is_an_error_after_a_while_and_may_be_asked_again) {
  write();
  topic_->deafen();
  auto walker = this->walker();
  EXPECT_EQ(error_of(walker), ErrorKind::io);
  topic_->hear();
  EXPECT_EQ(value_of(walk(walker)), Numbers{1});
}

// The topic as it is told by whoever leads, who may have slept.
class SleepyTopic final : public ports::Topic {
 public:
  explicit SleepyTopic(std::shared_ptr<ports::Topic> topic) : topic_(std::move(topic)) {}
  void forget_from(ports::TopicOffset end, unsigned times) {
    end_ = end;
    times_ = times;
  }
  std::string name() const override { return topic_->name(); }
  base::Result<ports::TopicBounds> bounds() override {
    auto bounds = topic_->bounds();
    if (bounds && times_ > 0) {
      --times_;
      bounds->end = end_;
    }
    return bounds;
  }
  base::Result<void> check_settings() override { return topic_->check_settings(); }
  base::Result<std::unique_ptr<ports::TopicWriter>> open_writer() override {
    return topic_->open_writer();
  }
  base::Result<std::unique_ptr<ports::TopicReader>> read_from(ports::TopicOffset at) override {
    return topic_->read_from(at);
  }

 private:
  std::shared_ptr<ports::Topic> topic_;
  ports::TopicOffset end_{0};
  unsigned times_{0};
};

TEST_F(WalkerTest, an_old_end_that_a_leader_tells_for_a_while_is_not_the_end) {
  write();
  write();
  auto sleepy = std::make_shared<SleepyTopic>(topic_);
  Walker walker({.topic = sleepy,
                 .time = world_.time,
                 .bookmarks = bookmarks_,
                 .reached = std::make_shared<std::atomic<ports::TopicOffset>>(0),
                 .store = store_,
                 .silence_max = milliseconds{500}},
                {});
  ASSERT_EQ(value_of(walk(walker)), (Numbers{1, 2}));
  topic_->break_connections();
  sleepy->forget_from(2, 3);
  EXPECT_EQ(value_of(walk(walker)), Numbers{});
  write();
  EXPECT_EQ(value_of(walk(walker)), Numbers{3});
  topic_->break_connections();
  sleepy->forget_from(2, 1'000);
  EXPECT_EQ(error_of(walker), ErrorKind::corrupt) << "it lasts too long";
}

TEST_F(WalkerTest, a_leader_that_lacks_what_was_read_may_be_one_that_slept) {
  write();
  const auto second = write();
  auto walker = this->walker();
  ASSERT_EQ(value_of(walk(walker)), (Numbers{1, 2}));
  partition().truncate(3);
  ASSERT_EQ(value_of(walker.step(milliseconds{0})), std::nullopt) << "it is not gone for good yet";
  EXPECT_FALSE(walker.trouble().empty());
  partition().append_stray(second.bytes);
  write();
  EXPECT_EQ(value_of(walk(walker)), Numbers{3});
  partition().truncate(3);
  EXPECT_EQ(error_of(walker), ErrorKind::corrupt) << "it lasts too long";
}

TEST_F(WalkerTest, refuses_an_empty_topic_a_beheaded_one_and_another_stores) {
  store_ = support::store_id(9);
  auto foreign = walker();
  EXPECT_EQ(error_of(foreign), ErrorKind::not_available);
  store_.reset();
  partition().drop_before(1);
  auto beheaded = walker();
  EXPECT_EQ(error_of(beheaded), ErrorKind::corrupt);
  partition().make_anew();
  auto empty = walker();
  EXPECT_EQ(error_of(empty), ErrorKind::not_available);
}

TEST_F(WalkerTest, a_topic_made_anew_stops_whoever_knew_the_old_one) {
  write();
  auto walker = this->walker();
  ASSERT_TRUE(walk(walker));
  partition().make_anew();
  partition().append_stray(genesis_bytes(9));
  EXPECT_EQ(error_of(walker), ErrorKind::corrupt);
}

}  // namespace
}  // namespace kopilka::topic_log
