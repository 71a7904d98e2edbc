#include "engine/model/money.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace kopilka::model {
namespace {

Money kopecks(std::int64_t value) {
  return Money::kopecks(value);
}

TEST(MoneyText, is_roubles_a_point_and_two_digits) {
  EXPECT_EQ(to_text(kopecks(0)), "0.00");
  EXPECT_EQ(to_text(kopecks(5)), "0.05");
  EXPECT_EQ(to_text(kopecks(-5)), "-0.05");
  EXPECT_EQ(to_text(kopecks(405'000)), "4050.00");
  EXPECT_EQ(to_text(kopecks(-100)), "-1.00");
  EXPECT_EQ(to_text(kopecks(std::numeric_limits<std::int64_t>::min())), "-92233720368547758.08");
}

TEST(ParseMoney, takes_up_to_ten_digits_and_exactly_two_of_fraction) {
  EXPECT_EQ(parse_money("0.00"), kopecks(0));
  EXPECT_EQ(parse_money("0.01"), kopecks(1));
  EXPECT_EQ(parse_money("0000000000.10"), kopecks(10));
  EXPECT_EQ(parse_money("9999999999.99"), kAmountMax);
}

TEST(ParseMoney, refuses_everything_else) {
  for (const std::string_view text :
       {"",      ".",       "1",     "1.",    "1.0",  "1.000",  ".00",    "10000000000.00",
        "+1.00", "-1.00",   " 1.00", "1.00 ", "1,00", "1e2.00", "0x1.00", "1.0a",
        "1..00", "1.00.00", "１.00", "NaN"})
    EXPECT_EQ(parse_money(text), std::nullopt) << text;
}

TEST(ParseSignedMoney, takes_one_sign) {
  EXPECT_EQ(parse_signed_money("-1.00"), kopecks(-100));
  EXPECT_EQ(parse_signed_money("+1.00"), kopecks(100));
  EXPECT_EQ(parse_signed_money("1.00"), kopecks(100));
  EXPECT_EQ(parse_signed_money("-9999999999.99"), -kAmountMax);
  for (const std::string_view text : {"--1.00", "+-1.00", "-", "- 1.00", "-1"})
    EXPECT_EQ(parse_signed_money(text), std::nullopt) << text;
}

TEST(ParsePercent, takes_up_to_three_digits_and_four_of_fraction) {
  for (const auto& [text, ppm] :
       {std::pair{"0", 0U}, std::pair{"1", 10'000U}, std::pair{"8.5", 85'000U},
        std::pair{"7.49", 74'900U}, std::pair{"0.0001", 1U}, std::pair{"30.0000", 300'000U},
        std::pair{"100", 1'000'000U}, std::pair{"999.9999", 9'999'999U}, std::pair{"007", 70'000U}})
    EXPECT_EQ(parse_percent(text), Rate::ppm(ppm)) << text;
  for (const std::string_view text :
       {"", ".", "1.", ".5", "1000", "1.00001", "-1", "+1", "1%", "1,5", " 1", "1e1"})
    EXPECT_EQ(parse_percent(text), std::nullopt) << text;
}

TEST(PercentText, is_the_shortest_form) {
  EXPECT_EQ(to_text(Rate::ppm(0)), "0");
  EXPECT_EQ(to_text(Rate::ppm(85'000)), "8.5");
  EXPECT_EQ(to_text(Rate::ppm(100'000)), "10");
  EXPECT_EQ(to_text(Rate::ppm(1)), "0.0001");
  EXPECT_EQ(to_text(Rate::ppm(74'900)), "7.49");
}

TEST(ParseExchangeRate, takes_exactly_four_digits_of_fraction_and_no_zero) {
  EXPECT_EQ(parse_exchange_rate("65.4321"), ExchangeRate::ten_thousandths(654'321));
  EXPECT_EQ(parse_exchange_rate("0.0001"), ExchangeRate::ten_thousandths(1));
  EXPECT_EQ(parse_exchange_rate("999999.9999"), ExchangeRate::ten_thousandths(9'999'999'999));
  EXPECT_EQ(to_text(ExchangeRate::ten_thousandths(654'321)), "65.4321");
  EXPECT_EQ(to_text(ExchangeRate::ten_thousandths(1)), "0.0001");
  for (const std::string_view text :
       {"0.0000", "65", "65.43", "65.43210", "1000000.0000", "-1.0000", ".0001", ""})
    EXPECT_EQ(parse_exchange_rate(text), std::nullopt) << text;
}

TEST(DivideRounded, goes_half_away_from_zero) {
  const auto divided = [](std::int64_t numerator, std::int64_t denominator) {
    return static_cast<std::int64_t>(divide_rounded(numerator, denominator));
  };
  EXPECT_EQ(divided(149, 100), 1);
  EXPECT_EQ(divided(150, 100), 2);
  EXPECT_EQ(divided(-149, 100), -1);
  EXPECT_EQ(divided(-150, 100), -2);
  EXPECT_EQ(divided(1, 3), 0);
  EXPECT_EQ(divided(2, 3), 1);
  EXPECT_EQ(divided(1, 2), 1);
  EXPECT_EQ(divided(-1, 2), -1);
  EXPECT_EQ(divided(0, 7), 0);
  EXPECT_EQ(divided(7, 1), 7);
}

// Against the definition: the nearest, and of two the one further from zero.
TEST(DivideRounded, is_the_nearest_for_every_small_case) {
  for (std::int64_t denominator = 1; denominator <= 9; ++denominator) {
    for (std::int64_t numerator = -60; numerator <= 60; ++numerator) {
      const auto got = static_cast<std::int64_t>(divide_rounded(numerator, denominator));
      const auto twice_rest = 2 * (numerator - got * denominator);
      EXPECT_LE(twice_rest < 0 ? -twice_rest : twice_rest, denominator);
      if (twice_rest == denominator || twice_rest == -denominator) {
        EXPECT_EQ(got > 0, twice_rest < 0) << numerator << '/' << denominator;
      }
    }
  }
}

TEST(Share, of_the_largest_amount_does_not_overflow) {
  EXPECT_EQ(share(kAmountMax, Rate::ppm(1'000'000)), kAmountMax);
  EXPECT_EQ(share(kAmountMax, Rate::ppm(9'999'999)), kopecks(9'999'998'999'990));
  EXPECT_EQ(share(kopecks(3010), Rate::ppm(50'000)), kopecks(151));
  EXPECT_EQ(share(kopecks(-3010), Rate::ppm(50'000)), kopecks(-151));
}

TEST(Convert, rounds_half_up_and_keeps_to_the_largest_amount) {
  EXPECT_EQ(convert(kopecks(33), ExchangeRate::ten_thousandths(654'321)), kopecks(2159));
  EXPECT_EQ(convert(kopecks(1), ExchangeRate::ten_thousandths(15'000)), kopecks(2));
  EXPECT_EQ(convert(kopecks(1), ExchangeRate::ten_thousandths(4'999)), kopecks(0));
  EXPECT_EQ(convert(kopecks(1), ExchangeRate::ten_thousandths(5'000)), kopecks(1));
  EXPECT_EQ(convert(kAmountMax, ExchangeRate::ten_thousandths(10'000)), kAmountMax);
  EXPECT_EQ(convert(kAmountMax, ExchangeRate::ten_thousandths(10'001)), std::nullopt);
  EXPECT_EQ(convert(kAmountMax, ExchangeRate::ten_thousandths(9'999'999'999)), std::nullopt);
}

}  // namespace
}  // namespace kopilka::model
