#include "engine/state/stable_map.h"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/model/ids.h"
#include "engine/state/key_hash.h"

namespace kopilka::state {
namespace {

// So few values that keys meet in the index all the time.
struct PoorHash {
  std::uint32_t operator()(std::uint64_t key) const { return static_cast<std::uint32_t>(key % 7); }
};
using Poor = StableMap<std::uint64_t, std::string, PoorHash>;

std::map<std::uint64_t, std::string> contents(const Poor& map) {
  std::map<std::uint64_t, std::string> all;
  map.for_each([&](const auto& node) { all[node.key] = node.value; });
  EXPECT_EQ(all.size(), map.size());
  return all;
}

TEST(StableMap, does_what_a_map_does_whatever_is_made_and_erased) {
  std::mt19937_64 dice(1);
  Poor map;
  std::map<std::uint64_t, std::string> expected;
  for (int round = 0; round < 20'000; ++round) {
    const std::uint64_t key = dice() % 300;
    if (dice() % 3 != 0) {
      const auto inserted = map.insert(key);
      EXPECT_EQ(inserted.is_new, !expected.contains(key));
      map.node(inserted.number).value = expected[key] = std::to_string(round) + " in the heap";
    } else if (expected.erase(key) > 0) {
      map.erase(map.insert(key).number);
    }
    const auto* found = map.find(dice() % 300);
    if (found != nullptr) {
      ASSERT_EQ(found->value, expected.at(found->key));
    }
    if (round % 1'000 == 0) {
      ASSERT_EQ(contents(map), expected);
    }
  }
  for (std::uint64_t key = 0; key < 300; ++key)
    EXPECT_EQ(map.find(key) != nullptr, expected.contains(key));
}

TEST(StableMap, erases_what_is_named_and_gives_its_memory_back) {
  Poor map;
  for (std::uint64_t key = 0; key < 10'000; ++key)
    map.node(map.insert(key).number).value = std::to_string(key);
  const auto bytes = map.bytes();
  EXPECT_EQ(map.erase_if([](const auto& node) { return node.key >= 100; }), 9'900U);
  EXPECT_LT(map.bytes(), bytes / 10);
  EXPECT_EQ(map.size(), 100U);
  for (std::uint64_t key = 0; key < 10'000; ++key)
    EXPECT_EQ(map.find(key) != nullptr, key < 100) << key;
  EXPECT_EQ(map.find(42)->value, "42");
  EXPECT_TRUE(map.insert(5'000).is_new);
}

TEST(StableMap, keeps_nodes_where_they_are) {
  Poor map;
  const auto* first = &map.node(map.insert(1).number);
  for (std::uint64_t key = 2; key < 5'000; ++key)
    map.insert(key);
  map.erase_if([](const auto& node) { return node.key % 2 == 0; });
  EXPECT_EQ(map.find(1), first);
}

TEST(StableMap, is_walked_in_the_order_in_which_nodes_were_made) {
  Poor map;
  for (std::uint64_t key = 1'000; key > 0; --key)
    map.insert(key);
  std::uint64_t expected = 1'000;
  map.for_each([&](const auto& node) { EXPECT_EQ(node.key, expected--); });
}

TEST(StableMap, is_copied_with_the_numbers_of_its_nodes) {
  Poor map;
  std::vector<Poor::Number> numbers;
  for (std::uint64_t key = 0; key < 200; ++key) {
    numbers.push_back(map.insert(key).number);
    map.node(numbers.back()).value = "of " + std::to_string(key);
  }
  map.erase_if([](const auto& node) { return node.key < 70; });
  Poor copy = map;
  map.clear();
  EXPECT_EQ(map.find(100), nullptr);
  EXPECT_EQ(copy.size(), 130U);
  EXPECT_EQ(copy.node(numbers[150]).value, "of 150");
  EXPECT_TRUE(copy.insert(3).is_new);
  Poor moved = std::move(copy);
  EXPECT_EQ(moved.find(150)->value, "of 150");
}

TEST(KeyHash, spreads_keys_that_follow_one_another) {
  std::vector<int> cells(1'024);
  for (std::uint64_t id = 0; id < 1'024; ++id)
    ++cells[KeyHash<model::MemberId>{}(model::MemberId{id << 20}) % cells.size()];
  EXPECT_LT(std::ranges::max(cells), 12);
}

}  // namespace
}  // namespace kopilka::state
