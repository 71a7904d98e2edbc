#include "engine/ledger/earning.h"
#include "tests/unit/engine/ledger/world.h"

// Caps of an action and of a month, in the order of the log (domain.md §8).
namespace kopilka::ledger {
namespace {

using model::Span;

model::TermsPublished capped(std::optional<std::string_view> order,
                             std::optional<std::string_view> month) {
  auto published = terms("10", "20");
  if (order) published.cap_per_order = money(*order);
  if (month) published.cap_per_month = money(*month);
  return published;
}

TEST(CapOfAnAction, cuts_the_cashback_and_not_the_commission) {
  auto story = shop(capped("50.00", std::nullopt));
  const auto outcome = story.when(report(kApproved, 0, "1000.00"));
  const auto& event = std::get<model::PurchaseRecorded>(outcome.decision()->front().event);
  EXPECT_EQ(event.cashback, money("50.00"));
  EXPECT_EQ(event.capped_from, money("100.00"));
  EXPECT_EQ(event.commission, money("200.00"));
  EXPECT_EQ(moved(event), "1210 200.00, 2100 -50.00, 4100 -150.00");
}

TEST(CapOfAnAction, leaves_alone_what_just_meets_it) {
  auto story = shop(capped("50.00", std::nullopt));
  const auto outcome = story.when(report(kApproved, 0, "500.00"));
  const auto& event = std::get<model::PurchaseRecorded>(outcome.decision()->front().event);
  EXPECT_EQ(event.cashback, money("50.00"));
  EXPECT_EQ(event.capped_from, std::nullopt);
}

TEST(CapOfAnAction, holds_for_each_action_and_not_for_the_order) {
  auto story = shop(capped("50.00", std::nullopt));
  for (const auto* action : {"a", "b"})
    story.after(with(report_of(action, kApproved, 0, "1000.00"),
                     [](auto& m) { m.order_id = "one order"; }));
  EXPECT_EQ(funds(story), funds_of("100.00", "0.00"));
}

TEST(CapOfAMonth, leaves_what_the_members_other_purchases_have_not_used) {
  auto story = shop(capped(std::nullopt, "120.00"));
  story.after(report_of("a", kNew, 0, "1000.00"));
  story.after(report_of("b", kNew, 0, "1000.00"));
  EXPECT_EQ(cashback(story, "a"), "100.00");
  EXPECT_EQ(cashback(story, "b"), "20.00");
  const auto outcome = story.when(report_of("c", kNew, 0, "1000.00"));
  const auto& event = std::get<model::PurchaseRecorded>(outcome.decision()->front().event);
  EXPECT_EQ(event.cashback, Money{});  // recorded all the same
  EXPECT_EQ(event.capped_from, money("100.00"));
  EXPECT_EQ(event.commission, money("200.00"));
}

TEST(CapOfAMonth, comes_after_the_cap_of_the_action) {
  auto story = shop(capped("60.00", "100.00"));
  story.after(report_of("a", kNew, 0, "1000.00"));
  story.after(report_of("b", kNew, 0, "1000.00"));
  EXPECT_EQ(cashback(story, "a"), "60.00");
  EXPECT_EQ(cashback(story, "b"), "40.00");
}

TEST(CapOfAMonth, is_each_members_own) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.after(report_of("a", kNew, 0, "1000.00"));
  story.after(with(report_of("b", kNew, 0, "1000.00"), [](auto& m) { m.click_id = "c43"; }));
  EXPECT_EQ(funds(story, kOtherMember), funds_of("100.00", "0.00"));
}

TEST(CapOfAMonth, is_each_partners_own) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.at(noon(kFirstDay))
      .given(with(capped(std::nullopt, "100.00"), [](auto& t) { t.partner = kOtherPartner; }),
             with(click("other"), [](auto& c) { c.partner = kOtherPartner; }))
      .at(kEvening);
  story.after(report_of("a", kNew, 0, "1000.00"));
  story.after(with(report_of("a", kNew, 1000, "1000.00"), [](auto& m) {
    m.partner = kOtherPartner;
    m.click_id = "other";
    m.purchase_at = m.purchase_at + Span::hours(1);
  }));
  EXPECT_EQ(funds(story), funds_of("200.00", "0.00"));
}

TEST(CapOfAMonth, counts_the_moscow_month_of_the_purchase) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.at(noon("2019-03-31")).given(click("march"));
  story.at(noon("2019-04-02"));
  const auto bought = [&](std::string_view action, std::string_view at) {
    return with(report_of(action, kNew, 0, "1000.00"), [&](auto& m) {
      m.click_id = "march";
      m.purchase_at = m.status_at = instant(at);
    });
  };
  story.after(report_of("a", kNew, 0, "1000.00"));
  story.after(bought("b", "2019-03-31T23:59:59.999999+03:00"));
  story.after(bought("c", "2019-03-31T21:00:00Z"));
  EXPECT_EQ(cashback(story, "b"), "0.00");
  EXPECT_EQ(cashback(story, "c"), "100.00");
}

TEST(CapOfAMonth, goes_by_the_purchases_own_terms) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.given(
      with(capped(std::nullopt, "150.00"), [](auto& t) { t.valid_from = day("2019-03-02"); }));
  story.after(report_of("a", kNew, 0, "1000.00"));
  story.at(noon("2019-03-03"));
  story.after(with(report_of("b", kNew, 0, "1000.00"),
                   [](auto& m) { m.purchase_at = noon("2019-03-02"); }));
  EXPECT_EQ(cashback(story, "b"), "50.00");
}

