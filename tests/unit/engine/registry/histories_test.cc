#include <gtest/gtest.h>

#include "engine/registry/history.h"
#include "tests/support/times.h"

namespace kopilka::registry {
namespace {

using support::day;

TEST(History, has_nothing_before_its_first_day) {
  History<int> history;
  EXPECT_EQ(in_force(history, day("2019-01-01")), nullptr);
  set_from(history, day("2019-01-02"), 1);
  EXPECT_EQ(in_force(history, day("2019-01-01")), nullptr);
  EXPECT_EQ(*in_force(history, day("2019-01-02")), 1);
}

TEST(History, keeps_its_days_in_order_whatever_comes_first) {
  History<int> history;
  set_from(history, day("2019-03-01"), 3);
  set_from(history, day("2019-01-01"), 1);
  set_from(history, day("2019-02-01"), 2);
  EXPECT_EQ(history,
            (History<int>{{day("2019-01-01"), 1}, {day("2019-02-01"), 2}, {day("2019-03-01"), 3}}));
}

TEST(History, replaces_what_held_from_the_same_day) {
  History<int> history;
  set_from(history, day("2019-01-01"), 1);
  set_from(history, day("2019-01-01"), 2);
  EXPECT_EQ(history, (History<int>{{day("2019-01-01"), 2}}));
}

TEST(History, that_begins_anew_drops_what_was_foreseen) {
  History<int> history;
  for (const auto* on : {"2019-01-01", "2019-02-01", "2019-03-01"})
    set_from(history, day(on), 1);
  begin_anew(history, day("2019-02-01"), 2);
  EXPECT_EQ(history, (History<int>{{day("2019-01-01"), 1}, {day("2019-02-01"), 2}}));
}

}  // namespace
}  // namespace kopilka::registry
