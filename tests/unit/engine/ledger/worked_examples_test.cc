#include "tests/unit/engine/ledger/world.h"

// The worked examples of domain.md §14, kopeck by kopeck, to their end. W2 and W5 stand with their
// rules.
namespace kopilka::ledger {
namespace {

using model::WithdrawalMethod;

model::WithdrawalReference latest(const Story& story) {
  return {.withdrawal = model::WithdrawalId{story.last_seq().value()}};
}
model::RequestWithdrawal request(WithdrawalMethod method, std::string_view amount) {
  return {.member = kMember, .method = method, .amount = money(amount)};
}

TEST(W1, ends_with_the_member_paid_and_the_partner_owing) {
  auto story = shop();
  story.given(destination("card", WithdrawalMethod::card));
  story.after(report(kApproved, 0, "13500.00"));
  EXPECT_EQ(funds(story), funds_of("4050.00", "0.00"));
  EXPECT_EQ(balance(story, "1210"), "4455.00");
  EXPECT_EQ(balance(story, "4100"), "-405.00");
  EXPECT_EQ(to_text(purchase(story).release_on), "2019-04-01");
  pass_to(story, "2019-04-01");
  story.after(request(WithdrawalMethod::card, "4050.00"));
  const auto which = latest(story);
  story.after(model::SendWithdrawal{.which = which});
  story.after(model::SettleWithdrawal{.which = which, .processor_fee = money("40.50")});
  EXPECT_EQ(funds(story), Funds{});
  EXPECT_EQ(balance(story, "1100"), "-4090.50");
  EXPECT_EQ(balance(story, "1210"), "4455.00");
  EXPECT_EQ(balance(story, "4100"), "-405.00");
  EXPECT_EQ(balance(story, "5200"), "40.50");
}

TEST(W3, applies_reordered_and_repeated_messages_by_their_own_time) {
  auto story = shop(terms("8.5", "10"));
  const auto stands = [&](std::string_view frozen, std::string_view tracked,
                          std::string_view approved, std::string_view deferred,
                          std::string_view margin) {
    EXPECT_EQ(funds(story), funds_of(frozen, "0.00"));
    EXPECT_EQ(balance(story, "1200"), tracked);
    EXPECT_EQ(balance(story, "1210"), approved);
    EXPECT_EQ(balance(story, "2500"), deferred);
    EXPECT_EQ(balance(story, "4100"), margin);
  };
  story.after(report(kApproved, 20, "4990.00"));
  stands("424.15", "0.00", "499.00", "0.00", "-74.85");
  story.when(report(kNew, 10, "4990.00")).then(kStale);
  story.when(report(kApproved, 20, "4990.00")).then(kDuplicate);
  story.after(report(kApproved, 30, "5490.00"));
  stands("466.65", "0.00", "549.00", "0.00", "-82.35");
  story.after(report(kPending, 40, "5490.00"));
  stands("466.65", "549.00", "0.00", "-82.35", "0.00");
  story.after(report(kApproved, 50, "5490.00"));
  stands("466.65", "0.00", "549.00", "0.00", "-82.35");
}

TEST(W4, keeps_to_the_minimums_and_lets_one_of_two_requests_win) {
  auto story = shop();
  for (const auto method : {WithdrawalMethod::phone, WithdrawalMethod::card,
                            WithdrawalMethod::account, WithdrawalMethod::wallet})
    story.given(destination(model::name_of(method), method));
  const auto adjust = [](std::string_view amount) {
    return model::AdjustBalance{
        .member = kMember, .amount = money(amount), .reason = "start", .approvers = {"a", "b"}};
  };
  story.after(adjust("999.99"));
  story.when(request(WithdrawalMethod::card, "999.99")).then(Refusal::below_minimum);
  story.when(request(WithdrawalMethod::wallet, "999.99")).then(Refusal::below_minimum);
  story.when(request(WithdrawalMethod::account, "19.99")).then(Refusal::below_minimum);
  story.when(request(WithdrawalMethod::phone, "0.99")).then(Refusal::below_minimum);
  story.after(request(WithdrawalMethod::account, "20.00"));
  const auto account = latest(story);
  story.after(request(WithdrawalMethod::phone, "1.00"));
  const auto phone = latest(story);
  EXPECT_EQ(funds(story), funds_of("0.00", "978.99", "21.00"));
  story.after(model::SendWithdrawal{.which = account}).after(model::SendWithdrawal{.which = phone});
  story.after(model::SettleWithdrawal{.which = account});
  story.after(model::RejectWithdrawal{.which = phone});
  EXPECT_EQ(funds(story), funds_of("0.00", "979.99"));
  story.after(model::ReturnWithdrawal{.which = account});
  EXPECT_EQ(funds(story), funds_of("0.00", "999.99"));
  story.after(adjust("0.01"));
  story.after(request(WithdrawalMethod::card, "1000.00"));
  story.when(request(WithdrawalMethod::card, "1000.00")).then(Refusal::insufficient_funds);
  EXPECT_EQ(funds(story), funds_of("0.00", "0.00", "1000.00"));
}

}  // namespace
}  // namespace kopilka::ledger
