#include "engine/rocks/rocks_state_store.h"

#include "tests/unit/engine/rocks/rocks_store_fixture.h"

namespace kopilka::rocks {
namespace {

using RocksStore = RocksStoreTest;
using RocksStoreDeath = RocksStoreTest;

TEST_F(RocksStore, is_empty_again_when_its_directory_was_deleted) {
  apply(*open(), numbered(10, 1), "1");
  std::filesystem::remove_all(path_);
  const auto store = open();
  EXPECT_EQ(position_of(*store), "");
  EXPECT_EQ(number_in_all(*store, 10), "");
}

TEST_F(RocksStore, destroy_leaves_nothing_and_may_be_repeated) {
  apply(*open(), numbered(10, 1), "1");
  ASSERT_TRUE(RocksStateStore::destroy(path_));
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_TRUE(RocksStateStore::destroy(path_));
}

TEST_F(RocksStore, one_process_writes_at_a_time) {
  const auto store = open();
  apply(*store, numbered(10, 1), "1");
  const base::Error second = refusal();
  EXPECT_EQ(second.kind, ErrorKind::not_available);
  EXPECT_NE(second.message.find("another process holds " + path_.string()), std::string::npos);
  const auto destroyed = RocksStateStore::destroy(path_);
  ASSERT_FALSE(destroyed);
  EXPECT_EQ(destroyed.error().kind, ErrorKind::not_available);
  EXPECT_EQ(number_in_all(*store, 10), "1");
}

TEST_F(RocksStore, a_reader_without_a_store_is_told_so) {
  EXPECT_EQ(refusal(Access::read_only).kind, ErrorKind::not_available);
  EXPECT_FALSE(std::filesystem::exists(path_)) << "a reader makes nothing";
}

TEST_F(RocksStore, a_reader_keeps_its_moment_while_the_writer_merges_its_files_away) {
  const auto writer = open();
  for (int number = 1; number <= 5; ++number)
    apply(*writer, numbered(1000, number), std::to_string(number));
  const auto reader = open(Access::read_only);
  for (int number = 6; number <= 30; ++number)
    apply(*writer, numbered(1000, number), std::to_string(number));
  ASSERT_TRUE(writer->compact());
  EXPECT_EQ(position_of(*reader), "5");
  EXPECT_EQ(number_in_all(*reader, 1000), "5");
  EXPECT_EQ(position_of(*open(Access::read_only)), "30");
}

TEST_F(RocksStore, readers_open_at_any_moment_of_a_busy_writer) {
  const auto writer = open();
  apply(*writer, numbered(200, 0), "0");
  for (int number = 1; number <= 120; ++number) {
    apply(*writer, numbered(200, number), std::to_string(number));
    const auto reader = open(Access::read_only);
    ASSERT_EQ(number_in_all(*reader, 200), position_of(*reader));
    ASSERT_EQ(position_of(*reader), std::to_string(number));
  }
}

TEST_F(RocksStore, a_reader_may_not_apply) {
  apply(*open(), numbered(1, 1), "1");
  const auto applied = open(Access::read_only)->apply(numbered(1, 2), "2");
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().kind, ErrorKind::usage);
}

TEST_F(RocksStore, runs_stay_bounded_however_many_change_sets_come) {
  const auto store = open();
  std::size_t most = 0;
  for (int number = 0; number < 60; ++number) {
    apply(*store, numbered(500, number), std::to_string(number));
    most = std::max(most, store->stats().runs);
  }
  EXPECT_LE(most, kRunsMax);
  EXPECT_GT(most, 1U);
  ASSERT_TRUE(store->compact());
  EXPECT_EQ(store->stats().runs, 1U);
  EXPECT_GT(store->stats().disk_bytes, 0U);
  EXPECT_EQ(number_in_all(*store, 500), "59");
}

TEST_F(RocksStore, a_bulk_load_merges_nothing_until_it_is_told) {
  {
    const auto store = open(Access::bulk_load);
    for (int number = 0; number < 20; ++number)
      apply(*store, numbered(500, number), std::to_string(number));
    EXPECT_EQ(store->stats().runs, 20U);
    EXPECT_EQ(number_in_all(*store, 500), "19");
    ASSERT_TRUE(store->compact());
    EXPECT_EQ(store->stats().runs, 1U);
  }
  const auto store = open();
  EXPECT_EQ(number_in_all(*store, 500), "19");
  EXPECT_EQ(position_of(*store), "19");
}

TEST_F(RocksStore, a_bulk_load_is_merged_at_its_end_if_it_has_more_runs_than_a_store_at_rest) {
  int number = 0;
  for (const int runs : {1, 2, 3, 12}) {
    ASSERT_TRUE(RocksStateStore::destroy(path_));
    const auto store = open(Access::bulk_load);
    for (int run = 0; run < runs; ++run) {
      ++number;
      apply(*store, numbered(500, number), std::to_string(number));
    }
    ASSERT_TRUE(store->finish_bulk_load());
    EXPECT_EQ(store->stats().runs, runs < 3 ? static_cast<std::size_t>(runs) : 1U);
    EXPECT_EQ(number_in_all(*store, 500), std::to_string(number));
  }
}

TEST_F(RocksStore, a_bulk_load_that_ended_early_is_merged_by_the_next_writer) {
  {
    const auto store = open(Access::bulk_load);
    for (int number = 0; number < 20; ++number)
      apply(*store, numbered(500, number), std::to_string(number));
  }
  const auto store = open();
  apply(*store, numbered(500, 20), "20");
  EXPECT_LE(store->stats().runs, kRunsMax);
  EXPECT_EQ(number_in_all(*store, 500), "20");
}

TEST_F(RocksStore, removed_rows_do_not_come_back_after_merging) {
  const auto store = open();
  apply(*store, numbered(100, 1), "1");
  std::vector<Change> removals;
  for (int i = 0; i < 100; ++i)
    removals.push_back({key_of(i), std::nullopt});
  apply(*store, removals, "2");
  ASSERT_TRUE(store->compact());
  EXPECT_EQ(number_in_all(*store, 100), "");
  EXPECT_EQ(store->get(key_of(5)).value(), std::nullopt);
}

TEST_F(RocksStore, a_checkpoint_holds_no_leftovers_and_can_be_read_at_once) {
  const auto store = open();
  apply(*store, numbered(100, 1), "1");
  const auto copy = directory_.path() / "copy";
  ASSERT_TRUE(store->checkpoint(copy));
  auto opened = RocksStateStore::open({.directory = copy, .access = Access::read_only});
  ASSERT_TRUE(opened);
  EXPECT_EQ(number_in_all(**opened, 100), "1");
  EXPECT_FALSE(std::filesystem::exists(copy / "incoming.sst"));
}

TEST_F(RocksStore, a_checkpoint_into_a_directory_that_is_not_there_is_an_error) {
  const auto made = open()->checkpoint(directory_.path() / "no" / "such");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("such"), std::string::npos);
}

TEST_F(RocksStore, a_cursor_may_outlive_its_store) {
  auto store = open();
  apply(*store, numbered(3, 1), "1");
  auto cursor = std::move(*store->scan("", ""));
  store.reset();
  EXPECT_EQ((*cursor->next())->key, key_of(0));
}

TEST_F(RocksStoreDeath, keys_out_of_order_stop_the_process) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const auto store = open();
        (void)store->apply(std::vector<Change>{{"b", "1"}, {"a", "1"}}, "1");
      },
      "before < change.key");
  EXPECT_DEATH(
      {
        const auto store = open();
        (void)store->apply(std::vector<Change>{{"a", "1"}, {"a", "2"}}, "1");
      },
      "before < change.key");
}

TEST_F(RocksStoreDeath, the_place_of_the_position_is_no_callers) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const auto store = open();
        (void)store->apply(std::vector<Change>{{Bytes("\0key", 4), "1"}}, "1");
      },
      "front");
  EXPECT_DEATH(
      {
        const auto store = open();
        (void)store->apply(std::vector<Change>{{"", "1"}}, "1");
      },
      "before < change.key");
}

}  // namespace
}  // namespace kopilka::rocks
