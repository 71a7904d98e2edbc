#include "engine/vault/slot_index.h"

#include <map>

#include <gtest/gtest.h>

#include "engine/memory/clock.h"

namespace kopilka::vault {
namespace {

using model::MemberId;

TEST(SlotIndex, finds_nothing_when_empty) {
  EXPECT_EQ(SlotIndex().find(MemberId{1}), std::nullopt);
}

TEST(SlotIndex, the_latest_slot_of_a_member_counts) {
  SlotIndex index;
  index.put(MemberId{7}, 1);
  index.put(MemberId{7}, 9);
  EXPECT_EQ(index.find(MemberId{7}), Slot{9});
  EXPECT_EQ(index.size(), 1U);
}

TEST(SlotIndex, agrees_with_a_map_for_sequential_and_scattered_ids) {
  SlotIndex index;
  std::map<MemberId, Slot> expected;
  memory::SeededRandom random(5);
  for (Slot slot = 0; slot < 20'000; ++slot) {
    std::uint64_t id = slot + 1;
    if (slot % 2 == 0) random.fill({reinterpret_cast<unsigned char*>(&id), sizeof(id)});
    const MemberId member{id % model::kIdLimit + 1};
    index.put(member, slot);
    expected[member] = slot;
  }
  EXPECT_EQ(index.size(), expected.size());
  for (const auto& [member, slot] : expected)
    ASSERT_EQ(index.find(member), slot);
  for (std::uint64_t id = 30'000; id < 31'000; ++id)
    ASSERT_EQ(index.find(MemberId{id}).has_value(), expected.contains(MemberId{id}));
}

}  // namespace
}  // namespace kopilka::vault
