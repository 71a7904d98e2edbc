#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/bytes.h"
#include "engine/memory/clock.h"
#include "engine/ports/state_store.h"

// What every StateStore promises. A suite is made for a World that has
//   ports::StateStore& store()                    the store under test
//   void reopen()                                 closes it and opens it again
//   std::filesystem::path copy_path()             where a checkpoint may go; each time another
//   std::unique_ptr<ports::StateStore> open_copy(path)
namespace kopilka::contract {

using base::Bytes;
using base::ByteView;
using ports::Change;
using Rows = std::map<Bytes, Bytes>;

template <class World>
class StateStoreContract : public ::testing::Test {
 protected:
  ports::StateStore& store() { return world_.store(); }

  // REQUIRES: keys ascending
  void apply(const std::vector<Change>& changes, ByteView position) {
    const auto applied = store().apply(changes, position);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  std::optional<Bytes> get(ByteView key) { return value_of(store().get(key)); }
  Bytes position() { return value_of(store().position()); }

  static Rows rest_of(ports::RowCursor& cursor) {
    Rows rows;
    Bytes before;
    while (auto row = value_of(cursor.next())) {
      EXPECT_LT(before, row->key) << "rows come in key order";
      before = row->key;
      rows.emplace(std::move(row->key), std::move(row->value));
    }
    return rows;
  }
  static Rows scan(ports::StateStore& store, ByteView prefix, ByteView from) {
    return rest_of(*value_of(store.scan(prefix, from)));
  }
  Rows scan(ByteView prefix, ByteView from = {}) { return scan(store(), prefix, from); }

  template <class T>
  static T value_of(base::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }

  World world_;
};

TYPED_TEST_SUITE_P(StateStoreContract);

TYPED_TEST_P(StateStoreContract, is_empty_when_new) {
  EXPECT_EQ(this->position(), "");
  EXPECT_EQ(this->get("key"), std::nullopt);
  EXPECT_EQ(this->scan(""), Rows());
}

TYPED_TEST_P(StateStoreContract, gives_back_rows_and_position) {
  this->apply({{"a", "1"}, {"b", "2"}}, "41");
  EXPECT_EQ(this->get("a"), "1");
  EXPECT_EQ(this->get("b"), "2");
  EXPECT_EQ(this->get("c"), std::nullopt);
  EXPECT_EQ(this->position(), "41");
}

TYPED_TEST_P(StateStoreContract, later_change_sets_overwrite_and_remove) {
  this->apply({{"a", "1"}, {"b", "2"}, {"c", "3"}}, "1");
  this->apply({{"a", std::nullopt}, {"b", "two"}, {"d", std::nullopt}}, "2");
  EXPECT_EQ(this->scan(""), (Rows{{"b", "two"}, {"c", "3"}}));
  this->apply({{"a", "again"}}, "3");
  EXPECT_EQ(this->get("a"), "again");
}

TYPED_TEST_P(StateStoreContract, an_empty_change_set_moves_the_position_alone) {
  this->apply({{"a", "1"}}, "1");
  this->apply({}, "2");
  EXPECT_EQ(this->position(), "2");
  EXPECT_EQ(this->scan(""), (Rows{{"a", "1"}}));
}

TYPED_TEST_P(StateStoreContract, an_empty_value_is_a_row) {
  this->apply({{"a", ""}}, "1");
  EXPECT_EQ(this->get("a"), "");
  EXPECT_EQ(this->scan(""), (Rows{{"a", ""}}));
}

TYPED_TEST_P(StateStoreContract, any_bytes_may_be_in_keys_and_values) {
  const Bytes key{"k\0\xFF\n", 4};
  const Bytes value{"\0\xFF\0", 3};
  this->apply({{key, value}}, Bytes("\0\1", 2));
  EXPECT_EQ(this->get(key), value);
  EXPECT_EQ(this->get("k"), std::nullopt);
  EXPECT_EQ(this->position(), Bytes("\0\1", 2));
}

TYPED_TEST_P(StateStoreContract, multi_get_answers_in_the_order_that_was_asked) {
  this->apply({{"a", "1"}, {"b", "2"}}, "1");
  const std::vector<Bytes> keys{"b", "x", "a", "b"};
  using Found = std::vector<std::optional<Bytes>>;
  EXPECT_EQ(this->value_of(this->store().multi_get(keys)), (Found{"2", std::nullopt, "1", "2"}));
  EXPECT_EQ(this->value_of(this->store().multi_get({})), Found());
}

TYPED_TEST_P(StateStoreContract, a_scan_keeps_to_its_prefix_and_begins_at_from) {
  this->apply({{"a", "1"}, {"b", "2"}, {"b1", "3"}, {"b2", "4"}, {"c", "5"}}, "1");
  EXPECT_EQ(this->scan("b"), (Rows{{"b", "2"}, {"b1", "3"}, {"b2", "4"}}));
  EXPECT_EQ(this->scan("b", "b1"), (Rows{{"b1", "3"}, {"b2", "4"}}));
  EXPECT_EQ(this->scan("b", "b10"), (Rows{{"b2", "4"}}));
  EXPECT_EQ(this->scan("b", "a"), (Rows{{"b", "2"}, {"b1", "3"}, {"b2", "4"}}));
  EXPECT_EQ(this->scan("b", "c"), Rows());
  EXPECT_EQ(this->scan("", "b2"), (Rows{{"b2", "4"}, {"c", "5"}}));
  EXPECT_EQ(this->scan("bb"), Rows());
}

TYPED_TEST_P(StateStoreContract, a_prefix_of_the_highest_bytes_has_an_end_too) {
  this->apply({{"a\xFF", "1"}, {"a\xFF\xFF", "2"}, {"b", "3"}, {"\xFF", "4"}, {"\xFF\xFF", "5"}},
              "1");
  EXPECT_EQ(this->scan("a\xFF"), (Rows{{"a\xFF", "1"}, {"a\xFF\xFF", "2"}}));
  EXPECT_EQ(this->scan("\xFF"), (Rows{{"\xFF", "4"}, {"\xFF\xFF", "5"}}));
}

TYPED_TEST_P(StateStoreContract, a_cursor_stays_at_its_moment) {
  this->apply({{"a", "1"}, {"b", "2"}}, "1");
  auto cursor = this->value_of(this->store().scan("", ""));
  EXPECT_EQ(this->value_of(cursor->next())->value, "1");
  this->apply({{"a", "9"}, {"b", "9"}, {"c", "9"}}, "2");
  EXPECT_EQ(this->rest_of(*cursor), (Rows{{"b", "2"}}));
  EXPECT_EQ(this->value_of(cursor->next()).has_value(), false) << "the end stays the end";
  EXPECT_EQ(this->scan("").size(), 3U);
}

TYPED_TEST_P(StateStoreContract, reopening_changes_nothing) {
  this->apply({{"a", "1"}, {"b", "2"}}, "1");
  this->apply({{"a", std::nullopt}}, "2");
  this->world_.reopen();
  EXPECT_EQ(this->scan(""), (Rows{{"b", "2"}}));
  EXPECT_EQ(this->position(), "2");
  this->apply({{"c", "3"}}, "3");
  EXPECT_EQ(this->scan(""), (Rows{{"b", "2"}, {"c", "3"}}));
}

TYPED_TEST_P(StateStoreContract, a_checkpoint_is_a_copy_of_its_own) {
  this->apply({{"a", "1"}}, "1");
  const auto path = this->world_.copy_path();
  ASSERT_TRUE(this->store().checkpoint(path));
  this->apply({{"a", "2"}}, "2");
  const auto copy = this->world_.open_copy(path);
  EXPECT_EQ(this->scan(*copy, "", ""), (Rows{{"a", "1"}}));
  EXPECT_EQ(this->value_of(copy->position()), "1");
  ASSERT_TRUE(copy->apply(std::vector<Change>{{"a", "3"}}, "3"));
  EXPECT_EQ(this->get("a"), "2");
  EXPECT_EQ(this->position(), "2");
}

TYPED_TEST_P(StateStoreContract, a_checkpoint_overwrites_nothing) {
  this->apply({{"a", "1"}}, "1");
  const auto path = this->world_.copy_path();
  ASSERT_TRUE(this->store().checkpoint(path));
  const auto again = this->store().checkpoint(path);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, base::ErrorKind::usage);
}

// Many change sets of a seeded world against a map that is obviously right.
TYPED_TEST_P(StateStoreContract, agrees_with_a_map_over_many_change_sets) {
  memory::SeededRandom random(20190301);
  const auto below = [&](unsigned limit) {
    std::uint32_t drawn = 0;
    random.fill({reinterpret_cast<unsigned char*>(&drawn), sizeof(drawn)});
    return drawn % limit;
  };
  Rows expected;
  for (unsigned round = 1; round <= 60; ++round) {
    std::map<Bytes, std::optional<Bytes>> drawn;
    for (unsigned i = below(200); i > 0; --i) {
      const Bytes key =
          std::string(1, static_cast<char>('A' + below(3))) + std::to_string(below(400));
      drawn[key] = below(4) == 0 ? std::nullopt : std::optional(std::to_string(below(1000)));
    }
    std::vector<Change> changes;
    for (const auto& [key, value] : drawn) {
      changes.push_back({key, value});
      if (value)
        expected[key] = *value;
      else
        expected.erase(key);
    }
    this->apply(changes, std::to_string(round));
    if (round % 20 == 0) this->world_.reopen();
  }
  EXPECT_EQ(this->scan(""), expected);
  EXPECT_EQ(this->position(), "60");
  for (unsigned i = 0; i < 400; ++i) {
    const Bytes key = "B" + std::to_string(i);
    const auto it = expected.find(key);
    EXPECT_EQ(this->get(key), it == expected.end() ? std::nullopt : std::optional(it->second));
  }
}

// Each change set writes the same number to all rows: a reader that sees two has seen half of one.
TYPED_TEST_P(StateStoreContract, readers_see_whole_change_sets_only) {
  const std::vector<Bytes> keys{"a", "b", "c", "d"};
  const auto rows_of = [&](int number) {
    std::vector<Change> changes;
    for (const Bytes& key : keys)
      changes.push_back({key, std::to_string(number)});
    return changes;
  };
  this->apply(rows_of(0), "0");
  std::atomic<bool> is_done{false};
  std::atomic<int> torn{0};
  std::atomic<int> looks{0};
  std::thread reader([&] {
    while (!is_done.load()) {
      const auto found = this->value_of(this->store().multi_get(keys));
      const auto scanned = this->scan("");
      for (const auto& value : found)
        if (value != found.front()) torn.fetch_add(1);
      for (const auto& [key, value] : scanned)
        if (value != scanned.begin()->second) torn.fetch_add(1);
      looks.fetch_add(1);
    }
  });
  for (int number = 1; number <= 100 || looks.load() < 20; ++number)
    this->apply(rows_of(number), std::to_string(number));
  is_done.store(true);
  reader.join();
  EXPECT_EQ(torn.load(), 0);
}

REGISTER_TYPED_TEST_SUITE_P(
    StateStoreContract, is_empty_when_new, gives_back_rows_and_position,
    later_change_sets_overwrite_and_remove, an_empty_change_set_moves_the_position_alone,
    an_empty_value_is_a_row, any_bytes_may_be_in_keys_and_values,
    multi_get_answers_in_the_order_that_was_asked, a_scan_keeps_to_its_prefix_and_begins_at_from,
    a_prefix_of_the_highest_bytes_has_an_end_too, a_cursor_stays_at_its_moment,
    reopening_changes_nothing, a_checkpoint_is_a_copy_of_its_own, a_checkpoint_overwrites_nothing,
    agrees_with_a_map_over_many_change_sets, readers_see_whole_change_sets_only);

}  // namespace kopilka::contract
