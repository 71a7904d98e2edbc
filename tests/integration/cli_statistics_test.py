#!/usr/bin/env python3
"""The union's numbers: as a table, as JSON and as CSV, in both clocks; and the passport."""

import csv
import io

from command_line import Lines, StoreTest, clock, main

REGION, SCHOOL, COLLEGE, EMPTY = "10", "101", "102", "103"
YEAR_BEGINS = ("--as-of", "2019-01-01")


def small_union():
    """One region with a school, a college, and a nursery where nobody is a member."""
    lines = Lines()
    lines.add("register_organization", organization_id=1, kind="central", name="Union")
    lines.add("register_organization", organization_id=10, kind="regional", parent_id=1,
              name='Region, "the first"', district="North", city="Lipetsk")
    for number, name in ((101, "School"), (102, "College"), (103, "Nursery")):
        lines.add("register_organization", organization_id=number, kind="primary", parent_id=10,
                  name=name)
    lines.add("register_partner", partner_id=7, name="Example Shop")
    lines.add("publish_terms", partner_id=7, channel="offline", valid_from="2019-01-01",
              freeze_days=30,
              tariffs=[{"code": "goods", "percent": "10", "commission_percent": "12"}])
    for member, organization, category, sex, born, admitted in (
            (1, 101, "working", "f", "1980-05-17", "2012-09-01"),
            (2, 101, "working", "m", "1961-02-28", "2018-09-01"),
            (3, 102, "student", "f", "2003-01-15", "2019-02-01"),
            (4, 102, "pensioner_nonworking", None, None, "2010-01-01")):
        some = {"sex": sex, "birth_date": born} if sex else {}
        lines.add("admit_member", member_id=member, organization_id=organization,
                  category=category, admitted_on=admitted, pedagogue=member < 3, **some)
    lines.add("issue_card", member_id=1, number="7700000001", form="plastic")
    lines.add("issue_card", member_id=1, number="7700000001", form="virtual")
    lines.add("open_account", member_id=1)
    lines.add("elect_officer", organization_id=101, member_id=1, role="chair",
              **{"from": "2019-02-01"})
    for as_of, employees in (("2018-12-01", 3), ("2019-02-15", 8)):
        lines.add("report_headcount", organization_id=101, as_of=as_of, employees=employees,
                  pedagogues=2, students=90)
    lines.add("pay_dues", member_id=1, period="2019-01", base="30000.00", percent="1",
              amount="300.00", paid_on="2019-02-05")
    lines.add("report_purchase", minute=1, partner_id=7, action_id="A-1", status="new",
              card_number="7700000001", status_at=clock(1), purchase_at=clock(1),
              lines=[{"line": 1, "amount": "100.00"}])
    lines.add("transfer_member", minute=2, member_id=2, to_organization_id=102,
              effective_on="2019-02-20")
    return lines


