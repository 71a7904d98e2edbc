#include "tests/unit/engine/ledger/world.h"

// What is taken back after release, from where, and what becomes debt (domain.md §5 to §8).
namespace kopilka::ledger {
namespace {

using model::Margin;
using model::Receivable;

// 100.00 at 30 %, released: 30.00 available.
Story released(PurchaseStatus status = kApproved) {
  auto story = shop();
  story.after(report(status, 0, "100.00"));
  pass_to(story, kReleaseDay);
  return story;
}
// As if the member had spent it: less available, the rest unchanged.
void spend(Story& story, std::string_view amount) {
  story.after(model::AdjustBalance{
      .member = kMember, .amount = -money(amount), .reason = "spent", .approvers = {"one", "two"}});
}
model::CashbackClawedBack clawed_back(Story& story, const model::ReportPurchase& message,
                                      std::string_view from_available, std::string_view to_debt) {
  return {.purchase = id_of(story),
          .partner = kPartner,
          .member = kMember,
          .revision = 1,
          .status = message.status,
          .status_at = message.status_at,
          .from_available = money(from_available),
          .to_debt = money(to_debt),
          .standing = {money("30.00"), money("33.00"), Receivable::approved, Margin::recognised}};
}

TEST(ClawBack, takes_the_whole_from_available) {
  auto story = released();
  auto message = report(kDeclined, 10, "100.00");
  message.reason = "returned";
  const auto event =
      with(clawed_back(story, message, "30.00", "0.00"), [](auto& e) { e.reason = "returned"; });
  story.when(message).then(effective(message.status_at, event));
  EXPECT_EQ(moved(event), "2110 30.00, 4100 3.00, 1210 -33.00");
  EXPECT_EQ(funds(story), Funds{});
  EXPECT_EQ(purchase(story).member_side, MemberSide::clawed_back);
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::declined);
  EXPECT_EQ(cashback(story), "0.00");
}

TEST(ClawBack, makes_debt_of_what_is_not_available) {
  auto story = released();
  spend(story, "20.00");
  const auto message = report(kDeclined, 10, "100.00");
  const auto event = clawed_back(story, message, "10.00", "20.00");
  story.when(message).then(event);
  EXPECT_EQ(moved(event), "2110 10.00, 1400 20.00, 4100 3.00, 1210 -33.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "0.00", "0.00", "0.00", "20.00"));
}

TEST(ClawBack, makes_debt_of_the_whole_when_nothing_is_available) {
  auto story = released();
  spend(story, "30.00");
  story.when(report(kDeclined, 10, "100.00"))
      .then(clawed_back(story, report(kDeclined, 10, "1.00"), "0.00", "30.00"));
}

TEST(ClawBack, takes_the_money_of_other_purchases_too) {
  auto story = released();
  story.after(report_of("b", kApproved, 0, "100.00"));  // late and approved: released
  spend(story, "40.00");
  story.after(report(kDeclined, 10, "100.00"));
  EXPECT_EQ(funds(story), funds_of("0.00", "0.00", "0.00", "0.00", "10.00"));
}

TEST(ClawBack, never_touches_what_is_reserved_or_in_flight) {
  auto story = released();
  story.given(destination("phone", model::WithdrawalMethod::phone));
  for (const auto* amount : {"10.00", "12.00"})
    story.after(model::RequestWithdrawal{
        .member = kMember, .method = model::WithdrawalMethod::phone, .amount = money(amount)});
  story.after(model::SendWithdrawal{
      .which = {.withdrawal = model::WithdrawalId{story.last_seq().value()}}});
  story.after(report(kDeclined, 10, "100.00"));
  EXPECT_EQ(funds(story), funds_of("0.00", "0.00", "10.00", "12.00", "22.00"));
}

TEST(ClawBack, never_touches_what_is_frozen) {
  auto story = released();
  spend(story, "30.00");
  story.given(click("april"));
  story.after(with(report_of("b", kApproved, 0, "500.00"), [](auto& m) {
    m.click_id = "april";
    m.purchase_at = m.status_at = noon(kReleaseDay);
  }));
  story.after(report(kDeclined, 10, "100.00"));
  EXPECT_EQ(funds(story), funds_of("150.00", "0.00", "0.00", "0.00", "30.00"));
}

TEST(ClawBack, of_one_released_by_silence_leaves_the_tracked_accounts) {
  auto story = released(kNew);
  const auto outcome = story.when(report(kDeclined, 10, "100.00"));
  EXPECT_EQ(moved(outcome.decision()->front().event), "2110 30.00, 2500 3.00, 1200 -33.00");
}

TEST(ClawBack, is_answered_as_declined) {
  auto story = released();
  const auto outcome = story.when(report(kDeclined, 10, "100.00"));
  const auto result = result_of(story.world().ledger, *outcome.decision(), story.last_seq());
  EXPECT_EQ(std::get<model::PurchaseResult>(result).state, model::PurchaseState::declined);
  EXPECT_EQ(std::get<model::PurchaseResult>(result).cashback, Money{});
}

TEST(ClawBack, ends_the_purchase) {
  auto story = released();
  story.after(report(kDeclined, 10, "100.00"));
  story.when(report(kApproved, 20, "100.00")).then(Refusal::already_declined);
}

// --- in part -----------------------------------------------------------------------------------

TEST(PartialReturn, before_release_lowers_what_is_frozen) {
  auto story = shop();
  story.after(report(kApproved, 0, "100.00"));
  const auto outcome = story.when(report(kApproved, 10, "60.00"));
  EXPECT_EQ(moved(outcome.decision()->front().event), "1210 -13.20, 2100 12.00, 4100 1.20");
  EXPECT_EQ(funds(story), funds_of("18.00", "0.00"));
  EXPECT_EQ(purchase(story).revision, 1U);
}

TEST(PartialReturn, is_the_same_order_without_a_line) {
  auto story = shop();
  story.after(with(report(kApproved, 0, "60.00"),
                   [](auto& m) { m.lines.push_back({.line = 2, .amount = money("40.00")}); }));
  story.after(report(kApproved, 10, "60.00"));
  EXPECT_EQ(cashback(story), "18.00");
}

TEST(PartialReturn, after_release_takes_back_the_difference_and_stays_released) {
  auto story = released();
  const auto message = report(kApproved, 10, "60.00");
  const auto event = with(clawed_back(story, message, "12.00", "0.00"), [](auto& e) {
    e.lines = {{.line = 1,
                .amount = money("60.00"),
                .rate = percent("30"),
                .cashback = money("18.00"),
                .commission = money("19.80")}};
    e.base = money("60.00");
    e.cashback = money("18.00");
    e.commission = money("19.80");
  });
  story.when(message).then(effective(message.status_at, event));
  EXPECT_EQ(moved(event), "2110 12.00, 4100 1.20, 1210 -13.20");
  EXPECT_EQ(funds(story), funds_of("0.00", "18.00"));
  EXPECT_EQ(purchase(story).member_side, MemberSide::released);
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::approved);
}

TEST(PartialReturn, after_release_makes_debt_of_what_is_not_available) {
  auto story = released();
  spend(story, "25.00");
  story.after(report(kApproved, 10, "60.00"));
  EXPECT_EQ(funds(story), funds_of("0.00", "0.00", "0.00", "0.00", "7.00"));
}

TEST(PartialReturn, of_everything_after_release_stays_released) {
  auto story = released();
  story.after(report(kApproved, 10, "0.00"));
  EXPECT_EQ(funds(story), Funds{});
  EXPECT_EQ(purchase(story).member_side, MemberSide::released);
  story.after(report(kDeclined, 20, "0.00"));
  EXPECT_EQ(purchase(story).member_side, MemberSide::clawed_back);
}

TEST(PartialReturn, after_release_may_not_be_taken_back_itself) {
  auto story = released();
  story.after(report(kApproved, 10, "60.00"));
  story.when(report(kApproved, 20, "100.00")).then(Refusal::released_amount_up);
}

TEST(PartialReturn, after_release_counts_its_revisions) {
  auto story = released();
  story.after(report(kApproved, 10, "60.00"));
  story.after(report(kApproved, 20, "50.00"));
  EXPECT_EQ(purchase(story).revision, 2U);
  EXPECT_EQ(funds(story), funds_of("0.00", "15.00"));
}

TEST(PartialReturn, with_an_approval_takes_back_first_and_approves_then) {
  auto story = released(kNew);
  const auto outcome = story.when(report(kApproved, 10, "60.00"));
  ASSERT_EQ(outcome.decision()->size(), 2U);
  EXPECT_EQ(moved(outcome.decision()->at(0).event), "2110 12.00, 2500 1.20, 1200 -13.20");
  EXPECT_EQ(moved(outcome.decision()->at(1).event),
            "1210 19.80, 1200 -19.80, 2500 1.80, 4100 -1.80");
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::approved);
}

