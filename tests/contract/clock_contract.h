#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "engine/ports/clock.h"

// What every Clock and every Random promises. A suite is made for a World that has
//   ports::Clock& clock() / ports::Random& random()
namespace kopilka::contract {

template <class World>
class ClockContract : public ::testing::Test {
 protected:
  World world_;
};

TYPED_TEST_SUITE_P(ClockContract);

TYPED_TEST_P(ClockContract, tells_an_instant_that_dates_can_be_made_of) {
  const model::Instant now = this->world_.clock().now();
  const model::CivilDate date = model::to_civil(model::moscow_date(now));
  EXPECT_GE(date.year, 2011);
  EXPECT_LT(date.year, 2200);
}

TYPED_TEST_P(ClockContract, two_looks_in_a_row_are_less_than_a_minute_apart) {
  const model::Instant first = this->world_.clock().now();
  const model::Instant second = this->world_.clock().now();
  EXPECT_LT(second, first + model::Span::minutes(1));
  EXPECT_LT(first, second + model::Span::minutes(1));
}

REGISTER_TYPED_TEST_SUITE_P(ClockContract, tells_an_instant_that_dates_can_be_made_of,
                            two_looks_in_a_row_are_less_than_a_minute_apart);

template <class World>
class RandomContract : public ::testing::Test {
 protected:
  World world_;
};

TYPED_TEST_SUITE_P(RandomContract);

TYPED_TEST_P(RandomContract, fills_every_byte_and_none_beside_them) {
  // A byte that is never written would stay 0xAA in every one of 200 tries.
  std::array<std::set<unsigned>, 37> seen;
  for (int round = 0; round < 200; ++round) {
    std::array<unsigned char, 39> bytes;
    bytes.fill(0xAA);
    this->world_.random().fill(std::span(bytes).subspan(1, 37));
    EXPECT_EQ(bytes.front(), 0xAA);
    EXPECT_EQ(bytes.back(), 0xAA);
    for (std::size_t i = 0; i < 37; ++i)
      seen[i].insert(bytes[i + 1]);
  }
  for (const auto& values : seen)
    EXPECT_GT(values.size(), 50U);
}

TYPED_TEST_P(RandomContract, filling_nothing_is_allowed) {
  this->world_.random().fill({});
}

TYPED_TEST_P(RandomContract, does_not_repeat_itself) {
  std::set<std::array<unsigned char, 16>> seen;
  for (int round = 0; round < 1000; ++round) {
    std::array<unsigned char, 16> bytes{};
    this->world_.random().fill(bytes);
    EXPECT_TRUE(seen.insert(bytes).second);
  }
}

TYPED_TEST_P(RandomContract, half_of_all_bits_are_set) {
  std::vector<unsigned char> bytes(100'000);
  this->world_.random().fill(bytes);
  std::int64_t ones = 0;
  for (const unsigned char byte : bytes)
    ones += std::popcount(byte);
  EXPECT_LT(std::abs(ones - 400'000), 4'000);  // nine standard deviations
}

REGISTER_TYPED_TEST_SUITE_P(RandomContract, fills_every_byte_and_none_beside_them,
                            filling_nothing_is_allowed, does_not_repeat_itself,
                            half_of_all_bits_are_set);

}  // namespace kopilka::contract
