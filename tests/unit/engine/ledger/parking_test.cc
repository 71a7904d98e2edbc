#include "tests/unit/engine/ledger/world.h"

// What cannot be attributed waits, holds no money, and is given up after 90 days (domain.md §5).
namespace kopilka::ledger {
namespace {

using model::ParkedWhy;
using model::Span;

model::ReportPurchase lost(PurchaseStatus status, int minutes, std::string_view amount) {
  return with(report(status, minutes, amount), [](auto& m) { m.click_id = "later"; });
}

model::PurchaseUnattributed parked(const model::ReportPurchase& message, ParkedWhy why) {
  return {.partner = kPartner,
          .action_id = "a",
          .why = why,
          .status = message.status,
          .status_at = message.status_at,
          .purchase_at = message.purchase_at,
          .click_id = message.click_id,
          .lines = {{.line = 1, .amount = message.lines.front().amount}}};
}

const Parked* parking(Story& story) {
  const auto* action = story.world().ledger.actions.find({kPartner, "a"});
  KOPILKA_CHECK(action != nullptr && action->parked);
  return story.world().ledger.parked.find(*action->parked);
}

// The click that was missing, as if it had been there all along.
void find_click(Story& story, std::string_view today = kFirstDay) {
  story.at(noon(kFirstDay)).given(click("later")).at(noon(today) + Span::hours(6));
}

TEST(Parking, records_what_was_said_and_why_and_moves_nothing) {
  auto story = shop();
  const auto message = lost(kApproved, 0, "100.00");
  const auto event = parked(message, ParkedWhy::no_click);
  story.when(message).then(effective(message.purchase_at, event));
  EXPECT_EQ(moved(event), "");
  EXPECT_EQ(funds(story), Funds{});
}

TEST(Parking, is_answered_without_a_purchase_id) {
  auto story = shop();
  const auto outcome = story.when(lost(kNew, 0, "100.00"));
  const auto result = result_of(story.world().ledger, *outcome.decision(), story.last_seq());
  EXPECT_EQ(std::get<model::PurchaseResult>(result),
            (model::PurchaseResult{.purchase = std::nullopt,
                                   .state = model::PurchaseState::unattributed,
                                   .why = ParkedWhy::no_click,
                                   .cashback = std::nullopt,
                                   .release_on = std::nullopt}));
}

TEST(Parking, parks_a_first_decline_that_is_nobodys) {
  auto story = shop();
  const auto message = lost(kDeclined, 0, "100.00");
  story.when(message).then(parked(message, ParkedWhy::no_click));
}

TEST(Parking, compares_messages_as_if_it_were_a_purchase) {
  auto story = shop();
  story.after(lost(kPending, 100, "100.00"));
  story.when(lost(kPending, 99, "100.00")).then(kStale);
  story.when(lost(kPending, 100, "100.00")).then(kDuplicate);
  EXPECT_EQ(story.world().original->first, story.last_seq());
  EXPECT_EQ(std::get<model::PurchaseResult>(story.world().original->result).why,
            ParkedWhy::no_click);
  story.when(lost(kPending, 100, "100.01")).then(Refusal::status_time_conflict);
  story.when(lost(kNew, 100, "100.00")).then(kStale);
}

TEST(Parking, is_judged_afresh_by_a_newer_message_and_keeps_its_place) {
  auto story = shop();
  story.after(lost(kPending, 100, "100.00"));
  const auto id = story.last_seq().value();
  const auto message = lost(kApproved, 100, "90.00");
  story.when(message).then(
      with(parked(message, ParkedWhy::no_click), [&](auto& e) { e.parked = model::ParkedId{id}; }));
  story.when(lost(kPending, 100, "100.00")).then(kStale);
}

TEST(Parking, may_be_told_of_with_another_time_currency_and_click) {
  auto story = shop();
  story.after(lost(kPending, 100, "100.00"));
  story.after(with(report(kApproved, 200, "2.00"), [](auto& m) {
    m.purchase_at = m.purchase_at + Span::minutes(1);
    m.currency = "USD";
    m.fx_rate = model::ExchangeRate::ten_thousandths(500'000);
  }));
  EXPECT_EQ(cashback(story), "30.00");
}

TEST(Parking, ends_when_a_later_message_can_be_attributed) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  const model::ParkedId id{story.last_seq().value()};
  find_click(story);
  const auto outcome = story.when(lost(kApproved, 200, "100.00"));
  ASSERT_TRUE(outcome.decision());
  const auto& event = std::get<model::PurchaseRecorded>(outcome.decision()->front().event);
  EXPECT_EQ(event.parked, id);
  EXPECT_EQ(event.click_id, "later");
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  EXPECT_EQ(story.world().ledger.parked.find(id), nullptr);
}

TEST(Parking, ends_by_the_click_that_is_known_when_the_message_names_none) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  find_click(story);
  story.after(with(lost(kApproved, 200, "100.00"), [](auto& m) { m.click_id.reset(); }));
  EXPECT_EQ(purchase(story).facts.click_id, "later");
  EXPECT_EQ(purchase(story).member, kMember);
}

TEST(Parking, does_not_end_by_itself_when_the_click_is_found) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  find_click(story);
  story.when(lost(kApproved, 100, "100.00")).then(kDuplicate);
  EXPECT_EQ(funds(story), Funds{});
}

