#include "projections/statements/statements.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "engine/memory/state_store.h"
#include "engine/state/stored.h"
#include "tests/support/describe.h"
#include "tests/support/times.h"

namespace kopilka::projections::statements {
namespace {

using model::MemberId;
using model::Money;
using model::PartnerId;
using model::PurchaseId;
using model::Seq;
using model::WithdrawalId;
using support::day;
using support::noon;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr MemberId kMember{42};
constexpr PartnerId kPartner{7};
constexpr Money k4050 = Money::kopecks(405'000);

Money roubles(std::int64_t value) {
  return Money::kopecks(value * 100);
}

model::PurchaseRecorded recorded(Money cashback) {
  model::PurchaseRecorded event;
  event.partner = kPartner;
  event.action_id = "A-1";
  event.member = kMember;
  event.status = model::PurchaseStatus::approved;
  event.cashback = cashback;
  event.commission = cashback + roubles(405);
  return event;
}

model::FreezeExpired released(PurchaseId purchase, Money to_available, Money to_debt = {}) {
  return {purchase, kPartner, kMember, to_available, to_debt};
}

model::CashbackClawedBack clawed_back(PurchaseId purchase, Money from_available, Money to_debt) {
  model::CashbackClawedBack event;
  event.purchase = purchase;
  event.partner = kPartner;
  event.member = kMember;
  event.status = model::PurchaseStatus::declined;
  event.from_available = from_available;
  event.to_debt = to_debt;
  event.standing = {from_available + to_debt, from_available + to_debt, model::Receivable::approved,
                    model::Margin::recognised};
  return event;
}

model::WithdrawalRequested requested(Money amount) {
  model::WithdrawalRequested event;
  event.member = kMember;
  event.amount = amount;
  return event;
}

model::MemberAdmitted admitted(MemberId member) {
  model::MemberAdmitted event;
  event.member = member;
  return event;
}

// Statements as they grow, an event a day from 1 March 2019 on.
class StatementsTest : public testing::Test {
 protected:
  Seq tell(const model::Event& event, std::optional<model::Instant> effective_at = {}) {
    seq_ = model::next(seq_);
    const auto recorded_at = noon("2019-03-01") + model::Span::hours(24 * told_++);
    state::begin_step(statements_, seq_.value());
    EXPECT_TRUE(statements_.fold({effective_at.value_or(recorded_at), event}, seq_, recorded_at));
    state::settle(statements_, seq_.value());
    return seq_;
  }
  PurchaseId tell_purchase(Money cashback) { return PurchaseId{tell(recorded(cashback)).value()}; }

  std::vector<StatementEntry> entries(const EntryRange& range = {}) {
    return Reader(statements_, nullptr).entries(kMember, range).value();
  }
  std::optional<ledger::Funds> funds(const Clocks& clocks = {}) {
    return Reader(statements_, nullptr).funds(kMember, clocks).value();
  }
  static std::vector<std::string> names(const auto& entries) {
    std::vector<std::string> names;
    for (const auto& entry : entries)
      names.emplace_back(entry.event);
    return names;
  }
  static std::vector<std::string> balances(const std::vector<StatementEntry>& entries) {
    std::vector<std::string> texts;
    for (const auto& entry : entries)
      texts.push_back(support::describe(entry.balance));
    return texts;
  }
  static std::string of(Money frozen, Money available, Money reserved, Money in_flight,
                        Money debt) {
    return support::describe(ledger::Funds{frozen, available, reserved, in_flight, debt});
  }

  Statements statements_;

 private:
  Seq seq_;
  std::int64_t told_{0};
};

TEST_F(StatementsTest, follows_the_seeds_own_example_to_the_end) {
  const auto purchase = tell_purchase(k4050);
  tell(released(purchase, k4050));
  const WithdrawalId withdrawal{tell(requested(k4050)).value()};
  tell(model::WithdrawalSent{withdrawal, kMember, k4050, std::nullopt});
  tell(model::WithdrawalSettled{withdrawal, kMember, k4050, roubles(40), std::nullopt});
  const Money none;
  EXPECT_THAT(balances(entries()),
              ElementsAre(of(k4050, none, none, none, none), of(none, k4050, none, none, none),
                          of(none, none, k4050, none, none), of(none, none, none, k4050, none),
                          of(none, none, none, none, none)));
  EXPECT_EQ(funds(), ledger::Funds{});
}

TEST_F(StatementsTest, says_which_purchase_or_withdrawal_moved_the_money) {
  const auto purchase = tell_purchase(k4050);
  tell(released(purchase, k4050));
  const WithdrawalId withdrawal{tell(requested(roubles(1000))).value()};
  tell(model::WithdrawalCancelled{withdrawal, kMember, roubles(1000), {}});
  const auto found = entries();
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].purchase, purchase);
  EXPECT_EQ(found[1].purchase, purchase);
  EXPECT_EQ(found[1].withdrawal, std::nullopt);
  EXPECT_EQ(found[2].withdrawal, withdrawal);
  EXPECT_EQ(found[3].withdrawal, withdrawal);
  EXPECT_EQ(found[3].purchase, std::nullopt);
}

TEST_F(StatementsTest, keeps_when_it_was_known_and_when_it_was_true) {
  tell(recorded(k4050), noon("2019-02-20"));
  const auto found = entries();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].position, Seq{1});
  EXPECT_EQ(found[0].recorded_at, noon("2019-03-01"));
  EXPECT_EQ(found[0].effective_at, noon("2019-02-20"));
  EXPECT_EQ(found[0].event, "PurchaseRecorded");
}

