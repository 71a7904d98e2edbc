#include "engine/memory/state_store.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

// The faults of the store in memory; what it promises is in tests/contract.
namespace kopilka::memory {
namespace {

using base::ErrorKind;
using ports::Change;

class MemoryStore : public ::testing::Test {
 protected:
  MemoryStore() {
    apply({{"a", "1"}, {"b", "1"}}, "1");
    apply({{"a", std::nullopt}, {"b", "2"}, {"c", "2"}}, "2");
    apply({{"a", "3"}}, "3");
  }
  void apply(const std::vector<Change>& changes, base::ByteView position) {
    ASSERT_TRUE(store_.apply(changes, position));
  }
  // "position: key=value …"
  std::string content() {
    std::string text = store_.position().value() + ":";
    const auto cursor = std::move(*store_.scan("", ""));
    while (const auto row = cursor->next().value())
      text += " " + row->key + "=" + row->value;
    return text;
  }

  MemoryStateStore store_{10};
};

TEST_F(MemoryStore, goes_back_by_whole_change_sets) {
  EXPECT_EQ(content(), "3: a=3 b=2 c=2");
  store_.go_back(1);
  EXPECT_EQ(content(), "2: b=2 c=2");
  store_.go_back(1);
  EXPECT_EQ(content(), "1: a=1 b=1");
  store_.go_back(1);
  EXPECT_EQ(content(), ":");
  EXPECT_EQ(store_.kept_history(), 0U);
}

TEST_F(MemoryStore, goes_back_over_several_at_once_and_on_from_there) {
  store_.go_back(2);
  EXPECT_EQ(content(), "1: a=1 b=1");
  apply({{"d", "9"}}, "9");
  EXPECT_EQ(content(), "9: a=1 b=1 d=9");
  store_.go_back(1);
  EXPECT_EQ(content(), "1: a=1 b=1");
}

TEST_F(MemoryStore, keeps_no_more_history_than_it_was_told) {
  for (int i = 4; i <= 30; ++i)
    apply({{"a", std::to_string(i)}}, std::to_string(i));
  EXPECT_EQ(store_.kept_history(), 10U);
  store_.go_back(10);
  EXPECT_EQ(content(), "20: a=20 b=2 c=2");
}

TEST_F(MemoryStore, an_apply_that_fails_changes_nothing) {
  store_.fail_applies(2, {ErrorKind::io, "no space left"});
  for (int i = 0; i < 2; ++i) {
    const auto failed = store_.apply(std::vector<Change>{{"a", "x"}}, "x");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::io);
    EXPECT_EQ(failed.error().message, "no space left");
  }
  EXPECT_EQ(content(), "3: a=3 b=2 c=2");
  apply({{"a", "4"}}, "4");
  EXPECT_EQ(content(), "4: a=4 b=2 c=2");
}

TEST_F(MemoryStore, that_lost_everything_is_as_new) {
  store_.lose_everything();
  EXPECT_EQ(content(), ":");
  EXPECT_EQ(store_.row_count(), 0U);
  apply({{"a", "1"}}, "1");
  EXPECT_EQ(content(), "1: a=1");
}

TEST_F(MemoryStore, a_cursor_keeps_what_is_lost_or_taken_back_meanwhile) {
  const auto before = std::move(*store_.scan("", ""));
  store_.go_back(1);
  const auto between = std::move(*store_.scan("", ""));
  store_.lose_everything();
  EXPECT_EQ(before->next().value()->value, "3");
  EXPECT_EQ(between->next().value()->value, "2");
}

}  // namespace
}  // namespace kopilka::memory
