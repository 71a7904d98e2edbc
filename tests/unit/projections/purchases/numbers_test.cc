#include "projections/purchases/numbers.h"

#include <vector>

#include <gmock/gmock.h>

#include "tests/support/times.h"

namespace kopilka::projections::purchases {
namespace {

using ledger::MemberSide;
using ledger::PartnerSide;
using model::Money;
using support::day;
using testing::ElementsAre;

constexpr Money roubles(std::int64_t value) {
  return Money::kopecks(value * 100);
}

Entry ordered(std::int64_t value) {
  return {day("2019-03-01"), model::PurchaseId{1}, roubles(value)};
}

ledger::Purchase purchase(PartnerSide partner, MemberSide member, std::int64_t base) {
  ledger::Purchase row;
  row.partner_side = partner;
  row.member_side = member;
  row.base = roubles(base);
  row.cashback = roubles(base / 10);
  row.commission = roubles(base / 5);
  return row;
}

TEST(PurchaseNumbersTest, adds_up_what_stands_and_what_was_ordered) {
  Numbers numbers;
  numbers.add(ordered(100), purchase(PartnerSide::tracked, MemberSide::frozen, 100));
  numbers.add(ordered(200), purchase(PartnerSide::approved, MemberSide::released, 150));
  numbers.add(ordered(400), purchase(PartnerSide::declined, MemberSide::cancelled, 0));
  const Numbers expected{.purchases = 3,
                         .tracked = 1,
                         .approved = 1,
                         .declined = 1,
                         .ordered = roubles(700),
                         .base = roubles(250),
                         .cashback = roubles(25),
                         .released = roubles(15),
                         .commission = roubles(50),
                         .commission_approved = roubles(30)};
  EXPECT_EQ(numbers, expected);
  EXPECT_EQ(numbers.returned(), roubles(450));
}

TEST(PurchaseNumbersTest, shows_a_raised_order_as_a_negative_return) {
  Numbers numbers;
  numbers.add(ordered(100), purchase(PartnerSide::approved, MemberSide::frozen, 120));
  EXPECT_EQ(numbers.returned(), roubles(-20));
}

TEST(PurchaseNumbersTest, counts_released_only_what_was_not_clawed_back) {
  EXPECT_EQ(released(purchase(PartnerSide::approved, MemberSide::released, 100)), roubles(10));
  EXPECT_EQ(released(purchase(PartnerSide::approved, MemberSide::frozen, 100)), Money{});
  EXPECT_EQ(released(purchase(PartnerSide::declined, MemberSide::clawed_back, 100)), Money{});
}

TEST(PurchaseNumbersTest, counts_parked_messages_apart) {
  ledger::Parked waiting;
  ledger::Parked over;
  over.expired = true;
  Numbers numbers;
  numbers.add(waiting);
  numbers.add(over);
  numbers.add(over);
  EXPECT_EQ(numbers, (Numbers{.unattributed = 1, .expired = 2}));
}

TEST(PurchaseNumbersTest, adds_every_number_of_another_day) {
  const Numbers one{1,          2,          3,          4,           5,           6,
                    roubles(7), roubles(8), roubles(9), roubles(10), roubles(11), roubles(12)};
  Numbers sum = one;
  sum.add(one);
  const Numbers twice{2,           4,           6,           8,           10,          12,
                      roubles(14), roubles(16), roubles(18), roubles(20), roubles(22), roubles(24)};
  EXPECT_EQ(sum, twice);
}

TEST(PurchaseNumbersTest, keeps_days_ascending_however_they_come) {
  std::vector<DayNumbers> days;
  for (const auto* on : {"2019-03-02", "2019-03-04", "2019-03-02", "2019-03-03", "2019-03-01"})
    ++numbers_of(days, day(on)).purchases;
  const auto is = [](const char* on, Count purchases) {
    return DayNumbers{day(on), {.purchases = purchases}};
  };
  EXPECT_THAT(days, ElementsAre(is("2019-03-01", 1), is("2019-03-02", 2), is("2019-03-03", 1),
                                is("2019-03-04", 1)));
}

}  // namespace
}  // namespace kopilka::projections::purchases
