#include "engine/sqlite/journal_database.h"

#include <atomic>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/support/journal_story.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::sqlite {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class JournalDatabase : public testing::Test {
 protected:
  JournalDatabase() { std::ofstream empty(file_); }

  void write_story(std::uint64_t from = 1) {
    auto writer = open_journal(file_, nullptr);
    ASSERT_TRUE(writer) << writer.error().message;
    support::tell_journal_story(**writer, from);
  }

  // Each row as its columns with `|` between them.
  [[nodiscard]] std::vector<std::string> rows(const std::string& sql) const {
    std::vector<std::string> found;
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open_v2(file_.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    const auto take = [](void* into, int count, char** values, char**) {
      std::string row;
      for (int i = 0; i < count; ++i)
        row += std::string(i == 0 ? "" : "|") + (values[i] == nullptr ? "-" : values[i]);
      static_cast<std::vector<std::string>*>(into)->push_back(std::move(row));
      return 0;
    };
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), take, &found, &error), SQLITE_OK) << error;
    sqlite3_free(error);
    sqlite3_close(database);
    return found;
  }

  support::TemporaryDirectory scratch_;
  std::filesystem::path file_ = scratch_.path() / "books.db";
};

TEST_F(JournalDatabase, holds_every_event_and_posting) {
  write_story();
  EXPECT_THAT(rows("PRAGMA integrity_check"), ElementsAre("ok"));
  EXPECT_THAT(rows("PRAGMA foreign_key_check"), testing::IsEmpty());
  EXPECT_THAT(rows("PRAGMA user_version"), ElementsAre("1"));
  EXPECT_THAT(rows("SELECT position, recorded_on, effective_on, type, member_id, partner_id, "
                   "organization_id, purchase_id, withdrawal_id FROM events"),
              ElementsAre("1|2019-03-01|2019-03-01|AccountOpened|42|-|-|-|-",
                          "2|2019-03-01|2019-02-28|PurchaseRecorded|42|7|101|2|-",
                          "3|2019-04-01|2019-04-01|FreezeExpired|42|7|-|2|-",
                          "4|2019-04-02|2019-04-02|WithdrawalSettled|42|-|-|-|9"));
  EXPECT_THAT(rows("SELECT * FROM postings WHERE position <> 3"),
              ElementsAre("2|1|1210|-|7|445500", "2|2|2100|42|-|-405000", "2|3|4100|-|-|-40500",
                          "4|1|2130|42|-|404995", "4|2|5200|-|-|4050", "4|3|1100|-|-|-409045"));
  EXPECT_THAT(rows("SELECT recorded_at, effective_at, json_extract(facts, '$.action_id') "
                   "FROM events WHERE position = 2"),
              ElementsAre("2019-03-01T09:40:00Z|2019-02-28T20:15:00Z|A-1, \"quoted\""));
  EXPECT_THAT(rows("SELECT * FROM accounts WHERE account IN ('1210', '2130', '4100')"),
              ElementsAre("1210|receivable, approved|Assets|partner|Assets:1210-ReceivableApproved",
                          "2130|payouts in flight|Liabilities|member|"
                          "Liabilities:2130-PayoutsInFlight",
                          "4100|margin|Income|book|Income:4100-Margin"));
  EXPECT_THAT(rows("SELECT * FROM meta"), ElementsAre("book|PROGRAM", "currency|RUB", "position|4",
                                                      "recorded_at|2019-04-02T06:00:00.250Z",
                                                      "store|abababababababababababababababab"));
}

TEST_F(JournalDatabase, of_an_empty_log_has_accounts_without_balances) {
  {
    auto writer = open_journal(file_, nullptr);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->begin({}));
    ASSERT_TRUE((*writer)->end({}));
  }
  EXPECT_THAT(rows("SELECT COUNT(*), SUM(balance_kopecks) FROM trial_balance"),
              ElementsAre("17|0"));
  EXPECT_THAT(rows("SELECT * FROM member_balances"), testing::IsEmpty());
  EXPECT_THAT(rows("SELECT name, value FROM meta WHERE name NOT IN ('book', 'currency', 'store')"),
              ElementsAre("position|0"));
}

