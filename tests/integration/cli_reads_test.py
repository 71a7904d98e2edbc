#!/usr/bin/env python3
"""Reads, now and in the past, and the shapes of their documents."""

import json
import os
import subprocess

from command_line import PROGRAM, TIMEOUT_S, Lines, StoreTest, clock, main, purchases, union


class Pasts(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.answers = self.load(purchases(union(), 30, 1))

    def frozen(self, *past):
        return self.json("member", "balance", "1", *past)["frozen"]

    def test_a_position_and_a_time_show_what_was_known_then(self):
        accepted = [a for a in self.answers if "purchase" in a["key"]]
        tenth = accepted[9]["positions"][-1]
        self.assertEqual(self.frozen(), "300.00")
        self.assertEqual(self.frozen("--as-known", tenth), "100.00")
        self.assertEqual(self.frozen("--as-known", str(int(tenth) - 1)), "90.00")
        self.assertEqual(self.frozen("--as-known", clock(1)), "100.00")
        self.assertEqual(self.frozen("--as-known", clock(2)), "200.00")
        self.assertEqual(self.frozen("--as-known", "2030-01-01T00:00:00Z"), "300.00")

    def test_every_read_looks_back(self):
        past = ("--as-known", clock(1))
        self.assertEqual(len(self.json("member", "statement", "1", *past)["entries"]), 10)
        self.assertEqual(self.json("partner", "balance", "7", *past)["tracked"], "120.00")
        books = {row["account"]: row["balance"]
                 for row in self.json("books", "trial-balance", *past)["accounts"]}
        self.assertEqual((books["1200"], books["2100"], books["2500"]),
                         ("120.00", "-100.00", "-20.00"))
        self.expect(0, "purchase", "show", "7", "A-9", *past)
        self.expect(1, "purchase", "show", "7", "A-10", *past)
        self.assertEqual(len(self.json("organization", "roster", "1", *past)["members"]), 1)
        self.expect(1, "member", "balance", "1", "--as-known", "0")
        self.assertEqual(self.json("books", "trial-balance", "--as-known", "0")["position"], "0")
        self.assertEqual(self.json("withdrawal", "list", *past)["withdrawals"], [])

    def test_a_past_that_is_none_is_usage(self):
        for past in ("yesterday", "2019-03-01", "2019-03-01T00:00:00", "99999999"):
            self.expect(2, "member", "balance", "1", "--as-known", past)

    def test_all_answers_name_the_position_that_they_show(self):
        position = self.json("member", "balance", "1")["position"]
        self.assertEqual(position, self.json("log", "verify")["last"])
        for args in (("member", "statement", "1"), ("member", "show", "1"),
                     ("partner", "balance", "7"), ("partner", "purchases", "7"),
                     ("partner", "purchases", "7", "--by-day"), ("purchase", "show", "7", "A-1"),
                     ("organization", "show", "101"), ("organization", "roster", "101"),
                     ("books", "trial-balance"), ("withdrawal", "list")):
            self.assertEqual(self.json(*args)["position"], position)


class Parked(StoreTest):
    """A purchase whose buyer is known late keeps the history of the messages before."""

    def setUp(self):
        super().setUp()
        self.init()
        self.load(union())
        self.done = 0

    def report(self, at, status, click_id):
        self.done += 1
        line = json.dumps({"command": "report_purchase", "key": f"message-{self.done}", "at": at,
                           "partner_id": 7, "action_id": "A-1", "status": status, "status_at": at,
                           "purchase_at": clock(5), "click_id": click_id,
                           "lines": [{"line": 1, "amount": "100.00"}]})
        answer, = self.load(Lines().raw(line), f"message-{self.done}.ndjson")
        self.assertEqual(answer["status"], "accepted")
        return answer["positions"]

    def history(self, *past):
        shown = self.json("purchase", "show", "7", "A-1", *past)
        return [(entry["position"], entry["event"]) for entry in shown["history"]]

    def known_click(self):
        self.load(Lines().add("register_click", member_id=1, partner_id=7, click_id="late",
                              minute=4, key="late-click"), "click.ndjson")

    def test_messages_that_were_parked_stay_in_the_history_of_the_purchase(self):
        first, = self.report(clock(2), "new", "unknown")
        second, = self.report(clock(3), "approved", "unknown")
        parked = [(first, "PurchaseUnattributed"), (second, "PurchaseUnattributed")]
        self.assertEqual(self.history(), parked)
        self.known_click()
        recorded = self.report(clock(6), "approved", "late")
        whole = self.history()
        self.assertEqual(whole[:2], parked)
        self.assertEqual([position for position, _ in whole[2:]], recorded)
        self.assertEqual(whole[2][1], "PurchaseRecorded")
        self.assertEqual(self.history("--as-known", recorded[-1]), whole)
        self.assertEqual(self.history("--as-known", second), parked)
        text = self.expect(0, "purchase", "show", "7", "A-1").stdout
        self.assertEqual(text.count("PurchaseUnattributed"), 2)

    def test_a_message_that_expired_stays_in_the_history_of_the_purchase(self):
        self.report(clock(3), "new", "unknown")
        self.known_click()
        self.load(Lines().raw(json.dumps(
            {"command": "register_partner", "key": "later", "at": "2019-07-01T12:00:00+03:00",
             "partner_id": 8, "name": "Later"})), "later.ndjson")
        expired = self.history()
        self.assertEqual([event for _, event in expired],
                         ["PurchaseUnattributed", "PurchaseExpired"])
        recorded = self.report("2019-07-02T12:00:00+03:00", "approved", "late")
        whole = self.history()
        self.assertEqual(whole[:2], expired)
        self.assertEqual([position for position, _ in whole[2:2 + len(recorded)]], recorded)
        self.assertEqual(whole[2][1], "PurchaseRecorded")


class ForPeople(StoreTest):
    """What a person reads; programs take --json."""

    def setUp(self):
        super().setUp()
        self.init()
        lines = purchases(union(), 150, 1)
        self.load(lines)

    def printed(self, *args):
        return self.expect(0, *args).stdout

    def test_money_has_a_comma_and_thin_spaces_and_stands_right_aligned(self):
        text = self.printed("member", "balance", "1")
        self.assertIn("  frozen     1\u202f500,00  ", text)
        self.assertIn("  available      0,00  ", text)
        books = self.printed("books", "trial-balance")
        self.assertIn("\u22121\u202f500,00\n", books)
        widths = {len(line) for line in books.splitlines() if line[:4].isdigit()}
        self.assertEqual(len(widths), 1)

    def test_times_are_those_of_moscow(self):
        text = self.printed("purchase", "show", "7", "A-0")
        self.assertIn("bought 2019-03-01 12:01:00 (Moscow)", text)
        self.assertIn("release on 2019-04-01", text)

    def test_a_statement_shows_each_change_with_the_balances_after_it(self):
        rows = self.printed("member", "statement", "1").splitlines()
        self.assertRegex(rows[2], r"PurchaseRecorded +purchase \d+ +\+10,00 +frozen +10,00$")
        self.assertRegex(rows[3], r"\+10,00 +frozen +20,00$")
        self.assertIn("150 movements", rows[-1])

    def test_a_register_entry_is_opened_with_the_keys_of_the_store(self):
        text = self.printed("member", "show", "1")
        self.assertIn("Anna Example 1", text)
        self.assertIn("School 7 (101)", text)
        os.rename(os.path.join(self.data, "keys"), os.path.join(self.data, "keys.elsewhere"))
        text = self.printed("member", "show", "1")
        self.assertNotIn("Anna Example", text)
        self.assertIn("not readable", text)
        self.assertIn("School 7 (101)", text)

    def test_an_organization_shows_the_headcount_of_the_latest_date(self):
        self.assertNotIn("headcount", self.printed("organization", "show", "101"))
        lines = Lines()
        for as_of, employees in (("2019-01-01", 1200), ("2018-01-01", 1)):
            lines.add("report_headcount", minute=60, organization_id=101, as_of=as_of,
                      employees=employees, pedagogues=employees // 15, students=900)
        self.load(lines)
        text = self.printed("organization", "show", "101")
        self.assertRegex(text, "headcount +1\u202f200 employees, 900 students, on 2019-01-01\n")
        self.assertIn("80 pedagogues of the employees\n", text)
        self.assertEqual(self.json("organization", "show", "101")["headcount"],
                         {"as_of": "2019-01-01", "employees": 1200, "pedagogues": 80,
                          "students": 900})

    def test_an_organization_shows_who_is_in_office(self):
        self.assertEqual(self.json("organization", "show", "101")["officers"], [])
        self.assertNotIn("officers", self.printed("organization", "show", "101"))
        lines = Lines()
        for member in (2, 3):
            lines.add("admit_member", minute=60, member_id=member, organization_id=101,
                      category="working", admitted_on="2019-01-01", key=f"admit-{member}")
        lines.add("elect_officer", organization_id=101, member_id=2, role="deputy",
                  **{"from": "2019-02-01", "to": "2024-01-31"})
        lines.add("elect_officer", organization_id=101, member_id=1, role="chair", full_time=True,
                  **{"from": "2019-02-01"})
        lines.add("elect_officer", organization_id=101, member_id=3, role="committee",
                  **{"from": "2019-12-01"})
        lines.add("suspend_membership", member_id=2, effective_on="2019-02-15")
        self.load(lines)
        text = self.printed("organization", "show", "101")
        self.assertRegex(text, "officers +chair 1, from 2019-02-01, full-time\n")
        self.assertIn("deputy 2, from 2019-02-01 to 2024-01-31, membership suspended\n", text)
        self.assertNotIn("committee", text)
        self.assertEqual(self.json("organization", "show", "101")["officers"],
                         [{"member_id": 1, "role": "chair", "from": "2019-02-01",
                           "full_time": True, "status": "active"},
                          {"member_id": 2, "role": "deputy", "from": "2019-02-01",
                           "to": "2024-01-31", "full_time": False, "status": "suspended"}])

    def test_a_member_shows_the_dues_that_were_paid(self):
        self.assertRegex(self.printed("member", "show", "1"), "dues +none paid\n")
        self.assertEqual(self.json("member", "show", "1")["dues"], [])
        lines = Lines()
        for period, amount in (("2019-02", "300.00"), ("2019-01", "1250.50")):
            lines.add("pay_dues", minute=60, member_id=1, period=period, base="30000.00",
                      percent="1", amount=amount, paid_on="2019-02-28")
        self.load(lines)
        self.assertRegex(self.printed("member", "show", "1"),
                         "dues +paid for 2 months, the latest 2019-02: 300,00 on 2019-02-28\n")
        self.assertEqual(self.json("member", "show", "1")["dues"][0],
                         {"period": "2019-01", "organization_id": 101, "base": "30000.00",
                          "percent": "1", "amount": "1250.50", "paid_on": "2019-02-28"})

    def test_the_tail_of_the_log_is_an_event_a_line(self):
        last = int(self.json("books", "trial-balance")["position"])
        self.assertEqual(len(self.printed("log", "tail").splitlines()), 20)
        lines = self.printed("log", "tail", "-n", "3").splitlines()
        self.assertEqual([int(line.split()[0]) for line in lines], [last - 2, last - 1, last])
        lines = self.printed("log", "tail", "--from", "2", "--limit", "2").splitlines()
        self.assertIn("OrganizationRegistered", lines[0])
        self.assertIn("organization=1 kind=central name=Union", lines[0])
        event = json.loads(self.printed("log", "tail", "--from", "2", "--limit", "1", "--json"))
        self.assertEqual((event["position"], event["key"], event["event"]["type"]),
                         ("2", "register_organization-1", "OrganizationRegistered"))

    def test_no_personal_data_lies_in_the_clear_outside_the_keys(self):
        for folder, _, names in os.walk(self.data):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    content = file.read()
                for secret in (b"Anna", b"79160000042", b"7700000001"):
                    self.assertNotIn(secret, content, os.path.join(folder, name))

    def test_the_demo_tells_the_whole_way_and_the_sums_are_those_of_the_books(self):
        done = subprocess.run([PROGRAM, "demo"], capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in ("\u22124\u202f090,50", "4\u202f455,00", "insufficient_funds",
                      '"status":"duplicate"', '"status":"stale"', "unattributed", "settled",
                      "Intact: chain, order and every invariant hold."):
            self.assertIn(words, done.stdout)
        kept = self.path("kept")
        self.expect(0, "demo", data=kept)
        self.assertEqual(self.json("books", "trial-balance", data=kept)["total"], "0.00")
        self.expect(2, "demo", data=kept)

    def test_the_demo_tells_programs_its_figures_in_one_document(self):
        done = subprocess.run([PROGRAM, "demo", "--json"], capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        document = json.loads(done.stdout)
        self.assertIsNone(document["data"])
        shown = {read["command"]: read["shown"]
                 for scene in document["scenes"] for read in scene["reads"]}
        self.assertEqual(shown["member balance 42"]["available"], "0.00")
        self.assertEqual(shown["purchase show 7 A-1"]["cashback"], "4050.00")
        self.assertEqual(shown["books trial-balance"]["total"], "0.00")
        self.assertTrue(shown["log verify"]["ok"])
        answers = [answer for scene in document["scenes"] for answer in scene["answers"]]
        self.assertEqual([a["code"] for a in answers if a["status"] == "refused"],
                         ["insufficient_funds"])
        kept = self.path("kept")
        self.assertEqual(self.json("demo", data=kept)["data"], kept)
        self.assertEqual(self.json("books", "trial-balance", data=kept),
                         shown["books trial-balance"])

    def test_help_tells_what_json_prints(self):
        self.assertIn("one JSON document a line", self.printed("log", "tail", "--help"))
        self.assertIn("one JSON document, for", self.printed("books", "trial-balance", "--help"))


if __name__ == "__main__":
    main()
