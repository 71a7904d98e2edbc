#!/usr/bin/env python3
"""Lists that are read from an index: a partner's purchases by day, withdrawals by state."""

import csv
import io
import os
import signal
import subprocess
import time

from command_line import Lines, StoreTest, clock, main, union

DAY = 24 * 60       # minutes
COUNT = 15000       # purchases of a store that is read while it grows
SHOP = ("partner", "purchases", "7")


def report(lines, minute, action, status, bought, amount="100.00", **more):
    """What the shop says of an action that was bought so many minutes after noon of 1 March."""
    return lines.add("report_purchase", minute=minute, partner_id=7, action_id=action,
                     status=status, status_at=clock(minute), purchase_at=clock(bought),
                     lines=[{"line": 1, "amount": amount}], **more)


def shop():
    """Two days of a shop, told on the second and the third, with what was returned since."""
    lines = union(2)
    for member in (1, 2):
        for n in range(3):
            lines.add("register_click", member_id=member, partner_id=7,
                      click_id=f"c{member}{n}")
    report(lines, DAY, "second-day", "new", DAY - 10, click_id="c10")
    report(lines, DAY, "first-day", "approved", 10, click_id="c11")
    report(lines, DAY, "cut", "approved", 20, "300.00", click_id="c12")
    report(lines, DAY, "gone", "new", DAY - 20, click_id="c20")
    report(lines, DAY, "late click", "new", 30, click_id="unknown")
    report(lines, DAY, "no click", "new", DAY - 5, click_id="unknown")
    report(lines, 2 * DAY, "cut", "approved", 20, "200.00", click_id="c12")
    report(lines, 2 * DAY, "gone", "declined", DAY - 20, click_id="c20")
    return lines


