#include "engine/journal/accounts.h"

#include <limits>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/journal/roubles.h"

namespace kopilka::journal {
namespace {

using ledger::Account;

std::string named(SubAccount part) {
  std::string name;
  append_journal_name(part, name);
  return name;
}

std::string roubles(base::Int128 kopecks) {
  std::string text;
  append_roubles(kopecks, text);
  return text;
}

TEST(JournalAccounts, have_names_that_every_program_takes) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < ledger::kAccountCount; ++i) {
    const auto& name = journal_name(static_cast<Account>(i));
    EXPECT_THAT(name, testing::MatchesRegex("(Assets|Liabilities|Income|Expenses):"
                                            "[1-5][0-9][0-9][0-9]-[A-Z][A-Za-z]*"));
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(journal_name(Account::bank), "Assets:1100-Bank");
  EXPECT_EQ(journal_name(Account::payouts_in_flight), "Liabilities:2130-PayoutsInFlight");
  EXPECT_EQ(journal_name(Account::deferred_margin), "Liabilities:2500-DeferredMargin");
  EXPECT_EQ(journal_name(Account::margin), "Income:4100-Margin");
  EXPECT_EQ(journal_name(Account::write_offs), "Expenses:5300-WriteOffs");
}

TEST(JournalAccounts, are_divided_as_the_chart_says) {
  ledger::Movement movement;
  movement.member = model::MemberId{42};
  movement.partner = model::PartnerId{7};
  EXPECT_EQ(named(sub_account(movement, Account::member_frozen)),
            "Liabilities:2100-MemberFrozen:M42");
  EXPECT_EQ(named(sub_account(movement, Account::member_debt)), "Assets:1400-MemberDebt:M42");
  EXPECT_EQ(named(sub_account(movement, Account::receivable_approved)),
            "Assets:1210-ReceivableApproved:P7");
  EXPECT_EQ(named(sub_account(movement, Account::due_to_partner)),
            "Liabilities:2210-DueToPartner:P7");
  EXPECT_EQ(named(sub_account(movement, Account::bank)), "Assets:1100-Bank");
  movement.member.reset();
  EXPECT_EQ(named(sub_account(movement, Account::member_frozen)), "Liabilities:2100-MemberFrozen");
}

TEST(JournalAccounts, know_whose_a_part_is) {
  EXPECT_EQ(member_of({Account::member_frozen, 42}), model::MemberId{42});
  EXPECT_EQ(partner_of({Account::member_frozen, 42}), std::nullopt);
  EXPECT_EQ(partner_of({Account::receivable_tracked, 7}), model::PartnerId{7});
  EXPECT_EQ(member_of({Account::receivable_tracked, 7}), std::nullopt);
  EXPECT_EQ(member_of({Account::bank, 0}), std::nullopt);
}

TEST(JournalAmounts, are_exact_to_the_kopeck_whatever_their_size) {
  EXPECT_EQ(roubles(0), "0.00");
  EXPECT_EQ(roubles(5), "0.05");
  EXPECT_EQ(roubles(-5), "-0.05");
  EXPECT_EQ(roubles(-405'000), "-4050.00");
  EXPECT_EQ(roubles(std::numeric_limits<std::int64_t>::max()), "92233720368547758.07");
  EXPECT_EQ(roubles(std::numeric_limits<std::int64_t>::min()), "-92233720368547758.08");
  const base::Int128 beyond = base::Int128{std::numeric_limits<std::int64_t>::min()} * 1'000;
  EXPECT_EQ(roubles(beyond), "-92233720368547758080.00");
}

}  // namespace
}  // namespace kopilka::journal
