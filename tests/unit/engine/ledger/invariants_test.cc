#include "engine/ledger/invariants.h"

#include <set>
#include <string>

#include "tests/unit/engine/ledger/world.h"

// Each broken invariant is found and named (domain.md §13).
namespace kopilka::ledger {
namespace {

// A purchase of 100.00 that is frozen, one that is released, and a withdrawal on its way.
Story lively() {
  auto story = shop();
  story.given(destination("phone", model::WithdrawalMethod::phone));
  story.after(report_of("a", kApproved, 0, "100.00"));
  pass_to(story, kReleaseDay);
  story.given(click("april"));
  story.after(with(report_of("b", kNew, 0, "100.00"), [](auto& m) {
    m.click_id = "april";
    m.purchase_at = m.status_at = noon(kReleaseDay);
  }));
  story.after(model::RequestWithdrawal{
      .member = kMember, .method = model::WithdrawalMethod::phone, .amount = money("10.00")});
  return story;
}

std::set<std::string> broken(const Tables& tables) {
  std::vector<Violation> found;
  check_all(tables, found);
  std::set<std::string> names;
  for (const auto& violation : found)
    names.insert(violation.invariant);
  return names;
}

std::set<std::string> broken_by(auto&& change) {
  auto story = lively();
  Tables tables = story.world().ledger;
  EXPECT_TRUE(broken(tables).empty());
  change(tables, story);
  return broken(tables);
}

using Names = std::set<std::string>;

TEST(Invariants, hold_of_a_lively_programme) {
  EXPECT_EQ(broken_by([](auto&, auto&) {}), Names{});
}

TEST(Invariants, find_an_event_whose_sides_differ) {
  Movement movement;
  movement.debit(Account::bank, money("1.00"));
  movement.credit(Account::goodwill, money("0.99"));
  std::vector<Violation> found;
  check_movement(movement, found);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().invariant, "I-1");
  movement.credit(Account::goodwill, money("0.01"));
  check_movement(movement, found);
  EXPECT_EQ(found.size(), 1U);
}

TEST(Invariants, find_a_book_that_does_not_balance) {
  const auto names = broken_by([](auto& tables, auto&) {
    tables.books.edit(kProgramBook).balances.at(static_cast<std::size_t>(Account::goodwill)) += 1;
  });
  EXPECT_EQ(names, Names{"I-1"});
}

TEST(Invariants, find_a_negative_account) {
  for (const auto account :
       {&Funds::frozen, &Funds::available, &Funds::reserved, &Funds::in_flight, &Funds::debt}) {
    const auto names = broken_by(
        [&](auto& tables, auto&) { tables.members.edit(kMember).funds.*account = money("-0.01"); });
    EXPECT_TRUE(names.contains("I-2"));
  }
}

TEST(Invariants, find_money_and_debt_at_once) {
  MemberMoney money_and_debt;
  money_and_debt.funds = funds_of("0.00", "1.00", "0.00", "0.00", "1.00");
  std::vector<Violation> found;
  check_member(kMember, money_and_debt, found);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().invariant, "I-3");
  EXPECT_NE(found.front().what.find("42"), std::string::npos);
}

TEST(Invariants, find_frozen_money_that_no_purchase_explains) {
  const auto names = broken_by([](auto& tables, auto& story) {
    tables.purchases.edit(id_of(story, "b")).cashback += money("0.01");
  });
  EXPECT_EQ(names, Names{"I-4"});
}

TEST(Invariants, find_a_negative_purchase) {
  const auto names = broken_by([](auto& tables, auto& story) {
    tables.purchases.edit(id_of(story, "a")).commission = money("-0.01");
  });
  EXPECT_EQ(names, Names{"I-5"});
}

TEST(Invariants, find_a_freeze_out_of_bounds) {
  for (const int days : {30, 62}) {
    const auto names = broken_by([&](auto& tables, auto& story) {
      tables.purchases.edit(id_of(story, "a")).release_on = day(kFirstDay) + days;
    });
    EXPECT_EQ(names, Names{"I-6"});
  }
  for (const int days : {31, 61}) {
    const auto names = broken_by([&](auto& tables, auto& story) {
      tables.purchases.edit(id_of(story, "a")).release_on = day(kFirstDay) + days;
    });
    EXPECT_EQ(names, Names{});
  }
}

TEST(Invariants, find_two_purchases_of_one_action) {
  const auto names = broken_by([](auto& tables, auto& story) {
    tables.actions.edit({kPartner, "a"}).purchase = id_of(story, "b");
  });
  EXPECT_EQ(names, Names{"I-7"});
}

TEST(Invariants, find_earnings_that_are_nowhere) {
  const auto names =
      broken_by([](auto& tables, auto&) { tables.members.edit(kMember).earned += money("0.01"); });
  EXPECT_EQ(names, Names{"I-9"});
}

TEST(Invariants, find_accounts_that_differ_from_their_sub_accounts) {
  for (const auto account : {&PartnerMoney::tracked, &PartnerMoney::approved,
                             &PartnerMoney::invoiced, &PartnerMoney::due_to_partner}) {
    const auto names = broken_by(
        [&](auto& tables, auto&) { tables.partners.edit(kPartner).*account += money("0.01"); });
    EXPECT_EQ(names, Names{"I-9"});
  }
}

}  // namespace
}  // namespace kopilka::ledger
