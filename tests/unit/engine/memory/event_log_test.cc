#include "engine/memory/event_log.h"

#include <gtest/gtest.h>

#include "engine/memory/clock.h"
#include "tests/support/batches.h"

namespace kopilka::memory {
namespace {

using ports::AppendStatus;
using support::BatchMaker;

class PlannedLog : public ::testing::Test {
 protected:
  std::vector<AppendStatus> poll(MemoryEventLog& log) {
    std::vector<AppendStatus> told;
    for (const auto& outcome : log.poll(std::chrono::hours(1)))
      told.push_back(outcome.status);
    return told;
  }
  static std::size_t counted(MemoryEventLog& log) {
    const auto reader = log.read_from(model::Seq{1});
    std::size_t count = 0;
    while (*(*reader)->next())
      ++count;
    return count;
  }
  void submit(BatchMaker& maker, int count = 1) {
    for (int i = 0; i < count; ++i)
      ASSERT_TRUE(log_.submit(maker.next()));
  }

  SeededRandom random_{1};
  std::shared_ptr<MemoryLog> content_ = std::make_shared<MemoryLog>(support::store_id(7));
  MemoryEventLog log_{content_, random_};
};

using Statuses = std::vector<AppendStatus>;

TEST_F(PlannedLog, a_failed_batch_never_landed_and_those_behind_it_neither) {
  BatchMaker maker(*log_.acquire());
  log_.plan({{AppendFate::acknowledged}, {AppendFate::failed}});
  submit(maker, 3);
  EXPECT_EQ(poll(log_),
            (Statuses{AppendStatus::acknowledged, AppendStatus::failed, AppendStatus::failed}));
  EXPECT_EQ(content_->landed().size(), 1U);
  EXPECT_FALSE(log_.submit(maker.next()));
}

TEST_F(PlannedLog, an_unknown_batch_that_landed_counts_once_the_log_is_acquired_again) {
  BatchMaker maker(*log_.acquire());
  log_.plan({{AppendFate::unknown_landed}});
  submit(maker);
  EXPECT_EQ(poll(log_), Statuses{AppendStatus::unknown});
  EXPECT_EQ(counted(log_), 0U);
  EXPECT_EQ(log_.head()->n.value(), 0U);
  EXPECT_EQ(log_.acquire()->head.n.value(), 1U);
  EXPECT_EQ(counted(log_), 1U);
}

TEST_F(PlannedLog, an_unknown_batch_that_was_lost_is_gone) {
  BatchMaker maker(*log_.acquire());
  log_.plan({{AppendFate::unknown_lost}});
  submit(maker);
  EXPECT_EQ(poll(log_), Statuses{AppendStatus::unknown});
  EXPECT_EQ(log_.acquire()->head.n.value(), 0U);
}

TEST_F(PlannedLog, a_lost_acknowledgement_is_silence_until_the_log_is_acquired_again) {
  BatchMaker maker(*log_.acquire());
  log_.plan({{AppendFate::acknowledgement_lost}});
  submit(maker, 2);
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(poll(log_).empty());
  EXPECT_EQ(counted(log_), 0U);
  EXPECT_EQ(log_.acquire()->head.n.value(), 1U) << "the second one waited behind it";
}

TEST_F(PlannedLog, a_delayed_batch_lands_after_as_many_polls_and_holds_up_the_next) {
  BatchMaker maker(*log_.acquire());
  log_.plan({{AppendFate::delayed, 2}});
  submit(maker, 2);
  EXPECT_TRUE(poll(log_).empty());
  EXPECT_TRUE(poll(log_).empty());
  EXPECT_TRUE(content_->landed().empty());
  EXPECT_EQ(poll(log_), (Statuses{AppendStatus::acknowledged, AppendStatus::acknowledged}));
}

TEST_F(PlannedLog, a_batch_that_lands_after_another_has_taken_over_is_fenced) {
  MemoryEventLog other(content_, random_);
  BatchMaker maker(*log_.acquire());
  log_.plan({{AppendFate::delayed, 1}});
  submit(maker);
  EXPECT_TRUE(poll(log_).empty());
  BatchMaker other_maker(*other.acquire());
  ASSERT_TRUE(other.submit(other_maker.next()));
  EXPECT_EQ(poll(other), Statuses{AppendStatus::acknowledged});
  EXPECT_EQ(poll(log_), Statuses{AppendStatus::fenced});
  EXPECT_EQ(counted(log_), 1U);
  EXPECT_GT(log_.acquire()->epoch, model::Epoch{2});
}

TEST_F(PlannedLog, a_planned_takeover_fences) {
  BatchMaker maker(*log_.acquire());
  log_.plan({{AppendFate::fenced}});
  submit(maker);
  EXPECT_EQ(poll(log_), Statuses{AppendStatus::fenced});
  EXPECT_TRUE(content_->landed().empty());
  EXPECT_EQ(log_.acquire()->epoch, model::Epoch{3});
}

TEST_F(PlannedLog, a_crash_keeps_what_was_acknowledged_and_what_landed_only_if_told) {
  for (const auto survivors : {Survivors::acknowledged, Survivors::landed}) {
    auto content = std::make_shared<MemoryLog>(support::store_id(7));
    MemoryEventLog log(content, random_);
    BatchMaker maker(*log.acquire());
    ASSERT_TRUE(log.submit(maker.next()));
    ASSERT_EQ(poll(log), Statuses{AppendStatus::acknowledged});
    ASSERT_TRUE(log.submit(maker.next()));  // landed, and nobody was told
    content->crash(survivors);
    const auto dead = log.head();
    ASSERT_FALSE(dead);
    EXPECT_EQ(dead.error().kind, base::ErrorKind::io);
    EXPECT_FALSE(log.acquire());
    MemoryEventLog again(content, random_);
    EXPECT_EQ(again.head()->n.value(), survivors == Survivors::landed ? 2U : 1U);
  }
}

TEST_F(PlannedLog, a_reader_from_before_a_crash_does_not_mix_two_histories) {
  BatchMaker maker(*log_.acquire());
  submit(maker);
  (void)poll(log_);
  submit(maker);
  const auto reader = log_.read_from(model::Seq{1});
  ASSERT_TRUE(*(*reader)->next());
  content_->crash(Survivors::acknowledged);
  MemoryEventLog again(content_, random_);
  auto other = BatchMaker(*again.acquire());
  other.change_content();
  ASSERT_TRUE(again.submit(other.next()));
  (void)poll(again);
  const auto batch = (*reader)->next();
  ASSERT_TRUE(batch && *batch) << "what it had read was acknowledged, so it goes on";
  EXPECT_EQ((*batch)->header.epoch, model::Epoch{2});
}

}  // namespace
}  // namespace kopilka::memory
