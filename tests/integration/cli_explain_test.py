#!/usr/bin/env python3
"""Every story's money is explained so that the sums can be redone by hand: here they are."""

import datetime
import json
import os
import re
import sys
import unittest
from decimal import ROUND_HALF_UP, Decimal

from command_line import StoreTest, main, purchases, union

SCENARIOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenario")
sys.path.insert(0, SCENARIOS)
from scenario_text import Command, read_scenario  # noqa: E402  (it lies in another room)

ACCOUNTS = ("frozen", "available", "reserved", "in_flight", "debt")
CENT = Decimal("0.01")
NUMBER = r"([+−]?[\d\u202f]+(?:,\d+)?)"
PRODUCT = re.compile(rf"{NUMBER} ([A-Z]{{3}} )?× {NUMBER}( %)? = (?:{NUMBER} → )?{NUMBER}")
FIXED = re.compile(rf"^line \d+: {NUMBER}[,;] (?:the fixed sum)")
CUT = re.compile(rf"at most {NUMBER} (?:for an order|a month).*: {NUMBER} → {NUMBER}$")
CHANGE = re.compile(rf"^{NUMBER} stand now, {NUMBER} stood before: {NUMBER}$")
FREEZE = re.compile(r"(\d{4}-\d\d-\d\d) \+ (\d+) \+ 1 = (\d{4}-\d\d-\d\d)")


def number(text):
    return Decimal(text.replace("\u202f", "").replace(",", ".").replace("−", "-"))


class Redone:
    """What a person with paper would get from the words alone."""

    def __init__(self, test, why):
        self.test = test
        self.cashback = Decimal(0)   # of the lines, after the cap
        self.lines = 0
        self.kinds = set()
        for line in why:
            self._read(line)

    def _read(self, line):
        test = self.test
        products = PRODUCT.findall(line)
        for left, currency, right, percent, exact, result in products:
            product = number(left) * number(right) / (100 if percent else 1)
            if exact:
                test.assertEqual(product, number(exact), line)
                self.kinds.add("rounded")
            test.assertEqual(product.quantize(CENT, ROUND_HALF_UP), number(result), line)
            if currency:
                self.kinds.add("foreign currency")
        if line.startswith("line "):
            fixed = FIXED.match(line)
            self.lines += 1
            self.cashback += number(fixed[1]) if fixed else number(products[-1][-1])
            self.kinds.add("fixed" if fixed else "percent")
        if line.startswith("sum: "):
            test.assertEqual(number(line[len("sum: "):]), self.cashback, line)
        if cut := CUT.search(line):
            most, earned, left = map(number, cut.groups())
            test.assertEqual(earned, self.cashback, line)
            test.assertLessEqual(left, most, line)
            self.cashback = left
            self.kinds.add("cap")
        if change := CHANGE.match(line):
            now, before, by = map(number, change.groups())
            test.assertEqual(now - before, by, line)
            if self.lines:
                test.assertEqual(now, self.cashback, line)
        if freeze := FREEZE.search(line):
            begun, ended = (datetime.date.fromisoformat(freeze[i]) for i in (1, 3))
            test.assertEqual(begun + datetime.timedelta(int(freeze[2]) + 1), ended, line)


class Explain(StoreTest):
    def explained(self, member, *more):
        return self.json("member", "explain", str(member), *more)

    def redo(self, member):
        """The kinds of sums that were met."""
        call = self.call("member", "explain", str(member), "--json")
        if "member_not_found" in call.stderr:  # the story has it so
            return set()
        found = json.loads(call.stdout)
        sums = dict.fromkeys(ACCOUNTS, Decimal(0))
        kinds = set()
        for entry in found["entries"]:
            self.assertTrue(entry["why"], f"{entry['event']} is not explained")
            redone = Redone(self, entry["why"])
            kinds |= redone.kinds | {entry["event"]}
            if entry["event"] == "PurchaseRecorded":
                self.assertEqual(Decimal(entry["change"]["frozen"]), redone.cashback)
                self.assertEqual(redone.lines, len(entry["fact"]["lines"]))
            if "terms_id" in entry:
                self.assertIn(entry["terms_id"], [terms["terms_id"] for terms in found["terms"]])
            for account in ACCOUNTS:
                sums[account] += Decimal(entry["change"][account])
                self.assertEqual(Decimal(entry["balance"][account]), sums[account])
        balance = self.json("member", "balance", str(member))
        for account in ACCOUNTS:
            self.assertEqual(sums[account], Decimal(balance[account]))
            self.assertEqual(found["total"][account], balance[account])
        return kinds

    def test_the_money_of_every_story_can_be_redone_by_hand(self):
        kinds = set()
        for name in sorted(os.listdir(SCENARIOS)):
            if not name.endswith(".scenario"):
                continue
            lines = [step.text for step in read_scenario(os.path.join(SCENARIOS, name))
                     if isinstance(step, Command)]
            data = self.path(name)
            self.data = data
            self.init()
            self.call("import", self.write("lines.ndjson", "\n".join(lines) + "\n"))
            members = {line.get("member_id") for line in map(load, lines)
                       if line.get("command") == "admit_member"}
            for member in members:
                kinds |= self.redo(member)
        # Else the stories, or the words, have become fewer.
        self.assertLessEqual({"percent", "fixed", "rounded", "cap", "foreign currency",
                              "PurchaseRecorded", "PurchaseAdjusted", "PurchaseDeclined",
                              "FreezeExpired", "CashbackClawedBack", "WithdrawalRequested",
                              "WithdrawalCancelled", "WithdrawalSent", "WithdrawalSettled",
                              "WithdrawalRejected", "WithdrawalReturned",
                              "WithdrawalSettledAfterRejection", "BalanceAdjusted"}, kinds)

    def test_one_purchase_and_both_clocks(self):
        self.init()
        self.load(purchases(union(2), 8, 2))
        whole = self.explained(1)["entries"]
        self.assertEqual(len(whole), 4)
        one = whole[1]["purchase_id"]
        told = self.explained(1, "--purchase", str(one))
        self.assertEqual([entry["purchase_id"] for entry in told["entries"]], [one])
        self.assertEqual(told["total"]["frozen"], "10.00")
        then = self.explained(1, "--as-known", whole[1]["position"])
        self.assertEqual(then["entries"], whole[:2])
        self.assertEqual(self.explained(1, "--as-of", "2019-02-28")["entries"], [])
        text = self.expect(0, "member", "explain", "1").stdout
        for words in ("100,00 × 10 % = 10,00", "terms", "2019-03-01 + 30 + 1 = 2019-04-01",
                      "frozen +10,00 = 20,00", "Added up:"):
            self.assertIn(words, text)
        other = self.explained(2)["entries"][0]["purchase_id"]
        self.assertIn("purchase_not_found", self.expect(1, "member", "explain", "1", "--purchase",
                                                        str(other)).stderr)
        self.assertIn("member_not_found", self.expect(1, "member", "explain", "9").stderr)
        self.expect(2, "member", "explain", "1", "--purchase", "0")
        self.assertIn("Example:", self.expect(0, "member", "explain", "--help").stdout)


def load(text):
    """Of a line of a story, which may be malformed on purpose."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


if __name__ == "__main__":
    main()
