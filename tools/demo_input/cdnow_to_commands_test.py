#!/usr/bin/env python3
"""Judges what the converter writes with the rules written in Python.

Example:
  tools/demo_input/cdnow_to_commands_test.py
"""

import io
import json
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "tests", "scenario")]

from cdnow_to_commands import Story, read_rows
from check_commands import judge
from clock import day_number, time_text
from people import BIK, account_number
from oracle.quantities import instant, moscow_day
from oracle.withdrawals import account_key_holds

SAMPLE = os.path.join(HERE, "cdnow_sample.csv")
HEAD = "customer,date,units,amount\n"


def commands(text, seed=2019):
    out = io.StringIO()
    Story(read_rows(io.StringIO(text)), seed, out).play()
    return out.getvalue().splitlines()


def sample(rows=None):
    with open(SAMPLE, encoding="utf-8") as file:
        lines = file.read().splitlines(keepends=True)
    return "".join(lines if rows is None else lines[:rows + 1])


class TheSample(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = commands(sample())
        cls.parsed = [json.loads(line) for line in cls.lines]
        cls.world, cls.counts, cls.failed = judge(cls.lines)

    def test_every_line_is_accepted_duplicate_or_stale(self):
        self.assertEqual(self.failed, [])
        self.assertEqual(sum(self.counts.values()), len(self.lines))

    def test_lines_leave_in_the_order_of_time_with_keys_of_their_own(self):
        times = [instant(line["at"]) for line in self.parsed]
        self.assertEqual(times, sorted(times))
        self.assertEqual(len({line["key"] for line in self.parsed}), len(self.lines))

    def test_each_row_is_one_purchase_on_its_day_with_its_amount(self):
        first = {}
        for line in self.parsed:
            if line["command"] == "report_purchase":
                first.setdefault(line["action_id"], line)
        rows = sample().splitlines()[1:]
        self.assertEqual(len(first), len(rows))
        for number, row in enumerate(rows, 1):
            customer, date, _, amount = row.split(",")
            line = first[f"cdnow-{number}"]
            self.assertEqual(line["purchase_at"][:10], date)
            self.assertEqual(line["lines"][0]["amount"], amount)
            self.assertEqual(line["order_id"], f"{1_000_000 + int(customer)}-{date}")

    def test_every_turn_of_the_story_happens(self):
        events = {entry.name for entry in self.world.log}
        for name in ("PurchaseUnattributed", "PurchaseReheld", "PurchaseDeclined",
                     "PurchaseAdjusted", "CashbackClawedBack", "WithdrawalCancelled",
                     "WithdrawalRejected", "WithdrawalReturned", "WithdrawalOutcomeUnknown",
                     "MemberTransferred", "MemberCategoryChanged", "MembershipTerminated"):
            self.assertIn(name, events)
        self.assertGreater(self.counts["report_purchase", "duplicate"], 0)
        self.assertGreater(self.counts["report_purchase", "stale"], 0)
        silent = [p for p in self.world.purchases if p.released and not p.approved]
        self.assertGreater(len(silent), 0)
        self.assertGreater(sum(self.world.debt(m) for m in self.world.members), 0)

    def test_the_books_balance_and_every_freeze_has_ended(self):
        self.assertEqual(self.world.read_books()["total"], "0.00")
        last = max(purchase.release_on for purchase in self.world.purchases)
        self.assertGreater(self.world.today, last + 30)
        waiting = [p for p in self.world.purchases if p.member_state() == "frozen"]
        self.assertTrue(all(not p.terms.auto and not p.approved for p in waiting))


class TheConverter(unittest.TestCase):
    def test_is_the_same_again_and_another_with_another_seed(self):
        text = sample(200)
        self.assertEqual(commands(text), commands(text))
        self.assertNotEqual(commands(text), commands(text, seed=1))

    def test_keeps_purchases_of_nothing_and_of_the_same_day(self):
        text = HEAD + "00007,1997-01-01,1,0.00\n00007,1997-01-01,2,10.01\n00007,1997-01-01,1,5.00\n"
        lines = commands(text)
        world, _, failed = judge(lines)
        self.assertEqual(failed, [])
        self.assertEqual(len(world.purchases), 3)

    def test_the_judge_notices_a_withdrawal_of_one_kopeck_too_much(self):
        lines = commands(sample(600))
        index = next(i for i, line in enumerate(lines) if '"request_withdrawal"' in line
                     and not json.loads(line)["amount"].endswith(".00"))
        taken = json.loads(lines[index])
        whole, cents = taken["amount"].split(".")
        more = int(whole) * 100 + int(cents) + 1
        taken["amount"] = f"{more // 100}.{more % 100:02d}"
        lines[index] = json.dumps(taken)
        _, _, failed = judge(lines)
        self.assertEqual(failed[0][1]["code"], "insufficient_funds")

    def test_refuses_other_columns(self):
        with self.assertRaises(SystemExit):
            read_rows(io.StringIO("a,b\n1,2\n"))

    def test_makes_accounts_whose_key_fits_the_bank(self):
        for serial in (1, 42, 1_000_042, 99_999_999_999):
            self.assertTrue(account_key_holds(BIK, account_number(BIK, serial)))

    def test_writes_moscow_time(self):
        second = day_number("1997-01-01") * 86_400 + 3_661
        self.assertEqual(time_text(second), "1997-01-01T01:01:01+03:00")
        self.assertEqual(moscow_day(instant(time_text(second))), 9862)


if __name__ == "__main__":
    unittest.main()