TEST(PartialReturn, with_a_doubt_takes_back_first_and_holds_then) {
  auto story = released();
  const auto outcome = story.when(report(kPending, 10, "60.00"));
  ASSERT_EQ(outcome.decision()->size(), 2U);
  EXPECT_EQ(money_of(story).held_released, money("18.00"));
}

TEST(ChangeAfterRelease, that_leaves_the_cashback_moves_the_commission_alone) {
  const model::Tariff gift{
      .code = "base", .fixed = money("30.00"), .commission_percent = percent("33")};
  for (const auto& [amount, movement] : {std::pair{"200.00", "1210 33.00, 4100 -33.00"},
                                         std::pair{"50.00", "1210 -16.50, 4100 16.50"}}) {
    auto story = shop(terms({gift}));
    story.after(report(kApproved, 0, "100.00"));
    pass_to(story, kReleaseDay);
    const auto outcome = story.when(report(kApproved, 10, amount));
    ASSERT_TRUE(outcome.decision());
    const auto& event = outcome.decision()->front().event;
    EXPECT_TRUE(std::holds_alternative<model::PurchaseAdjusted>(event));
    EXPECT_EQ(moved(event), movement);
    EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
  }
}

TEST(ChangeAfterRelease, may_take_cashback_back_while_the_commission_grows) {
  const std::vector tariffs{tariff("much", "30", "10"), tariff("little", "1", "40")};
  auto story = shop(terms(tariffs));
  story.after(with(report(kApproved, 0, "100.00"), [](auto& m) { m.lines.at(0).tariff = "much"; }));
  pass_to(story, kReleaseDay);
  const auto outcome = story.when(
      with(report(kApproved, 10, "100.00"), [](auto& m) { m.lines.at(0).tariff = "little"; }));
  EXPECT_EQ(moved(outcome.decision()->front().event), "2110 29.00, 4100 -59.00, 1210 30.00");
}