class Purchases(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.answers = self.load(shop())

    def actions(self, *options, data=None):
        found = self.json(*SHOP, *options, data=data)
        return [each["action_id"] for each in found["purchases"]]

    def test_each_is_what_purchase_show_says_without_its_history(self):
        found = self.json(*SHOP)
        self.assertEqual(found["partner_id"], 7)
        self.assertEqual(self.actions(), ["first-day", "cut", "second-day", "gone"])
        for purchase in found["purchases"]:
            shown = self.json("purchase", "show", "7", purchase["action_id"])
            del shown["history"]
            self.assertEqual(purchase, shown)
        self.assertNotIn("next", found)
        self.assertEqual(found["position"], self.json("log", "verify")["last"])

    def test_days_are_those_of_moscow_on_which_it_was_bought_both_included(self):
        self.assertEqual(self.actions("--to", "2019-03-01"), ["first-day", "cut"])
        self.assertEqual(self.actions("--from", "2019-03-02"), ["second-day", "gone"])
        self.assertEqual(self.actions("--from", "2019-03-01", "--to", "2019-03-02"),
                         self.actions())
        self.assertEqual(self.actions("--from", "2019-03-03"), [])

    def test_pages_follow_one_another_to_the_end(self):
        pages, after = [], ()
        while True:
            found = self.json(*SHOP, "--limit", "3", *after)
            pages.append([each["action_id"] for each in found["purchases"]])
            if "next" not in found:
                break
            after = ("--after", found["next"])
        self.assertEqual(pages, [["first-day", "cut", "second-day"], ["gone"]])
        self.assertNotIn("next", self.json(*SHOP, "--limit", "4"))
        text = self.expect(0, *SHOP, "-n", "1").stdout
        self.assertIn("1 purchase, and more: --after 2019-03-01.", text)

    def test_what_nobody_bought_is_listed_apart_until_somebody_did(self):
        parked = ("--unattributed",)
        self.assertEqual(self.actions(*parked), ["late click", "no click"])
        self.assertEqual(self.actions(*parked, "--from", "2019-03-02"), ["no click"])
        page = self.json(*SHOP, *parked, "--limit", "1")
        self.assertEqual(self.actions(*parked, "--after", page["next"]), ["no click"])
        for purchase in self.json(*SHOP, *parked)["purchases"]:
            shown = self.json("purchase", "show", "7", purchase["action_id"])
            del shown["history"]
            self.assertEqual(purchase, shown)
            self.assertEqual((purchase["state"], purchase["why"]), ("unattributed", "no_click"))
        before = self.json(*SHOP)["position"]
        self.load(report(Lines(), 2 * DAY, "late click", "new", 30, click_id="c21",
                         key="attributed"), "late.ndjson")
        self.assertEqual(self.actions(*parked), ["no click"])
        self.assertEqual(self.actions("--to", "2019-03-01"), ["first-day", "cut", "late click"])
        self.assertEqual(self.actions(*parked, "--as-known", before), ["late click", "no click"])

    def test_a_parked_message_is_of_the_day_that_it_named_last(self):
        self.load(report(Lines(), 2 * DAY, "late click", "new", DAY - 7, click_id="unknown",
                         key="another-day"), "late.ndjson")
        self.assertEqual(self.actions("--unattributed", "--to", "2019-03-01"), [])
        self.assertEqual(self.actions("--unattributed"), ["late click", "no click"])
        days = self.json(*SHOP, "--by-day")["days"]
        self.assertEqual([day["unattributed"] for day in days], [0, 2])

    def test_the_past_is_what_was_known_then(self):
        past = ("--as-known", clock(DAY))
        known = {each["action_id"]: each for each in self.json(*SHOP, *past)["purchases"]}
        self.assertEqual(list(known), self.actions())
        self.assertEqual((known["cut"]["base"], known["gone"]["partner_state"]),
                         ("300.00", "tracked"))
        now = {each["action_id"]: each for each in self.json(*SHOP)["purchases"]}
        self.assertEqual((now["cut"]["base"], now["gone"]["partner_state"]),
                         ("200.00", "declined"))
        self.assertEqual(self.actions("--as-known", clock(DAY - 1)), [])
        self.assertEqual(self.actions("--unattributed", "--as-known", clock(DAY - 1)), [])

    def test_the_numbers_of_a_day_are_what_its_purchases_add_up_to(self):
        found = self.json(*SHOP, "--by-day")
        first, second = found["days"]
        self.assertEqual(first, {
            "date": "2019-03-01", "purchases": 2, "tracked": 0, "approved": 2, "declined": 0,
            "unattributed": 1, "expired": 0, "ordered": "400.00", "returned": "100.00",
            "base": "300.00", "cashback": "30.00", "released": "0.00", "commission": "36.00",
            "commission_approved": "36.00"})
        self.assertEqual(second, {
            "date": "2019-03-02", "purchases": 2, "tracked": 1, "approved": 0, "declined": 1,
            "unattributed": 1, "expired": 0, "ordered": "200.00", "returned": "100.00",
            "base": "100.00", "cashback": "10.00", "released": "0.00", "commission": "12.00",
            "commission_approved": "0.00"})
        self.assertEqual((found["total"]["purchases"], found["total"]["commission"]),
                         (4, "48.00"))
        # The commissions are what the partner owes.
        owed = self.json("partner", "balance", "7")
        self.assertEqual((owed["approved"], owed["tracked"]), ("36.00", "12.00"))
        one = self.json(*SHOP, "--by-day", "--from", "2019-03-02")
        self.assertEqual((one["days"], one["total"]["base"]), ([second], "100.00"))
        past = self.json(*SHOP, "--by-day", "--as-known", clock(DAY))["total"]
        self.assertEqual((past["returned"], past["declined"]), ("0.00", 0))

    def test_csv_has_the_names_of_json_and_a_line_for_each(self):
        def lines(*options):
            text = self.expect(0, *SHOP, "--csv", *options).stdout
            return list(csv.DictReader(io.StringIO(text, newline="")))
        found = self.json(*SHOP)
        rows = lines()
        self.assertEqual([row["action_id"] for row in rows], self.actions())
        for row, purchase in zip(rows, found["purchases"], strict=True):
            self.assertEqual(list(row), list(purchase))
            self.assertEqual(row["base"], purchase["base"])
            self.assertEqual(row["held"], "false")
        days = lines("--by-day")
        for row, day in zip(days, self.json(*SHOP, "--by-day")["days"], strict=True):
            self.assertEqual(list(row), ["partner_id", *day, "position"])
            self.assertEqual({name: row[name] for name in day},
                             {name: str(value) for name, value in day.items()})
        self.assertEqual(lines("--from", "2019-03-03"), [])
        head = self.expect(0, *SHOP, "--csv", "--by-day", "--from", "2019-03-03").stdout
        self.assertTrue(head.startswith("partner_id,date,purchases,"))

    def test_people_read_tables(self):
        text = self.expect(0, *SHOP).stdout
        self.assertTrue(text.startswith("Purchases of partner 7, Example Shop, RUB\n"))
        self.assertRegex(text, r"cut +2019-03-01 12:20:00 +1 +approved +frozen +200,00 +20,00")
        self.assertIn("4 purchases; position", text)
        text = self.expect(0, *SHOP, "--unattributed").stdout
        self.assertRegex(text, r"no click +2019-03-02 11:55:00 +unattributed +no_click")
        self.assertIn("2 unattributed purchases; position", text)
        text = self.expect(0, *SHOP, "--by-day").stdout
        self.assertRegex(text, r"total +4 +1 +2 +1 +2 +600,00 +200,00 +400,00 +40,00 +0,00 ")
        self.assertIn("2 days; position", text)

    def test_what_cannot_be_meant_is_usage(self):
        for options, words in (
                (("--from", "1.3.2019"), "not a date such as 2019-03-01"),
                (("--from", "2019-03-02", "--to", "2019-03-01"), "is after --to"),
                (("--after", "41"), "an earlier answer"),
                (("--after", "2019-03-01.x"), "an earlier answer"),
                (("--limit", "0"), "--limit"), (("--by-day", "--limit", "3"), "--limit"),
                (("--by-day", "--unattributed"), "--unattributed"),
                (("--csv", "--json"), "two forms")):
            self.assertIn(words, self.expect(2, *SHOP, *options).stderr)
        self.assertIn("partner_not_found", self.expect(1, "partner", "purchases", "8").stderr)


class Withdrawals(StoreTest):
    """One in every state that a day brings about."""

    def setUp(self):
        super().setUp()
        self.init()
        lines = union(1)
        lines.add("adjust_balance", member_id=1, amount="700.00", reason="gift",
                  approvers=["a", "b"])
        lines.add("add_destination", member_id=1, method="phone", value="+79160000042")
        self.names = ["requested", "sent", "unknown", "settled", "rejected", "returned",
                      "cancelled"]
        for name in self.names:
            lines.add("request_withdrawal", key=name, member_id=1, method="phone",
                      amount="100.00", minute=1)
        turns = {"sent": ("send",), "unknown": ("send", "mark_unknown"),
                 "settled": ("send", "settle"), "rejected": ("send", "reject"),
                 "returned": ("send", "settle", "return"), "cancelled": ("cancel",)}
        for name, steps in turns.items():
            for step in steps:
                command = "mark_withdrawal_unknown" if step == "mark_unknown" \
                    else step + "_withdrawal"
                lines.add(command, member_id=1, request_key=name, minute=2)
        self.load(lines)

    def list(self, *options):
        return self.json("withdrawal", "list", *options)["withdrawals"]

    def keys(self, *options):
        return [each["request_key"] for each in self.list(*options)]

    def test_the_list_is_by_id_with_what_show_says_of_each(self):
        found = self.json("withdrawal", "list")
        self.assertEqual([each["request_key"] for each in found["withdrawals"]], self.names)
        self.assertEqual([each["state"] for each in found["withdrawals"]], self.names)
        for each in found["withdrawals"]:
            self.assertEqual(list(each), [
                "withdrawal_id", "member_id", "request_key", "method", "amount", "state",
                "ext_ref", "requested_at", "due_at", "overdue", "position"])
            shown = self.json("withdrawal", "show", str(each["withdrawal_id"]))
            del shown["history"]
            self.assertEqual(each, shown)
        self.assertEqual(found["position"], self.json("log", "verify")["last"])

    def test_a_state_lists_those_in_it(self):
        for name in self.names:
            self.assertEqual(self.keys("--state", name), [name])
        text = self.expect(0, "withdrawal", "list", "--state", "sent").stdout
        self.assertRegex(text, r"phone +100,00 +sent ")
        self.assertIn("1 withdrawal, 100,00 RUB; position", text)

    def test_those_that_wait_are_overdue_once_their_time_is_over(self):
        self.assertEqual(self.keys("--overdue"), [])
        self.load(Lines().add("register_click", minute=11, member_id=1, partner_id=7),
                  "due.ndjson")        # ten minutes to the instant
        self.assertEqual(self.keys("--overdue"), [])
        self.load(Lines().add("register_click", minute=12, key="later", member_id=1,
                              partner_id=7), "late.ndjson")
        self.assertEqual(self.keys("--overdue"), ["requested", "sent", "unknown"])
        self.assertEqual(self.keys("--overdue", "--state", "sent"), ["sent"])
        self.assertEqual(self.keys("--overdue", "--state", "settled"), [])
        self.assertEqual([each["overdue"] for each in self.list()], [True] * 3 + [False] * 4)
        self.assertEqual(self.keys("--overdue", "--as-known", clock(11)), [])
        self.assertEqual(self.keys("--state", "requested", "--as-known", clock(1)), self.names)


class BesideAWriter(StoreTest):
    """Read while an import goes on: each answer is that of the position which it names."""

    READS = (SHOP, (*SHOP, "--by-day"), (*SHOP, "--unattributed"), ("withdrawal", "list"))

    def story(self):
        """Every hundredth purchase somebody asks for money and a message comes without a buyer;
        fifty later the money is sent or the wish withdrawn, and the buyer is known."""
        lines = Lines()
        lines.add("adjust_balance", member_id=1, amount=f"{COUNT}.00", reason="gift",
                  approvers=["a", "b"])
        lines.add("add_destination", member_id=1, method="phone", value="+79160000042")
        lines.add("register_click", member_id=1, partner_id=7, click_id="known")
        for n in range(COUNT):
            minute = 1 + n // 10
            report(lines, minute, f"A-{n}", "new", minute, click_id="known")
            late = {"action": f"late-{n // 100}", "bought": 1 + n // 1000}
            if n % 100 == 0:
                report(lines, minute, status="new", click_id="unknown", **late)
                lines.add("request_withdrawal", key=f"out-{n // 100}", member_id=1,
                          method="phone", amount="1.00")
            if n % 100 == 50:
                report(lines, minute, status="approved", click_id="known", **late)
                lines.add("send_withdrawal" if n % 200 == 50 else "cancel_withdrawal",
                          member_id=1, request_key=f"out-{n // 100}")
        return lines

    def test_an_answer_is_that_of_its_position(self):
        self.init()
        self.load(union())      # with rows there already, readers leave making them to the writer
        path = self.write("story.ndjson", self.story().text())
        importing = self.start("import", path, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        while not self.json(*SHOP, "--limit", "1")["purchases"]:
            self.assertIsNone(importing.poll())
        answers = []
        for _ in range(4):
            os.kill(importing.pid, signal.SIGSTOP)      # wherever it is
            answers += [(args, self.json(*args)) for args in self.READS]
            os.kill(importing.pid, signal.SIGCONT)
            time.sleep(0.1)
        self.assertEqual(importing.wait(), 0)
        self.assertGreater(len({answer["position"] for _, answer in answers}), 1)
        answers += [(args, self.json(*args)) for args in self.READS]
        self.assertEqual([len(answer.get("purchases", answer.get("withdrawals", "")))
                          for args, answer in answers[-4:] if "--by-day" not in args],
                         [COUNT + COUNT // 100, 0, COUNT // 100])
        for args, answer in answers:
            self.assertEqual(answer, self.json(*args, "--as-known", answer["position"]), args)


if __name__ == "__main__":
    main()
