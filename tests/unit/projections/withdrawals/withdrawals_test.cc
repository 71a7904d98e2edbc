#include "projections/withdrawals/withdrawals.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "engine/ledger/fold.h"
#include "engine/state/stored.h"
#include "projections/withdrawals/agreement.h"
#include "tests/support/times.h"

namespace kopilka::projections::withdrawals {
namespace {

using model::MemberId;
using model::Money;
using model::Seq;
using model::WithdrawalId;
using model::WithdrawalState;
using support::noon;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr MemberId kMember{42};
constexpr Money k20 = Money::kopecks(2'000);

model::WithdrawalRequested requested(model::Instant due_at) {
  return {.member = kMember,
          .method = model::WithdrawalMethod::account,
          .destination_id = "d1",
          .amount = k20,
          .request_key = "w-1",
          .ext_ref = "ABCDEFGHIJKLMNOP",
          .due_at = due_at};
}

// Told to the list and to the ledger, an event a minute from noon of 1 March 2019 on.
class WithdrawalsTest : public testing::Test {
 protected:
  base::Result<void> told(const model::Event& event) {
    seq_ = model::next(seq_);
    now_ = now_ + model::Span::minutes(1);
    state::begin_step(withdrawals_, seq_.value());
    auto folded = withdrawals_.fold({now_, event}, seq_, now_);
    state::settle(withdrawals_, seq_.value());
    return folded;
  }
  WithdrawalId tell(const model::Event& event) {
    EXPECT_TRUE(told(event));
    ledger::fold(known_, event, {seq_, now_});
    return WithdrawalId{seq_.value()};
  }
  WithdrawalId request(const char* due_on) { return tell(requested(noon(due_on))); }
  void send(WithdrawalId id) { tell(model::WithdrawalSent{id, kMember, k20, std::nullopt}); }
  void settle(WithdrawalId id) { tell(model::WithdrawalSettled{id, kMember, k20, {}, {}}); }
  void reject(WithdrawalId id) { tell(model::WithdrawalRejected{id, kMember, k20, {}, {}, {}}); }

  [[nodiscard]] std::vector<Listed> list(const Filter& filter = {}) const {
    return Reader(withdrawals_, nullptr).list(filter).value();
  }
  [[nodiscard]] std::vector<std::uint64_t> ids(const Filter& filter) const {
    std::vector<std::uint64_t> found;
    for (const auto& listed : list(filter))
      found.push_back(listed.id.value());
    return found;
  }
  [[nodiscard]] std::vector<std::uint64_t> in(WithdrawalState state) const {
    return ids({.state = state});
  }
  [[nodiscard]] std::vector<std::uint64_t> overdue(const char* noon_of) const {
    return ids({.overdue_at = noon(noon_of)});
  }

  Withdrawals withdrawals_;
  ledger::Tables known_;

 private:
  Seq seq_;
  model::Instant now_{noon("2019-03-01")};
};

TEST_F(WithdrawalsTest, lists_what_was_asked_for_with_all_that_is_shown_of_it) {
  const auto id = request("2019-03-06");
  const Listed expected{.id = id,
                        .member = kMember,
                        .method = model::WithdrawalMethod::account,
                        .amount = k20,
                        .state = WithdrawalState::requested,
                        .request_key = "w-1",
                        .ext_ref = "ABCDEFGHIJKLMNOP",
                        .requested_at = noon("2019-03-01") + model::Span::minutes(1),
                        .due_at = noon("2019-03-06")};
  EXPECT_THAT(list(), ElementsAre(expected));
  EXPECT_THAT(list({.state = WithdrawalState::requested}), ElementsAre(expected));
}

TEST_F(WithdrawalsTest, moves_a_withdrawal_with_each_of_its_turns) {
  const auto id = request("2019-03-06");
  const auto stands = [&](WithdrawalState state) {
    for (std::size_t i = 0; i < model::kNames<WithdrawalState>.size(); ++i) {
      const auto other = static_cast<WithdrawalState>(i);
      EXPECT_EQ(in(other).size(), other == state ? 1U : 0U) << model::name_of(other);
    }
    EXPECT_EQ(list().size(), 1U);
    EXPECT_THAT(disagreements(withdrawals_, known_), IsEmpty());
  };
  stands(WithdrawalState::requested);
  send(id);
  stands(WithdrawalState::sent);
  tell(model::WithdrawalOutcomeUnknown{id, kMember});
  stands(WithdrawalState::unknown);
  reject(id);
  stands(WithdrawalState::rejected);
  tell(model::WithdrawalSettledAfterRejection{id, kMember, k20, {}, {}, {}});
  stands(WithdrawalState::settled);
  tell(model::WithdrawalReturned{id, kMember, k20, {}, {}, {}});
  stands(WithdrawalState::returned);
}

TEST_F(WithdrawalsTest, lists_a_cancelled_one_as_cancelled) {
  const auto id = request("2019-03-06");
  tell(model::WithdrawalCancelled{id, kMember, k20, {}});
  EXPECT_THAT(in(WithdrawalState::cancelled), ElementsAre(id.value()));
  EXPECT_THAT(disagreements(withdrawals_, known_), IsEmpty());
}

TEST_F(WithdrawalsTest, lists_by_id_whatever_is_due_first) {
  const auto first = request("2019-03-09");
  const auto second = request("2019-03-02");
  const auto third = request("2019-03-05");
  send(second);
  EXPECT_THAT(ids({}), ElementsAre(first.value(), second.value(), third.value()));
  EXPECT_THAT(in(WithdrawalState::requested), ElementsAre(first.value(), third.value()));
}

TEST_F(WithdrawalsTest, is_overdue_while_open_and_past_its_time) {
  const auto waiting = request("2019-03-02");
  const auto sent = request("2019-03-03");
  const auto unknown = request("2019-03-04");
  const auto settled = request("2019-03-02");
  const auto rejected = request("2019-03-02");
  for (const auto id : {sent, unknown, settled, rejected})
    send(id);
  tell(model::WithdrawalOutcomeUnknown{unknown, kMember});
  settle(settled);
  reject(rejected);
  EXPECT_THAT(overdue("2019-03-01"), IsEmpty());
  EXPECT_THAT(overdue("2019-03-02"), IsEmpty());  // to the very instant it is in time
  EXPECT_THAT(overdue("2019-03-03"), ElementsAre(waiting.value()));
  EXPECT_THAT(overdue("2019-03-09"), ElementsAre(waiting.value(), sent.value(), unknown.value()));
  EXPECT_THAT(ids({.state = WithdrawalState::sent, .overdue_at = noon("2019-03-09")}),
              ElementsAre(sent.value()));
  EXPECT_THAT(ids({.state = WithdrawalState::settled, .overdue_at = noon("2019-03-09")}),
              IsEmpty());
}

TEST_F(WithdrawalsTest, judges_a_single_one_as_the_list_does) {
  const auto due_at = noon("2019-03-02");
  const auto late = due_at + model::Span::micros(1);
  EXPECT_FALSE(is_overdue(WithdrawalState::sent, due_at, due_at));
  EXPECT_TRUE(is_overdue(WithdrawalState::sent, due_at, late));
  EXPECT_FALSE(is_overdue(WithdrawalState::cancelled, due_at, late));
}

TEST_F(WithdrawalsTest, sorts_times_before_1970_before_it) {
  const auto old = tell(requested(noon("1965-01-01")));
  const auto young = request("1975-01-01");
  EXPECT_THAT(overdue("1970-01-01"), ElementsAre(old.value()));
  EXPECT_THAT(overdue("1980-01-01"), ElementsAre(old.value(), young.value()));
  EXPECT_EQ(list().front().due_at, noon("1965-01-01"));
}

TEST_F(WithdrawalsTest, stops_at_a_withdrawal_that_the_log_never_requested) {
  const auto folded = told(model::WithdrawalSent{WithdrawalId{99}, kMember, k20, std::nullopt});
  ASSERT_FALSE(folded);
  EXPECT_EQ(folded.error().kind, base::ErrorKind::corrupt);
  EXPECT_THAT(folded.error().message, HasSubstr("withdrawal 99"));
}

TEST_F(WithdrawalsTest, disagrees_where_the_ledger_says_something_else) {
  const auto id = request("2019-03-06");
  EXPECT_THAT(disagreements(withdrawals_, known_), IsEmpty());
  known_.withdrawals.edit(id).state = WithdrawalState::sent;
  EXPECT_THAT(disagreements(withdrawals_, known_),
              ElementsAre("withdrawal 1 is listed as requested, but the ledger has sent"));
  known_.withdrawals.edit(id).state = WithdrawalState::requested;
  known_.withdrawals.edit(id).due_at = noon("2019-03-07");
  EXPECT_THAT(disagreements(withdrawals_, known_), ElementsAre(HasSubstr("other facts")));
  known_.withdrawals.erase(id);
  EXPECT_THAT(disagreements(withdrawals_, known_),
              ElementsAre("1 withdrawals are listed, but the ledger has 0"));
  known_.withdrawals.edit(WithdrawalId{7}).state = WithdrawalState::sent;
  EXPECT_THAT(disagreements(withdrawals_, known_), ElementsAre("withdrawal 7 is not listed"));
}

}  // namespace
}  // namespace kopilka::projections::withdrawals
