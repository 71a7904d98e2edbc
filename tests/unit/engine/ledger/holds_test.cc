#include "tests/unit/engine/ledger/world.h"

// Holds on members, purchases and destinations, before and after release (domain.md §6).
namespace kopilka::ledger {
namespace {

using model::HoldScope;
using model::HoldTarget;
using model::WithdrawalMethod;

const HoldTarget kOnMember{.scope = HoldScope::member, .member = kMember, .rule = "fraud"};
const HoldTarget kOnPurchase{
    .scope = HoldScope::purchase, .partner = kPartner, .action_id = "a", .rule = "fraud"};
const HoldTarget kOnDestination{
    .scope = HoldScope::destination, .member = kMember, .destination_id = "phone", .rule = "fraud"};

model::PlaceHold place(const HoldTarget& target) {
  return {target};
}
model::LiftHold lift(const HoldTarget& target) {
  return {target};
}
model::RequestWithdrawal request(std::string_view amount) {
  return {.member = kMember, .method = WithdrawalMethod::phone, .amount = money(amount)};
}

Story bought(PurchaseStatus status = kApproved) {
  auto story = shop();
  story.given(destination("phone", WithdrawalMethod::phone));
  story.after(report(status, 0, "100.00"));
  return story;
}
Story released(PurchaseStatus status = kApproved) {
  auto story = bought(status);
  pass_to(story, kReleaseDay);
  return story;
}
model::FreezeExpired freed(Story& story) {
  return {id_of(story), kPartner, kMember, money("30.00"), {}};
}

TEST(PlaceHold, records_what_it_lies_on) {
  auto story = bought();
  story.when(place(kOnMember))
      .then(effective(kEvening, model::HoldPlaced{HoldScope::member, kMember, {}, {}, "fraud"}));
  story.when(place(kOnPurchase))
      .then(model::HoldPlaced{HoldScope::purchase, kMember, id_of(story), {}, "fraud"});
  story.when(place(kOnDestination))
      .then(model::HoldPlaced{HoldScope::destination, kMember, {}, "phone", "fraud"});
}

TEST(PlaceHold, refuses_the_same_rule_twice_and_takes_another) {
  for (const auto& target : {kOnMember, kOnPurchase, kOnDestination}) {
    auto story = bought();
    story.after(place(target));
    story.when(place(target)).then(Refusal::already_held);
    story.after(place(with(target, [](auto& t) { t.rule = "court"; })));
  }
}

TEST(LiftHold, refuses_a_rule_that_does_not_hold) {
  for (const auto& target : {kOnMember, kOnPurchase, kOnDestination}) {
    auto story = bought();
    story.when(lift(target)).then(Refusal::not_held);
    story.after(place(target));
    story.when(lift(with(target, [](auto& t) { t.rule = "court"; }))).then(Refusal::not_held);
    story.after(lift(target));
    story.when(lift(target)).then(Refusal::not_held);
  }
}

TEST(Hold, refuses_what_does_not_exist) {
  auto story = bought();
  const auto refuse = [&](const HoldTarget& target, Refusal code) {
    story.when(place(target)).then(code);
    story.when(lift(target)).then(code);
  };
  refuse(with(kOnMember, [](auto& t) { t.member = kUnknownMember; }), Refusal::member_not_found);
  refuse(with(kOnDestination, [](auto& t) { t.member = kUnknownMember; }),
         Refusal::member_not_found);
  refuse(with(kOnDestination, [](auto& t) { t.member = kOtherMember; }), Refusal::bad_destination);
  refuse(with(kOnDestination, [](auto& t) { t.destination_id = "x"; }), Refusal::bad_destination);
  refuse(with(kOnPurchase, [](auto& t) { t.partner = kUnknownPartner; }),
         Refusal::partner_not_found);
  refuse(with(kOnPurchase, [](auto& t) { t.action_id = "x"; }), Refusal::purchase_not_found);
}

TEST(Hold, refuses_a_parked_purchase) {
  auto story = shop();
  story.after(with(report(kNew, 0, "1.00"), [](auto& m) { m.click_id = "x"; }));
  story.when(place(kOnPurchase)).then(Refusal::purchase_not_found);
}

TEST(Hold, refuses_a_declined_purchase_whatever_stood_before) {
  auto story = bought();
  story.after(place(kOnPurchase));
  story.after(report(kDeclined, 10, "100.00"));
  story.when(place(kOnPurchase)).then(Refusal::wrong_state);
  story.when(lift(kOnPurchase)).then(Refusal::wrong_state);
}

TEST(Hold, on_one_member_does_not_hold_another) {
  auto story = bought();
  story.after(place(with(kOnMember, [](auto& t) { t.member = kOtherMember; })));
  pass_to(story, kReleaseDay);
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

// --- before release ----------------------------------------------------------------------------

TEST(HoldBeforeRelease, stops_the_release) {
  for (const auto& target : {kOnMember, kOnPurchase}) {
    auto story = bought();
    story.after(place(target));
    pass_to(story, "2019-04-10");
    EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  }
}

TEST(HoldBeforeRelease, on_a_destination_does_not) {
  auto story = bought();
  story.after(place(kOnDestination));
  pass_to(story, kReleaseDay);
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

TEST(HoldBeforeRelease, that_is_lifted_in_time_changes_nothing) {
  for (const auto& target : {kOnMember, kOnPurchase}) {
    auto story = bought();
    story.after(place(target)).after(lift(target));
    EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
    pass_to(story, kReleaseDay);
    EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
  }
}

TEST(HoldBeforeRelease, that_is_lifted_after_the_day_releases_in_the_same_command) {
  auto story = bought();
  story.after(place(kOnPurchase));
  pass_to(story, "2019-04-10");
  story.when(lift(kOnPurchase))
      .then(effective(noon("2019-04-10"),
                      model::HoldLifted{HoldScope::purchase, kMember, id_of(story), {}, "fraud"}),
            effective(midnight(kReleaseDay), freed(story)));
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

TEST(HoldBeforeRelease, on_a_member_that_is_lifted_releases_all_that_is_due) {
  auto story = bought();
  story.after(report_of("b", kNew, 0, "200.00"));
  story.after(place(kOnMember));
  pass_to(story, "2019-04-10");
  const auto outcome = story.when(lift(kOnMember));
  EXPECT_EQ(outcome.decision()->size(), 3U);
  EXPECT_EQ(funds(story), funds_of("0.00", "90.00"));
}

TEST(HoldBeforeRelease, releases_only_when_the_last_one_is_lifted) {
  auto story = bought();
  const auto court = with(kOnPurchase, [](auto& t) { t.rule = "court"; });
  story.after(place(kOnPurchase)).after(place(court)).after(place(kOnMember));
  pass_to(story, "2019-04-10");
  story.after(lift(kOnPurchase)).after(lift(kOnMember));
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  story.after(lift(court));
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

TEST(HoldBeforeRelease, that_is_lifted_does_not_release_what_still_waits_for_approval) {
  auto story = shop(with(terms("30", "33"), [](auto& t) {
    t.release_policy = model::ReleasePolicy::require_approval;
  }));
  story.after(report(kNew, 0, "100.00")).after(place(kOnPurchase));
  pass_to(story, "2019-04-10");
  story.after(lift(kOnPurchase));
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
}

TEST(HoldBeforeRelease, outlives_an_approval) {
  auto story = bought(kNew);
  story.after(place(kOnPurchase));
  pass_to(story, "2019-04-10");
  story.after(report(kApproved, 10, "100.00"));
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
}

// A member's row bounds what one command may record; the rest is left for the next.
TEST(HoldBeforeRelease, that_is_lifted_releases_no_more_than_one_entry_can_hold) {
  auto story = shop();
  constexpr int kCount = 1'200;
  for (int i = 0; i < kCount; ++i)
    story.after(report_of("a" + std::to_string(i), kApproved, 0, "1.00"));
  story.after(place(kOnMember));
  pass_to(story, "2019-04-10");
  const auto outcome = story.when(lift(kOnMember));
  EXPECT_EQ(outcome.decision()->size(), 1 + kReleasesPerCommandMax);
  const auto rest = decide_releases_of(story.world().view(), kMember);
  EXPECT_EQ(rest.size(), kCount - kReleasesPerCommandMax);
}

// --- after release -----------------------------------------------------------------------------

TEST(HoldAfterRelease, keeps_the_purchases_cashback_from_being_withdrawn) {
  auto story = released();
  story.after(place(kOnPurchase));
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
  EXPECT_EQ(held_amount(money_of(story)), money("30.00"));
  story.when(request("1.00")).then(Refusal::on_hold);
  story.after(lift(kOnPurchase));
  EXPECT_EQ(held_amount(money_of(story)), Money{});
  story.after(request("30.00"));
}

TEST(HoldAfterRelease, leaves_what_is_above_it) {
  auto story = released();
  story.after(report_of("b", kApproved, 0, "200.00"));  // late and approved: 60.00 more
  story.after(place(kOnPurchase));
  story.when(request("60.01")).then(Refusal::on_hold);
  story.when(request("90.01")).then(Refusal::on_hold);  // also when it is above available
  story.after(request("60.00"));
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00", "60.00"));
}

TEST(HoldAfterRelease, holds_no_more_than_is_available) {
  auto story = released();
  story.after(request("20.00")).after(place(kOnPurchase));
  EXPECT_EQ(money_of(story).held_released, money("30.00"));
  EXPECT_EQ(held_amount(money_of(story)), money("10.00"));
  story.when(request("1.00")).then(Refusal::on_hold);
}

TEST(HoldAfterRelease, of_nothing_that_is_available_leaves_it_to_insufficient_funds) {
  auto story = released();
  story.after(request("30.00")).after(place(kOnPurchase));
  story.when(request("1.00")).then(Refusal::insufficient_funds);
}

TEST(HoldAfterRelease, follows_the_purchases_cashback) {
  auto story = released();
  story.after(place(kOnPurchase)).after(report(kApproved, 10, "50.00"));
  EXPECT_EQ(held_amount(money_of(story)), money("15.00"));
  story.after(report(kDeclined, 20, "50.00"));
  EXPECT_EQ(money_of(story).held_released, Money{});
}

TEST(HoldAfterRelease, on_a_member_stops_requests) {
  auto story = released();
  story.after(place(kOnMember));
  EXPECT_EQ(held_amount(money_of(story)), Money{});
  story.when(request("1.00")).then(Refusal::on_hold);
  story.after(lift(kOnMember)).after(request("1.00"));
}

TEST(HoldAfterRelease, on_a_destination_stops_requests_to_it_alone) {
  auto story = released();
  story.given(destination("other", WithdrawalMethod::phone));
  story.after(place(kOnDestination));
  story.when(with(request("1.00"), [](auto& r) { r.destination_id = "phone"; }))
      .then(Refusal::on_hold);
  story.after(with(request("1.00"), [](auto& r) { r.destination_id = "other"; }));
}

TEST(HoldAfterRequest, stops_the_sending) {
  for (const auto& target : {kOnMember, kOnDestination}) {
    auto story = released();
    story.after(request("1.00"));
    const model::SendWithdrawal send{
        .which = {.withdrawal = model::WithdrawalId{story.last_seq().value()}}};
    story.after(place(target));
    story.when(send).then(Refusal::on_hold);
    story.after(lift(target)).after(send);
  }
}

TEST(HoldAfterRequest, on_a_purchase_does_not) {
  auto story = released();
  story.after(request("30.00"));
  const model::SendWithdrawal send{
      .which = {.withdrawal = model::WithdrawalId{story.last_seq().value()}}};
  story.after(place(kOnPurchase)).after(send);
  EXPECT_EQ(funds(story), funds_of("0.00", "0.00", "0.00", "30.00"));
}

// --- a partner's doubt -------------------------------------------------------------------------

TEST(Reheld, before_release_stops_it) {
  auto story = bought();
  story.after(report(kPending, 10, "100.00"));
  pass_to(story, "2019-04-10");
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
}

TEST(Reheld, is_released_by_a_newer_approval_in_the_same_command) {
  auto story = bought();
  story.after(report(kPending, 10, "100.00"));
  pass_to(story, "2019-04-10");
  const auto outcome = story.when(report(kApproved, 20, "100.00"));
  EXPECT_EQ(outcome.decision()->size(), 2U);
  EXPECT_TRUE(purchase(story).holds.empty());
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

TEST(Reheld, is_released_by_lifting_the_partners_hold) {
  auto story = bought();
  story.after(report(kPending, 10, "100.00"));
  pass_to(story, "2019-04-10");
  const auto partners = with(kOnPurchase, [](auto& t) { t.rule = kPartnerHold; });
  story.when(place(partners)).then(Refusal::already_held);
  story.after(lift(partners));
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::tracked);
}

TEST(Reheld, after_release_holds_the_amount_until_a_newer_approval) {
  auto story = released();
  const auto outcome = story.when(report(kPending, 10, "100.00"));
  EXPECT_EQ(moved(outcome.decision()->front().event),
            "1200 33.00, 1210 -33.00, 4100 3.00, 2500 -3.00");
  EXPECT_EQ(held_amount(money_of(story)), money("30.00"));
  story.when(request("30.00")).then(Refusal::on_hold);
  story.after(report(kApproved, 20, "100.00")).after(request("30.00"));
}

TEST(Reheld, keeps_an_operators_hold_beside_its_own) {
  auto story = released();
  story.after(place(kOnPurchase)).after(report(kPending, 10, "100.00"));
  EXPECT_EQ(money_of(story).held_released, money("30.00"));
  story.after(report(kApproved, 20, "100.00"));
  EXPECT_EQ(purchase(story).holds, std::vector<std::string>{"fraud"});
  EXPECT_EQ(money_of(story).held_released, money("30.00"));
}

TEST(Reheld, an_operators_hold_under_the_partners_rule_ends_with_the_next_approval) {
  const auto doubt = with(kOnPurchase, [](auto& t) { t.rule = kPartnerHold; });
  auto story = bought();
  story.after(place(doubt));
  pass_to(story, "2019-04-10");
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  const auto reaffirmed = story.when(report(kApproved, 20, "100.00"));
  EXPECT_EQ(reaffirmed.decision()->size(), 3U);  // reaffirmed, lifted, released
  EXPECT_TRUE(purchase(story).holds.empty());
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
  story.after(place(doubt)).after(report(kApproved, 30, "90.00"));
  EXPECT_TRUE(purchase(story).holds.empty());
  story.when(report(kApproved, 30, "90.00")).then(kDuplicate);
}

TEST(Reheld, twice_holds_once) {
  auto story = released();
  story.after(report(kPending, 10, "100.00")).after(report(kNew, 20, "100.00"));
  EXPECT_EQ(purchase(story).holds.size(), 1U);
}

TEST(Reheld, is_not_what_silence_has_released) {
  auto story = released(kNew);
  story.after(report(kPending, 10, "100.00"));
  EXPECT_TRUE(purchase(story).holds.empty());
  story.after(request("30.00"));
}

}  // namespace
}  // namespace kopilka::ledger