TEST(CapOfAMonth, may_lie_below_what_other_terms_have_given_already) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.given(
      with(capped(std::nullopt, "50.00"), [](auto& t) { t.valid_from = day("2019-03-02"); }));
  story.after(report_of("a", kNew, 0, "1000.00"));
  story.at(noon("2019-03-03"));
  story.after(with(report_of("b", kNew, 0, "1000.00"),
                   [](auto& m) { m.purchase_at = noon("2019-03-02"); }));
  EXPECT_EQ(cashback(story, "b"), "0.00");
}

TEST(CapOfAMonth, is_freed_by_a_decline) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.after(report_of("a", kNew, 0, "1000.00"));
  story.after(report_of("a", kDeclined, 10, "1000.00"));
  story.after(report_of("b", kNew, 0, "1000.00"));
  EXPECT_EQ(cashback(story, "b"), "100.00");
}

TEST(CapOfAMonth, is_freed_by_a_claw_back_whole_or_in_part) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.after(report_of("a", kApproved, 0, "1000.00"));
  pass_to(story, kReleaseDay);
  story.after(report_of("a", kApproved, 10, "400.00"));
  story.after(report_of("b", kNew, 0, "1000.00"));
  EXPECT_EQ(cashback(story, "b"), "60.00");
  story.after(report_of("a", kDeclined, 20, "400.00"));
  story.after(report_of("c", kNew, 0, "1000.00"));
  EXPECT_EQ(cashback(story, "c"), "40.00");
}

TEST(CapOfAMonth, is_not_used_by_a_purchase_first_heard_of_declined) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.after(report_of("a", kDeclined, 0, "1000.00"));
  story.after(report_of("b", kNew, 0, "1000.00"));
  EXPECT_EQ(cashback(story, "b"), "100.00");
}

TEST(CapsOnAnAdjustment, are_applied_anew_without_the_purchase_itself) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.after(report_of("a", kNew, 0, "300.00"));
  story.after(report_of("b", kNew, 0, "500.00"));
  story.after(report_of("a", kNew, 10, "400.00"));
  EXPECT_EQ(cashback(story, "a"), "40.00");
  story.after(report_of("a", kNew, 20, "900.00"));
  EXPECT_EQ(cashback(story, "a"), "50.00");  // b stands at 50
}

TEST(CapsOnAnAdjustment, never_raise_a_sum_that_a_cap_has_cut) {
  auto story = shop(capped(std::nullopt, "100.00"));
  story.after(report_of("a", kNew, 0, "700.00"));
  story.after(report_of("b", kNew, 0, "500.00"));
  EXPECT_EQ(cashback(story, "b"), "30.00");
  story.after(report_of("a", kDeclined, 10, "700.00"));
  story.after(report_of("b", kNew, 10, "600.00"));
  EXPECT_EQ(cashback(story, "b"), "30.00");
  EXPECT_EQ(commission(story, "b"), "120.00");
  story.after(report_of("b", kNew, 20, "200.00"));
  EXPECT_EQ(cashback(story, "b"), "20.00");
}

TEST(CapsOnAnAdjustment, let_a_sum_of_a_cut_purchase_stand_when_it_shrinks_above_the_cap) {
  auto story = shop(capped("50.00", std::nullopt));
  story.after(report(kNew, 0, "1000.00"));
  const auto outcome = story.when(report(kNew, 10, "800.00"));
  const auto& event = std::get<model::PurchaseAdjusted>(outcome.decision()->front().event);
  EXPECT_EQ(event.cashback, money("50.00"));
  EXPECT_EQ(event.capped_from, money("80.00"));
  EXPECT_EQ(moved(event), "1200 -40.00, 2500 40.00");
}

TEST(CapsOnAnAdjustment, let_a_cut_purchase_change_after_release_while_the_cap_holds_it) {
  auto story = shop(capped("50.00", std::nullopt));
  story.after(report(kApproved, 0, "1000.00"));
  pass_to(story, kReleaseDay);
  story.after(report(kApproved, 10, "2000.00"));  // cut as before: no more cashback
  EXPECT_EQ(cashback(story), "50.00");
  EXPECT_EQ(commission(story), "400.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "50.00"));
}

TEST(Caps, say_what_they_cut) {
  const auto published = capped("50.00", "60.00");
  const auto cut = [&](std::string_view earned, std::string_view used) {
    return apply_caps(published, money(earned), money(used), std::nullopt);
  };
  EXPECT_EQ(cut("49.99", "0.00").from, std::nullopt);
  EXPECT_EQ(cut("50.01", "0.00").cashback, money("50.00"));
  EXPECT_EQ(cut("50.00", "10.00").from, std::nullopt);
  EXPECT_EQ(cut("50.00", "10.01").cashback, money("49.99"));
  EXPECT_EQ(cut("50.00", "70.00").cashback, Money{});
  EXPECT_EQ(cut("50.00", "70.00").from, money("50.00"));
  EXPECT_EQ(apply_caps(terms("1", "1"), money("9.00"), money("9.00"), std::nullopt).cashback,
            money("9.00"));
}

}  // namespace
}  // namespace kopilka::ledger
