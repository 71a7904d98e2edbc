#!/usr/bin/env python3
"""Tests of the scenario format, of the runner, and of what the runner must notice.

Example:
  tests/scenario/scenario_test.py
"""

import glob
import json
import os
import sys
import tempfile
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

from oracle.quantities import convert, instant, instant_text, kopecks, money, ppm, share
from run_scenario import Mismatch, run
from scenario_text import Check, ScenarioError, complete_time, read_scenario
from stores import OracleStore, ProgramStore, StoreError


class Folder(unittest.TestCase):
    """Tests that write scenario files of their own."""

    def setUp(self):
        self._scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self._scratch.cleanup)

    def file(self, text, name="a.scenario"):
        path = os.path.join(self._scratch.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def steps(self, text):
        return read_scenario(self.file(text))

    def sent(self, text):
        return json.loads(self.steps(text)[-1].text)


class TheText(Folder):
    def test_completes_times_in_moscow(self):
        self.assertEqual(complete_time("2019-03-01T12:15"), "2019-03-01T12:15:00+03:00")
        self.assertEqual(complete_time("2019-03-01T12:15:30.5"), "2019-03-01T12:15:30.5+03:00")
        self.assertEqual(complete_time("2019-03-01T12:15:30Z"), "2019-03-01T12:15:30Z")
        self.assertEqual(complete_time("2019-03-01T12:15:30-10:00"), "2019-03-01T12:15:30-10:00")

    def test_types_fields_by_their_name(self):
        line = self.sent('at 2019-03-01T12:15 c member_id=42 pilot=true name="a b=c" '
                         "amount=1.00 approvers=x,y status_at=2019-03-01T12:15 days_off=\n")
        self.assertEqual(line, {
            "command": "c", "key": "line-1", "at": "2019-03-01T12:15:00+03:00", "member_id": 42,
            "pilot": True, "name": "a b=c", "amount": "1.00", "approvers": ["x", "y"],
            "status_at": "2019-03-01T12:15:00+03:00", "days_off": []})

    def test_reads_lines_and_tariffs(self):
        line = self.sent("at 2019-03-01T12:15 c key=k lines=1:4990.00,2:0.10:books "
                         "tariffs=a:8.50%/10%,b:500.00/5%\n")
        self.assertEqual(line["key"], "k")
        self.assertEqual(line["lines"], [{"line": 1, "amount": "4990.00"},
                                         {"line": 2, "amount": "0.10", "tariff": "books"}])
        self.assertEqual(line["tariffs"], [
            {"code": "a", "percent": "8.50", "commission_percent": "10"},
            {"code": "b", "fixed": "500.00", "commission_percent": "5"}])

    def test_a_later_field_replaces_one_of_a_template(self):
        line = self.sent("let t  member_id=1 reason=x\nat 2019-03-01T12:15 c &t member_id=2\n")
        self.assertEqual((line["member_id"], line["reason"], line["key"]), (2, "x", "line-2"))

    def test_includes_a_file_with_keys_of_its_own(self):
        self.file("# nothing\nat 2019-03-01T12:15 inner\n", "b.setup")
        steps = self.steps("include b.setup\nat 2019-03-01T12:15 outer\n")
        self.assertEqual([step.key for step in steps], ["b.setup-2", "line-2"])

    def test_sends_json_and_raw_lines_as_they_stand(self):
        steps = self.steps('{"key": "k", "command":1}\nraw  {"half\n')
        self.assertEqual([step.text for step in steps], ['{"key": "k", "command":1}', '{"half'])

    def test_reads_answers(self):
        steps = self.steps("at 2019-03-01T12:15 c\n= duplicate of refused on_hold why=x\n"
                           "at 2019-03-01T12:15 c\n= refused on_hold\nat 2019-03-01T12:15 c\n")
        self.assertEqual(steps[0].original, ("refused", "on_hold"))
        self.assertEqual((steps[0].status, steps[0].code, steps[0].fields),
                         ("duplicate", None, {"why": "x"}))
        self.assertEqual((steps[1].status, steps[1].code), ("refused", "on_hold"))
        self.assertEqual((steps[2].status, steps[2].answered), ("accepted", False))

    def test_reads_checks(self):
        step = self.steps("check balance 42 as_of=2019-03-01T12:15 frozen=1.00 only\n")[0]
        self.assertIsInstance(step, Check)
        self.assertEqual((step.words, step.fields, step.only), (["42"], {"frozen": "1.00"}, True))
        self.assertEqual(step.options, {"as_of": "2019-03-01T12:15"})

    def test_refuses_what_it_cannot_read(self):
        for text in ("buy 1\n", "at 2019-03-01T12:15\n", "= accepted\n", "check weather a=1\n",
                     "check balance a=1\n", "check balance 42\n", "include nowhere\n",
                     "at 2019-03-01T12:15 c &unknown\n", 'at 2019-03-01T12:15 c name="open\n',
                     "at 2019-03-01T12:15 c member_id=x\n", "at 2019-03-01T12:15 c lines=1\n",
                     "at 2019-03-01T12:15 c\n= maybe\n",
                     "at 2019-03-01T12:15 c\n= accepted\n= accepted\n"):
            with self.subTest(text), self.assertRaises(ScenarioError):
                self.steps(text)


UNION = """
at 2019-01-01T09:00 register_organization organization_id=1 kind=central name=x
at 2019-01-01T09:00 register_organization organization_id=2 kind=primary parent_id=1 name=x
let m  member_id=42 category=working admitted_on=2018-01-01
at 2019-01-01T09:00 admit_member &m organization_id=2
at 2019-01-01T09:00 adjust_balance member_id=42 amount=5.00 reason=x approvers=a,b
"""


class TheRunner(Folder):
    def passes(self, text):
        return run(self.file(UNION + text), OracleStore)

    def test_counts_commands_and_checks(self):
        self.assertEqual(self.passes("check balance 42 available=5.00 only\n"), (4, 1, 0))

    def test_notices_what_differs(self):
        for text in ("check balance 42 available=5.01\n", "check balance 42 only\n",
                     "check balance 42 frozen=0.00 only\n", "check books 5500=5.00 only\n",
                     "check books 2110=-5.00 5500=5.00 total=0.01\n",
                     "check statement 42 count=2\n", "check statement 42 events=FreezeExpired\n",
                     "check roster 1 member_ids=43\n", "check statistics 1 members.total=2\n",
                     "check withdrawals count=1\n", "check balance 42 weather=fine\n",
                     "check balance 42 as_known=2018-12-31T00:00 only\n",
                     "check balance 42 fails=member_not_found\n", "check balance 43 only\n",
                     "at 2019-01-01T09:00 open_account member_id=42\n= refused\n",
                     "at 2019-01-01T09:00 open_account member_id=43\n",
                     "at 2019-01-01T09:00 open_account member_id=43\n= refused name_mismatch\n",
                     "at 2019-01-01T09:00 open_account member_id=42\n= accepted state=open\n"):
            with self.subTest(text), self.assertRaises(Mismatch) as caught:
                self.passes(text)
            self.assertIn("a.scenario:7" if text.startswith("check") else "a.scenario:",
                          str(caught.exception))

    def test_reports_a_program_that_cannot_run(self):
        path = self.file("check books only\n")
        with self.assertRaises(StoreError):
            run(path, lambda: ProgramStore("/bin/false"))


class TheQuantities(unittest.TestCase):
    def test_rounds_half_a_kopeck_away_from_zero(self):
        self.assertEqual(share(kopecks("30.10"), ppm("5")), 151)
        self.assertEqual([share(k, ppm("1")) for k in (9, 49, 50, 99, 100)], [0, 0, 1, 1, 1])
        self.assertEqual(convert(1177, "65.8895"), 77552)
        self.assertEqual(convert(1, "0.5000"), 1)

    def test_writes_money_and_instants_as_it_reads_them(self):
        for text in ("0.00", "-0.01", "4050.00", "-90.50"):
            self.assertEqual(money(kopecks(text)), text)
        moment = instant("2019-04-01T00:00:00.000001+03:00")
        self.assertEqual(instant_text(moment), "2019-03-31T21:00:00.000001Z")


class TheScenarios(unittest.TestCase):
    def test_every_scenario_agrees_with_the_rules_in_python(self):
        paths = sorted(glob.glob(os.path.join(FOLDER, "*.scenario")))
        self.assertGreaterEqual(len(paths), 20)
        for path in paths:
            with self.subTest(os.path.basename(path)):
                run(path, OracleStore)


if __name__ == "__main__":
    unittest.main()