TEST_F(StatementsTest, has_no_entry_for_an_event_that_moves_nothing_of_the_member) {
  const auto purchase = tell_purchase(k4050);
  tell(model::PurchaseApproved{purchase, kPartner, kMember, {}, {k4050, k4050, {}, {}}});
  tell(model::PurchaseReaffirmed{purchase, kPartner, kMember, {}, {}});
  tell(recorded({}));
  tell(model::AccountOpened{kMember});
  EXPECT_THAT(names(entries()), ElementsAre("PurchaseRecorded"));
}

TEST_F(StatementsTest, shows_debt_made_by_a_claw_back_and_repaid_by_a_release) {
  const auto first = tell_purchase(roubles(100));
  tell(released(first, roubles(100)));
  const WithdrawalId withdrawal{tell(requested(roubles(70))).value()};
  tell(model::WithdrawalSent{withdrawal, kMember, roubles(70), std::nullopt});
  tell(model::WithdrawalSettled{withdrawal, kMember, roubles(70), {}, std::nullopt});
  tell(clawed_back(first, roubles(30), roubles(70)));
  EXPECT_EQ(funds()->debt, roubles(70));
  const auto second = tell_purchase(roubles(90));
  tell(released(second, roubles(20), roubles(70)));
  EXPECT_EQ(entries().back().change.debt, -roubles(70));
  EXPECT_EQ(funds(), (ledger::Funds{.available = roubles(20)}));
}

TEST_F(StatementsTest, adds_a_balance_adjustment_of_either_sign) {
  tell(model::BalanceAdjusted{kMember, roubles(50), {}, "goodwill", {"a", "b"}});
  tell(model::BalanceAdjusted{kMember, -roubles(20), {}, "mistake", {"a", "b"}});
  EXPECT_EQ(funds()->available, roubles(30));
  EXPECT_EQ(entries().back().change.available, -roubles(20));
}

TEST_F(StatementsTest, keeps_members_apart) {
  tell_purchase(k4050);
  auto other = recorded(roubles(5));
  other.member = MemberId{43};
  tell(other);
  EXPECT_EQ(entries().size(), 1U);
  EXPECT_EQ(funds()->frozen, k4050);
}

TEST_F(StatementsTest, knows_a_member_from_the_admission_on) {
  EXPECT_EQ(funds(), std::nullopt);
  tell(model::BusinessDayOpened{day("2019-03-01"), true});
  const auto admission = tell(admitted(kMember));
  EXPECT_EQ(funds(), ledger::Funds{});
  EXPECT_THAT(entries(), IsEmpty());
  EXPECT_EQ(funds({.as_known = Seq{admission.value() - 1}}), std::nullopt);
  EXPECT_EQ(funds({.as_known = admission}), ledger::Funds{});
}

TEST_F(StatementsTest, goes_on_after_a_position_and_stops_at_a_limit) {
  for (int i = 1; i <= 5; ++i)
    tell_purchase(roubles(i));
  const auto page = entries({.after = Seq{2}, .limit = 2, .clocks = {}});
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].position, Seq{3});
  EXPECT_EQ(page[0].balance.frozen, roubles(1 + 2 + 3));
  EXPECT_EQ(page[1].position, Seq{4});
  EXPECT_THAT(entries({.after = Seq{5}}), IsEmpty());
  EXPECT_THAT(entries({.limit = 0}), IsEmpty());
}

