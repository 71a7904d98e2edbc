#include "tests/unit/engine/ledger/world.h"

// The first message of an action that is somebody's: domain.md §5 to §8.
namespace kopilka::ledger {
namespace {

model::TermsId published(Story& story) {
  return story.world().registry.partners.find(kPartner)->terms.front().id;  // the shop publishes
                                                                            // terms once
}

// Everything that the register knew on the purchase's day.
model::PurchaseRecorded recorded(Story& story, const model::ReportPurchase& message) {
  return {.partner = kPartner,
          .action_id = message.action_id,
          .order_id = message.order_id,
          .member = kMember,
          .organization = kPrimary,
          .category = model::MemberCategory::working,
          .channel = model::Channel::online,
          .status = message.status,
          .status_at = message.status_at,
          .purchase_at = message.purchase_at,
          .click_id = "c42",
          .terms = published(story),
          .freeze_days = 30,
          .release_on = day(kReleaseDay)};
}

TEST(RecordPurchase, records_what_it_earned_and_every_fact_that_it_used) {
  auto story = shop();
  auto message = report(kApproved, 0, "13500.00");
  message.order_id = "order 5";
  auto event = recorded(story, message);
  event.lines = {{.line = 1,
                  .amount = money("13500.00"),
                  .rate = percent("30"),
                  .cashback = money("4050.00"),
                  .commission = money("4455.00")}};
  event.base = money("13500.00");
  event.cashback = money("4050.00");
  event.commission = money("4455.00");
  story.when(message).then(effective(message.purchase_at, event));
  EXPECT_EQ(funds(story), funds_of("4050.00", "0.00"));
  EXPECT_EQ(moved(event), "1210 4455.00, 2100 -4050.00, 4100 -405.00");
}

TEST(RecordPurchase, leaves_the_receivable_and_the_margin_open_while_tracked) {
  for (const auto status : {kNew, kPending}) {
    auto story = shop();
    story.after(report(status, 0, "100.00"));
    EXPECT_EQ(purchase(story).partner_side, PartnerSide::tracked);
    EXPECT_EQ(balance(story, "1200"), "33.00");
    EXPECT_EQ(balance(story, "1210"), "0.00");
    EXPECT_EQ(balance(story, "2500"), "-3.00");
    EXPECT_EQ(balance(story, "4100"), "0.00");
    EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  }
}

TEST(RecordPurchase, recognises_them_at_once_when_first_heard_of_approved) {
  auto story = shop();
  story.after(report(kApproved, 0, "100.00"));
  EXPECT_EQ(balance(story, "1200"), "0.00");
  EXPECT_EQ(balance(story, "1210"), "33.00");
  EXPECT_EQ(balance(story, "2500"), "0.00");
  EXPECT_EQ(balance(story, "4100"), "-3.00");
}

TEST(RecordPurchase, swaps_the_sides_of_a_margin_below_nothing) {
  auto story = shop(terms("30", "10"));
  story.after(report(kApproved, 0, "100.00"));
  EXPECT_EQ(balance(story, "1210"), "10.00");
  EXPECT_EQ(balance(story, "4100"), "20.00");
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
}

TEST(RecordPurchase, holds_no_money_when_first_heard_of_declined) {
  auto story = shop();
  const auto message = report(kDeclined, 0, "100.00");
  auto event = recorded(story, message);
  event.lines = {{.line = 1, .amount = money("100.00")}};
  story.when(message).then(effective(message.purchase_at, event));
  EXPECT_EQ(moved(event), "");
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::declined);
  EXPECT_EQ(purchase(story).member_side, MemberSide::cancelled);
  EXPECT_EQ(funds(story), Funds{});
}

TEST(RecordPurchase, lets_nothing_accrue_after_a_first_decline) {
  auto story = shop();
  story.after(report(kDeclined, 0, "100.00"));
  story.when(report(kNew, 10, "100.00")).then(Refusal::already_declined);
  pass_to(story, "2019-04-02");
  EXPECT_EQ(funds(story), Funds{});
}

TEST(RecordPurchase, tells_the_caller_where_it_stands) {
  auto story = shop();
  const auto outcome = story.when(report(kNew, 0, "100.00"));
  const auto result = result_of(story.world().ledger, *outcome.decision(), story.last_seq());
  const auto* told = std::get_if<model::PurchaseResult>(&result);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(*told, (model::PurchaseResult{.purchase = id_of(story),
                                          .state = model::PurchaseState::tracked,
                                          .why = std::nullopt,
                                          .cashback = money("30.00"),
                                          .release_on = day(kReleaseDay)}));
}

TEST(RecordPurchase, has_the_seq_of_its_event_for_an_id) {
  auto story = shop();
  story.after(report(kNew, 0, "100.00"));
  EXPECT_EQ(id_of(story).value(), story.last_seq().value());
}

TEST(RecordPurchase, refuses_an_unknown_partner) {
  shop()
      .when(with(report(kNew, 0, "1.00"), [](auto& m) { m.partner = kUnknownPartner; }))
      .then(Refusal::partner_not_found);
}

TEST(RecordPurchase, keeps_actions_of_one_name_apart_by_partner) {
  auto story = shop();
  auto other = terms("10", "20");
  other.partner = kOtherPartner;
  auto other_click = click("other");
  other_click.partner = kOtherPartner;
  story.at(noon(kFirstDay)).given(other, other_click).at(kEvening);
  story.after(report(kNew, 0, "100.00"));
  story.after(with(report(kNew, 0, "100.00"), [](auto& m) {
    m.partner = kOtherPartner;
    m.click_id = "other";
  }));
  EXPECT_EQ(funds(story), funds_of("40.00", "0.00"));
}

TEST(RecordPurchase, notes_the_organisation_and_the_category_of_the_purchases_day) {
  auto story = shop();
  const model::OrganizationId elsewhere{11};
  story.given(
      model::OrganizationRegistered{
          .organization = elsewhere, .kind = model::OrganizationKind::primary, .name = "Профком"},
      model::MemberTransferred{
          .member = kMember, .from = kPrimary, .to = elsewhere, .effective_on = day("2019-03-02")},
      model::MemberCategoryChanged{.member = kMember,
                                   .category = model::MemberCategory::student,
                                   .effective_on = day(kFirstDay)});
  const auto outcome = story.when(report(kNew, 0, "1.00"));
  const auto& event = std::get<model::PurchaseRecorded>(outcome.decision()->front().event);
  EXPECT_EQ(event.organization, kPrimary);
  EXPECT_EQ(event.category, model::MemberCategory::student);
}

TEST(RecordPurchase, accrues_to_a_member_without_an_account) {
  auto story = shop();
  story.after(with(report(kApproved, 0, "100.00"), [](auto& m) { m.click_id = "c43"; }));
  EXPECT_EQ(funds(story, kOtherMember), funds_of("30.00", "0.00"));
}

TEST(RecordPurchase, is_bound_to_the_terms_of_its_day_for_life) {
  auto story = shop();
  auto next = terms("10", "20");
  next.valid_from = day("2019-03-02");
  story.given(next);
  story.after(report(kNew, 0, "100.00"));
  EXPECT_EQ(cashback(story), "30.00");
  pass_to(story, "2019-03-05");
  story.after(report(kApproved, 5'000, "200.00"));
  EXPECT_EQ(cashback(story), "60.00");
  EXPECT_EQ(commission(story), "66.00");
}

TEST(RecordPurchase, takes_a_line_that_was_returned_whole) {
  auto story = shop();
  story.after(report(kNew, 0, "0.00"));
  EXPECT_EQ(cashback(story), "0.00");
  EXPECT_EQ(funds(story), Funds{});
  pass_to(story, kReleaseDay);
  EXPECT_EQ(purchase(story).member_side, MemberSide::released);
}

}  // namespace
}  // namespace kopilka::ledger