TEST(Parking, is_given_up_on_the_91st_day_after_its_first) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  pass_to(story, "2019-04-01");
  story.after(lost(kApproved, 200, "100.00"));  // it does not begin anew
  pass_to(story, "2019-05-30");
  EXPECT_FALSE(parking(story)->expired);
  pass_to(story, "2019-05-31");
  EXPECT_TRUE(parking(story)->expired);
}

TEST(Parking, may_be_claimed_until_the_day_before) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  find_click(story);
  pass_to(story, "2019-05-30");
  story.after(lost(kApproved, 200, "100.00"));
  pass_to(story, "2019-06-02");
  EXPECT_EQ(purchase(story).cashback, money("30.00"));
}

TEST(Parking, that_was_given_up_begins_anew_with_a_newer_message) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  pass_to(story, "2019-05-31");
  story.when(lost(kApproved, 100, "100.00")).then(kDuplicate);
  const auto message = lost(kApproved, 200, "100.00");
  story.when(message).then(parked(message, ParkedWhy::no_click));
  EXPECT_FALSE(parking(story)->expired);
  pass_to(story, "2019-08-29");
  EXPECT_FALSE(parking(story)->expired);
  pass_to(story, "2019-08-30");
  EXPECT_TRUE(parking(story)->expired);
}

TEST(Parking, that_was_given_up_may_still_be_recorded) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  pass_to(story, "2019-05-31");
  find_click(story, "2019-05-31");
  story.after(lost(kApproved, 200, "100.00"));
  EXPECT_EQ(funds(story), funds_of("0.00", "30.00"));  // approved, and its day had come
}

TEST(Parking, gives_up_nothing_that_was_recorded_meanwhile) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  const model::ParkedId id{story.last_seq().value()};
  find_click(story);
  story.after(lost(kApproved, 200, "100.00"));
  pass_to(story, "2019-06-01");
  EXPECT_FALSE(decide_expiry(story.world().view(), id, noon("2019-06-01")));
}

TEST(Parking, is_given_up_once) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  const model::ParkedId id{story.last_seq().value()};
  pass_to(story, "2019-05-31");
  EXPECT_FALSE(decide_expiry(story.world().view(), id, noon("2019-05-31")));
}

TEST(Parking, is_given_up_as_of_the_opening_of_the_day) {
  auto story = shop();
  story.after(lost(kApproved, 100, "100.00"));
  const model::ParkedId id{story.last_seq().value()};
  pass_to(story, "2019-05-30");
  const auto now = midnight("2019-05-31");
  story.at(now).given(open_day(story.world().view(), day("2019-05-31"), now).event);
  const auto event = decide_expiry(story.world().view(), id, now);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->effective_at, now);
  EXPECT_TRUE(support::equal(event->event, model::PurchaseExpired{kPartner, "a", id}));
}

}  // namespace
}  // namespace kopilka::ledger