TEST_F(StatementsTest, as_known_ends_where_the_log_ended_then) {
  const auto purchase = tell_purchase(k4050);
  tell(released(purchase, k4050));
  EXPECT_EQ(entries({.clocks = {.as_known = Seq{1}}}).size(), 1U);
  EXPECT_EQ(funds({.as_known = Seq{1}})->frozen, k4050);
  EXPECT_EQ(funds({.as_known = Seq{2}})->available, k4050);
}

TEST_F(StatementsTest, as_of_counts_what_was_true_by_then_and_restates_the_balances) {
  const auto purchase = tell_purchase(roubles(100));
  tell(released(purchase, roubles(100)), noon("2019-04-01"));
  // Learnt after the release, but true before it.
  tell(clawed_back(purchase, roubles(100), {}), noon("2019-03-20"));
  const auto found = entries({.clocks = {.as_of = noon("2019-03-25")}});
  EXPECT_THAT(names(found), ElementsAre("PurchaseRecorded", "CashbackClawedBack"));
  EXPECT_EQ(found.back().balance.frozen, roubles(100));
  EXPECT_EQ(found.back().balance.available, -roubles(100));
  EXPECT_EQ(funds({.as_of = noon("2019-03-25")})->available, -roubles(100));
  EXPECT_EQ(funds({.as_of = noon("2019-04-01")}), ledger::Funds{});
  EXPECT_EQ(funds({.as_of = noon("2019-02-01")}), ledger::Funds{});
}

TEST_F(StatementsTest, a_page_of_a_restatement_counts_what_stands_before_it) {
  tell_purchase(roubles(1));
  tell_purchase(roubles(2));
  const auto page = entries({.after = Seq{1}, .clocks = {.as_of = noon("2030-01-01")}});
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0].balance.frozen, roubles(3));
}

TEST_F(StatementsTest, both_clocks_together_count_what_was_known_to_be_true) {
  const auto purchase = tell_purchase(roubles(100));
  tell(released(purchase, roubles(100)), noon("2019-04-01"));
  tell(clawed_back(purchase, roubles(100), {}), noon("2019-03-20"));
  const Clocks clocks{.as_of = noon("2019-03-25"), .as_known = Seq{2}};
  EXPECT_EQ(funds(clocks), (ledger::Funds{.frozen = roubles(100)}));
}

TEST_F(StatementsTest, tells_the_history_of_a_purchase_with_what_moved_no_money) {
  const auto purchase = tell_purchase(k4050);
  tell(model::PurchaseReheld{purchase, kPartner, kMember, {}, {}, {}});
  tell(model::HoldPlaced{model::HoldScope::purchase, kMember, purchase, std::nullopt, "check"});
  tell(model::PartnerInvoiceIssued{kPartner, {PurchaseId{99}, purchase}, k4050});
  tell_purchase(roubles(1));
  const Reader reader(statements_, nullptr);
  EXPECT_THAT(
      names(reader.purchase_history(purchase).value()),
      ElementsAre("PurchaseRecorded", "PurchaseReheld", "HoldPlaced", "PartnerInvoiceIssued"));
  EXPECT_THAT(names(reader.purchase_history(purchase, Seq{2}).value()),
              ElementsAre("PurchaseRecorded", "PurchaseReheld"));
  EXPECT_THAT(names(reader.purchase_history(PurchaseId{99}).value()),
              ElementsAre("PartnerInvoiceIssued"));
}

TEST_F(StatementsTest, tells_the_history_of_a_parked_message_by_its_action) {
  model::PurchaseUnattributed parked;
  parked.partner = kPartner;
  parked.action_id = "A-1";
  const model::ParkedId id{tell(parked).value()};
  auto longer = parked;
  longer.action_id = "A-12";
  tell(longer);
  tell(model::PurchaseExpired{kPartner, "A-1", id});
  const Reader reader(statements_, nullptr);
  EXPECT_THAT(names(reader.parked_history(kPartner, "A-1").value()),
              ElementsAre("PurchaseUnattributed", "PurchaseExpired"));
  EXPECT_THAT(reader.parked_history(PartnerId{8}, "A-1").value(), IsEmpty());
}

