#include "engine/ledger/release.h"
#include "tests/unit/engine/shard/driven.h"

// Live the clock opens days, releases go in slices, and everyone sees midnight (domain.md §9).
namespace kopilka::shard {
namespace {

using Strings = std::vector<std::string>;

Options live() {
  return {.day_mode = DayMode::live};
}
Options live_slices(std::uint32_t size) {
  return {.day_mode = DayMode::live, .releases_per_slice = size};
}
model::Answer answer(Driven& driven, model::Command command, model::Instant now) {
  const auto ticket = driven.line(std::move(command), std::nullopt);
  driven.run(now);
  return driven.answer_of(ticket);
}
// `count` purchases of 30.00 each, due on 1 April, which is open as far as 31 March.
void set_up_due(Driven& driven, int count) {
  set_up_live(driven);
  for (int i = 0; i < count; ++i)
    driven.line(bought("a" + std::to_string(i)), std::nullopt);
  driven.run(noon(kFirstDay));
  for (auto date = day("2019-03-02"); date < day(kReleaseDay); date = date + 1)
    driven.run(model::moscow_midnight(date));
}

TEST(LiveDays, begin_with_the_date_of_the_first_command_and_not_before) {
  Driven driven(live());
  driven.run(noon(kFirstDay));
  EXPECT_EQ(driven.today(), "none");
  answer(driven, programme().front(), noon("2019-03-02"));
  EXPECT_EQ(driven.events(), (Strings{"2019-03-02T09:00:00Z BusinessDayOpened",
                                      "2019-03-02T09:00:00Z OrganizationRegistered"}));
}

TEST(LiveDays, open_by_the_clock_alone) {
  Driven driven(live());
  set_up_live(driven);
  driven.run(midnight("2019-03-02") - model::Span::micros(1));
  EXPECT_EQ(driven.today(), "2019-03-01");
  driven.run(midnight("2019-03-02"));
  EXPECT_EQ(driven.today(), "2019-03-02");
}

TEST(LiveDays, stamp_what_they_record_with_the_clock) {
  Driven driven(live());
  set_up_live(driven);
  const auto seq = driven.follower().head().last_seq.value() + 1;
  driven.run(midnight("2019-03-02") + model::Span::minutes(7));
  EXPECT_EQ(driven.events(seq), Strings{"2019-03-01T21:07:00Z BusinessDayOpened"});
}

TEST(LiveDays, never_stamp_earlier_than_the_log_though_the_clock_went_back) {
  Driven driven(live());
  set_up_live(driven);
  const auto seq = driven.follower().head().last_seq.value() + 1;
  answer(driven, tick(), noon(kFirstDay) - model::Span::hours(2));
  EXPECT_EQ(driven.events(seq), Strings{"2019-03-01T09:00:00Z ClickRegistered"});
}

TEST(LiveDays, open_at_most_three_by_themselves) {
  Driven three(live()), four(live());
  set_up_live(three);
  EXPECT_EQ(answer(three, tick(), noon("2019-03-04")).status, AnswerStatus::accepted);
  EXPECT_EQ(three.today(), "2019-03-04");
  set_up_live(four);
  const auto refused = answer(four, tick(), noon("2019-03-05"));
  EXPECT_EQ(refused.refusal, Refusal::day_not_reached);
  EXPECT_EQ(four.today(), "2019-03-01");
}

TEST(LiveDays, follow_the_clock_again_when_an_operator_has_opened_enough) {
  Driven driven(live());
  set_up_live(driven);
  EXPECT_EQ(answer(driven, tick(), noon("2019-03-06")).refusal, Refusal::day_not_reached);
  EXPECT_EQ(answer(driven, model::OpenBusinessDay{day("2019-03-02")}, noon("2019-03-06")).status,
            AnswerStatus::accepted);
  EXPECT_EQ(driven.today(), "2019-03-02");
  EXPECT_EQ(answer(driven, model::OpenBusinessDay{day("2019-03-03")}, noon("2019-03-06")).status,
            AnswerStatus::accepted);
  EXPECT_EQ(driven.today(), "2019-03-06");
  EXPECT_EQ(answer(driven, tick(), noon("2019-03-06")).status, AnswerStatus::accepted);
}

TEST(LiveDays, are_opened_by_an_operator_in_order_and_not_before_their_time) {
  Driven driven(live());
  set_up_live(driven);
  const auto now = noon("2019-03-08");
  EXPECT_EQ(answer(driven, model::OpenBusinessDay{day("2019-03-04")}, now).refusal,
            Refusal::day_skipped);
  EXPECT_EQ(answer(driven, model::OpenBusinessDay{day("2019-03-01")}, now).refusal,
            Refusal::day_already_open);
  EXPECT_EQ(answer(driven, model::OpenBusinessDay{day("2019-03-09")}, now).refusal,
            Refusal::day_not_reached);
  EXPECT_EQ(driven.today(), "2019-03-01");
}

TEST(LiveDays, let_a_known_key_be_answered_while_days_are_missing) {
  Driven driven(live());
  set_up_live(driven);
  driven.line("k", clicking("one"), std::nullopt);
  driven.run(noon(kFirstDay));
  const auto again = driven.line("k", clicking("one"), std::nullopt);
  driven.run(noon("2019-03-20"));
  EXPECT_EQ(driven.answer_of(again).status, AnswerStatus::duplicate);
}

// --- slices ------------------------------------------------------------------------------------

TEST(LiveReleases, go_one_slice_a_batch_so_that_others_get_through) {
  Driven driven(live_slices(2));
  set_up_due(driven, 5);
  const auto before = driven.batches().size();
  const auto other =
      driven.line(model::RegisterOrganization{.organization = model::OrganizationId{2},
                                              .kind = model::OrganizationKind::regional,
                                              .parent = model::OrganizationId{1},
                                              .name = "Обком"},
                  std::nullopt);
  driven.run(midnight(kReleaseDay));
  EXPECT_TRUE(driven.is_answered(other));
  EXPECT_EQ(driven.names(before + 1),
            (Strings{"BusinessDayOpened FreezeExpired FreezeExpired OrganizationRegistered",
                     "FreezeExpired FreezeExpired", "FreezeExpired"}));
  (void)driven.digest();
}

TEST(LiveReleases, of_a_member_come_before_the_members_command) {
  Driven driven(live_slices(1));
  set_up_due(driven, 5);
  const auto before = driven.batches().size();
  const auto ticket = driven.line(request("150.00"), std::nullopt);
  driven.run(midnight(kReleaseDay));
  EXPECT_EQ(driven.answer_of(ticket).status, AnswerStatus::accepted);
  EXPECT_EQ(driven.answer_of(ticket).count, 1U);
  EXPECT_EQ(driven.names(before + 1),
            Strings{"BusinessDayOpened FreezeExpired FreezeExpired FreezeExpired FreezeExpired "
                    "FreezeExpired WithdrawalRequested"});
  EXPECT_EQ(driven.funds(kMember).reserved, money("150.00"));
  (void)driven.digest();
}

TEST(LiveReleases, of_a_member_come_before_a_message_about_the_members_purchase) {
  Driven driven(live_slices(1));
  set_up_due(driven, 3);
  const auto ticket = driven.line(bought("a2", model::PurchaseStatus::declined, 10), std::nullopt);
  driven.run(midnight(kReleaseDay));
  const auto answer = driven.answer_of(ticket);
  const auto& result = std::get<model::PurchaseResult>(answer.result);
  const auto* purchase = driven.follower().state().ledger.purchases.find(*result.purchase);
  EXPECT_EQ(purchase->member_side, ledger::MemberSide::clawed_back);  // and not cancelled
  EXPECT_EQ(driven.funds(kMember).available, money("60.00"));
}

TEST(LiveReleases, happen_once_though_the_members_command_ran_ahead) {
  Driven driven(live_slices(2));
  set_up_due(driven, 7);
  driven.line(request("1.00"), std::nullopt);
  driven.run(midnight(kReleaseDay));
  driven.run(midnight(kReleaseDay) + model::Span::minutes(1));
  EXPECT_EQ(driven.funds(kMember).available, money("209.00"));
  (void)driven.digest();
}

TEST(LiveReleases, are_all_done_before_the_next_day_opens) {
  Driven driven(live_slices(2));
  set_up_due(driven, 9);
  driven.run(noon("2019-04-03"));  // three midnights at once
  EXPECT_EQ(driven.today(), "2019-04-03");
  EXPECT_EQ(driven.funds(kMember).available, money("270.00"));
  EXPECT_EQ(driven.funds(kMember).frozen, Money{});
}

TEST(LiveReleases, are_all_done_before_an_operator_opens_the_next_day) {
  Driven driven(live_slices(1));
  set_up_due(driven, 4);
  const auto now = noon("2019-04-08");
  for (const auto* date : {"2019-04-01", "2019-04-02", "2019-04-03", "2019-04-04", "2019-04-05"})
    driven.line(model::OpenBusinessDay{day(date)}, std::nullopt);
  driven.run(now);
  EXPECT_EQ(driven.today(), "2019-04-08");
  EXPECT_EQ(driven.funds(kMember).available, money("120.00"));
}

TEST(LiveReleases, go_on_after_a_restart_in_the_middle) {
  Driven first(live_slices(2));
  set_up_due(first, 5);
  const auto opened = first.next(midnight(kReleaseDay));
  ASSERT_TRUE(opened);
  first.acknowledge(*opened);
  EXPECT_EQ(first.funds(kMember).available, money("60.00"));
  // Another process folds what the log holds and goes on.
  auto follower = Follower::open(nullptr).value();
  for (const auto& batch : first.batches())
    ASSERT_TRUE(follower.apply(batch.content, batch.sealed.hash, {}));
  ports::Ownership ownership{.epoch = model::Epoch{2}, .owner = {}, .head = follower.head()};
  auto parts = std::move(follower).release();
  Shard second(std::move(parts.state), std::move(parts.misses), nullptr, first.mint(), ownership,
               live_slices(2));
  for (;;) {
    const auto batch = second.next_batch(midnight(kReleaseDay)).value();
    if (!batch) break;
    second.on_outcome({batch->sealed.header.n, AppendStatus::acknowledged, ""});
  }
  EXPECT_EQ(second.state().ledger.members.find(kMember)->funds.available, money("150.00"));
}

TEST(LiftedHold, lets_the_rest_follow_by_itself) {
  for (const auto mode : {DayMode::live, DayMode::import}) {
    Driven driven({.day_mode = mode});
    const auto at = [&](model::Instant now) {
      return mode == DayMode::import ? std::optional(now) : std::nullopt;
    };
    for (auto& command : programme())
      driven.line(std::move(command), at(noon(kFirstDay)));
    constexpr int kCount = 1'300;
    for (int i = 0; i < kCount; ++i)
      driven.line(bought("a" + std::to_string(i)), at(noon(kFirstDay)));
    const model::HoldTarget target{
        .scope = model::HoldScope::member, .member = kMember, .rule = "fraud"};
    driven.line(model::PlaceHold{target}, at(noon(kFirstDay)));
    driven.run(noon(kFirstDay));
    for (auto date = day("2019-03-02"); date <= day(kReleaseDay); date = date + 1)
      driven.run(model::moscow_midnight(date));
    const auto ticket = driven.line(model::LiftHold{target}, at(noon(kReleaseDay)));
    driven.run(noon(kReleaseDay));
    EXPECT_EQ(driven.answer_of(ticket).count, 1 + ledger::kReleasesPerCommandMax);
    EXPECT_EQ(driven.funds(kMember).available, money("39000.00"));
    EXPECT_EQ(driven.funds(kMember).frozen, Money{});
  }
}

}  // namespace
}  // namespace kopilka::shard
