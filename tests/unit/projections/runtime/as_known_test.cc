#include "projections/runtime/as_known.h"

#include <gtest/gtest.h>

#include "tests/unit/projections/runtime/chain.h"
#include "tests/unit/projections/runtime/tally.h"

namespace kopilka::projections::runtime {
namespace {

// Six events in two batches, the first recorded a minute after noon, the rest a minute apart.
class AsKnownTest : public testing::Test {
 protected:
  AsKnownTest() {
    chain_.tell({});
    chain_.tell({word("a"), word("a"), word("a")});
    chain_.tell({});
    chain_.tell({word("a"), word("a"), word("a")});
  }
  static model::Instant minute(std::int64_t number) {
    return support::noon("2019-03-01") + model::Span::minutes(number);
  }
  // Both ways to ask, which must agree.
  void expect_events(const Until& until, std::uint64_t events) {
    const auto known = fold_as_known<Tally>(chain_.log(), until).value();
    EXPECT_EQ(known.reader().count("a"), events);
    EXPECT_EQ(known.at.seq, model::Seq{events});
    if (events > 0) {
      EXPECT_EQ(known.at.recorded_at, minute(static_cast<std::int64_t>(events)));
    }
    const auto point = find_point(chain_.log(), until).value();
    EXPECT_EQ(point.seq, known.at.seq);
    EXPECT_EQ(point.recorded_at, known.at.recorded_at);
  }

  Chain chain_;
};

TEST_F(AsKnownTest, takes_the_whole_log_when_nothing_is_asked) {
  expect_events({}, 6);
}

TEST_F(AsKnownTest, ends_at_a_position_inside_a_batch) {
  for (std::uint64_t seq = 0; seq <= 6; ++seq)
    expect_events({.seq = model::Seq{seq}, .recorded_at = {}}, seq);
}

TEST_F(AsKnownTest, takes_everything_recorded_at_or_before_an_instant) {
  for (std::int64_t number = 0; number <= 6; ++number) {
    expect_events({.seq = {}, .recorded_at = minute(number)}, static_cast<std::uint64_t>(number));
    expect_events({.seq = {}, .recorded_at = minute(number) + model::Span::micros(59'999'999)},
                  static_cast<std::uint64_t>(number));
  }
}

TEST_F(AsKnownTest, ends_at_the_earlier_of_both) {
  expect_events({.seq = model::Seq{5}, .recorded_at = minute(2)}, 2);
  expect_events({.seq = model::Seq{2}, .recorded_at = minute(5)}, 2);
}

TEST_F(AsKnownTest, ends_with_the_log_when_more_is_asked) {
  expect_events({.seq = model::Seq{1000}, .recorded_at = {}}, 6);
}

TEST_F(AsKnownTest, hands_on_what_the_model_cannot_take) {
  chain_.tell({word("poison")});
  EXPECT_FALSE(fold_as_known<Tally>(chain_.log(), {}).has_value());
  EXPECT_TRUE(fold_as_known<Tally>(chain_.log(), {.seq = model::Seq{6}, .recorded_at = {}}));
}

}  // namespace
}  // namespace kopilka::projections::runtime
