#include "tests/unit/engine/ledger/world.h"

// Where a purchase's receivable stands once it was invoiced and paid, and what a later change of
// the purchase does to it (domain.md §6, §7).
namespace kopilka::ledger {
namespace {

// 100.00 at 30 % of 33 %, approved; perhaps released, invoiced, paid.
Story approved() {
  auto story = shop();
  story.after(report(kApproved, 0, "100.00"));
  return story;
}
void invoice(Story& story) {
  story.given(model::PartnerInvoiceIssued{kPartner, {id_of(story)}, money("33.00")});
}
void pay(Story& story) {
  story.given(model::PartnerPaymentReceived{kPartner, {id_of(story)}, money("33.00")});
}
PartnerMoney partner_money(Story& story) {
  return *story.world().ledger.partners.find(kPartner);
}
std::string first_movement(Story& story, const model::ReportPurchase& message) {
  const auto outcome = story.when(message);
  KOPILKA_CHECK(outcome.decision().has_value());
  return moved(outcome.decision()->front().event);
}

TEST(Invoice, moves_the_receivable_on) {
  auto story = approved();
  EXPECT_EQ(moved(model::PartnerInvoiceIssued{kPartner, {}, money("33.00")}),
            "1220 33.00, 1210 -33.00");
  invoice(story);
  EXPECT_EQ(purchase(story).receivable, model::Receivable::invoiced);
  EXPECT_EQ(partner_money(story).approved, Money{});
  EXPECT_EQ(partner_money(story).invoiced, money("33.00"));
}

TEST(Payment, clears_the_invoice) {
  auto story = approved();
  EXPECT_EQ(moved(model::PartnerPaymentReceived{kPartner, {}, money("33.00")}),
            "1100 33.00, 1220 -33.00");
  invoice(story);
  pay(story);
  EXPECT_EQ(purchase(story).receivable, model::Receivable::paid);
  EXPECT_EQ(partner_money(story).invoiced, Money{});
  EXPECT_EQ(balance(story, "1100"), "33.00");
}

TEST(Invoice, leaves_the_partners_side_as_it_is) {
  auto story = approved();
  invoice(story);
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::approved);
  story.when(report(kApproved, 0, "100.00")).then(kDuplicate);
}

TEST(DeclineOfAnInvoicedPurchase, lowers_the_invoice) {
  auto story = approved();
  invoice(story);
  EXPECT_EQ(first_movement(story, report(kDeclined, 10, "100.00")),
            "2100 30.00, 4100 3.00, 1220 -33.00");
  EXPECT_EQ(partner_money(story).invoiced, Money{});
}

TEST(DeclineOfAPaidPurchase, is_due_to_the_partner) {
  auto story = approved();
  invoice(story);
  pay(story);
  EXPECT_EQ(first_movement(story, report(kDeclined, 10, "100.00")),
            "2100 30.00, 4100 3.00, 2210 -33.00");
  EXPECT_EQ(partner_money(story).due_to_partner, money("33.00"));
}

TEST(ClawBackOfAnInvoicedPurchase, lowers_the_invoice) {
  auto story = approved();
  pass_to(story, kReleaseDay);
  invoice(story);
  EXPECT_EQ(first_movement(story, report(kDeclined, 10, "100.00")),
            "2110 30.00, 4100 3.00, 1220 -33.00");
}

TEST(ClawBackOfAPaidPurchase, is_due_to_the_partner) {
  auto story = approved();
  pass_to(story, kReleaseDay);
  invoice(story);
  pay(story);
  EXPECT_EQ(first_movement(story, report(kApproved, 10, "60.00")),
            "2110 12.00, 4100 1.20, 2210 -13.20");
  EXPECT_EQ(first_movement(story, report(kDeclined, 20, "60.00")),
            "2110 18.00, 4100 1.80, 2210 -19.80");
  EXPECT_EQ(partner_money(story).due_to_partner, money("33.00"));
  EXPECT_EQ(balance(story, "4100"), "0.00");
  EXPECT_EQ(balance(story, "1100"), "33.00");
}

TEST(AdjustmentOfAnInvoicedPurchase, changes_the_invoice) {
  auto story = approved();
  invoice(story);
  EXPECT_EQ(first_movement(story, report(kApproved, 10, "60.00")),
            "1220 -13.20, 2100 12.00, 4100 1.20");
}

TEST(DoubtAboutAnInvoicedPurchase, moves_the_margin_and_leaves_the_invoice) {
  auto story = approved();
  invoice(story);
  EXPECT_EQ(first_movement(story, report(kPending, 10, "100.00")), "4100 3.00, 2500 -3.00");
  EXPECT_EQ(purchase(story).receivable, model::Receivable::invoiced);
  EXPECT_EQ(first_movement(story, report(kApproved, 20, "100.00")), "2500 3.00, 4100 -3.00");
  EXPECT_EQ(partner_money(story).invoiced, money("33.00"));
}

TEST(DoubtAboutAPaidPurchase, then_a_decline_is_due_to_the_partner) {
  auto story = approved();
  invoice(story);
  pay(story);
  story.after(report(kPending, 10, "100.00"));
  EXPECT_EQ(first_movement(story, report(kDeclined, 20, "100.00")),
            "2100 30.00, 2500 3.00, 2210 -33.00");
}

}  // namespace
}  // namespace kopilka::ledger