TEST_F(StatementsTest, tells_the_history_of_a_withdrawal_without_refusals) {
  const WithdrawalId withdrawal{tell(requested(roubles(20))).value()};
  tell(model::WithdrawalOutcomeUnknown{withdrawal, kMember});
  model::CommandRefused refused;
  refused.withdrawal = withdrawal;
  tell(refused);
  EXPECT_THAT(names(Reader(statements_, nullptr).withdrawal_history(withdrawal).value()),
              ElementsAre("WithdrawalRequested", "WithdrawalOutcomeUnknown"));
}

TEST_F(StatementsTest, reads_stored_and_loaded_rows_as_one_statement) {
  memory::MemoryStateStore store;
  state::Misses misses;
  state::attach_all(statements_, state::Backing::store, misses);
  statements_.members.load(kMember, std::nullopt);
  for (int i = 1; i <= 3; ++i)
    tell_purchase(roubles(i));
  ASSERT_TRUE(store.apply(state::collect_changes(statements_), "at 4"));
  state::mark_clean(statements_);
  for (int i = 4; i <= 6; ++i)
    tell_purchase(roubles(i));
  const Reader reader(statements_, &store);
  const auto found = reader.entries(kMember, {}).value();
  ASSERT_EQ(found.size(), 6U);
  for (std::size_t i = 1; i < found.size(); ++i)
    EXPECT_LT(found[i - 1].position, found[i].position);
  EXPECT_EQ(found.back().balance.frozen, roubles(1 + 2 + 3 + 4 + 5 + 6));
  state::mark_clean(statements_);
  state::drop_clean(statements_);  // as if the last three had never been told
  EXPECT_EQ(reader.entries(kMember, {}).value().size(), 3U);
  EXPECT_EQ(reader.funds(kMember, {}).value()->frozen, roubles(1 + 2 + 3));
}

TEST_F(StatementsTest, add_up_the_movements_of_many_members) {
  const auto purchase = tell_purchase(roubles(100));
  tell(released(purchase, roubles(100)));
  const WithdrawalId paid{tell(requested(roubles(60))).value()};
  tell(model::WithdrawalSent{paid, kMember, roubles(60), std::nullopt});
  const auto settled =
      tell(model::WithdrawalSettled{paid, kMember, roubles(60), roubles(1), std::nullopt});
  const auto returned =
      tell(model::WithdrawalReturned{paid, kMember, roubles(50), roubles(10), std::nullopt, {}});
  const std::vector<MemberId> members{MemberId{1}, kMember, MemberId{99}};
  const auto withdrawn = [&](const Clocks& clocks) {
    return Reader(statements_, nullptr).totals(members, clocks).value().at(1).withdrawn;
  };
  const auto totals = Reader(statements_, nullptr).totals(members, {}).value();
  ASSERT_EQ(totals.size(), 3U);
  EXPECT_EQ(totals[0], Totals{});
  EXPECT_EQ(totals[1].funds, funds());
  EXPECT_EQ(totals[1].withdrawn, Money{});
  EXPECT_EQ(totals[2], Totals{});
  EXPECT_EQ(withdrawn({.as_known = settled}), roubles(60))
      << "the processor's fee is not the member's";
  EXPECT_EQ(withdrawn({.as_known = returned}), Money{});
  EXPECT_EQ(withdrawn({.as_of = noon("2019-03-05")}), roubles(60));
  EXPECT_EQ(withdrawn({.as_of = noon("2019-03-04")}), Money{});
}

TEST_F(StatementsTest, count_what_was_settled_after_all_as_withdrawn) {
  const auto purchase = tell_purchase(roubles(100));
  tell(released(purchase, roubles(100)));
  const WithdrawalId late{tell(requested(roubles(60))).value()};
  tell(model::WithdrawalSent{late, kMember, roubles(60), std::nullopt});
  tell(model::WithdrawalRejected{late, kMember, roubles(60), {}, std::nullopt, {}});
  tell(model::WithdrawalSettledAfterRejection{
      late, kMember, roubles(45), roubles(15), {}, std::nullopt});
  const std::vector<MemberId> members{kMember};
  const auto totals = Reader(statements_, nullptr).totals(members, {}).value();
  EXPECT_EQ(totals.front().withdrawn, roubles(60));
  EXPECT_EQ(totals.front().funds, funds());
}

}  // namespace
}  // namespace kopilka::projections::statements
