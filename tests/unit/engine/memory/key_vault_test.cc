#include "engine/memory/key_vault.h"

#include <array>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "engine/memory/clock.h"

// What only the twins in memory do; what they promise is in tests/contract.
namespace kopilka::memory {
namespace {

using base::ErrorKind;
using model::MemberId;

TEST(MemoryVault, is_the_same_for_the_same_seed) {
  MemoryKeyVault one(5);
  MemoryKeyVault two(5);
  EXPECT_EQ(one.store_key(), two.store_key());
  EXPECT_EQ(one.seal(MemberId{42}, "Анна").value(), two.seal(MemberId{42}, "Анна").value());
  EXPECT_EQ(one.seal_for_processor("+7").value(), two.seal_for_processor("+7").value());
}

TEST(MemoryVault, loses_keys_that_were_not_synced_in_a_power_cut) {
  MemoryKeyVault vault(5);
  const auto anna = vault.seal(MemberId{42}, "Анна").value();
  ASSERT_TRUE(vault.sync());
  const auto boris = vault.seal(MemberId{43}, "Борис").value();
  vault.lose_unsynced();
  EXPECT_EQ(vault.open(MemberId{42}, anna).value_or("error"), "Анна");
  const auto lost = vault.open(MemberId{43}, boris);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::corrupt);
  // A key made again is another: the old text does not come back with it.
  const auto again = vault.seal(MemberId{43}, "Борис").value();
  EXPECT_FALSE(vault.open(MemberId{43}, boris));
  EXPECT_EQ(vault.open(MemberId{43}, again).value_or("error"), "Борис");
}

TEST(MemoryVault, a_destroyed_key_stays_destroyed_in_a_power_cut) {
  MemoryKeyVault vault(5);
  const auto sealed = vault.seal(MemberId{42}, "Анна").value();
  ASSERT_TRUE(vault.destroy(MemberId{42}));
  const auto newer = vault.seal(MemberId{42}, "Анна снова").value();
  vault.lose_unsynced();
  EXPECT_EQ(vault.open(MemberId{42}, sealed).error().kind, ErrorKind::not_available);
  EXPECT_EQ(vault.open(MemberId{42}, newer).error().kind, ErrorKind::corrupt);
}

TEST(ManualClock, stands_still_until_it_is_told) {
  ManualClock clock(model::Instant::micros(1000));
  EXPECT_EQ(clock.now(), model::Instant::micros(1000));
  EXPECT_EQ(clock.now(), model::Instant::micros(1000));
  clock.advance(model::Span::minutes(1));
  EXPECT_EQ(clock.now(), model::Instant::micros(60'001'000));
  clock.set(model::Instant::micros(5));
  EXPECT_EQ(clock.now(), model::Instant::micros(5));
}

TEST(SeededRandom, gives_the_same_bytes_however_they_are_asked_for) {
  SeededRandom one(7);
  SeededRandom two(7);
  SeededRandom other(8);
  std::array<unsigned char, 64> whole{};
  std::array<unsigned char, 64> parts{};
  std::array<unsigned char, 64> others{};
  one.fill(whole);
  std::size_t at = 0;
  for (const std::size_t size : {3U, 5U, 1U, 0U, 8U, 30U, 17U}) {
    two.fill(std::span(parts).subspan(at, size));
    at += size;
  }
  other.fill(others);
  EXPECT_EQ(at, whole.size());
  EXPECT_EQ(whole, parts);
  EXPECT_NE(whole, others);
}

}  // namespace
}  // namespace kopilka::memory
