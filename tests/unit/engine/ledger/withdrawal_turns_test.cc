#include "tests/unit/engine/ledger/world.h"

// A withdrawal's life, with its late turns (domain.md §6, §7, §10, I-10).
namespace kopilka::ledger {
namespace {

using model::WithdrawalState;

const model::WithdrawalReference kByKey{.member = kMember, .request_key = "key"};

const model::CancelWithdrawal kCancel{.which = kByKey};
const model::SendWithdrawal kSend{.which = kByKey, .processor = "bank"};
const model::MarkWithdrawalUnknown kMarkUnknown{.which = kByKey};
const model::SettleWithdrawal kSettle{
    .which = kByKey, .processor_ref = "ref", .processor_fee = money("0.50")};
const model::RejectWithdrawal kReject{.which = kByKey, .processor_ref = "ref", .code = "51"};
const model::ReturnWithdrawal kReturn{.which = kByKey, .processor_ref = "ref", .code = "AC04"};

model::AdjustBalance adjust(std::string_view amount) {
  return {.member = kMember, .amount = money(amount), .reason = "by hand", .approvers = {"a", "b"}};
}

// 100.00 of 150.00 asked for by phone, under the key "key".
Story requested() {
  auto story = shop();
  story.given(destination("phone", model::WithdrawalMethod::phone));
  story.after(adjust("150.00"));
  story.after(model::RequestWithdrawal{
      .member = kMember, .method = model::WithdrawalMethod::phone, .amount = money("100.00")});
  return story;
}
Story sent() {
  auto story = requested();
  story.after(kSend);
  return story;
}

// The only withdrawal of the story.
std::pair<model::WithdrawalId, Withdrawal> withdrawal(Story& story) {
  std::pair<model::WithdrawalId, Withdrawal> found;
  story.world().ledger.withdrawals.for_each_loaded(
      [&](model::WithdrawalId id, const Withdrawal& row) { found = {id, row}; });
  return found;
}
model::WithdrawalId id(Story& story) {
  return withdrawal(story).first;
}
WithdrawalState state(Story& story) {
  return withdrawal(story).second.state;
}

// Which commands are refused for the state.
std::string refused_in(const Story& story) {
  std::string names;
  const auto attempt = [&](const auto& command) {
    Story copy = story;
    const auto outcome = copy.when(command);
    if (outcome.decision()) return;
    EXPECT_EQ(outcome.decision().error(), Verdict(Refusal::wrong_state));
    names += names.empty() ? "" : " ";
    names += command.kName.substr(0, command.kName.find("_withdrawal"));
  };
  attempt(kCancel);
  attempt(kSend);
  attempt(kMarkUnknown);
  attempt(kSettle);
  attempt(kReject);
  attempt(kReturn);
  return names;
}

TEST(Withdrawal, may_only_take_the_steps_of_its_state) {
  auto story = requested();
  EXPECT_EQ(refused_in(story), "mark settle reject return");
  Story cancelled = story;
  cancelled.after(kCancel);
  EXPECT_EQ(refused_in(cancelled), "cancel send mark settle reject return");
  story.after(kSend);
  EXPECT_EQ(refused_in(story), "cancel send return");
  Story settled = story;
  settled.after(kSettle);
  EXPECT_EQ(refused_in(settled), "cancel send mark settle reject");
  Story rejected = story;
  rejected.after(kReject);
  EXPECT_EQ(refused_in(rejected), "cancel send mark reject return");
  story.after(kMarkUnknown);
  EXPECT_EQ(refused_in(story), "cancel send mark return");
  settled.after(kReturn);
  EXPECT_EQ(refused_in(settled), "cancel send mark settle reject return");
  rejected.after(kSettle);
  EXPECT_EQ(refused_in(rejected), "cancel send mark settle reject");
  rejected.after(kReturn);
  EXPECT_EQ(refused_in(rejected), "cancel send mark settle reject return");
}

TEST(CancelWithdrawal, gives_the_reserved_amount_back) {
  auto story = requested();
  const model::WithdrawalCancelled event{id(story), kMember, money("100.00"), {}};
  story.when(kCancel).then(effective(kEvening, event));
  EXPECT_EQ(moved(event), "2120 100.00, 2110 -100.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "150.00"));
  EXPECT_EQ(state(story), WithdrawalState::cancelled);
}

TEST(SendWithdrawal, puts_the_amount_in_flight) {
  auto story = requested();
  const model::WithdrawalSent event{id(story), kMember, money("100.00"), "bank"};
  story.when(kSend).then(effective(kEvening, event));
  EXPECT_EQ(moved(event), "2120 100.00, 2130 -100.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "50.00", "0.00", "100.00"));
  EXPECT_EQ(state(story), WithdrawalState::sent);
}

TEST(MarkWithdrawalUnknown, moves_no_money) {
  auto story = sent();
  const model::WithdrawalOutcomeUnknown event{id(story), kMember};
  story.when(kMarkUnknown).then(effective(kEvening, event));
  EXPECT_EQ(moved(event), "");
  EXPECT_EQ(state(story), WithdrawalState::unknown);
}

TEST(SettleWithdrawal, pays_the_amount_and_the_processors_fee_from_the_bank) {
  auto story = sent();
  const model::WithdrawalSettled event{id(story), kMember, money("100.00"), money("0.50"), "ref"};
  story.when(kSettle).then(effective(kEvening, event));
  EXPECT_EQ(moved(event), "2130 100.00, 5200 0.50, 1100 -100.50");
  EXPECT_EQ(funds(story), funds_of("0.00", "50.00"));
  EXPECT_EQ(state(story), WithdrawalState::settled);
}

TEST(SettleWithdrawal, follows_an_unknown_outcome) {
  auto story = sent();
  story.after(kMarkUnknown).after(kSettle);
  EXPECT_EQ(funds(story), funds_of("0.00", "50.00"));
}

TEST(RejectWithdrawal, gives_what_was_in_flight_back) {
  auto story = sent();
  const model::WithdrawalRejected event{id(story), kMember, money("100.00"), {}, "ref", "51"};
  story.when(kReject).then(effective(kEvening, event));
  EXPECT_EQ(moved(event), "2130 100.00, 2110 -100.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "150.00"));
  EXPECT_EQ(state(story), WithdrawalState::rejected);
}

TEST(RejectWithdrawal, follows_an_unknown_outcome) {
  auto story = sent();
  story.after(kMarkUnknown).after(kReject);
  EXPECT_EQ(funds(story), funds_of("0.00", "150.00"));
}

TEST(ReturnWithdrawal, brings_the_amount_back_to_the_bank_and_the_member) {
  auto story = sent();
  story.after(kSettle);
  const model::WithdrawalReturned event{id(story), kMember, money("100.00"), {}, "ref", "AC04"};
  story.when(kReturn).then(effective(kEvening, event));
  EXPECT_EQ(moved(event), "1100 100.00, 2110 -100.00");
  EXPECT_EQ(funds(story), funds_of("0.00", "150.00"));
  EXPECT_EQ(balance(story, "1100"), "-0.50");  // the fee is not given back
  EXPECT_EQ(state(story), WithdrawalState::returned);
}

TEST(SettleAfterRejection, takes_the_amount_from_available) {
  auto story = sent();
  story.after(kReject);
  const model::WithdrawalSettledAfterRejection event{id(story), kMember,       money("100.00"),
                                                     {},        money("0.50"), "ref"};
  story.when(kSettle).then(effective(kEvening, event));
  EXPECT_EQ(moved(event), "2110 100.00, 5200 0.50, 1100 -100.50");
  EXPECT_EQ(funds(story), funds_of("0.00", "50.00"));
  EXPECT_EQ(state(story), WithdrawalState::settled);
}

TEST(SettleAfterRejection, makes_debt_of_what_is_not_available) {
  auto story = sent();
  story.after(kReject).after(adjust("-120.00"));
  const model::WithdrawalSettledAfterRejection event{id(story),      kMember,       money("30.00"),
                                                     money("70.00"), money("0.50"), "ref"};
  story.when(kSettle).then(event);
  EXPECT_EQ(moved(event), "2110 30.00, 1400 70.00, 5200 0.50, 1100 -100.50");
  EXPECT_EQ(funds(story), funds_of("0.00", "0.00", "0.00", "0.00", "70.00"));
}

TEST(SettleAfterRejection, may_still_be_returned_once) {
  auto story = sent();
  story.after(kReject).after(adjust("-150.00")).after(kSettle);
  EXPECT_EQ(funds(story).debt, money("100.00"));
  const model::WithdrawalReturned event{id(story), kMember, {}, money("100.00"), "ref", "AC04"};
  story.when(kReturn).then(event);
  EXPECT_EQ(moved(event), "1100 100.00, 1400 -100.00");
  EXPECT_EQ(funds(story), Funds{});
}

// --- every credit repays debt first ------------------------------------------------------------

// 100.00 under way, and a debt of 30.00 since.
template <class... Steps>
Story in_debt(const Steps&... steps) {
  auto story = requested();
  (story.after(steps), ...);
  story.after(adjust("-50.00")).after(report(kApproved, 0, "100.00"));
  pass_to(story, kReleaseDay);
  story.after(adjust("-30.00")).after(report(kDeclined, 10, "100.00"));
  return story;
}

TEST(MoneyThatComesBack, repays_debt_first) {
  auto cancelled = in_debt();
  cancelled.when(kCancel).then(
      model::WithdrawalCancelled{id(cancelled), kMember, money("70.00"), money("30.00")});
  auto rejected = in_debt(kSend);
  rejected.when(kReject).then(model::WithdrawalRejected{id(rejected), kMember, money("70.00"),
                                                        money("30.00"), "ref", "51"});
  auto returned = in_debt(kSend, kSettle);
  returned.when(kReturn).then(model::WithdrawalReturned{id(returned), kMember, money("70.00"),
                                                        money("30.00"), "ref", "AC04"});
  for (auto* story : {&cancelled, &rejected, &returned})
    EXPECT_EQ(funds(*story), funds_of("0.00", "70.00"));
  EXPECT_EQ(moved(model::WithdrawalRejected{{}, kMember, money("70.00"), money("30.00"), {}, {}}),
            "2130 100.00, 1400 -30.00, 2110 -70.00");
}

// --- finding it --------------------------------------------------------------------------------

TEST(WithdrawalReference, finds_it_by_id_reference_and_key) {
  for (const int way : {0, 1, 2}) {
    auto story = requested();
    const auto [number, row] = withdrawal(story);
    model::WithdrawalReference which;
    if (way == 0) which.withdrawal = number;
    if (way == 1) which.ext_ref = row.ext_ref;
    if (way == 2) which = kByKey;
    story.after(model::CancelWithdrawal{.which = which});
    EXPECT_EQ(state(story), WithdrawalState::cancelled);
  }
}

TEST(WithdrawalReference, refuses_what_it_does_not_know) {
  auto story = requested();
  const auto refuse = [&](const model::WithdrawalReference& which, Refusal code) {
    story.when(model::CancelWithdrawal{.which = which}).then(code);
    story.when(model::SendWithdrawal{.which = which}).then(code);
    story.when(model::MarkWithdrawalUnknown{.which = which}).then(code);
    story.when(model::SettleWithdrawal{.which = which}).then(code);
    story.when(model::RejectWithdrawal{.which = which}).then(code);
    story.when(model::ReturnWithdrawal{.which = which}).then(code);
  };
  refuse({.withdrawal = model::WithdrawalId{1}}, Refusal::withdrawal_not_found);
  refuse({.ext_ref = "aaaaaaaaaaaaaaaa"}, Refusal::withdrawal_not_found);
  refuse({.member = kMember, .request_key = "x"}, Refusal::withdrawal_not_found);
  refuse({.member = kOtherMember, .request_key = "key"}, Refusal::withdrawal_not_found);
  refuse({.member = kUnknownMember, .request_key = "key"}, Refusal::member_not_found);
}

TEST(Withdrawal, does_not_mind_a_hold_once_it_was_sent) {
  auto story = sent();
  story.given(model::HoldPlaced{model::HoldScope::member, kMember, {}, {}, "fraud"});
  story.after(kMarkUnknown).after(kSettle).after(kReturn);
}

TEST(Withdrawal, may_be_cancelled_under_a_hold) {
  auto story = requested();
  story.given(model::HoldPlaced{model::HoldScope::member, kMember, {}, {}, "fraud"});
  story.when(kSend).then(Refusal::on_hold);
  story.after(kCancel);
}

TEST(SendWithdrawal, looks_at_the_state_before_the_hold) {
  auto story = sent();
  story.given(model::HoldPlaced{model::HoldScope::member, kMember, {}, {}, "fraud"});
  story.when(kSend).then(Refusal::wrong_state);
}

}  // namespace
}  // namespace kopilka::ledger
