#!/usr/bin/env python3
"""The journal in every format, read by the programs that it is for: their balances are ours."""

import json
import os
import signal
import subprocess
import sys
import time

from command_line import PROGRAM, TIMEOUT_S, Lines, StoreTest, clock, main, place, purchases, union
from journal_readers import (MEMBERS, READERS, NotAccepted, csv_rows, kopecks, ndjson_lines,
                             of_csv_rows, query)

STORIES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenario")
sys.path.insert(0, STORIES)
from scenario_text import Check, read_scenario  # noqa: E402  (beside us, not below)

# Purchases in every state, withdrawals through every turn, debts, holds, foreign money.
TOLD = ("w1_the_seeds_own_example", "w2_rounding", "w3_reordered_messages",
        "w4_minimums_and_a_race", "w5_the_freeze_clock", "claw_back_and_debt", "holds",
        "withdrawal_late_turns", "partial_returns", "parking", "foreign_currency")
MEMBER_SIDE = {"2100": "frozen", "2110": "available", "2120": "reserved", "2130": "in_flight"}
PARTNER_SIDE = {"1200": "tracked", "1210": "approved", "1220": "invoiced"}


class Export(StoreTest):
    """What all exports are compared with: the program's own reads."""

    def export(self, kind, *args, name="books"):
        path = self.path(f"{name}.{kind}")
        self.expect(0, "log", "export", "--format", kind, "--output", path, "--force", *args)
        return path

    def registered(self):
        """Ids of the members and partners on record."""
        tail = self.expect(0, "log", "tail", "--from", "1", "--json").stdout
        events = [json.loads(line)["event"] for line in tail.splitlines()]
        members = {e["member"] for e in events if e["type"] == "MemberAdmitted"}
        partners = {e["partner"] for e in events if e["type"] == "PartnerRegistered"}
        return members, partners

    def known(self, *args):
        done = self.call(*args, "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def ours(self, *past):
        """By account, and by account and part, in kopecks, without zeros."""
        books = self.json("books", "trial-balance", *past)
        self.assertEqual(books["total"], "0.00")
        accounts = {row["account"]: kopecks(row["balance"]) for row in books["accounts"]}
        parts = {}
        members, partners = self.registered()
        for member in members:
            balance = self.known("member", "balance", str(member), *past)
            if balance:
                for code, name in MEMBER_SIDE.items():
                    parts[code, f"M{member}"] = -kopecks(balance[name])
                parts["1400", f"M{member}"] = kopecks(balance["debt"])
        for partner in partners:
            balance = self.known("partner", "balance", str(partner), *past)
            if balance:
                for code, name in PARTNER_SIDE.items():
                    parts[code, f"P{partner}"] = kopecks(balance[name])
                parts["2210", f"P{partner}"] = -kopecks(balance["due_to_partner"])
        return ({code: amount for code, amount in accounts.items() if amount},
                {part: amount for part, amount in parts.items() if amount})

    def compare(self, theirs, ours, what):
        accounts = {}
        for (code, _), amount in theirs.items():
            accounts[code] = accounts.get(code, 0) + amount
        self.assertEqual({code: amount for code, amount in accounts.items() if amount}, ours[0],
                         what)
        self.assertEqual({part: amount for part, amount in theirs.items() if part[1]}, ours[1],
                         what)

    def compare_all(self, ours, *period, name="books"):
        for kind, read in READERS.items():
            self.compare(read(self.export(kind, *period, name=name)), ours, (kind, *period))


class Stories(Export):
    def test_every_program_comes_to_our_balances(self):
        for story in TOLD:
            with self.subTest(story):
                self.data = self.path(story)
                self.init()
                lines = Lines()
                for step in read_scenario(os.path.join(STORIES, story + ".scenario")):
                    if not isinstance(step, Check):
                        lines.raw(step.text)
                self.call("import", self.write(f"{story}.ndjson", lines.text()))
                self.compare_all(self.ours(), name=story)
                # Some stories end with nothing left.
                told = self.json("log", "export", "--format", "csv", "--output",
                                 self.path(f"{story}.rows"))
                self.assertGreater(told["transactions"], 0)
                middle = str(int(told["position"]) * 3 // 4)
                theirs = READERS["hledger"](self.export("hledger", "--until", middle))
                self.compare(theirs, self.ours("--as-known", middle), middle)


def command(name, at, **fields):
    return json.dumps({"command": name, "key": f"{name}-{at}", "at": f"2019-{at}+03:00", **fields})


def released_and_paid_out():
    """61 purchases of three members in March, one of them told late; all are released in April, and
    a part is paid out."""
    lines = purchases(union(3), 60, 3)
    lines.add("adjust_balance", member_id=1, amount="12.34", reason="a gift for Anna",
              approvers=["Boris Approver", "Clara Approver"], minute=8)
    lines.add("add_destination", member_id=2, method="phone", value="+79160000042", minute=8)
    lines.raw(command("register_click", "03-05T11:00:00", member_id=1, partner_id=7,
                      click_id="late"))
    lines.raw(command("report_purchase", "03-20T12:00:00", partner_id=7, action_id="late",
                      status="new", status_at="2019-03-20T12:00:00+03:00", click_id="late",
                      purchase_at="2019-03-05T12:00:00+03:00",
                      lines=[{"line": 1, "amount": "500.00"}]))
    lines.raw(command("open_business_day", "04-15T12:00:00", date="2019-04-15"))
    lines.raw(command("request_withdrawal", "04-16T12:00:00", member_id=2, method="phone",
                      amount="77.70"))
    request = {"member_id": 2, "request_key": "request_withdrawal-04-16T12:00:00"}
    lines.raw(command("send_withdrawal", "04-16T12:01:00", **request))
    lines.raw(command("settle_withdrawal", "04-16T12:02:00", processor_fee="1.01", **request))
    return lines.raw(command("open_business_day", "05-15T12:00:00", date="2019-05-15"))


class Periods(Export):
    def setUp(self):
        super().setUp()
        self.init()
        self.load(released_and_paid_out())
        self.last = int(self.json("books", "trial-balance")["position"])

    def test_a_period_opens_with_the_books_before_it_and_ends_with_those_after_it(self):
        day_before = ("--as-known", "2019-03-31T23:59:59.999999+03:00")
        last_day = ("--as-known", "2019-04-30T23:59:59.999999+03:00")
        self.compare_all(self.ours(*last_day), "--from", "2019-04-01", "--until", "2019-04-30")
        rows = csv_rows(self.path("books.csv"))
        opening = [row for row in rows if row["event"] == "Opening"]
        self.compare(of_csv_rows(opening), self.ours(*day_before), "the opening")
        days = {row["recorded_on"] for row in rows if row["event"] != "Opening"}
        self.assertEqual((min(days), max(days)), ("2019-04-01", "2019-04-30"))

    def test_positions_and_times_cut_anywhere(self):
        middle = self.last // 2
        self.compare_all(self.ours(), "--from", str(middle))
        self.compare_all(self.ours("--as-known", str(middle)), "--until", str(middle))
        self.compare_all(self.ours("--as-known", clock(3)), "--from", clock(2), "--until", clock(3))

    def test_periods_that_follow_each_other_hold_each_event_once(self):
        found = []
        for period in (("--until", "2019-03-31"), ("--from", "2019-04-01", "--until", "2019-04-30"),
                       ("--from", "2019-05-01")):
            lines = ndjson_lines(self.export("ndjson", *period))
            found += [int(line["position"]) for line in lines if "event" in line]
        self.assertEqual(found, list(range(1, self.last + 1)))

    def test_a_period_without_events_is_its_opening(self):
        self.compare_all(self.ours(), "--from", "2030-01-01")
        self.compare_all(({}, {}), "--until", "2018-01-01")

    def test_the_second_date_is_that_of_the_event(self):
        path = self.export("hledger")
        for dates, frozen in (((), "-200.00"), (("--date2",), "-250.00")):
            shown = subprocess.run(["hledger", "-f", path, "balance", "--flat", "--end",
                                    "2019-03-10", "MemberFrozen:M1", "-O", "csv", "--no-total",
                                    *dates], capture_output=True, text=True, timeout=TIMEOUT_S,
                                   check=True)
            self.assertIn(f'"{frozen} RUB"', shown.stdout)


class Faults(Export):
    """An amount that is not what the log says does not go unnoticed."""

    def setUp(self):
        super().setUp()
        self.init()
        self.load(released_and_paid_out())
        self.books = self.ours()

    def tampered(self, kind, changes):
        """Text of the export with each of the changes made once."""
        with open(self.export(kind), encoding="utf-8", newline="") as file:
            text = file.read()
        for before, after in changes:
            self.assertIn(before, text, kind)
            text = text.replace(before, after, 1)
        path = self.path(f"tampered.{kind}")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def test_one_amount_that_was_changed_is_noticed(self):
        for kind, before, after in (
                ("hledger", "MemberFrozen:M1  -10.00", "MemberFrozen:M1  -10.01"),
                ("ledger", "MemberFrozen:M1  -10.00", "MemberFrozen:M1  -10.01"),
                ("beancount", "MemberFrozen:M1  -10.00", "MemberFrozen:M1  -10.01"),
                ("csv", ",10.00\r\n", ",10.01\r\n"), ("ndjson", '"credit":"10.00"',
                                                      '"credit":"10.01"')):
            path = self.tampered(kind, [(before, after)])
            with self.assertRaises((NotAccepted, AssertionError), msg=kind):
                self.compare(READERS[kind](path), self.books, kind)
        path = self.export("sqlite")
        subprocess.run(["sqlite3", path, "UPDATE postings SET amount_kopecks = amount_kopecks - 1 "
                                         "WHERE account = '2100' AND member_id = 1"],
                       timeout=TIMEOUT_S, check=True)
        with self.assertRaises(AssertionError):
            self.compare(READERS["sqlite"](path), self.books, "sqlite")

    def test_a_transaction_that_still_balances_breaks_the_sums_that_the_journal_names(self):
        for kind in ("hledger", "ledger", "beancount"):
            path = self.tampered(kind, [("MemberFrozen:M1  -10.00", "MemberFrozen:M1  -9.99"),
                                        ("DeferredMargin  -2.00", "DeferredMargin  -2.01")])
            with self.assertRaises(NotAccepted, msg=kind):
                READERS[kind](path)


class Database(Export):
    def test_the_views_say_what_the_reads_say(self):
        self.init()
        self.load(released_and_paid_out())
        path = self.export("sqlite")
        books = [[row["account"], row["balance"]]
                 for row in self.json("books", "trial-balance")["accounts"]]
        self.assertEqual(query(path, "SELECT account, balance FROM trial_balance"), books)
        for row in query(path, "SELECT * FROM member_balances"):
            balance = self.json("member", "balance", row[0])
            self.assertEqual([int(sum_) for sum_ in row[1:]],
                             [kopecks(balance[name]) for name in
                              ("frozen", "available", "reserved", "in_flight", "debt")])
        row, = query(path, "SELECT * FROM partner_balances")
        balance = self.json("partner", "balance", "7")
        self.assertEqual([int(sum_) for sum_ in row[1:]],
                         [kopecks(balance[name]) for name in
                          ("tracked", "approved", "invoiced", "due_to_partner")])
        turnover = query(path, "SELECT SUM(debit_kopecks), SUM(credit_kopecks), SUM(postings) "
                               "FROM daily_turnover")
        debits = query(path, "SELECT SUM(amount_kopecks) FROM postings WHERE amount_kopecks > 0")
        count = query(path, "SELECT COUNT(*) FROM postings")
        self.assertEqual(turnover, [[debits[0][0], debits[0][0], count[0][0]]])
        held = -sum(amount for (code, _), amount in self.ours()[1].items() if code in MEMBERS)
        months = query(path, "SELECT month, purchases, accrued_kopecks, accrued_kopecks + "
                             "adjusted_kopecks - declined_kopecks - clawed_back_kopecks + "
                             "goodwill_kopecks - paid_out_kopecks, paid_out_kopecks "
                             "FROM monthly_cashback")
        self.assertEqual(months[0][:3], ["2019-03", "61", "65000"])
        self.assertEqual(sum(int(month[3]) for month in months), held)
        self.assertEqual(sum(int(month[4]) for month in months), 7770)


class CommandLine(Export):
    def setUp(self):
        super().setUp()
        self.init()
        self.load(released_and_paid_out())

    def refused(self, *args):
        done = self.expect(2, "log", "export", *args)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def unfinished(self):
        return [name for name in os.listdir(self.scratch) if "unfinished" in name]

    def test_standard_output_takes_what_a_file_would(self):
        for kind in READERS:
            if kind == "sqlite":
                self.assertIn("--output", self.refused("--format", kind))
                continue
            with open(self.export(kind), encoding="utf-8", newline="") as file:
                whole = file.read()
            shown = subprocess.run([PROGRAM, "log", "export", "--format", kind, *place(self.data)],
                                   capture_output=True, timeout=TIMEOUT_S, check=True)
            self.assertEqual(shown.stdout.decode(), whole, kind)
            self.assertIn(b"transactions with ", shown.stderr)

    def test_a_file_that_is_there_is_replaced_only_when_told_to(self):
        path = self.write("kept.csv", "mine")
        self.assertIn("--force", self.refused("--format", "csv", "--output", path))
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")
        link = self.path("link.csv")
        os.symlink(path, link)
        self.expect(0, "log", "export", "--format", "csv", "--output", link, "--force")
        self.assertTrue(os.path.islink(link))
        self.assertTrue(csv_rows(path))
        self.assertEqual(os.stat(path).st_mode & 0o007, 0)
        self.assertEqual(self.unfinished(), [])

    def test_what_cannot_be_done_says_what_to_do(self):
        out = ("--format", "csv", "--output", self.path("x.csv"))
        self.assertIn("no plain file", self.refused("--format", "csv", "--output", "/dev/null"))
        self.assertIn(self.path("no/x.csv"),
                      self.refused("--format", "csv", "--output", self.path("no/x.csv")))
        self.assertIn("--format", self.refused("--format", "pdf"))
        self.assertIn("position 99999 is not there yet", self.refused(*out, "--from", "99999"))
        self.assertIn("--until 2019-13-01", self.refused(*out, "--until", "2019-13-01"))
        self.assertIn("is after", self.refused(*out, "--from", "2019-04-02", "--until",
                                               "2019-04-01"))
        self.assertIn("is after", self.refused(*out, "--from", "9", "--until", "8"))
        self.assertIn("007", self.refused(*out, "--from", "007"))
        done = self.call("log", "export", "--format", "csv", data=self.path("nowhere"))
        self.assertEqual(done.returncode, 3)
        self.assertEqual(os.path.exists(self.path("x.csv")), False)
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PROGRAM, "log", "export", "--format", "csv", *place(self.data)],
                                  stdout=full, stderr=subprocess.PIPE, text=True,
                                  timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("standard output", done.stderr)

    def test_the_summary_is_a_document(self):
        path = self.path("books.csv")
        report = self.json("log", "export", "--format", "csv", "--output", path, "--from", "30")
        rows = csv_rows(path)
        events = {row["position"] for row in rows if row["event"] != "Opening"}
        moved = {row["position"] for row in rows if row["account"] and row["event"] != "Opening"}
        self.assertEqual(report, {
            "format": "csv", "output": path, "events": len(events), "transactions": len(moved),
            "postings": sum(1 for row in rows if row["account"] and row["event"] != "Opening"),
            "opening": "29", "position": self.json("books", "trial-balance")["position"]})
        done = self.expect(0, "log", "export", "--format", "csv", "--json")
        self.assertEqual(json.loads(done.stderr)["output"], None)
        self.assertIn("Example:", self.expect(0, "log", "export", "--help").stdout)

    def test_the_same_log_gives_the_same_bytes(self):
        for kind in READERS:
            with open(self.export(kind), "rb") as one, \
                    open(self.export(kind, name="again"), "rb") as other:
                self.assertEqual(one.read(), other.read(), kind)

    def test_no_personal_data_leaves_the_store(self):
        for kind in READERS:
            with open(self.export(kind), "rb") as file:
                content = file.read()
            for secret in (b"Anna", b"Boris", b"Clara", b"gift", b"9160000042", b"0042",
                           b"7700000001", b"sealed", b"hash"):
                self.assertNotIn(secret, content, kind)

    def test_an_interrupted_export_leaves_no_file(self):
        self.data = self.path("large")
        self.init()
        self.load(purchases(union(3), 6000, 3), "large.ndjson")
        command_line = [PROGRAM, "log", "export", "--format", "sqlite", "--output",
                        self.path("cut.db"), *place(self.data)]
        for number in (signal.SIGINT, signal.SIGTERM):
            ended = None
            for _ in range(20):
                process = subprocess.Popen(command_line, stderr=subprocess.PIPE, text=True)
                while not self.unfinished() and process.poll() is None:
                    time.sleep(0.001)
                process.send_signal(number)
                ended = process.communicate(timeout=TIMEOUT_S)[1]
                self.assertEqual(self.unfinished(), [])
                if process.returncode == 130:
                    break
                os.remove(self.path("cut.db"))
            self.assertEqual(process.returncode, 130)
            self.assertIn("interrupted", ended)
            self.assertFalse(os.path.exists(self.path("cut.db")))


if __name__ == "__main__":
    main()
