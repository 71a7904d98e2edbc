#include "tests/unit/engine/ledger/world.h"

// When frozen money is freed, and what it repays (domain.md §6, §7, §9, W5).
namespace kopilka::ledger {
namespace {

using model::Span;

model::FreezeExpired freed(Story& story, std::string_view to_available,
                           std::string_view to_debt = "0.00") {
  return {id_of(story), kPartner, kMember, money(to_available), money(to_debt)};
}
model::TermsPublished with_approval(model::TermsPublished published) {
  published.release_policy = model::ReleasePolicy::require_approval;
  return published;
}
std::string release_day(std::string_view bought, std::uint16_t freeze_days) {
  auto story = shop(with(terms("30", "33"), [&](auto& t) {
    t.freeze_days = freeze_days;
    t.valid_from = day("2018-01-01");
  }));
  const auto at = instant(bought);
  const model::MemberId member{44};
  story.at(at).given(admitted(member, "2018-01-01"), click("c44", member));
  story.after(with(report(kNew, 0, "1.00"), [&](auto& m) {
    m.click_id = "c44";
    m.purchase_at = m.status_at = at;
  }));
  return to_text(purchase(story).release_on);
}

TEST(Release, comes_the_day_after_the_freeze_counted_from_the_moscow_day) {
  EXPECT_EQ(release_day("2019-01-31T23:59:59+03:00", 30), "2019-03-03");
  EXPECT_EQ(release_day("2019-02-01T00:00:00+03:00", 30), "2019-03-04");
  EXPECT_EQ(release_day("2019-02-01T03:00:00+10:00", 30), "2019-03-03");  // Vladivostok
  EXPECT_EQ(release_day("2020-01-30T12:00:00+03:00", 30), "2020-03-01");
  EXPECT_EQ(release_day("2019-11-01T12:00:00+03:00", 60), "2020-01-01");  // not moved
}

TEST(Release, happens_when_its_day_opens_and_not_before) {
  auto story = shop();
  story.after(report(kApproved, 0, "100.00"));
  pass_to(story, "2019-03-31");
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  EXPECT_FALSE(decide_release(story.world().view(), id_of(story)));
  pass_to(story, kReleaseDay);
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
  EXPECT_EQ(purchase(story).member_side, MemberSide::released);
}

TEST(Release, is_true_from_the_midnight_of_its_day) {
  auto story = shop();
  story.after(report(kApproved, 0, "100.00"));
  pass_to(story, "2019-03-31");
  story.given(model::BusinessDayOpened{day(kReleaseDay), true});
  const auto event = decide_release(story.world().view(), id_of(story));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->effective_at, instant("2019-03-31T21:00:00Z"));
  EXPECT_TRUE(support::equal(event->event, freed(story, "30.00")));
  EXPECT_EQ(moved(event->event), "2100 30.00, 2110 -30.00");
}

TEST(Release, happens_once) {
  auto story = shop();
  story.after(report(kApproved, 0, "100.00"));
  pass_to(story, kReleaseDay);
  EXPECT_FALSE(decide_release(story.world().view(), id_of(story)));
  EXPECT_TRUE(decide_releases_of(story.world().view(), kMember).empty());
}

TEST(Release, of_one_that_was_declined_never_happens) {
  auto story = shop();
  story.after(report(kApproved, 0, "100.00"));
  story.after(report(kDeclined, 10, "100.00"));
  pass_to(story, "2019-04-02");
  EXPECT_EQ(funds(story), Funds{});
}

TEST(Release, follows_from_a_partners_silence) {
  auto story = shop();
  story.after(report(kNew, 0, "100.00"));
  pass_to(story, kReleaseDay);
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::tracked);
  EXPECT_EQ(balance(story, "1200"), "33.00");
  EXPECT_EQ(balance(story, "2500"), "-3.00");
}

