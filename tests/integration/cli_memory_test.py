#!/usr/bin/env python3
"""Rows that do not fit into memory: built with little of it they are what they are with much."""

import json
import os
import subprocess

from command_line import StoreTest, main, place, purchases, union

PROGRAM = os.environ.get("KOPILKA", "")
MEMBERS = 500
MIB = 1 << 20
# What a budget does not count: batches under way, what malloc adds, the program.
BESIDE_MIB = 64


class Memory(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()

    def measured(self, *args, data=None):
        """The output of a call, and the most memory that it had, in MiB."""
        with open(self.path("out"), "w+", encoding="utf-8") as out:
            process = subprocess.Popen([PROGRAM, *args, *place(data or self.data)], stdout=out,
                                       stderr=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 0, args)
            out.seek(0)
            return out.read(), used.ru_maxrss * 1024 / MIB

    def test_a_budget_is_kept_and_changes_nothing_but_the_time(self):
        lines = purchases(union(MEMBERS), 50_000, MEMBERS)
        source = self.write("lines.ndjson", lines.text())
        _, peak = self.measured("import", source, "--results", "/dev/null", "--memory", "256MiB")
        self.assertLess(peak, 256 + BESIDE_MIB)
        digests = self.digests()
        built, much = self.measured("projection", "rebuild", "state", "--memory", "4GiB", "--json")
        self.assertEqual(json.loads(built)["digest"], digests["state"])
        self.assertGreater(much, 64 + BESIDE_MIB, "else the budget below is never reached")
        for name, digest in digests.items():
            built, peak = self.measured("projection", "rebuild", name, "--memory", "64MiB",
                                        "--json")
            self.assertEqual(json.loads(built)["digest"], digest)
            self.assertLess(peak, 64 + BESIDE_MIB, name)
        least = 32 * (len(digests) + 1)
        built, peak = self.measured("projection", "rebuild", "--all", "--memory", f"{least}MiB",
                                    "--json")
        self.assertEqual({one["name"]: one["digest"] for one in json.loads(built)["projections"]},
                         digests)
        self.assertLess(peak, least + BESIDE_MIB)
        self.assertTrue(self.json("projection", "check", "--all")["ok"])

    def test_sizes_are_told_from_what_is_none(self):
        self.load(union(2))
        for size in ("64MiB", "67108864", "65536KiB", "4GiB"):
            self.json("projection", "rebuild", "rosters", "--memory", size)
        for size in ("", "MiB", "64", "63MiB", "64MB", "64mib", "064MiB", "-1", "+64MiB", "1.5GiB",
                     "64 MiB", "99999999999GiB", "18446744073709551616"):
            done = self.expect(2, "projection", "rebuild", "rosters", f"--memory={size}")
            self.assertIn("--help", done.stderr)
            self.expect(2, "import", "/dev/null", f"--memory={size}")
        self.assertIn("at least 64MiB",
                      self.expect(2, "projection", "rebuild", "state", "--memory", "1MiB").stderr)
        self.expect(2, "import", "/dev/null", "--memory", "128MiB")
        for args in (("projection", "rebuild"), ("import",)):
            said = self.expect(0, *args, "--help").stdout
            for word in ("--memory", "1GiB", "at least"):
                self.assertIn(word, said)


if __name__ == "__main__":
    main()
