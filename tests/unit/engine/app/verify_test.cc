#include "engine/app/verify.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/app/projections.h"
#include "engine/app/store.h"
#include "engine/rocks/rocks_state_store.h"
#include "tests/unit/engine/app/recorded_store.h"

// Logs that no engine of ours would write: intact as bytes, wrong as books.
namespace kopilka::app {
namespace {

using model::Money;
using testing::HasSubstr;

constexpr auto kNoon = model::Instant::micros(1'551'430'800'000'000);
constexpr model::MemberId kMember{42};

model::BalanceAdjusted adjusted(std::int64_t kopecks) {
  return {.member = kMember,
          .to_available = Money::kopecks(kopecks),
          .reason = "test",
          .approvers = {"a", "b"}};
}

class Verification : public RecordedStore {
 protected:
  [[nodiscard]] VerifyReport report() const {
    auto verified = verify(place_, {});
    EXPECT_TRUE(verified) << verified.error().message;
    return verified ? std::move(*verified) : VerifyReport{};
  }
};

TEST_F(Verification, finds_an_empty_store_in_order) {
  const auto found = report();
  EXPECT_TRUE(found.is_ok());
  EXPECT_EQ(found.events, 0U);
  EXPECT_EQ(found.first, model::Seq{});
  EXPECT_EQ(found.last, model::Seq{});
}

TEST_F(Verification, counts_what_it_walked_and_names_the_head) {
  record({entry(kNoon, {adjusted(100), adjusted(-40)})});
  record({entry(kNoon, {adjusted(-60)})});
  const auto found = report();
  EXPECT_TRUE(found.is_ok());
  EXPECT_EQ(found.batches, 2U);
  EXPECT_EQ(found.events, 3U);
  EXPECT_EQ(found.first, model::Seq{1});
  EXPECT_EQ(found.last, model::Seq{3});
  EXPECT_NE(found.head_hash, base::Hash256{});
}

TEST_F(Verification, names_the_invariant_and_the_event_that_broke_it) {
  record({entry(kNoon, {adjusted(100)}), entry(kNoon, {adjusted(-130)})});
  const auto found = report();
  EXPECT_FALSE(found.is_ok());
  EXPECT_FALSE(found.corrupt);
  ASSERT_GE(found.violations, 1U);
  EXPECT_EQ(found.shown.front().invariant, "I-2");
  EXPECT_THAT(found.shown.front().what, HasSubstr("seq 2"));
}

TEST_F(Verification, judges_events_by_what_was_known_before_them) {
  record({entry(kNoon, {model::AccountOpened{kMember}}),
          entry(kNoon, {model::AccountOpened{kMember}})});
  const auto found = report();
  EXPECT_EQ(found.invariants_checked, 17U);
  ASSERT_EQ(found.violations, 1U);
  EXPECT_EQ(found.shown.front().invariant, "I-14");
  EXPECT_THAT(found.shown.front().what, HasSubstr("seq 2"));
}

TEST_F(Verification, finds_members_whom_nobody_admitted_in_the_statistics) {
  record({entry(kNoon,
                {model::MembershipSuspended{kMember, model::moscow_date(kNoon), std::nullopt}})});
  const auto found = report();
  ASSERT_GE(found.violations, 1U);
  const auto is_about_statistics = [](const auto& violation) {
    return violation.invariant == "I-17" &&
           violation.what.find("whom the log never admitted") != std::string::npos;
  };
  EXPECT_TRUE(std::ranges::any_of(found.shown, is_about_statistics));
}

TEST_F(Verification, finds_withdrawals_that_nobody_asked_for_in_the_list_of_them) {
  record({entry(kNoon, {model::WithdrawalSent{model::WithdrawalId{99}, kMember, Money::kopecks(100),
                                              std::nullopt}})});
  const auto says = [](const char* words) {
    return [words](const auto& violation) {
      return violation.invariant == "I-10" && violation.what.find(words) != std::string::npos;
    };
  };
  const auto found = report();
  EXPECT_TRUE(std::ranges::any_of(found.shown, says("which the log never requested")));
  EXPECT_TRUE(std::ranges::any_of(found.shown, says("withdrawal 99 is not listed")));
}

// The union's models cannot make sense of it; the books' models can.
TEST_F(Verification, names_the_read_models_that_an_event_stops_while_the_others_go_on) {
  record({entry(kNoon, {model::AccountOpened{kMember}})});
  record({entry(kNoon,
                {model::MembershipSuspended{kMember, model::moscow_date(kNoon), std::nullopt}})});
  record({entry(kNoon, {adjusted(100)})});
  {
    const auto writer = Writer::open(place_, {});
    ASSERT_TRUE(writer) << "it decides all the same";
    EXPECT_EQ(writer.value()->notes().size(), 2U);
    ASSERT_TRUE(writer.value()->close());
  }
  const auto all = rebuild_projections(place_, projection_names(), {});
  ASSERT_TRUE(all && *all);
  const auto listed = list_projections(place_, Look::thorough);
  ASSERT_TRUE(listed);
  for (std::size_t i = 0; i < listed->projections.size(); ++i) {
    const auto& one = listed->projections[i];
    SCOPED_TRACE(one.name);
    const bool is_stopped = one.name == "rosters" || one.name == "statistics";
    EXPECT_EQ((*all)->at(i).done.has_value(), !is_stopped);
    EXPECT_EQ(one.lag, is_stopped ? 3U : 0U) << "what a stopped one had folded is not kept";
    if (!is_stopped) {
      EXPECT_EQ(one.stopped, "");
      continue;
    }
    EXPECT_THAT(one.stopped, HasSubstr("at position 2: "));
    EXPECT_THAT(one.stopped, HasSubstr("whom the log never admitted"));
    EXPECT_THAT((*all)->at(i).done.error().message, HasSubstr("whom the log never admitted"));
  }
  EXPECT_FALSE(report().is_ok());
}

TEST_F(Verification, finds_what_was_mended_later) {
  record({entry(kNoon, {adjusted(-10)})});
  record({entry(kNoon, {adjusted(10)})});
  EXPECT_FALSE(report().is_ok());
}

TEST_F(Verification, finds_time_that_runs_backwards) {
  record({entry(kNoon, {adjusted(10)})});
  record({entry(kNoon - model::Span::minutes(1), {adjusted(10)})});
  const auto found = report();
  ASSERT_EQ(found.violations, 1U);
  EXPECT_EQ(found.shown.front().invariant, "I-16");
}

TEST_F(Verification, finds_rows_that_are_not_what_the_log_says) {
  record({entry(kNoon, {adjusted(100)})});
  {
    const auto writer = Writer::open(place_, {});
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->close());
  }
  EXPECT_TRUE(report().is_ok());
  {
    const auto rows = rocks::RocksStateStore::open({.directory = layout_.state()});
    ASSERT_TRUE(rows);
    const auto position = (*rows)->position();
    ASSERT_TRUE(position);
    const std::vector<ports::Change> changes{{state::encode_key('m', kMember), std::nullopt}};
    ASSERT_TRUE((*rows)->apply(changes, *position));
  }
  const auto found = report();
  EXPECT_FALSE(found.is_ok());
  EXPECT_EQ(found.violations, 0U);
  EXPECT_EQ(found.comparisons.front().name, "state");
  EXPECT_FALSE(found.comparisons.front().is_equal());
}

}  // namespace
}  // namespace kopilka::app
