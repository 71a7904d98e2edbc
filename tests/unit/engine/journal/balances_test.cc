#include "engine/journal/balances.h"

#include <gtest/gtest.h>

namespace kopilka::journal {
namespace {

using ledger::Account;
using model::Money;

ledger::Movement movement(std::uint64_t member, std::int64_t kopecks) {
  ledger::Movement moved;
  moved.member = model::MemberId{member};
  moved.debit(Account::goodwill, Money::kopecks(kopecks));
  moved.credit(Account::member_available, Money::kopecks(kopecks));
  return moved;
}

TEST(Balances, stand_in_the_order_of_the_chart_and_then_of_ids) {
  Balances balances;
  balances.take(movement(9, 100));
  balances.take(movement(8, 20));
  balances.take(movement(9, 1));
  const auto sorted = balances.sorted();
  ASSERT_EQ(sorted.size(), 3U);
  EXPECT_EQ(sorted[0].part, (SubAccount{Account::member_available, 8}));
  EXPECT_TRUE(sorted[0].kopecks == -20);
  EXPECT_EQ(sorted[1].part, (SubAccount{Account::member_available, 9}));
  EXPECT_TRUE(sorted[1].kopecks == -101);
  EXPECT_EQ(sorted[2].part, (SubAccount{Account::goodwill, 0}));
  EXPECT_TRUE(sorted[2].kopecks == 121);
}

TEST(Balances, leave_out_what_came_back_to_zero) {
  Balances balances;
  balances.take(movement(8, 20));
  balances.take(movement(9, 1));
  balances.take(movement(8, -20));
  const auto sorted = balances.sorted();
  ASSERT_EQ(sorted.size(), 2U);
  EXPECT_EQ(sorted[0].part, (SubAccount{Account::member_available, 9}));
}

}  // namespace
}  // namespace kopilka::journal
