#include "tests/unit/engine/ledger/world.h"

// Clicks, adjustments by hand, business days, and the ids that we make.
namespace kopilka::ledger {
namespace {

// --- clicks ------------------------------------------------------------------------------------

model::RegisterClick clicking(std::optional<std::string> id) {
  return {.member = kMember, .partner = kPartner, .click_id = std::move(id)};
}

TEST(RegisterClick, records_whose_it_is_and_where_it_leads) {
  auto story = shop();
  auto command = clicking("mine");
  command.channel = model::Channel::lead;
  story.when(command).then(
      effective(kEvening, model::ClickRegistered{"mine", kMember, kPartner, model::Channel::lead}));
  EXPECT_EQ(story.world().ledger.clicks.find({"mine"})->at, kEvening);
}

TEST(RegisterClick, makes_an_id_of_26_characters_from_its_seq) {
  auto story = shop();
  const auto seq = model::next(story.last_seq());
  const auto outcome = story.when(clicking(std::nullopt));
  const auto& event = std::get<model::ClickRegistered>(outcome.decision()->front().event);
  EXPECT_EQ(event.click_id, IdMint(kStoreKey).click_id(seq));
  EXPECT_EQ(event.click_id.size(), 26U);
  const auto result = result_of(story.world().ledger, *outcome.decision(), seq);
  EXPECT_EQ(std::get<model::ClickResult>(result).click_id, event.click_id);
}

TEST(RegisterClick, refuses_an_unknown_member_and_then_an_unknown_partner) {
  auto story = shop();
  auto command = clicking("c42");
  command.partner = kUnknownPartner;
  story.when(command).then(Refusal::partner_not_found);
  command.member = kUnknownMember;
  story.when(command).then(Refusal::member_not_found);
}

TEST(RegisterClick, refuses_an_id_that_anybody_has_used) {
  auto story = shop();
  auto command = clicking("c42");
  story.when(command).then(Refusal::click_taken);
  command.member = kOtherMember;
  command.partner = kOtherPartner;
  story.when(command).then(Refusal::click_taken);
}

TEST(RegisterClick, judges_neither_membership_nor_terms_nor_suspension) {
  auto story = shop();
  story.given(model::PartnerSuspended{kPartner, day(kFirstDay), std::nullopt},
              model::MembershipSuspended{kMember, day(kFirstDay), std::nullopt});
  story.after(clicking("one"));
  auto without_terms = clicking("two");
  without_terms.partner = kOtherPartner;
  story.after(without_terms);
}

// --- adjustments -------------------------------------------------------------------------------

model::AdjustBalance adjusting(std::string_view amount) {
  return {.member = kMember,
          .amount = money(amount),
          .reason = "goodwill",
          .approvers = {"one", "two"}};
}

TEST(AdjustBalance, gives_from_goodwill) {
  auto story = shop();
  const model::BalanceAdjusted event{kMember, money("10.00"), {}, "goodwill", {"one", "two"}};
  story.when(adjusting("10.00")).then(effective(kEvening, event));
  EXPECT_EQ(moved(event), "5500 10.00, 2110 -10.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "10.00"));
}

TEST(AdjustBalance, takes_back_to_goodwill) {
  auto story = shop();
  story.after(adjusting("10.00"));
  const model::BalanceAdjusted event{kMember, money("-4.00"), {}, "goodwill", {"one", "two"}};
  story.when(adjusting("-4.00")).then(event);
  EXPECT_EQ(moved(event), "5500 -4.00, 2110 4.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "6.00"));
}

TEST(AdjustBalance, never_takes_more_than_is_available) {
  auto story = shop();
  story.after(adjusting("10.00"));
  story.when(adjusting("-10.01")).then(Refusal::insufficient_funds);
  story.after(adjusting("-10.00"));
  story.when(adjusting("-0.01")).then(Refusal::insufficient_funds);
}

TEST(AdjustBalance, repays_debt_first) {
  EXPECT_EQ(moved(model::BalanceAdjusted{kMember, money("7.00"), money("3.00"), {}, {}}),
            "5500 10.00, 1400 -3.00, 2110 -7.00");
}

TEST(AdjustBalance, refuses_an_unknown_member_then_equal_approvers_then_short_funds) {
  auto story = shop();
  auto command = adjusting("-10.00");
  story.when(command).then(Refusal::insufficient_funds);
  command.approvers = {"one", "one"};
  story.when(command).then(Refusal::approvers_not_different);
  command.member = kUnknownMember;
  story.when(command).then(Refusal::member_not_found);
}

TEST(AdjustBalance, needs_no_account) {
  auto story = shop();
  auto command = adjusting("10.00");
  command.member = kOtherMember;
  story.after(command);
  EXPECT_EQ(funds(story, kOtherMember), funds_of("0.00", "10.00"));
}

// --- business days -----------------------------------------------------------------------------

std::optional<Refusal> judge(std::string_view date, DayMode mode) {
  auto story = shop();  // 1 March is open
  return judge_open_day(story.world().view(), day(date), noon("2019-03-03"), mode);
}

TEST(OpenBusinessDay, refuses_a_day_that_is_open_or_past) {
  for (const auto mode : {DayMode::live, DayMode::import}) {
    EXPECT_EQ(judge("2019-03-01", mode), Refusal::day_already_open);
    EXPECT_EQ(judge("2019-02-28", mode), Refusal::day_already_open);
  }
}

TEST(OpenBusinessDay, refuses_a_day_that_has_not_come) {
  for (const auto mode : {DayMode::live, DayMode::import})
    EXPECT_EQ(judge("2019-03-04", mode), Refusal::day_not_reached);
}

TEST(OpenBusinessDay, takes_the_next_day) {
  for (const auto mode : {DayMode::live, DayMode::import})
    EXPECT_EQ(judge("2019-03-02", mode), std::nullopt);
}

TEST(OpenBusinessDay, skips_days_in_an_import_only) {
  EXPECT_EQ(judge("2019-03-03", DayMode::import), std::nullopt);
  EXPECT_EQ(judge("2019-03-03", DayMode::live), Refusal::day_skipped);
}

TEST(OpenBusinessDay, takes_any_past_or_present_day_as_the_first) {
  const World empty;
  for (const auto mode : {DayMode::live, DayMode::import}) {
    const auto verdict = [&](std::string_view date) {
      return judge_open_day(empty.view(), day(date), noon("2019-03-03"), mode);
    };
    EXPECT_EQ(verdict("2019-03-03"), std::nullopt);
    EXPECT_EQ(verdict("2019-03-04"), Refusal::day_not_reached);
  }
}

TEST(OpenBusinessDay, goes_by_the_moscow_date_of_the_instant) {
  auto story = shop();
  const auto verdict = [&](std::string_view now) {
    return judge_open_day(story.world().view(), day("2019-03-02"), instant(now), DayMode::live);
  };
  EXPECT_EQ(verdict("2019-03-01T20:59:59.999999Z"), Refusal::day_not_reached);
  EXPECT_EQ(verdict("2019-03-01T21:00:00Z"), std::nullopt);
}

TEST(OpenBusinessDay, notes_whether_the_day_is_a_working_one) {
  auto story = shop();
  story.given(model::CalendarPublished{
      .year = 2019, .days_off = {day("2019-03-08")}, .working_weekends = {day("2019-03-09")}});
  for (const auto& [date, working] :
       {std::pair{"2019-03-07", true}, std::pair{"2019-03-08", false},
        std::pair{"2019-03-09", true}, std::pair{"2019-03-10", false}}) {
    const auto event = open_day(story.world().view(), day(date), midnight(date));
    EXPECT_EQ(event.effective_at, midnight(date));
    EXPECT_TRUE(support::equal(event.event, model::BusinessDayOpened{day(date), working})) << date;
  }
}

// --- ids ---------------------------------------------------------------------------------------

TEST(IdMint, makes_the_same_id_for_the_same_seq_and_key) {
  const IdMint mint("key");
  EXPECT_EQ(mint.click_id(model::Seq{7}), IdMint("key").click_id(model::Seq{7}));
  EXPECT_NE(mint.click_id(model::Seq{7}), mint.click_id(model::Seq{8}));
  EXPECT_NE(mint.click_id(model::Seq{7}), IdMint("other").click_id(model::Seq{7}));
  EXPECT_NE(mint.click_id(model::Seq{7}), mint.destination_id(model::Seq{7}));
  EXPECT_NE(mint.ext_ref(model::Seq{7}, 0), mint.ext_ref(model::Seq{7}, 1));
}

TEST(IdMint, leaves_room_for_a_members_slot) {
  const IdMint mint("key");
  for (const auto& id : {mint.click_id(model::Seq{7}), mint.ext_ref(model::Seq{7}, 0)})
    EXPECT_TRUE(id.starts_with("aaa")) << id;  // 16 bits of zero
}

}  // namespace
}  // namespace kopilka::ledger
