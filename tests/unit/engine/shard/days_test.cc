#include "tests/unit/engine/shard/driven.h"

// In an import the lines' own times drive the days (domain.md §3, §9).
namespace kopilka::shard {
namespace {

using Strings = std::vector<std::string>;

model::Instant at(std::string_view text) {
  return instant(text);
}
std::uint64_t next_seq(const Driven& driven) {
  return driven.follower().head().last_seq.value() + 1;
}
model::Answer open(Driven& driven, std::string_view date, std::string_view when) {
  return driven.answer(model::OpenBusinessDay{day(date)}, at(when));
}

TEST(ImportedDays, begin_with_the_moscow_date_of_the_first_line) {
  Driven driven;
  driven.answer(programme().front(), at("2019-03-01T21:30:00Z"));
  EXPECT_EQ(driven.events(), (Strings{"2019-03-01T21:00:00Z BusinessDayOpened",
                                      "2019-03-01T21:30:00Z OrganizationRegistered"}));
  EXPECT_EQ(driven.today(), "2019-03-02");
}

TEST(ImportedDays, open_one_by_one_before_the_line_that_crosses_midnight) {
  Driven driven;
  set_up(driven);
  const auto seq = next_seq(driven);
  driven.answer(tick(), at("2019-03-04T10:00:00+03:00"));
  EXPECT_EQ(
      driven.events(seq),
      (Strings{"2019-03-01T21:00:00Z BusinessDayOpened", "2019-03-02T21:00:00Z BusinessDayOpened",
               "2019-03-03T21:00:00Z BusinessDayOpened", "2019-03-04T07:00:00Z ClickRegistered"}));
}

TEST(ImportedDays, open_at_the_very_midnight) {
  Driven driven;
  set_up(driven);
  driven.answer(tick(), at("2019-03-01T20:59:59.999999Z"));
  EXPECT_EQ(driven.today(), "2019-03-01");
  driven.answer(tick(), at("2019-03-01T21:00:00Z"));
  EXPECT_EQ(driven.today(), "2019-03-02");
}

TEST(ImportedDays, are_driven_by_a_line_whatever_its_outcome) {
  Driven refused, stale;
  set_up(refused);
  EXPECT_EQ(refused.answer(request("5.00"), noon("2019-03-02")).status, AnswerStatus::refused);
  EXPECT_EQ(refused.today(), "2019-03-02");
  set_up(stale);
  stale.answer(bought("a", model::PurchaseStatus::approved, 10), noon(kFirstDay));
  EXPECT_EQ(stale.answer(bought("a"), noon("2019-03-02")).status, AnswerStatus::stale);
  EXPECT_EQ(stale.today(), "2019-03-02");
}

TEST(ImportedDays, are_not_driven_by_an_invalid_line) {
  Driven driven;
  set_up(driven);
  Submission broken{.ticket = 900};
  broken.content = Malformed{model::Invalid::bad_value, "bad"};
  broken.at = noon("2019-03-02");
  driven.submit(broken);
  driven.run();
  EXPECT_EQ(driven.today(), kFirstDay);
}

TEST(ImportedDays, are_entries_of_their_own_without_a_key) {
  Driven driven;
  set_up(driven);
  const auto answer = driven.answer(tick(), noon("2019-03-02"));
  EXPECT_EQ(answer.count, 1U);  // the click; the day is not the command's
  const auto& entries = driven.batches().back().content.entries;
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_FALSE(entries.at(0).origin);
  EXPECT_TRUE(entries.at(1).origin);
}

// --- releases ----------------------------------------------------------------------------------

TEST(ImportedReleases, are_all_recorded_before_the_next_line) {
  Driven driven({.releases_per_slice = 2});
  set_up(driven);
  for (const auto* action : {"a", "b", "c", "d", "e"})
    driven.line(bought(action), noon(kFirstDay));
  driven.run();
  const auto seq = next_seq(driven) + 30;  // the days before
  driven.answer(request("150.00"), midnight(kReleaseDay));
  EXPECT_EQ(driven.events(seq),
            (Strings{"2019-03-31T21:00:00Z BusinessDayOpened", "2019-03-31T21:00:00Z FreezeExpired",
                     "2019-03-31T21:00:00Z FreezeExpired", "2019-03-31T21:00:00Z FreezeExpired",
                     "2019-03-31T21:00:00Z FreezeExpired", "2019-03-31T21:00:00Z FreezeExpired",
                     "2019-03-31T21:00:00Z WithdrawalRequested"}));
}

TEST(ImportedReleases, come_before_the_expiries_of_their_day) {
  Driven driven;
  set_up(driven);
  auto lost = bought("lost");
  lost.click_id = "unknown";
  driven.answer(lost, noon(kFirstDay));
  driven.line(model::RegisterClick{.member = kMember, .partner = kPartner, .click_id = "may"},
              noon("2019-04-30"));
  auto later = bought("later");
  later.click_id = "may";
  later.purchase_at = later.status_at = noon("2019-04-30");
  driven.line(later, noon("2019-04-30"));
  driven.run();
  const auto seq = next_seq(driven) + 30;
  driven.answer(tick(), noon("2019-05-31"));
  EXPECT_EQ(
      driven.events(seq),
      (Strings{"2019-05-30T21:00:00Z BusinessDayOpened", "2019-05-30T21:00:00Z FreezeExpired",
               "2019-05-30T21:00:00Z PurchaseExpired", "2019-05-31T09:00:00Z ClickRegistered"}));
}

TEST(ImportedReleases, of_each_day_come_before_the_next_day_opens) {
  Driven driven;
  set_up(driven);
  driven.line(bought("a"), noon(kFirstDay));
  auto next = bought("b");
  next.purchase_at = next.status_at = noon("2019-03-02");
  driven.line(next, noon("2019-03-02"));
  driven.run();
  const auto seq = next_seq(driven) + 29;
  driven.answer(tick(), noon("2019-04-03"));
  EXPECT_EQ(
      driven.events(seq),
      (Strings{"2019-03-31T21:00:00Z BusinessDayOpened", "2019-03-31T21:00:00Z FreezeExpired",
               "2019-04-01T21:00:00Z BusinessDayOpened", "2019-04-01T21:00:00Z FreezeExpired",
               "2019-04-02T21:00:00Z BusinessDayOpened", "2019-04-03T09:00:00Z ClickRegistered"}));
}

TEST(ImportedReleases, of_one_member_in_one_slice_repay_debt_once) {
  Driven driven;
  set_up(driven);
  driven.line(bought("old"), noon(kFirstDay));
  driven.line(adjust("10.00"), noon(kFirstDay));
  driven.line(tick(), noon(kReleaseDay));
  driven.line(adjust("-40.00"), noon(kReleaseDay));
  driven.line(bought("old", model::PurchaseStatus::declined, 10), noon(kReleaseDay));
  driven.line(clicking("april"), noon(kReleaseDay));
  for (const auto* action : {"a", "b"}) {
    auto purchase = bought(action, model::PurchaseStatus::approved, 0, "60.00");
    purchase.click_id = "april";
    purchase.purchase_at = purchase.status_at = noon(kReleaseDay);
    driven.line(purchase, noon(kReleaseDay));
  }
  driven.run();
  EXPECT_EQ(driven.funds(kMember).debt, money("30.00"));
  driven.answer(tick(), noon("2019-05-02"));
  EXPECT_EQ(driven.funds(kMember).debt, Money{});
  EXPECT_EQ(driven.funds(kMember).available, money("6.00"));
  (void)driven.digest();
}

// --- open_business_day -------------------------------------------------------------------------

TEST(OpenBusinessDayImported, moves_time_on_at_the_end_of_a_file) {
  Driven driven;
  set_up(driven);
  driven.answer(bought("a"), noon(kFirstDay));
  const auto answer = open(driven, kReleaseDay, "2019-04-01T12:00:00+03:00");
  EXPECT_EQ(answer.status, AnswerStatus::accepted);
  EXPECT_EQ(answer.count, 1U);
  EXPECT_EQ(driven.funds(kMember).available, money("30.00"));
  EXPECT_EQ(driven.today(), kReleaseDay);
  const auto events = driven.events(next_seq(driven) - 2);
  EXPECT_EQ(events, (Strings{"2019-04-01T09:00:00Z BusinessDayOpened",
                             "2019-04-01T09:00:00Z FreezeExpired"}));
}

TEST(OpenBusinessDayImported, is_decided_before_its_own_time_opens_days) {
  Driven driven;
  set_up(driven);
  EXPECT_EQ(open(driven, "2019-03-02", "2019-03-02T12:00:00+03:00").status, AnswerStatus::accepted);
  EXPECT_EQ(open(driven, "2019-03-02", "2019-03-02T12:00:00+03:00").refusal,
            Refusal::day_already_open);
}

TEST(OpenBusinessDayImported, opens_days_up_to_its_own_time_when_it_names_an_earlier_one) {
  Driven driven;
  set_up(driven);
  const auto seq = next_seq(driven);
  EXPECT_EQ(open(driven, "2019-03-03", "2019-03-04T12:00:00+03:00").status, AnswerStatus::accepted);
  EXPECT_EQ(driven.events(seq), (Strings{"2019-03-01T21:00:00Z BusinessDayOpened",
                                         "2019-03-04T09:00:00Z BusinessDayOpened",
                                         "2019-03-04T09:00:00Z BusinessDayOpened"}));
  EXPECT_EQ(driven.today(), "2019-03-04");
}

TEST(OpenBusinessDayImported, refused_drives_time_all_the_same) {
  Driven driven;
  set_up(driven);
  const auto early = open(driven, "2019-03-04", "2019-03-03T12:00:00+03:00");
  EXPECT_EQ(early.refusal, Refusal::day_not_reached);
  EXPECT_EQ(driven.today(), "2019-03-03");
  const auto past = open(driven, kFirstDay, "2019-03-05T12:00:00+03:00");
  EXPECT_EQ(past.refusal, Refusal::day_already_open);
  EXPECT_EQ(driven.today(), "2019-03-05");
}

TEST(OpenBusinessDayImported, may_be_the_first_command_of_all) {
  Driven driven;
  EXPECT_EQ(open(driven, kFirstDay, "2019-03-01T12:00:00+03:00").status, AnswerStatus::accepted);
  EXPECT_EQ(driven.events(), Strings{"2019-03-01T09:00:00Z BusinessDayOpened"});
}

TEST(OpenBusinessDayImported, as_the_first_command_of_tomorrow_is_refused) {
  Driven driven;
  const auto answer = open(driven, "2019-03-02", "2019-03-01T12:00:00+03:00");
  EXPECT_EQ(answer.refusal, Refusal::day_not_reached);
  EXPECT_EQ(driven.today(), kFirstDay);
}

TEST(OpenBusinessDayImported, repeated_under_its_key_is_a_duplicate) {
  Driven driven;
  set_up(driven);
  const model::OpenBusinessDay command{day("2019-03-02")};
  driven.line("open", command, noon("2019-03-02"));
  const auto again = driven.line("open", command, noon("2019-03-02"));
  driven.run();
  EXPECT_EQ(driven.answer_of(again).status, AnswerStatus::duplicate);
  EXPECT_EQ(driven.answer_of(again).original->count, 1U);
}

// --- time runs backwards -----------------------------------------------------------------------

TEST(TimeRunsBackwards, is_earlier_than_the_logs_last_entry) {
  Driven driven;
  set_up(driven);
  const auto last = noon(kFirstDay);
  EXPECT_EQ(driven.answer(tick(), last).status, AnswerStatus::accepted);
  const auto early = driven.answer(tick(), last - model::Span::micros(1));
  EXPECT_EQ(early.status, AnswerStatus::invalid);
  EXPECT_EQ(early.invalid, model::Invalid::time_runs_backwards);
  EXPECT_EQ(early.count, 0U);
}

TEST(TimeRunsBackwards, is_compared_with_what_was_recorded_and_not_with_what_was_said) {
  Driven driven;
  set_up(driven);
  driven.line("k", tick(), noon(kFirstDay));
  driven.line("k", tick(), noon("2019-03-01") + model::Span::hours(5));  // a duplicate
  const auto between = driven.line(tick(), noon(kFirstDay) + model::Span::hours(1));
  driven.run();
  EXPECT_EQ(driven.answer_of(between).status, AnswerStatus::accepted);
}

TEST(TimeRunsBackwards, does_not_stop_the_lines_that_follow) {
  Driven driven;
  set_up(driven);
  const auto early = driven.line(tick(), noon("2019-02-28"));
  const auto next = driven.line(tick(), noon(kFirstDay));
  driven.run();
  EXPECT_EQ(driven.answer_of(early).status, AnswerStatus::invalid);
  EXPECT_EQ(driven.answer_of(next).status, AnswerStatus::accepted);
}

}  // namespace
}  // namespace kopilka::shard