class Statistics(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.load(small_union())

    def statistics(self, organization, *more):
        return self.json("organization", "statistics", organization, *more)

    def test_json_has_the_names_of_the_interface(self):
        found = self.statistics(REGION)
        self.assertEqual(found["organization_id"], 10)
        self.assertEqual(found["as_of"], "2019-03-01")
        self.assertEqual(found["members"], {"total": 4, "working": 2, "student": 1,
                                            "pensioner_nonworking": 1,
                                            "temporarily_not_working": 0})
        self.assertEqual([found[name] for name in ("joined", "left", "transferred_in",
                                                   "transferred_out", "purchases")],
                         [1, 0, 0, 0, 1])
        self.assertEqual(found["cashback"], {"frozen": "10.00", "available": "0.00",
                                             "reserved": "0.00", "in_flight": "0.00",
                                             "debt": "0.00", "withdrawn": "0.00"})
        self.assertEqual(found["position"], self.json("log", "verify")["last"])

    def test_json_breaks_the_numbers_down(self):
        found = self.statistics(REGION)
        ages = found["by_sex_and_age"]
        self.assertEqual(ages["working"]["f"]["35-54"], 1)
        self.assertEqual(ages["working"]["m"]["55+"], 1)
        self.assertEqual(ages["student"]["f"]["14-17"], 1)
        self.assertEqual(ages["pensioner_nonworking"]["unknown"]["unknown"], 1)
        self.assertEqual(found["by_tenure"], {"under_6_months": 1, "6_to_12_months": 1,
                                              "1_to_5_years": 0, "over_5_years": 2})
        self.assertEqual(found["cards"], {"virtual": 1, "plastic": 1})
        self.assertEqual((found["accounts"], found["active_buyers"]), (1, 1))
        self.assertEqual(found["dues"], {"payments": 1, "amount": "300.00"})
        self.assertEqual(found["headcount"], {"organizations": 1, "employees": 8, "pedagogues": 2,
                                              "students": 90})
        # One of the school's two has gone to the college, which has reported nothing.
        self.assertEqual(found["density"],
                         {"members": "12.50", "employees": "12.50", "students": "0.00"})
        self.assertEqual(found["officers"]["chair"], 1)
        self.assertEqual(found["left_by_reason"]["graduated"], 0)

    def test_transfers_are_those_across_the_border_of_the_subtree(self):
        moves = {organization: (found["transferred_in"], found["transferred_out"])
                 for organization in (REGION, SCHOOL, COLLEGE)
                 for found in [self.statistics(organization)]}
        self.assertEqual(moves, {REGION: (0, 0), SCHOOL: (0, 1), COLLEGE: (1, 0)})

    def test_a_day_shows_what_was_true_then(self):
        then = self.statistics(REGION, *YEAR_BEGINS)
        self.assertEqual((then["as_of"], then["members"]["total"], then["joined"]),
                         ("2019-01-01", 3, 0))
        self.assertEqual((then["purchases"], then["cashback"]["frozen"]), (0, "0.00"))
        self.assertEqual(then["headcount"]["employees"], 3)
        self.assertEqual(then["density"]["members"], "66.67")
        self.assertEqual(then["officers"]["chair"], 0)
        self.assertEqual(self.statistics(REGION, "--as-of", "2019-12-31")["cashback"]["frozen"],
                         "10.00")
        same = self.statistics(REGION, "--as-of", "2019-01-01T23:59:59+03:00")
        self.assertEqual(same, then)
        self.assertEqual(self.statistics(REGION, "--as-of", "2019-03-01"),
                         self.statistics(REGION))

    def test_money_is_counted_to_the_instant_that_was_asked_for(self):
        for as_of, frozen in ((clock(0), "0.00"), (clock(1), "10.00"), ("2019-03-01", "10.00"),
                              ("2019-02-28", "0.00")):
            shown = self.statistics(REGION, "--as-of", as_of)["cashback"]["frozen"]
            self.assertEqual(shown, frozen, as_of)

    def test_a_closed_report_stays_as_it_was_known(self):
        known = ("--as-known", clock(2))
        closed = self.statistics(REGION, *YEAR_BEGINS)
        self.load(Lines()
                  .add("change_member_category", minute=60, member_id=1, key="later-1",
                       category="temporarily_not_working", effective_on="2018-10-01")
                  .add("admit_member", minute=60, member_id=9, organization_id=101, key="later-2",
                       category="working", admitted_on="2018-12-01"), "later.ndjson")
        now = self.statistics(REGION, *YEAR_BEGINS)
        self.assertEqual((now["members"]["total"], now["members"]["temporarily_not_working"]),
                         (4, 1))
        self.assertEqual(self.statistics(REGION, *YEAR_BEGINS, *known), closed)
        self.assertEqual(self.statistics(REGION, *known)["members"]["total"], 4)

    def test_csv_has_a_line_for_each_organisation_and_a_subtree_is_the_sum_of_its_parts(self):
        text = self.expect(0, "organization", "statistics", REGION, "--csv").stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([row["organization_id"] for row in rows], [REGION, SCHOOL, COLLEGE, EMPTY])
        self.assertEqual((rows[0]["name"], rows[0]["parent_id"]), ('Region, "the first"', "1"))
        whole = self.statistics(REGION)
        self.assertEqual(rows[0]["members.total"], str(whole["members"]["total"]))
        self.assertEqual(rows[0]["by_sex_and_age.working.m.55+"], "1")
        self.assertEqual((rows[0]["as_of"], rows[0]["position"]),
                         (whole["as_of"], whole["position"]))
        moves = ("transferred_in", "transferred_out")
        about = ("organization_id", "parent_id", "kind", "name", "as_of", "position", *moves)
        for name, value in rows[0].items():
            if name in about or name.startswith("density."):
                continue
            parts = [row[name] for row in rows[1:]]
            if "." in value:
                self.assertEqual(float(value), sum(map(float, parts)), name)
            elif name == "organizations":
                self.assertEqual(int(value), 1 + sum(map(int, parts)))
            else:
                self.assertEqual(int(value), sum(map(int, parts)), name)
        for row in rows:
            shown = self.statistics(row["organization_id"])
            self.assertEqual(int(row["members.total"]), shown["members"]["total"])
            self.assertEqual(row["cashback.frozen"], shown["cashback"]["frozen"])

    def test_categories_sexes_and_tenures_sum_to_the_total(self):
        found = self.statistics(REGION)
        total = found["members"].pop("total")
        self.assertEqual(sum(found["members"].values()), total)
        self.assertEqual(sum(found["by_tenure"].values()), total)
        self.assertEqual(sum(count for sexes in found["by_sex_and_age"].values()
                             for ages in sexes.values() for count in ages.values()), total)

    def test_a_table_is_for_people(self):
        text = self.expect(0, "organization", "statistics", REGION).stdout
        self.assertIn("Statistics of organisation 10 and all below it, on 2019-03-01\n", text)
        self.assertRegex(text, r"members +all +women +men +sex unknown +under 14 +14\u201317")
        self.assertRegex(text, r"\n  working +2 +1 +1 +0 +0 +0 +0 +1 +1 +0\n")
        self.assertRegex(text, r"\n  total +4 +2 +1 +1 +0 +1 +0 +1 +1 +1\n")
        self.assertRegex(text, r"cashback, RUB +10,00 frozen, 0,00 available, 0,00 withdrawn")
        self.assertRegex(text, r"dues in the year, RUB +300,00 in 1 payment\n")
        self.assertRegex(text, r"officers +chair 1\n")

    def test_an_organisation_without_members_has_zeros(self):
        found = self.statistics(EMPTY)
        self.assertEqual(set(found["members"].values()), {0})
        self.assertEqual((found["organizations"], found["density"]), (1, {}))
        text = self.expect(0, "organization", "statistics", EMPTY).stdout
        self.assertRegex(text, r"tenure +none\n")
        self.assertRegex(text, r"left in the year +0\n")
        lines = self.expect(0, "organization", "statistics", EMPTY, "--csv").stdout.splitlines()
        self.assertEqual(len(lines), 2)

    def test_what_is_wrong_is_said(self):
        for verb in ("statistics", "passport", "roster"):
            for as_of in ("yesterday", "2019-02-30", "2019-03-01T00:00:00", "41"):
                done = self.expect(2, "organization", verb, REGION, "--as-of", as_of)
                self.assertEqual(done.stdout, "")
                self.assertIn("neither a date such as", done.stderr)
            done = self.expect(1, "organization", verb, "999")
            self.assertIn("organization_not_found", done.stderr)
            self.expect(1, "organization", verb, REGION, "--as-known", "0")
        done = self.expect(2, "organization", "statistics", REGION, "--csv", "--json")
        self.assertIn("--csv and --json", done.stderr)

    def test_help_has_an_example(self):
        for verb, words in (("statistics", "--csv"), ("passport", "--as-of 2019-01-01")):
            text = self.expect(0, "organization", verb, "--help").stdout
            self.assertIn(f"kopilka organization {verb}", text)
            self.assertIn(words, text.partition("Example:")[2])

    def test_a_roster_is_of_a_day_too(self):
        roster = self.json("organization", "roster", SCHOOL, "--as-of", "2019-02-19")
        self.assertEqual((roster["as_of"], [m["member_id"] for m in roster["members"]]),
                         ("2019-02-19", [1, 2]))
        roster = self.json("organization", "roster", SCHOOL)
        self.assertEqual([m["member_id"] for m in roster["members"]], [1])

    def test_the_log_is_verified_with_its_numbers(self):
        report = self.json("log", "verify")
        self.assertTrue(report["ok"], report)
        self.assertIn("statistics", [row["name"] for row in report["derived"]])


class Passport(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.load(small_union())

    def test_it_says_what_an_organisation_is_who_leads_it_and_its_numbers(self):
        found = self.json("organization", "passport", SCHOOL)
        self.assertEqual((found["name"], found["kind"], found["parent_id"]),
                         ("School", "primary", 10))
        self.assertEqual([step["organization_id"] for step in found["path"]], [1, 10, 101])
        self.assertEqual([(o["role"], o["member_id"], o["from"]) for o in found["officers"]],
                         [("chair", 1, "2019-02-01")])
        self.assertEqual([(h["as_of"], h["employees"]) for h in found["headcounts"]],
                         [("2018-12-01", 3), ("2019-02-15", 8)])
        counted = self.json("organization", "statistics", SCHOOL)
        for name in ("organization_id", "as_of", "position"):
            self.assertEqual(counted.pop(name), found[name])
        self.assertEqual(found["statistics"], counted)

    def test_it_is_of_a_day(self):
        found = self.json("organization", "passport", SCHOOL, *YEAR_BEGINS)
        self.assertEqual((found["as_of"], found["officers"], len(found["headcounts"])),
                         ("2019-01-01", [], 1))
        self.assertEqual(found["statistics"]["members"]["total"], 2)

    def test_a_person_reads_it_on_a_page(self):
        text = self.expect(0, "organization", "passport", SCHOOL).stdout
        for words in (r"Passport of organisation 101, on 2019-03-01\n", r"name +School\n",
                      r'below +Region, "the first" \(10\)\n', r"officers +chair 1, from 2019-02-01",
                      r"own headcounts +8 employees, 90 students, on 2019-02-15\n",
                      r"With all below it\n", r"\n  total +1 "):
            self.assertRegex(text, words)
        text = self.expect(0, "organization", "passport", EMPTY).stdout
        self.assertRegex(text, r"\n  total +0 ")


if __name__ == "__main__":
    main()
