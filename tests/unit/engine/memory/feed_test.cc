#include "engine/memory/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/memory/steady_time.h"

// What only the twin does: its faults.
namespace kopilka::memory {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;
using ::testing::ElementsAre;

class MemoryFeedTest : public ::testing::Test {
 protected:
  static ports::FeedRecord record(std::string value) {
    return {.partition = 0, .offset = 0, .key = {}, .value = std::move(value), .headers = {}};
  }
  static void append(ports::FeedWriter& writer, const std::vector<std::string>& values) {
    for (const auto& value : values)
      ASSERT_TRUE(writer.append(record(value)));
  }
  // "1" delivered, "-1" failed.
  static std::vector<std::string> told(ports::FeedWriter& writer) {
    std::vector<std::string> all;
    for (const auto& report : writer.poll(milliseconds{0}))
      all.push_back((report.offset ? "" : "-") + std::to_string(report.ticket));
    return all;
  }
  std::vector<std::string> standing() const {
    std::vector<std::string> values;
    for (const auto& record : topic_->records(0))
      values.push_back(record.value);
    return values;
  }

  ManualSteadyTime time_;
  std::shared_ptr<MemoryFeedTopic> topic_ = std::make_shared<MemoryFeedTopic>(time_, 2);
  MemoryFeed feed_{topic_};
  MemoryFeed other_{topic_};
};

TEST_F(MemoryFeedTest, lets_what_was_held_land_after_its_writer_was_destroyed) {
  feed_.hold();
  {
    const auto zombie = *feed_.open_writer();
    append(*zombie, {"a", "b"});
    EXPECT_THAT(told(*zombie), ElementsAre());
  }
  append(**other_.open_writer(), {"c"});
  EXPECT_EQ(feed_.in_transit(), 2U);
  EXPECT_EQ(other_.in_transit(), 0U);
  feed_.release(1);
  EXPECT_THAT(standing(), ElementsAre("c", "a"));
  feed_.unhold();
  append(**feed_.open_writer(), {"d"});
  EXPECT_THAT(standing(), ElementsAre("c", "a", "b", "d"));
}

TEST_F(MemoryFeedTest, reports_what_was_held_once_it_landed) {
  feed_.hold();
  const auto writer = *feed_.open_writer();
  append(*writer, {"a", "b"});
  feed_.release(1);
  EXPECT_THAT(told(*writer), ElementsAre("1"));
  feed_.lose_transit();
  EXPECT_THAT(told(*writer), ElementsAre("-2"));
  EXPECT_THAT(standing(), ElementsAre("a"));
  EXPECT_EQ(writer->append(record("c")).error().kind, ErrorKind::io);
}

TEST_F(MemoryFeedTest, lands_nothing_behind_a_record_that_failed) {
  const auto writer = *feed_.open_writer();
  append(*writer, {"a"});
  feed_.fail_next(FailedRecord::lost);
  append(*writer, {"b", "c"});
  EXPECT_THAT(told(*writer), ElementsAre("1", "-2", "-3"));
  EXPECT_EQ(writer->append(record("d")).error().kind, ErrorKind::io);
  EXPECT_THAT(standing(), ElementsAre("a"));
  append(**feed_.open_writer(), {"e"});
  EXPECT_THAT(standing(), ElementsAre("a", "e")) << "another writer is sound";
}

TEST_F(MemoryFeedTest, may_keep_a_record_that_it_called_failed) {
  feed_.hold();
  const auto writer = *feed_.open_writer();
  append(*writer, {"a"});
  feed_.fail_next(FailedRecord::landed);
  append(*writer, {"b", "c"});
  feed_.unhold();
  EXPECT_THAT(told(*writer), ElementsAre("1", "-2", "-3"));
  EXPECT_THAT(standing(), ElementsAre("a", "b"));
}

TEST_F(MemoryFeedTest, takes_no_more_than_may_be_under_way) {
  feed_.limit_under_way(2);
  const auto writer = *feed_.open_writer();
  append(*writer, {"a", "b"});
  EXPECT_EQ(writer->append(record("c")).error().kind, ErrorKind::limit);
  EXPECT_THAT(told(*writer), ElementsAre("1", "2"));
  append(*writer, {"d"});
  EXPECT_THAT(standing(), ElementsAre("a", "b", "d"));
}

TEST_F(MemoryFeedTest, ends_a_reader_of_what_was_dropped) {
  append(**feed_.open_writer(), {"a", "b", "c"});
  const auto behind = *feed_.read_from({0, 0});
  const auto beyond = *feed_.read_from({2, 0});
  topic_->drop_before(0, 2);
  EXPECT_EQ(feed_.bounds(0)->first, 2U);
  EXPECT_EQ(behind->next(milliseconds{0}).error().kind, ErrorKind::io);
  EXPECT_EQ((*beyond->next(milliseconds{0}))->value, "c");
  EXPECT_THAT(standing(), ElementsAre("c"));
}

TEST_F(MemoryFeedTest, fails_the_readers_of_one_process_once_for_all) {
  append(**feed_.open_writer(), {"a"});
  const auto failed = *feed_.read_from({0, 0});
  const auto sound = *other_.read_from({0, 0});
  feed_.fail_readers({ErrorKind::io, "no broker answers"});
  EXPECT_EQ(failed->next(milliseconds{0}).error().kind, ErrorKind::io);
  EXPECT_EQ(failed->next(milliseconds{0}).error().kind, ErrorKind::io);
  EXPECT_EQ((*sound->next(milliseconds{0}))->value, "a");
  EXPECT_EQ((*(*feed_.read_from({0, 0}))->next(milliseconds{0}))->value, "a");
}

TEST_F(MemoryFeedTest, steps_over_holes) {
  topic_->append_hole(0);
  topic_->append_stray(record("a"));
  topic_->append_hole(0);
  const auto reader = *feed_.read_from({0, 0});
  const auto found = *reader->next(milliseconds{0});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->offset, 1U);
  EXPECT_FALSE(*reader->next(milliseconds{0}));
  EXPECT_EQ(feed_.bounds(0)->end, 3U);
}

}  // namespace
}  // namespace kopilka::memory
