#include "tests/unit/engine/ledger/world.h"

// What a member may ask for, in the order of the refusals, and when it must arrive (domain.md §10).
namespace kopilka::ledger {
namespace {

using model::RequestWithdrawal;
using model::WithdrawalMethod;

constexpr auto kPhone = WithdrawalMethod::phone;
constexpr auto kCard = WithdrawalMethod::card;
constexpr auto kAccount = WithdrawalMethod::account;
constexpr auto kWallet = WithdrawalMethod::wallet;
constexpr std::array kMethods{kPhone, kCard, kAccount, kWallet};

RequestWithdrawal request(WithdrawalMethod method, std::string_view amount) {
  return {.member = kMember, .method = method, .amount = money(amount)};
}
model::AdjustBalance adjust(std::string_view amount) {
  return {.member = kMember, .amount = money(amount), .reason = "start", .approvers = {"a", "b"}};
}

// A destination of each method, named after it, and `amount` available.
Story rich(std::string_view amount) {
  auto story = shop();
  for (const auto method : kMethods)
    story.given(destination(model::name_of(method), method));
  story.after(adjust(amount));
  return story;
}

TEST(RequestWithdrawal, reserves_the_amount) {
  auto story = rich("5000.00");
  story.world().key = "request-1";
  const auto outcome = story.when(request(kCard, "4050.00"));
  const auto id = model::WithdrawalId{story.last_seq().value()};
  ASSERT_TRUE(outcome.decision());
  const auto& dated = outcome.decision()->front();
  EXPECT_EQ(dated.effective_at, kEvening);
  const auto& event = std::get<model::WithdrawalRequested>(dated.event);
  EXPECT_EQ(event.member, kMember);
  EXPECT_EQ(event.method, kCard);
  EXPECT_EQ(event.destination_id, "card");
  EXPECT_EQ(event.amount, money("4050.00"));
  EXPECT_EQ(event.request_key, "request-1");
  EXPECT_EQ(moved(event), "2110 4050.00, 2120 -4050.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "950.00", "4050.00"));
  const auto result = result_of(story.world().ledger, *outcome.decision(), story.last_seq());
  EXPECT_EQ(std::get<model::WithdrawalResult>(result),
            (model::WithdrawalResult{id, event.ext_ref, event.due_at}));
}

TEST(RequestWithdrawal, has_a_reference_of_16_characters_that_follows_from_its_seq) {
  const auto ref_of = [](std::string_view amount) {
    auto story = rich("5000.00");
    const auto outcome = story.when(request(kPhone, amount));
    return std::get<model::WithdrawalRequested>(outcome.decision()->front().event).ext_ref;
  };
  const auto ref = ref_of("1.00");
  EXPECT_EQ(ref.size(), 16U);
  EXPECT_EQ(ref.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
  EXPECT_EQ(ref, ref_of("2.00"));
}

TEST(RequestWithdrawal, steps_past_a_reference_that_is_taken) {
  auto story = rich("5000.00");
  const IdMint mint(kStoreKey);
  const auto taken = mint.ext_ref(model::next(model::next(story.last_seq())), 0);
  story.given(model::WithdrawalRequested{.member = kMember,
                                         .method = kPhone,
                                         .destination_id = "phone",
                                         .amount = money("1.00"),
                                         .request_key = "other",
                                         .ext_ref = taken,
                                         .due_at = kEvening});
  const auto seq = model::next(story.last_seq());
  const auto outcome = story.when(request(kPhone, "1.00"));
  EXPECT_EQ(std::get<model::WithdrawalRequested>(outcome.decision()->front().event).ext_ref,
            mint.ext_ref(seq, 1));
}

// --- refusals, in their order ------------------------------------------------------------------

TEST(RequestWithdrawal, refuses_an_unknown_member) {
  rich("5000.00")
      .when(with(request(kPhone, "0.01"), [](auto& r) { r.member = kUnknownMember; }))
      .then(Refusal::member_not_found);
}

TEST(RequestWithdrawal, refuses_a_member_without_an_account) {
  rich("5000.00")
      .when(with(request(kPhone, "0.01"), [](auto& r) { r.member = kOtherMember; }))
      .then(Refusal::no_account);
}

TEST(RequestWithdrawal, refuses_less_than_the_minimum_of_the_method) {
  for (const auto& [method, below, least] :
       {std::tuple{kPhone, "0.99", "1.00"}, std::tuple{kCard, "999.99", "1000.00"},
        std::tuple{kAccount, "19.99", "20.00"}, std::tuple{kWallet, "999.99", "1000.00"}}) {
    auto story = rich("5000.00");
    story.when(request(method, below)).then(Refusal::below_minimum);
    story.after(request(method, least));
  }
}

TEST(RequestWithdrawal, refuses_too_little_before_it_looks_at_debt) {
  auto story = rich("5000.00");
  story.after(report(kApproved, 0, "20000.00"));
  pass_to(story, kReleaseDay);
  story.after(adjust("-11000.00")).after(report(kDeclined, 10, "20000.00"));
  EXPECT_EQ(funds(story).debt, money("6000.00"));
  story.when(request(kPhone, "0.99")).then(Refusal::below_minimum);
  story.when(with(request(kPhone, "1.00"), [](auto& r) { r.destination_id = "x"; }))
      .then(Refusal::member_has_debt);
}

TEST(RequestWithdrawal, refuses_a_destination_that_is_unknown_or_of_another_method) {
  auto story = rich("5000.00");
  const auto to = [](std::string_view id) {
    return with(request(kPhone, "1.00"), [&](auto& r) { r.destination_id = std::string(id); });
  };
  story.when(to("x")).then(Refusal::bad_destination);
  story.when(to("wallet")).then(Refusal::bad_destination);
  story.after(to("phone"));
}

TEST(RequestWithdrawal, refuses_another_members_destination) {
  auto story = rich("5000.00");
  story.given(with(destination("theirs", kPhone), [](auto& d) { d.member = kOtherMember; }));
  story.when(with(request(kPhone, "1.00"), [](auto& r) { r.destination_id = "theirs"; }))
      .then(Refusal::bad_destination);
}

TEST(RequestWithdrawal, refuses_a_method_without_a_destination) {
  auto story = shop();
  story.after(adjust("5000.00"));
  for (const auto method : kMethods)
    story.when(request(method, "1000.00")).then(Refusal::bad_destination);
}

TEST(RequestWithdrawal, goes_to_the_latest_destination_of_its_method) {
  auto story = rich("5000.00");
  story.given(destination("newer", kPhone), destination("other", kCard));
  const auto outcome = story.when(request(kPhone, "1.00"));
  EXPECT_EQ(std::get<model::WithdrawalRequested>(outcome.decision()->front().event).destination_id,
            "newer");
}

TEST(RequestWithdrawal, refuses_more_than_the_limit_of_the_method) {
  auto story = rich("5000.00");
  story.world().method_amount_max.at(static_cast<std::size_t>(kPhone)) = money("100.00");
  story.when(request(kPhone, "100.01")).then(Refusal::method_limit);
  story.after(request(kPhone, "100.00")).after(request(kAccount, "100.01"));
}

TEST(RequestWithdrawal, refuses_the_limit_before_a_hold_and_a_hold_before_short_funds) {
  auto story = rich("50.00");
  story.world().method_amount_max.at(static_cast<std::size_t>(kPhone)) = money("100.00");
  story.given(model::HoldPlaced{model::HoldScope::member, kMember, {}, {}, "fraud"});
  story.when(request(kPhone, "100.01")).then(Refusal::method_limit);
  story.when(request(kPhone, "100.00")).then(Refusal::on_hold);
}

TEST(RequestWithdrawal, refuses_more_than_is_available) {
  auto story = rich("50.00");
  story.when(request(kPhone, "50.01")).then(Refusal::insufficient_funds);
  story.after(request(kPhone, "50.00"));
  story.when(request(kPhone, "1.00")).then(Refusal::insufficient_funds);
}

TEST(RequestWithdrawal, cannot_take_what_is_frozen) {
  auto story = rich("1.00");
  story.after(report(kApproved, 0, "100.00"));
  story.when(request(kPhone, "1.01")).then(Refusal::insufficient_funds);
}

TEST(RequestWithdrawal, is_open_to_a_former_member_with_an_account) {
  auto story = rich("50.00");
  story.given(model::MembershipTerminated{.member = kMember,
                                          .reason = model::TerminationReason::voluntary,
                                          .last_day = day(kFirstDay)});
  story.after(request(kPhone, "50.00"));
}

// --- due ---------------------------------------------------------------------------------------

std::string due(Story& story, WithdrawalMethod method, model::Instant now) {
  story.at(now);
  const auto outcome = story.when(request(method, "1000.00"));
  return to_text(std::get<model::WithdrawalRequested>(outcome.decision()->front().event).due_at);
}
std::string due(WithdrawalMethod method, std::string_view at) {
  auto story = rich("5000.00");
  return due(story, method, instant(at));
}

TEST(DueAt, is_ten_minutes_by_phone_and_a_day_by_card_and_wallet) {
  EXPECT_EQ(due(kPhone, "2019-03-01T23:55:00.000001+03:00"), "2019-03-01T21:05:00.000001Z");
  EXPECT_EQ(due(kCard, "2019-03-01T12:00:00+03:00"), "2019-03-02T09:00:00Z");
  EXPECT_EQ(due(kWallet, "2019-03-01T12:00:00+03:00"), "2019-03-02T09:00:00Z");
}

TEST(DueAt, is_the_end_of_the_third_working_day_by_account) {
  // Friday 1 March: Monday, Tuesday, Wednesday 6 March; due at the midnight that ends it.
  EXPECT_EQ(due(kAccount, "2019-03-01T12:00:00+03:00"), "2019-03-06T21:00:00Z");
  EXPECT_EQ(due(kAccount, "2019-03-02T12:00:00+03:00"), "2019-03-06T21:00:00Z");
  EXPECT_EQ(due(kAccount, "2019-03-03T23:59:59+03:00"), "2019-03-06T21:00:00Z");
  EXPECT_EQ(due(kAccount, "2019-03-04T00:00:00+03:00"), "2019-03-07T21:00:00Z");
}

TEST(DueAt, counts_from_the_moscow_day) {
  EXPECT_EQ(due(kAccount, "2019-03-03T20:59:59Z"), "2019-03-06T21:00:00Z");
  EXPECT_EQ(due(kAccount, "2019-03-03T21:00:00Z"), "2019-03-07T21:00:00Z");
}

TEST(DueAt, passes_over_days_off_and_counts_working_weekends) {
  auto story = rich("5000.00");
  story.given(model::CalendarPublished{
      .year = 2019, .days_off = {day("2019-03-08")}, .working_weekends = {day("2019-03-09")}});
  // Wednesday 6 March: Thursday 7, Saturday 9 (worked), Monday 11.
  EXPECT_EQ(due(story, kAccount, noon("2019-03-06")), "2019-03-11T21:00:00Z");
}

TEST(DueAt, goes_over_the_end_of_a_year_with_each_years_calendar) {
  auto story = rich("5000.00");
  story.given(model::CalendarPublished{
      .year = 2020,
      .days_off = {day("2020-01-01"), day("2020-01-02"), day("2020-01-03"), day("2020-01-06")}});
  // Monday 30 December 2019: Tuesday 31, Tuesday 7, Wednesday 8 January.
  EXPECT_EQ(due(story, kAccount, noon("2019-12-30")), "2020-01-08T21:00:00Z");
}

TEST(DueAt, is_fixed_at_the_request) {
  auto story = rich("5000.00");
  const auto fixed = due(story, kAccount, noon("2019-03-06"));
  const model::WithdrawalId id{story.last_seq().value()};
  story.given(model::CalendarPublished{.year = 2019, .days_off = {day("2019-03-07")}});
  EXPECT_EQ(to_text(story.world().ledger.withdrawals.find(id)->due_at), fixed);
}

TEST(DueAt, is_found_even_when_a_calendar_has_no_working_day) {
  auto story = rich("5000.00");
  model::CalendarPublished never{.year = 2019};
  for (auto date = day("2019-01-01"); date <= day("2019-12-31"); date = date + 1)
    never.days_off.push_back(date);
  story.given(never);
  EXPECT_EQ(due(story, kAccount, noon("2019-03-06")), "2020-01-03T21:00:00Z");
}

// --- destinations ------------------------------------------------------------------------------

model::AddDestination adding(std::optional<std::string> id) {
  return {.member = kMember,
          .method = kCard,
          .destination_id = std::move(id),
          .sealed = model::SealedDestination{
              .mask = "4276 **", .value_hash = hash_of('v'), .value = model::Sealed{"sealed"}}};
}

TEST(AddDestination, records_what_may_be_shown_and_what_is_sealed) {
  shop()
      .when(adding("mine"))
      .then(effective(kEvening, model::DestinationAdded{.member = kMember,
                                                        .destination_id = "mine",
                                                        .method = kCard,
                                                        .mask = "4276 **",
                                                        .value_hash = hash_of('v'),
                                                        .value = model::Sealed{"sealed"}}));
}

TEST(AddDestination, makes_an_id_from_its_seq_when_none_is_given) {
  auto story = shop();
  const auto seq = model::next(story.last_seq());
  const auto outcome = story.when(adding(std::nullopt));
  const auto& event = std::get<model::DestinationAdded>(outcome.decision()->front().event);
  EXPECT_EQ(event.destination_id, IdMint(kStoreKey).destination_id(seq));
  const auto result = result_of(story.world().ledger, *outcome.decision(), seq);
  EXPECT_EQ(std::get<model::DestinationResult>(result).destination_id, event.destination_id);
}

TEST(AddDestination, refuses_an_unknown_member) {
  shop()
      .when(with(adding("mine"), [](auto& a) { a.member = kUnknownMember; }))
      .then(Refusal::member_not_found);
}

TEST(AddDestination, refuses_an_id_that_the_member_has_already) {
  auto story = shop();
  story.after(adding("mine"));
  story.when(with(adding("mine"), [](auto& a) { a.sealed.reset(); })).then(Refusal::already_exists);
  story.after(with(adding("mine"), [](auto& a) { a.member = kOtherMember; }));
}

TEST(AddDestination, refuses_a_malformed_value) {
  shop()
      .when(with(adding("mine"), [](auto& a) { a.sealed.reset(); }))
      .then(Refusal::bad_destination);
}

TEST(AddDestination, needs_no_account) {
  auto story = shop();
  story.after(with(adding("mine"), [](auto& a) { a.member = kOtherMember; }));
}

}  // namespace
}  // namespace kopilka::ledger