TEST(Release, by_silence_leaves_the_later_approval_to_post_as_ever) {
  auto story = shop();
  story.after(report(kNew, 0, "100.00"));
  pass_to(story, kReleaseDay);
  story.after(report(kApproved, 10, "100.00"));
  EXPECT_EQ(balance(story, "1210"), "33.00");
  EXPECT_EQ(balance(story, "4100"), "-3.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

TEST(Release, waits_for_approval_where_the_terms_ask_for_it) {
  auto story = shop(with_approval(terms("30", "33")));
  story.after(report(kNew, 0, "100.00"));
  pass_to(story, "2019-04-10");
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  const auto message = report(kApproved, 10, "100.00");
  const auto standing = model::Standing{money("30.00"), money("33.00"), model::Receivable::tracked,
                                        model::Margin::deferred};
  const model::PurchaseApproved approved{id_of(story), kPartner, kMember, message.status_at,
                                         standing};
  story.when(message).then(effective(message.status_at, approved),
                           effective(midnight(kReleaseDay), freed(story, "30.00")));
}

TEST(Release, needs_no_more_than_an_approval_before_its_day) {
  auto story = shop(with_approval(terms("30", "33")));
  story.after(report(kNew, 0, "100.00"));
  story.after(report(kApproved, 10, "100.00"));
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  pass_to(story, kReleaseDay);
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

TEST(Release, takes_what_an_adjustment_of_the_same_message_has_left) {
  auto story = shop(with_approval(terms("30", "33")));
  story.after(report(kNew, 0, "100.00"));
  pass_to(story, kReleaseDay);
  story.after(report(kApproved, 10, "50.00"));
  EXPECT_EQ(funds(story), funds_of("0.00", "15.00"));
}

TEST(Release, of_nothing_is_recorded_too) {
  auto story = shop();
  story.after(report(kApproved, 0, "0.01"));
  pass_to(story, kReleaseDay);
  EXPECT_EQ(purchase(story).member_side, MemberSide::released);
}

// --- recorded when its release day had come ----------------------------------------------------

Story late_story() {
  auto story = shop();
  pass_to(story, "2019-04-05");
  return story;
}

TEST(LatePurchase, that_is_tracked_waits_for_its_approval_whatever_the_policy) {
  auto story = late_story();
  const auto outcome = story.when(report(kNew, 0, "100.00"));
  const auto& event = std::get<model::PurchaseRecorded>(outcome.decision()->front().event);
  EXPECT_TRUE(event.release_needs_approval);
  EXPECT_EQ(outcome.decision()->size(), 1U);
  pass_to(story, "2019-05-10");
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  story.after(report(kApproved, 10, "100.00"));
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

TEST(LatePurchase, that_is_approved_is_released_in_the_same_command) {
  auto story = late_story();
  const auto outcome = story.when(report(kApproved, 0, "100.00"));
  ASSERT_EQ(outcome.decision()->size(), 2U);
  const auto& release = outcome.decision()->back();
  EXPECT_EQ(release.effective_at, midnight(kReleaseDay));
  EXPECT_TRUE(support::equal(release.event, freed(story, "30.00")));
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

TEST(LatePurchase, is_one_whose_release_day_is_open) {
  auto story = shop();
  pass_to(story, kReleaseDay);
  story.after(report(kNew, 0, "100.00"));
  EXPECT_TRUE(purchase(story).release_needs_approval);
}

TEST(LatePurchase, is_not_one_whose_release_day_opens_tomorrow) {
  auto story = shop();
  pass_to(story, "2019-03-31");
  story.after(report(kNew, 0, "100.00"));
  EXPECT_FALSE(purchase(story).release_needs_approval);
  pass_to(story, kReleaseDay);
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));
}

TEST(LatePurchase, that_is_declined_at_once_is_not_released) {
  auto story = late_story();
  const auto outcome = story.when(report(kDeclined, 0, "100.00"));
  EXPECT_EQ(outcome.decision()->size(), 1U);
}

TEST(LatePurchase, of_a_held_member_is_not_released) {
  auto story = late_story();
  story.given(model::HoldPlaced{model::HoldScope::member, kMember, {}, {}, "fraud"});
  story.after(report(kApproved, 0, "100.00"));
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
}

// --- debt --------------------------------------------------------------------------------------

// Member 42 owes 30.00: paid out by adjustment, then clawed back.
Story story_in_debt() {
  auto story = shop();
  story.after(report_of("old", kApproved, 0, "100.00"));
  pass_to(story, kReleaseDay);
  story.after(model::AdjustBalance{.member = kMember,
                                   .amount = money("-30.00"),
                                   .reason = "paid by hand",
                                   .approvers = {"a", "b"}});
  story.after(report_of("old", kDeclined, 10, "100.00"));
  return story;
}

model::ReportPurchase bought_in_april(std::string_view action, std::string_view amount) {
  return with(report_of(action, kApproved, 0, amount), [](auto& m) {
    m.click_id = "april";
    m.purchase_at = m.status_at = noon("2019-04-02");
  });
}

TEST(Release, repays_debt_first) {
  auto story = story_in_debt();
  EXPECT_EQ(funds(story), funds_of("0.00", "0.00", "0.00", "0.00", "30.00"));
  story.given(click("april"));
  pass_to(story, "2019-04-02");
  story.after(bought_in_april("a", "50.00"));
  pass_to(story, "2019-05-02");
  story.given(model::BusinessDayOpened{day("2019-05-03"), true});
  const auto event = decide_release(story.world().view(), id_of(story));
  ASSERT_TRUE(event);
  EXPECT_TRUE(support::equal(event->event, freed(story, "0.00", "15.00")));
  EXPECT_EQ(moved(event->event), "2100 15.00, 1400 -15.00");
  story.given(event->event);
  EXPECT_EQ(funds(story), funds_of("0.00", "0.00", "0.00", "0.00", "15.00"));
}

TEST(Release, gives_the_member_what_the_debt_leaves) {
  auto story = story_in_debt();
  story.given(click("april"));
  pass_to(story, "2019-04-02");
  story.after(bought_in_april("a", "300.00"));
  pass_to(story, "2019-05-03");
  EXPECT_EQ(funds(story), funds_of("0.00", "60.00"));
  EXPECT_EQ(balance(story, "1400"), "0.00");
}

TEST(Release, of_several_in_one_command_repays_the_debt_once) {
  auto story = story_in_debt();
  story.given(click("april"),
              model::HoldPlaced{model::HoldScope::member, kMember, {}, {}, "fraud"});
  pass_to(story, "2019-04-02");
  story.after(bought_in_april("a", "60.00"));
  story.after(bought_in_april("b", "100.00"));
  pass_to(story, "2019-05-03");
  EXPECT_EQ(funds(story).frozen, money("48.00"));
  story.given(model::HoldLifted{model::HoldScope::member, kMember, {}, {}, "fraud"});
  const auto events = decide_releases_of(story.world().view(), kMember);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(moved(events.at(0).event), "2100 18.00, 1400 -18.00");
  EXPECT_EQ(moved(events.at(1).event), "2100 30.00, 1400 -12.00, 2110 -18.00");
}

// --- order -------------------------------------------------------------------------------------

TEST(Release, of_a_member_goes_by_day_and_then_by_purchase) {
  auto story = shop();
  const auto bought = [&](std::string_view action, std::string_view on) {
    story.at(noon("2019-03-05"));
    story.after(with(report_of(action, kApproved, 0, "1.00"), [&](auto& m) {
      m.click_id = "c42";
      m.purchase_at = m.status_at = noon(on);
    }));
  };
  story.given(model::HoldPlaced{model::HoldScope::member, kMember, {}, {}, "fraud"});
  bought("a", "2019-03-03");
  bought("b", "2019-03-02");
  bought("c", "2019-03-03");
  bought("d", "2019-03-02");
  bought("e", "2019-03-04");
  pass_to(story, "2019-04-03");
  story.given(model::HoldLifted{model::HoldScope::member, kMember, {}, {}, "fraud"});
  std::string order;
  for (const auto& dated : decide_releases_of(story.world().view(), kMember)) {
    const auto id = std::get<model::FreezeExpired>(dated.event).purchase;
    order += story.world().ledger.purchases.find(id)->action_id;
  }
  EXPECT_EQ(order, "bdac");
}

TEST(Release, keeps_a_days_list_in_the_order_of_its_purchases_over_many_chunks) {
  auto story = shop();
  constexpr int kCount = 3 * kDueChunk + 1;
  for (int i = 0; i < kCount; ++i)
    story.after(report_of("a" + std::to_string(i), kApproved, 0, "1.00"));
  const auto& tables = story.world().ledger;
  EXPECT_EQ(tables.release_days.find(day(kReleaseDay))->count, static_cast<unsigned>(kCount));
  EXPECT_EQ(tables.releases.find({day(kReleaseDay), 3})->ids.size(), 1U);
  pass_to(story, kReleaseDay);
  EXPECT_EQ(funds(story), funds_of("0.00", "230.70"));
  pass_to(story, "2019-04-02");
  EXPECT_EQ(tables.release_days.find(day(kReleaseDay)), nullptr);
  EXPECT_EQ(tables.releases.find({day(kReleaseDay), 0}), nullptr);
  EXPECT_EQ(tables.releases.find({day(kReleaseDay), 3}), nullptr);
}

}  // namespace
}  // namespace kopilka::ledger
