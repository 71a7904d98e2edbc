#include "engine/topic_log/pipeline.h"

#include <gtest/gtest.h>

#include "tests/support/topic_records.h"

namespace kopilka::topic_log {
namespace {

using ports::AppendStatus;
using std::chrono::milliseconds;

class PipelineTest : public ::testing::Test {
 protected:
  SharedBatch send(std::uint64_t ticket, milliseconds now = {}) {
    auto batch = std::make_shared<const ports::SealedBatch>(batches_.next());
    pipeline_.sent(*batch, ticket, now);
    return batch;
  }
  void read_back(const SharedBatch& batch) { pipeline_.on_verdict(Counted{}, batch); }
  void report(std::uint64_t ticket) { pipeline_.on_report({ticket, ticket + 100, {}}); }
  std::vector<AppendStatus> told() {
    std::vector<AppendStatus> statuses;
    for (const auto& outcome : pipeline_.take_outcomes())
      statuses.push_back(outcome.status);
    return statuses;
  }

  support::BatchMaker batches_ = batches_of(1, 'a');
  Pipeline pipeline_{model::Epoch{1}, owner_id('a')};
};

constexpr auto kAcknowledged = AppendStatus::acknowledged;
constexpr auto kUnknown = AppendStatus::unknown;
constexpr auto kFenced = AppendStatus::fenced;

TEST_F(PipelineTest, acknowledges_what_was_read_back_and_reported_in_either_order) {
  const auto first = send(1);
  read_back(first);
  EXPECT_TRUE(told().empty());
  EXPECT_TRUE(pipeline_.awaits_report());
  report(1);
  EXPECT_EQ(told(), std::vector{kAcknowledged});
  const auto second = send(2);
  report(2);
  EXPECT_TRUE(told().empty());
  read_back(second);
  EXPECT_EQ(told(), std::vector{kAcknowledged});
  EXPECT_EQ(pipeline_.acknowledged(), second);
  EXPECT_TRUE(pipeline_.is_empty());
}

TEST_F(PipelineTest, a_later_report_stands_for_the_earlier_ones) {
  const auto first = send(1);
  const auto second = send(2);
  read_back(first);
  read_back(second);
  report(2);
  EXPECT_EQ(told(), (std::vector{kAcknowledged, kAcknowledged}));
}

TEST_F(PipelineTest, an_earlier_report_does_not_stand_for_a_later_one) {
  const auto first = send(1);
  const auto second = send(2);
  read_back(first);
  read_back(second);
  report(1);
  EXPECT_EQ(told(), std::vector{kAcknowledged});
}

TEST_F(PipelineTest, a_failed_delivery_makes_everything_in_flight_unknown) {
  const auto first = send(1);
  (void)send(2);
  (void)send(3);
  read_back(first);
  report(1);
  pipeline_.on_report({2, std::nullopt, "timed out"});
  EXPECT_EQ(told(), (std::vector{kAcknowledged, kUnknown, kUnknown}));
  EXPECT_TRUE(pipeline_.is_over());
  EXPECT_TRUE(pipeline_.is_empty());
}

TEST_F(PipelineTest, an_own_batch_whose_predecessor_is_missing_makes_everything_unknown) {
  (void)send(1);
  (void)send(2);
  pipeline_.on_verdict(Void{.why = VoidReason::predecessor_lost}, nullptr);
  EXPECT_EQ(told(), (std::vector{kUnknown, kUnknown}));
}

TEST_F(PipelineTest, a_double_and_anything_void_of_others_is_nothing_to_it) {
  const auto first = send(1);
  for (const auto why : {VoidReason::repeated, VoidReason::other_owner, VoidReason::garbage,
                         VoidReason::late_genesis, VoidReason::lost_race})
    pipeline_.on_verdict(Void{.why = why}, nullptr);
  EXPECT_FALSE(pipeline_.is_over());
  read_back(first);
  report(1);
  EXPECT_EQ(told(), std::vector{kAcknowledged});
}

TEST_F(PipelineTest, another_claim_in_force_fences_everything_in_flight) {
  const auto first = send(1);
  (void)send(2);
  read_back(first);
  pipeline_.on_verdict(InForce{}, nullptr);
  EXPECT_EQ(told(), (std::vector{kFenced, kFenced})) << "no report: not acknowledged";
  report(2);
  EXPECT_TRUE(told().empty());
}

TEST_F(PipelineTest, silence_makes_everything_unknown) {
  (void)send(1, milliseconds{10});
  (void)send(2, milliseconds{50});
  pipeline_.on_time(milliseconds{110}, milliseconds{100});
  EXPECT_FALSE(pipeline_.is_over());
  pipeline_.on_time(milliseconds{111}, milliseconds{100});
  EXPECT_EQ(told(), (std::vector{kUnknown, kUnknown}));
}

TEST_F(PipelineTest, a_batch_that_it_did_not_send_ends_it) {
  (void)send(1);
  read_back(std::make_shared<const ports::SealedBatch>(batches_.next()));
  EXPECT_EQ(told(), std::vector{kUnknown});
}

TEST_F(PipelineTest, a_batch_of_an_ended_ownership_is_fenced_in_its_turn) {
  const auto first = send(1);
  pipeline_.refused(batches_of(1, 'b').next().header);
  EXPECT_TRUE(told().empty());
  read_back(first);
  report(1);
  EXPECT_EQ(told(), (std::vector{kAcknowledged, kFenced}));
  EXPECT_TRUE(pipeline_.is_over());
}

}  // namespace
}  // namespace kopilka::topic_log
