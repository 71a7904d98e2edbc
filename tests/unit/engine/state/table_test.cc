#include "engine/state/table.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/model/ids.h"
#include "engine/model/personal.h"

namespace kopilka::state {
namespace {

struct Row {
  std::uint64_t value{0};
  static void fields(auto&& self, auto&& field) { field(0, "value", self.value); }
};
using Rows = Table<model::MemberId, Row>;

model::MemberId id(std::uint64_t value) {
  return model::MemberId{value};
}
std::uint64_t value_of(const Rows& table, std::uint64_t key) {
  const auto* row = table.find(id(key));
  return row != nullptr ? row->value : 0;
}

// A table whose steps are numbered as they begin.
struct Fixture {
  Misses misses;
  Rows table{'m'};
  std::uint64_t step{0};

  explicit Fixture(Backing backing) { table.attach(backing, misses); }
  std::uint64_t begin() {
    table.begin_step(++step);
    return step;
  }
  void set(std::uint64_t key, std::uint64_t value) { table.edit(id(key)).value = value; }
  [[nodiscard]] std::vector<std::uint64_t> dirty() const {
    std::vector<std::uint64_t> values;
    table.for_each_dirty(
        [&](const auto&, const Row* row) { values.push_back(row != nullptr ? row->value : 0); });
    return values;
  }
};

struct InMemory : Fixture {
  InMemory() : Fixture(Backing::none) {}
};
struct OverAStore : Fixture {
  OverAStore() : Fixture(Backing::store) {}
};

TEST(Table, knows_what_was_put_there) {
  InMemory t;
  t.begin();
  EXPECT_EQ(t.table.find(id(1)), nullptr);
  t.set(1, 10);
  EXPECT_EQ(value_of(t.table, 1), 10U);
  t.table.erase(id(1));
  EXPECT_EQ(t.table.find(id(1)), nullptr);
  EXPECT_EQ(t.misses.count, 0U);
}

TEST(Table, keeps_its_rows_where_they_are_while_others_are_made) {
  InMemory t;
  t.begin();
  Row& row = t.table.edit(id(1));
  for (std::uint64_t key = 2; key < 10'000; ++key)
    t.set(key, key);
  row.value = 7;
  EXPECT_EQ(value_of(t.table, 1), 7U);
}

// --- misses ------------------------------------------------------------------------------------

TEST(Misses, count_what_was_asked_for_and_not_loaded) {
  OverAStore t;
  EXPECT_EQ(t.table.find(id(1)), nullptr);
  EXPECT_EQ(t.misses.count, 1U);
  EXPECT_EQ(t.table.missing(), std::vector{id(1)});
  EXPECT_EQ(t.table.take_missing(), std::vector{id(1)});
  EXPECT_TRUE(t.table.missing().empty());
}

TEST(Misses, do_not_count_what_is_known_not_to_exist) {
  OverAStore t;
  t.table.load(id(1), std::nullopt);
  t.table.load(id(2), Row{20});
  EXPECT_EQ(t.table.find(id(1)), nullptr);
  EXPECT_EQ(value_of(t.table, 2), 20U);
  EXPECT_EQ(t.misses.count, 0U);
}

TEST(Misses, count_a_change_of_a_row_that_was_not_loaded) {
  OverAStore t;
  const auto step = t.begin();
  t.set(1, 10);
  t.table.erase(id(2));
  EXPECT_EQ(t.misses.count, 2U);
  t.table.roll_back(step);
  EXPECT_FALSE(t.table.is_loaded(id(1)));
  EXPECT_FALSE(t.table.is_loaded(id(2)));
  t.table.load(id(1), Row{5});
  t.begin();
  EXPECT_EQ(t.table.edit(id(1)).value, 5U);
}

TEST(Misses, do_not_count_a_row_whose_key_is_new) {
  OverAStore t;
  const auto step = t.begin();
  t.table.create(id(1)).value = 10;
  EXPECT_EQ(t.misses.count, 0U);
  t.table.roll_back(step);
  EXPECT_EQ(t.table.find(id(1)), nullptr);
  EXPECT_EQ(t.misses.count, 0U);  // still known not to exist
}

TEST(Load, does_not_touch_what_is_loaded) {
  OverAStore t;
  t.table.load(id(1), Row{5});
  t.begin();
  t.set(1, 6);
  t.table.load(id(1), Row{5});
  EXPECT_EQ(value_of(t.table, 1), 6U);
}

// --- steps -------------------------------------------------------------------------------------

TEST(RollBack, undoes_whole_steps_from_the_latest) {
  InMemory t;
  t.begin();
  t.set(1, 1);
  t.begin();
  t.set(1, 2);
  t.set(2, 2);
  t.begin();
  t.set(1, 3);
  t.table.erase(id(2));
  t.table.roll_back(3);
  EXPECT_EQ(value_of(t.table, 1), 2U);
  EXPECT_EQ(value_of(t.table, 2), 2U);
  t.table.roll_back(1);
  EXPECT_EQ(t.table.find(id(1)), nullptr);
  EXPECT_EQ(t.table.find(id(2)), nullptr);
}

TEST(RollBack, of_several_steps_at_once_brings_the_first_image_back) {
  InMemory t;
  t.begin();
  t.set(1, 1);
  for (std::uint64_t value = 2; value < 6; ++value) {
    t.begin();
    t.set(1, value);
    t.set(1, value * 10);
  }
  t.table.roll_back(2);
  EXPECT_EQ(value_of(t.table, 1), 1U);
}

TEST(RollBack, forgets_that_a_row_was_changed) {
  InMemory t;
  t.begin();
  t.set(1, 1);
  t.table.settle(1);
  t.table.mark_clean();
  t.begin();
  t.set(1, 2);
  EXPECT_EQ(t.dirty(), std::vector<std::uint64_t>{2});
  t.table.roll_back(2);
  EXPECT_TRUE(t.dirty().empty());
}

TEST(RollBack, then_another_try_keeps_an_image_again) {
  InMemory t;
  t.begin();
  t.set(1, 1);
  t.begin();
  t.set(1, 2);
  t.table.roll_back(2);
  t.table.begin_step(2);
  t.set(1, 3);
  t.table.roll_back(2);
  EXPECT_EQ(value_of(t.table, 1), 1U);
}

TEST(Settle, makes_steps_final_up_to_the_one_named) {
  InMemory t;
  t.begin();
  t.set(1, 1);
  t.begin();
  t.set(1, 2);
  t.table.settle(1);
  t.table.roll_back(1);
  EXPECT_EQ(value_of(t.table, 1), 1U);
}

TEST(Touched, are_counted_once_a_step) {
  InMemory t;
  t.begin();
  t.set(1, 1);
  t.set(2, 2);
  t.begin();
  t.set(1, 10);
  t.set(1, 11);
  t.set(3, 3);
  t.table.erase(id(2));
  EXPECT_EQ(t.table.touched(2), 3U);
}

TEST(Overtaken, are_told_as_they_were_when_they_are_first_changed_after_a_cleaning) {
  InMemory t;
  t.begin();
  for (std::uint64_t key = 1; key <= 4; ++key)
    t.set(key, key);
  t.table.settle(1);
  t.table.mark_clean();
  t.begin();
  t.set(1, 10);
  t.table.settle(2);
  t.begin();
  t.set(1, 11);
  t.set(3, 30);
  t.set(5, 5);
  t.table.erase(id(2));
  std::map<std::uint64_t, std::uint64_t> seen;
  t.table.for_each_overtaken(
      3, [&](model::MemberId key, const Row& row) { seen[key.value()] = row.value; });
  EXPECT_EQ(seen, (std::map<std::uint64_t, std::uint64_t>{{2, 2}, {3, 3}}));
}

// --- clean and dirty ---------------------------------------------------------------------------

TEST(Dirty, is_what_was_changed_or_erased_since_the_last_cleaning) {
  InMemory t;
  t.begin();
  t.set(1, 1);
  t.set(2, 2);
  t.table.mark_clean();
  EXPECT_TRUE(t.dirty().empty());
  t.begin();
  t.table.erase(id(2));
  EXPECT_EQ(t.dirty(), std::vector<std::uint64_t>{0});
}

TEST(DropClean, forgets_rows_that_the_store_has) {
  OverAStore t;
  t.begin();
  t.table.create(id(1)).value = 1;
  t.table.settle(1);
  t.table.mark_clean();
  t.table.drop_clean();
  EXPECT_EQ(t.table.loaded(), 0U);
  EXPECT_EQ(t.table.find(id(1)), nullptr);
  EXPECT_EQ(t.misses.count, 1U);
}

TEST(DropClean, forgets_nothing_where_there_is_no_store) {
  InMemory t;
  t.begin();
  t.set(1, 1);
  t.table.settle(1);
  t.table.mark_clean();
  t.table.drop_clean();
  EXPECT_EQ(value_of(t.table, 1), 1U);
}

// --- a new store -------------------------------------------------------------------------------

struct OverANewStore : Fixture {
  OverANewStore() : Fixture(Backing::new_store) {}
  void write() {
    table.settle(step);
    table.mark_clean();
  }
};

TEST(NewStore, misses_hardly_anything_but_what_was_dropped) {
  OverANewStore t;
  t.begin();
  for (std::uint64_t key = 1; key <= 20'000; ++key)
    t.set(key, key);
  t.write();
  t.table.drop_clean();
  for (std::uint64_t key = 1; key <= 20'000; ++key)
    ASSERT_EQ(t.table.find(id(key)), nullptr);
  EXPECT_EQ(t.misses.count, 20'000U);
  for (std::uint64_t key = 20'001; key <= 40'000; ++key)
    ASSERT_EQ(t.table.find(id(key)), nullptr);
  EXPECT_LT(t.misses.count, 21'000U);
  EXPECT_LT(t.table.bytes(), 80'000U);
  t.table.give_up_filter();
  const auto before = t.misses.count;
  EXPECT_EQ(t.table.find(id(40'001)), nullptr);
  EXPECT_EQ(t.misses.count, before + 1);
}

TEST(NewStore, misses_nothing_before_rows_were_dropped) {
  OverANewStore t;
  t.begin();
  t.set(1, 1);
  EXPECT_EQ(t.table.find(id(2)), nullptr);
  EXPECT_EQ(t.misses.count, 0U);
  EXPECT_FALSE(t.table.may_miss());
  t.write();
  t.table.drop_clean();
  EXPECT_TRUE(t.table.may_miss());
  EXPECT_EQ(t.table.find(id(1)), nullptr);
  EXPECT_EQ(t.misses.count, 1U);
}

TEST(NewStore, goes_on_missing_nothing_while_all_rows_stay) {
  OverANewStore t;
  t.begin();
  t.table.create(id(1)).value = 1;
  t.write();
  t.begin();
  t.set(1, 2);
  t.write();
  t.table.drop_clean(Keep::reused);
  EXPECT_FALSE(t.table.may_miss());
  EXPECT_EQ(value_of(t.table, 1), 2U);
}

TEST(NewStore, keeps_the_rows_that_were_needed_again) {
  OverANewStore t;
  t.begin();
  t.set(1, 1);
  t.set(2, 2);
  t.write();
  t.begin();
  t.set(2, 20);
  t.set(3, 3);
  t.table.roll_back(2);
  t.begin();
  t.set(2, 21);
  t.set(3, 3);
  t.write();
  t.table.drop_clean(Keep::reused);
  EXPECT_FALSE(t.table.is_loaded(id(1)));
  EXPECT_EQ(value_of(t.table, 2), 21U);
  EXPECT_FALSE(t.table.is_loaded(id(3)));
  t.begin();
  t.table.erase(id(2));
  t.write();
  t.table.drop_clean(Keep::reused);
  EXPECT_EQ(t.table.loaded(), 0U) << "a row that is gone is no row that was needed again";
  t.table.load(id(1), Row{1});
  t.table.load(id(4), std::nullopt);
  t.table.drop_clean(Keep::reused);
  EXPECT_TRUE(t.table.is_loaded(id(1)));
  EXPECT_FALSE(t.table.is_loaded(id(4)));
}

// --- bytes -------------------------------------------------------------------------------------

struct Texts {
  std::vector<std::string> texts;
  std::optional<model::Sealed> sealed;
  static void fields(auto&& self, auto&& field) {
    field(0, "texts", self.texts);
    field(1, "sealed", self.sealed);
  }
};

TEST(TableBytes, follow_what_rows_hold) {
  Misses misses;
  Table<model::MemberId, Texts> table('t');
  table.attach(Backing::new_store, misses);
  table.begin_step(1);
  for (std::uint64_t key = 1; key <= 1'000; ++key)
    static_cast<void>(table.edit(id(key)));
  table.settle(1);
  const auto empty = table.bytes();
  EXPECT_GE(empty, 1'000 * sizeof(Texts));
  table.begin_step(2);
  for (std::uint64_t key = 1; key <= 1'000; ++key) {
    table.edit(id(key)).texts.assign(3, std::string(100, 'x'));
    table.edit(id(key)).sealed.emplace().bytes = std::string(200, 'y');
  }
  table.settle(2);
  const auto full = table.bytes();
  EXPECT_GE(table.bytes_to_write(), 1'000U * 500);
  EXPECT_GE(full, empty + 1'000 * (3 * (100 + sizeof(std::string)) + 200));
  table.mark_clean();
  EXPECT_EQ(table.bytes_to_write(), 0U);
  table.drop_clean();
  EXPECT_LE(table.bytes(), full - 1'000 * (sizeof(Texts) + 3 * (100 + sizeof(std::string)) + 200));
  table.begin_step(3);
  table.load(id(1), Texts{.texts = {std::string(1'000, 'z')}, .sealed = {}});
  EXPECT_GE(table.bytes(), 1'000U);
}

TEST(DropCleanDeathTest, refuses_what_may_still_be_undone) {
  InMemory t;
  t.begin();
  t.set(1, 1);
  EXPECT_DEATH(t.table.drop_clean(), "images_.empty");
}

}  // namespace
}  // namespace kopilka::state