TEST(ChangeBeforeRelease, may_raise_what_is_frozen) {
  auto story = shop();
  story.after(report(kApproved, 0, "100.00"));
  story.after(report(kApproved, 10, "150.00"));
  EXPECT_EQ(funds(story), funds_of("45.00", "0.00"));
  pass_to(story, kReleaseDay);
  EXPECT_EQ(funds(story), funds_of("0.00", "45.00"));
}

// --- every credit repays debt first ------------------------------------------------------------

TEST(Debt, is_repaid_by_an_adjustment_first) {
  auto story = released();
  spend(story, "30.00");
  story.after(report(kDeclined, 10, "100.00"));
  story.after(model::AdjustBalance{
      .member = kMember, .amount = money("50.00"), .reason = "gift", .approvers = {"a", "b"}});
  EXPECT_EQ(funds(story), funds_of("0.00", "20.00"));
  EXPECT_EQ(balance(story, "1400"), "0.00");
}

TEST(Debt, keeps_the_member_from_withdrawing) {
  auto story = released();
  spend(story, "30.00");
  story.after(report(kDeclined, 10, "100.00"));
  story.given(destination("phone", model::WithdrawalMethod::phone));
  story
      .when(model::RequestWithdrawal{
          .member = kMember, .method = model::WithdrawalMethod::phone, .amount = money("1.00")})
      .then(Refusal::member_has_debt);
}

}  // namespace
}  // namespace kopilka::ledger
