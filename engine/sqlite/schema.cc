#include "engine/sqlite/schema.h"

namespace kopilka::sqlite {

const char* const kSettings = R"sql(
PRAGMA encoding = 'UTF-8';
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -65536;
BEGIN;
)sql";

const char* const kTables = R"sql(
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE accounts (
  account      TEXT PRIMARY KEY,       -- '1210'
  name         TEXT NOT NULL,          -- 'receivable, approved'
  class        TEXT NOT NULL,          -- 'Assets', 'Liabilities', 'Income', 'Expenses'
  kept_per     TEXT NOT NULL,          -- 'book', 'member', 'partner'
  journal_name TEXT NOT NULL           -- 'Assets:1210-ReceivableApproved'
) WITHOUT ROWID;

-- What stood before the period; without rows when it begins with the log.
CREATE TABLE opening (
  account        TEXT NOT NULL REFERENCES accounts,
  member_id      INTEGER,              -- whose sub-account it is
  partner_id     INTEGER,
  amount_kopecks INTEGER NOT NULL      -- debits - credits
);

CREATE TABLE events (
  position        INTEGER PRIMARY KEY,
  recorded_on     TEXT NOT NULL,       -- Moscow day
  recorded_at     TEXT NOT NULL,       -- UTC
  effective_on    TEXT NOT NULL,
  effective_at    TEXT NOT NULL,
  type            TEXT NOT NULL,
  member_id       INTEGER,             -- whom and what the event names
  partner_id      INTEGER,
  organization_id INTEGER,
  purchase_id     INTEGER,
  withdrawal_id   INTEGER,
  facts           TEXT NOT NULL        -- JSON
);

CREATE TABLE postings (
  position       INTEGER NOT NULL REFERENCES events,
  n              INTEGER NOT NULL,     -- 1, 2, 3 ... within the event
  account        TEXT NOT NULL REFERENCES accounts,
  member_id      INTEGER,              -- whose sub-account is moved
  partner_id     INTEGER,
  amount_kopecks INTEGER NOT NULL,     -- a debit; negative: a credit
  PRIMARY KEY (position, n)
) WITHOUT ROWID;
)sql";

const char* const kIndices = R"sql(
CREATE INDEX events_by_day ON events (recorded_on);
CREATE INDEX events_by_type ON events (type);
CREATE INDEX events_by_member ON events (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX events_by_partner ON events (partner_id) WHERE partner_id IS NOT NULL;
CREATE INDEX events_by_purchase ON events (purchase_id) WHERE purchase_id IS NOT NULL;
CREATE INDEX events_by_withdrawal ON events (withdrawal_id) WHERE withdrawal_id IS NOT NULL;
CREATE INDEX postings_by_account ON postings (account, member_id, partner_id);
CREATE INDEX postings_by_member ON postings (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX postings_by_partner ON postings (partner_id) WHERE partner_id IS NOT NULL;
)sql";

const char* const kViews = R"sql(
CREATE VIEW movements AS
  SELECT account, member_id, partner_id, amount_kopecks FROM opening
  UNION ALL
  SELECT account, member_id, partner_id, amount_kopecks FROM postings;

CREATE VIEW account_balances AS
  SELECT account, member_id, partner_id, SUM(amount_kopecks) AS balance_kopecks
  FROM movements GROUP BY account, member_id, partner_id HAVING SUM(amount_kopecks) <> 0;

CREATE VIEW trial_balance AS
  SELECT account, name, balance_kopecks,
         printf('%s%d.%02d', CASE WHEN balance_kopecks < 0 THEN '-' ELSE '' END,
                abs(balance_kopecks) / 100, abs(balance_kopecks) % 100) AS balance
  FROM (SELECT a.account, a.name, COALESCE(SUM(m.amount_kopecks), 0) AS balance_kopecks
        FROM accounts a LEFT JOIN movements m ON m.account = a.account GROUP BY a.account)
  ORDER BY account;

CREATE VIEW member_balances AS
  SELECT member_id,
         SUM(CASE account WHEN '2100' THEN -amount_kopecks ELSE 0 END) AS frozen_kopecks,
         SUM(CASE account WHEN '2110' THEN -amount_kopecks ELSE 0 END) AS available_kopecks,
         SUM(CASE account WHEN '2120' THEN -amount_kopecks ELSE 0 END) AS reserved_kopecks,
         SUM(CASE account WHEN '2130' THEN -amount_kopecks ELSE 0 END) AS in_flight_kopecks,
         SUM(CASE account WHEN '1400' THEN amount_kopecks ELSE 0 END) AS debt_kopecks
  FROM movements WHERE member_id IS NOT NULL GROUP BY member_id;

CREATE VIEW partner_balances AS
  SELECT partner_id,
         SUM(CASE account WHEN '1200' THEN amount_kopecks ELSE 0 END) AS tracked_kopecks,
         SUM(CASE account WHEN '1210' THEN amount_kopecks ELSE 0 END) AS approved_kopecks,
         SUM(CASE account WHEN '1220' THEN amount_kopecks ELSE 0 END) AS invoiced_kopecks,
         SUM(CASE account WHEN '2210' THEN -amount_kopecks ELSE 0 END) AS due_to_partner_kopecks
  FROM movements WHERE partner_id IS NOT NULL GROUP BY partner_id;

CREATE VIEW daily_turnover AS
  SELECT e.recorded_on AS day, p.account, COUNT(*) AS postings,
         SUM(max(p.amount_kopecks, 0)) AS debit_kopecks,
         SUM(max(-p.amount_kopecks, 0)) AS credit_kopecks
  FROM postings p JOIN events e ON e.position = p.position GROUP BY e.recorded_on, p.account;

-- Members' money by the Moscow month of recording: accrued + adjusted - declined - clawed_back
-- + goodwill - paid_out is what the members' accounts changed by. Released is a part of accrued.
CREATE VIEW monthly_cashback AS
  SELECT substr(e.recorded_on, 1, 7) AS month,
         COUNT(DISTINCT CASE e.type WHEN 'PurchaseRecorded' THEN e.position END) AS purchases,
         SUM(CASE e.type WHEN 'PurchaseRecorded' THEN -amount_kopecks ELSE 0 END)
           AS accrued_kopecks,
         SUM(CASE e.type WHEN 'PurchaseAdjusted' THEN -amount_kopecks ELSE 0 END)
           AS adjusted_kopecks,
         SUM(CASE e.type WHEN 'PurchaseDeclined' THEN amount_kopecks ELSE 0 END)
           AS declined_kopecks,
         SUM(CASE WHEN e.type = 'FreezeExpired' AND p.account = '2100' THEN amount_kopecks
                  ELSE 0 END) AS released_kopecks,
         SUM(CASE e.type WHEN 'CashbackClawedBack' THEN amount_kopecks ELSE 0 END)
           AS clawed_back_kopecks,
         SUM(CASE e.type WHEN 'BalanceAdjusted' THEN -amount_kopecks ELSE 0 END)
           AS goodwill_kopecks,
         SUM(CASE WHEN e.type IN ('WithdrawalSettled', 'WithdrawalSettledAfterRejection',
                                  'WithdrawalReturned') THEN amount_kopecks ELSE 0 END)
           AS paid_out_kopecks
  FROM postings p JOIN events e ON e.position = p.position
  WHERE p.member_id IS NOT NULL GROUP BY month;
)sql";

}  // namespace kopilka::sqlite