TEST_F(JournalDatabase, has_views_of_balances) {
  write_story();
  const auto books = rows("SELECT account, balance FROM trial_balance");
  EXPECT_EQ(books.size(), ledger::kAccountCount);
  EXPECT_EQ(books.front(), "1100|-4090.45");
  EXPECT_THAT(books, testing::Contains("1400|-0.05"));
  EXPECT_THAT(rows("SELECT SUM(balance_kopecks) FROM trial_balance"), ElementsAre("0"));
  EXPECT_THAT(rows("SELECT * FROM member_balances"), ElementsAre("42|0|404995|0|-404995|-5"));
  EXPECT_THAT(rows("SELECT * FROM partner_balances"), ElementsAre("7|0|445500|0|0"));
  EXPECT_THAT(rows("SELECT * FROM account_balances WHERE account < '2000'"),
              ElementsAre("1100|-|-|-409045", "1210|-|7|445500", "1400|42|-|-5"));
}

TEST_F(JournalDatabase, has_views_of_what_happened) {
  write_story();
  EXPECT_THAT(rows("SELECT * FROM daily_turnover WHERE account = '2100'"),
              ElementsAre("2019-03-01|2100|1|0|405000", "2019-04-01|2100|1|405000|0"));
  EXPECT_THAT(rows("SELECT month, purchases, accrued_kopecks, released_kopecks, paid_out_kopecks "
                   "FROM monthly_cashback"),
              ElementsAre("2019-03|1|405000|0|0", "2019-04|0|0|405000|404995"));
}

TEST_F(JournalDatabase, counts_what_stood_before_a_period) {
  write_story(3);
  EXPECT_THAT(rows("SELECT * FROM opening"),
              ElementsAre("1210|-|7|445500", "2100|42|-|-405000", "4100|-|-|-40500"));
  EXPECT_THAT(rows("SELECT COUNT(*) FROM events"), ElementsAre("2"));
  EXPECT_THAT(rows("SELECT * FROM member_balances"), ElementsAre("42|0|404995|0|-404995|-5"));
  EXPECT_THAT(rows("SELECT balance FROM trial_balance WHERE account = '1210'"),
              ElementsAre("4455.00"));
  EXPECT_THAT(rows("SELECT value FROM meta WHERE name IN ('opening_position', 'opened_on')"),
              ElementsAre("2019-04-01", "2"));
}

TEST_F(JournalDatabase, says_where_and_why_it_cannot_be_written) {
  const auto absent = open_journal(scratch_.path() / "no" / "books.db", nullptr);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, base::ErrorKind::io);
  EXPECT_THAT(absent.error().message, HasSubstr("no/books.db"));

  std::ofstream(file_) << "this is no database, and long enough to be looked at as a header: "
                          "more than a hundred bytes of it are needed for that.";
  const auto other = open_journal(file_, nullptr);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("not a database"));
}

TEST_F(JournalDatabase, refuses_an_opening_that_sqlite_could_not_hold) {
  auto writer = open_journal(file_, nullptr);
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->begin({}));
  const auto refused =
      (*writer)->open({.balances = {{{ledger::Account::bank, 0}, base::Int128{1} << 63}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::limit);
  EXPECT_THAT(refused.error().message, HasSubstr("Assets:1100-Bank"));
}

TEST_F(JournalDatabase, ends_a_long_statement_when_interrupted) {
  std::atomic<bool> interrupt{false};
  auto writer = open_journal(file_, &interrupt);
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->begin({}));
  const auto entries = support::journal_story();
  const auto& entry = entries.at(1);
  const auto movement = ledger::postings(entry.events.front().event);
  for (std::uint64_t seq = 1; seq <= 20'000; ++seq)
    ASSERT_TRUE((*writer)->take({model::Seq{seq}, entry, entry.events.front(), movement}));
  interrupt = true;
  const auto ended = (*writer)->end({});
  ASSERT_FALSE(ended);
  EXPECT_THAT(ended.error().message, HasSubstr("interrupted"));
}

}  // namespace
}  // namespace kopilka::sqlite
