#include "engine/ledger/earning.h"

#include "tests/unit/engine/ledger/world.h"

// What an order earns: rounding, fixed sums, foreign money (domain.md §8, W2).
namespace kopilka::ledger {
namespace {

using model::ExchangeRate;
using model::OrderLine;

std::vector<OrderLine> order(const std::vector<std::string_view>& amounts) {
  std::vector<OrderLine> lines;
  for (const auto amount : amounts)
    lines.push_back(
        {.line = static_cast<std::uint32_t>(lines.size() + 1), .amount = money(amount)});
  return lines;
}

std::string cashback_of(std::string_view rate, const std::vector<std::string_view>& amounts) {
  const std::vector tariffs{tariff("base", rate, "0")};
  return to_text(earn(order(amounts), std::nullopt, tariffs).cashback);
}

OrderLine line(std::uint32_t number, std::string_view amount, std::string_view code) {
  return {.line = number, .amount = money(amount), .tariff = std::string(code)};
}

TEST(Earning, rounds_half_a_kopeck_away_from_zero) {
  EXPECT_EQ(cashback_of("5", {"30.10"}), "1.51");  // 150.5
  EXPECT_EQ(cashback_of("1", {"0.09"}), "0.00");
  EXPECT_EQ(cashback_of("1", {"0.10"}), "0.00");
  EXPECT_EQ(cashback_of("1", {"0.49"}), "0.00");
  EXPECT_EQ(cashback_of("1", {"0.50"}), "0.01");
  EXPECT_EQ(cashback_of("1", {"0.99"}), "0.01");
  EXPECT_EQ(cashback_of("1", {"1.00"}), "0.01");
  EXPECT_EQ(cashback_of("30", {"0.01"}), "0.00");
  EXPECT_EQ(cashback_of("30", {"0.02"}), "0.01");
}

TEST(Earning, rounds_each_line_and_then_adds) {
  EXPECT_EQ(cashback_of("5", {"10.10", "10.10", "10.10"}), "1.53");
  EXPECT_EQ(cashback_of("5", {"30.30"}), "1.52");
}

TEST(Earning, rounds_the_commission_of_each_line_too) {
  const std::vector tariffs{tariff("base", "1", "5")};
  const auto earned = earn(order({"10.10", "10.10", "10.10"}), std::nullopt, tariffs);
  EXPECT_EQ(earned.commission, money("1.53"));
  EXPECT_EQ(earned.lines.at(2).commission, money("0.51"));
  EXPECT_EQ(earned.base, money("30.30"));
}

TEST(Earning, does_not_overflow_at_the_largest_amounts) {
  const std::vector tariffs{tariff("base", "30", "100")};
  const std::vector<std::string_view> amounts(1000, "9999999999.99");
  const auto earned = earn(order(amounts), std::nullopt, tariffs);
  EXPECT_EQ(earned.base, Money::kopecks(999'999'999'999'000));
  EXPECT_EQ(earned.commission, earned.base);
  EXPECT_EQ(earned.cashback, Money::kopecks(300'000'000'000'000));
}

TEST(Earning, takes_each_line_by_its_own_tariff) {
  const std::vector tariffs{tariff("one", "10", "20"), tariff("two", "20", "30")};
  const std::vector lines{line(1, "100.00", "one"), line(2, "100.00", "two")};
  const auto earned = earn(lines, std::nullopt, tariffs);
  EXPECT_EQ(earned.lines.at(0).cashback, money("10.00"));
  EXPECT_EQ(earned.lines.at(0).rate, percent("10"));
  EXPECT_EQ(earned.lines.at(1).cashback, money("20.00"));
  EXPECT_EQ(earned.commission, money("50.00"));
}

TEST(Earning, counts_each_fixed_sum_once_an_action) {
  const std::vector tariffs{fixed_tariff("one", "500.00", "700.00"),
                            fixed_tariff("two", "50.00", "70.00")};
  const std::vector lines{line(1, "0.00", "one"), line(2, "1.00", "one"), line(3, "1.00", "one"),
                          line(4, "5.00", "two")};
  const auto earned = earn(lines, std::nullopt, tariffs);
  EXPECT_EQ(earned.cashback, money("550.00"));
  EXPECT_EQ(earned.commission, money("770.00"));
  EXPECT_EQ(earned.lines.at(0).cashback, Money{});
  EXPECT_EQ(earned.lines.at(2).cashback, Money{});
}

TEST(Earning, gives_no_fixed_sum_for_an_order_of_nothing) {
  const std::vector tariffs{fixed_tariff("one", "500.00", "700.00")};
  const auto earned = earn(order({"0.00", "0.00"}), std::nullopt, tariffs);
  EXPECT_EQ(earned.cashback, Money{});
  EXPECT_EQ(earned.commission, Money{});
}

TEST(Earning, mixes_a_fixed_commission_with_a_percent_for_the_member) {
  const model::Tariff mixed{
      .code = "base", .percent = percent("10"), .commission_fixed = money("50.00")};
  const auto earned = earn(order({"100.00", "100.00"}), std::nullopt, std::vector{mixed});
  EXPECT_EQ(earned.cashback, money("20.00"));
  EXPECT_EQ(earned.commission, money("50.00"));
}

TEST(Earning, gives_a_partner_without_commission_nothing_to_pay) {
  const model::Tariff free{.code = "base", .percent = percent("10")};
  const auto earned = earn(order({"100.00"}), std::nullopt, std::vector{free});
  EXPECT_EQ(earned.commission, Money{});
}

TEST(Earning, converts_each_line_to_kopecks_and_then_takes_the_percent) {
  const std::vector tariffs{tariff("base", "5", "10")};
  // 0.33 × 65.4321 = 21.592593 → 21.59 → 1.0795 → 1.08
  const auto rate = ExchangeRate::ten_thousandths(654'321);
  const auto earned = earn(order({"0.33", "0.33"}), rate, tariffs);
  EXPECT_EQ(earned.lines.at(0).amount, money("0.33"));
  EXPECT_EQ(earned.lines.at(0).base, money("21.59"));
  EXPECT_EQ(earned.base, money("43.18"));
  EXPECT_EQ(earned.cashback, money("2.16"));
  EXPECT_EQ(earned.commission, money("4.32"));  // 2.159 → 2.16 a line
}

TEST(Earning, rounds_a_converted_half_kopeck_up) {
  const std::vector tariffs{tariff("base", "1", "1")};
  const auto earned = earn(order({"0.01"}), ExchangeRate::ten_thousandths(15'000), tariffs);
  EXPECT_EQ(earned.base, money("0.02"));  // 1.5 kopecks
}

TEST(Earning, names_no_base_for_lines_of_roubles) {
  const auto earned = earn(order({"1.00"}), std::nullopt, std::vector{tariff("base", "1", "1")});
  EXPECT_EQ(earned.lines.front().base, std::nullopt);
}

TEST(Earning, is_recorded_in_foreign_money_with_its_rate) {
  auto story = shop(terms("5", "10"));
  const auto outcome = story.when(with(report(kApproved, 0, "10.00"), [](auto& m) {
    m.currency = "EUR";
    m.fx_rate = ExchangeRate::ten_thousandths(750'000);
  }));
  const auto& event = std::get<model::PurchaseRecorded>(outcome.decision()->front().event);
  EXPECT_EQ(event.currency, "EUR");
  EXPECT_EQ(event.fx_rate, ExchangeRate::ten_thousandths(750'000));
  EXPECT_EQ(event.base, money("750.00"));
  EXPECT_EQ(event.cashback, money("37.50"));
  EXPECT_EQ(funds(story), funds_of("37.50", "0.00"));
}

// --- sums of a message -------------------------------------------------------------------------

TEST(SumsOfAMessage, are_the_set_of_lines_that_cost_something) {
  const std::vector lines{line(2, "5.00", "x"), line(1, "3.00", "x")};
  const std::vector same{line(1, "3.00", "x"), line(3, "0.00", "y"), line(2, "5.00", "x")};
  EXPECT_EQ(sums_of(lines), sums_of(same));
  EXPECT_EQ(sums_of(std::vector{line(7, "0.00", "x")}), sums_of(std::vector<OrderLine>{}));
}

TEST(SumsOfAMessage, differ_by_line_amount_or_tariff) {
  const auto one = sums_of(std::vector{line(1, "3.00", "x")});
  EXPECT_NE(one, sums_of(std::vector{line(2, "3.00", "x")}));
  EXPECT_NE(one, sums_of(std::vector{line(1, "3.01", "x")}));
  EXPECT_NE(one, sums_of(std::vector{line(1, "3.00", "y")}));
}

TEST(SumsOfAMessage, are_the_same_before_and_after_it_earned) {
  const std::vector lines{line(1, "3.00", "x")};
  const std::vector tariffs{tariff("x", "10", "20")};
  EXPECT_EQ(sums_of(lines), sums_of(earn(lines, std::nullopt, tariffs).lines));
  EXPECT_EQ(sums_of(lines), sums_of(without_earnings(lines)));
}

// --- changes are recomputed, never rounded -----------------------------------------------------

TEST(Earning, of_what_remains_is_recomputed_and_not_subtracted) {
  auto story = shop(terms("5", "10"));
  story.after(report(kApproved, 0, "60.20"));  // 3.01
  story.after(report(kApproved, 10, "30.10"));
  EXPECT_EQ(cashback(story), "1.51");  // 3.01 − 5 % of 30.10 would leave 1.50
  EXPECT_EQ(funds(story), funds_of("1.51", "0.00"));
}

TEST(Earning, of_a_fixed_tariff_stays_while_anything_remains) {
  auto story = shop(terms({fixed_tariff("lead", "500.00", "700.00")}));
  story.after(report(kApproved, 0, "100.00"));
  story.after(report(kApproved, 10, "0.01"));
  EXPECT_EQ(cashback(story), "500.00");
  EXPECT_EQ(commission(story), "700.00");
  story.after(report(kApproved, 20, "0.00"));
  EXPECT_EQ(cashback(story), "0.00");
  EXPECT_EQ(commission(story), "0.00");
}

}  // namespace
}  // namespace kopilka::ledger
