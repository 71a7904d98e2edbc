#!/usr/bin/env python3
"""What is derived is listed, compared with the log and built anew, while readers go on."""

import os
import random
import signal
import subprocess
import threading
import time
import unittest

from command_line import KAFKA, StoreTest, main, purchases, union

SEED = int(os.environ.get("KOPILKA_SEED", "20190301"))
KILLS = 10
MEMBERS = 20
NAMES = ["state", "statements", "rosters", "statistics", "purchases", "withdrawals"]
READS = (("member", "balance", "3"), ("member", "statement", "3"), ("organization", "roster", "1"),
         ("organization", "statistics", "1"), ("books", "trial-balance"),
         ("partner", "purchases", "7"), ("withdrawal", "list"))


class Projection(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.load(purchases(union(MEMBERS), 1500, MEMBERS))

    def list(self, *more):
        return self.json("projection", "list", *more)

    def listed_digests(self):
        return {row["name"]: row["digest"] for row in self.list()["projections"]}

    def answers(self):
        return {args: self.json(*args) for args in READS}

    def builds(self):
        """Every directory of rows that there is."""
        there = os.listdir(os.path.join(self.data, "projections"))
        return sorted([name for name in there if not name.endswith(".in-use")]
                      + [name for name in os.listdir(self.data) if name == "state"])

    def test_a_filled_store_is_listed_with_the_digests_that_verify_finds(self):
        found = self.list()
        self.assertEqual(found["position"], self.json("log", "verify")["last"])
        self.assertEqual([row["name"] for row in found["projections"]], NAMES)
        for row in found["projections"]:
            self.assertEqual((row["position"], row["lag"]), (found["position"], 0))
            self.assertNotIn("stopped", row)
            self.assertIsInstance(row["version"], int)
        self.assertEqual(self.listed_digests(), self.digests())
        quick = {row["name"]: row["digest"] for row in self.list("--quick")["projections"]}
        self.assertEqual(quick, {**self.listed_digests(), "state": None})
        text = self.expect(0, "projection", "list").stdout
        for word in (*NAMES, "lag", *self.digests().values()):
            self.assertIn(word, text)

    def test_an_empty_store_is_in_order(self):
        empty = self.path("empty")
        self.init(empty)
        for row in self.json("projection", "list", data=empty)["projections"]:
            self.assertEqual((row["position"], row["lag"]), ("0", 0))
        self.assertTrue(self.json("projection", "check", "--all", data=empty)["ok"])
        for name in NAMES:
            self.assertEqual(self.json("projection", "rebuild", name, data=empty)["position"], "0")
        self.assertTrue(self.json("projection", "check", "--all", data=empty)["ok"])

    def test_rows_that_agree_with_the_log_are_told_so(self):
        report = self.json("projection", "check", "--all")
        self.assertTrue(report["ok"])
        digests = self.digests()
        for found in report["projections"]:
            self.assertEqual((found["rows"], found["folded"]), (digests[found["name"]],) * 2)
            self.assertEqual((found["ok"], found["differing"], found["differences"]),
                             (True, 0, []))
        one = self.json("projection", "check", "rosters")["projections"]
        self.assertEqual([found["name"] for found in one], ["rosters"])
        self.assertIn("as the log says", self.expect(0, "projection", "check", "state").stdout)

    def test_rows_of_another_history_are_found(self):
        other = self.path("other")
        self.init(other)
        self.expect(0, "import", self.write("other.ndjson", union(2).text()), data=other)
        for name, path in (("state", "state"), ("statements", "projections/statements-2")):
            mine = os.path.join(self.data, path)
            os.rename(mine, mine + ".away")
            os.rename(os.path.join(other, path), mine)
            done = self.expect(4, "projection", "check", name)
            self.assertIn("another log", done.stderr)
            report = self.call("projection", "check", "--all", "--json")
            self.assertEqual(report.returncode, 4)
            self.assertIn("another log", report.stdout)
            self.json("projection", "rebuild", name)
            self.json("projection", "check", name)
        self.assertTrue(self.json("log", "verify")["ok"])

    def test_rows_that_are_built_anew_are_the_same_and_answer_the_same(self):
        before = self.answers()
        digests = self.digests()
        for name in NAMES * 2:
            built = self.json("projection", "rebuild", name)
            self.assertEqual((built["name"], built["digest"]), (name, digests[name]))
            self.assertTrue(os.path.isdir(os.path.join(self.data, built["directory"])))
            self.assertEqual(self.answers(), before)
        self.assertEqual(self.digests(), digests)
        self.assertEqual(len(self.builds()), len(NAMES), "the old ones are gone")
        self.expect(0, "import", self.path("lines.ndjson"))
        self.assertEqual(self.listed_digests(), digests)
        self.assertIn("events/s", self.expect(0, "projection", "rebuild", "rosters").stdout)

    def test_all_are_built_anew_at_once(self):
        before = self.answers()
        digests = self.digests()
        built = self.json("projection", "rebuild", "--all")["projections"]
        self.assertEqual([one["name"] for one in built], NAMES)
        self.assertEqual({one["name"]: one["digest"] for one in built}, digests)
        self.assertEqual(self.answers(), before)
        self.assertEqual(self.digests(), digests)
        self.assertEqual(len(self.builds()), len(NAMES), "the old ones are gone")
        said = self.expect(0, "projection", "rebuild", "--all").stdout
        self.assertEqual(len(said.splitlines()), len(NAMES))

    def test_a_rebuild_that_is_killed_changes_nothing_that_is_answered(self):
        chance = random.Random(SEED)
        before = self.answers()
        digests = self.digests()
        begun = time.monotonic()
        self.json("projection", "rebuild", "state")
        took = time.monotonic() - begun
        killed = 0
        for kill in range(4 * KILLS):
            name = (*NAMES, "--all")[kill % (len(NAMES) + 1)]
            process = self.start("projection", "rebuild", name, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, took))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
            self.assertEqual(self.answers(), before, f"seed {SEED}, kill {kill}")
            self.assertEqual(self.listed_digests(), digests, f"seed {SEED}, kill {kill}")
            if killed == KILLS:
                break
        self.assertEqual(killed, KILLS, f"seed {SEED}: too few kills hit a rebuild")
        # Whoever next decides removes what they left.
        self.expect(0, "import", self.path("lines.ndjson"))
        self.assertEqual(len(self.builds()), len(NAMES), self.builds())
        self.assertEqual(self.digests(), digests)

    def test_readers_go_on_while_rows_are_built_and_swapped(self):
        before = self.answers()
        done = threading.Event()
        wrong = []
        reads = [0]

        def read_on(args):
            while not done.is_set() and not wrong:
                found = self.call(*args, "--json")
                reads[0] += 1
                if found.returncode != 0 or found.stdout == "":
                    wrong.append((args, found.returncode, found.stderr))
                elif self.json(*args) != before[args]:
                    wrong.append((args, found.stdout))

        readers = [threading.Thread(target=read_on, args=(args,)) for args in READS]
        for reader in readers:
            reader.start()
        try:
            for name in [*NAMES, "--all"] * (2 if KAFKA else 5):
                self.json("projection", "rebuild", name)
        finally:
            done.set()
            for reader in readers:
                reader.join()
        self.assertEqual(wrong, [])
        self.assertGreater(reads[0], 10)

    def test_nothing_is_rebuilt_while_another_process_decides(self):
        digests = self.digests()
        process = self.start("import", "-", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        try:
            lock = os.path.join(self.data, "rows.lock")
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                with open(lock, encoding="utf-8") as file:
                    if file.read().strip() == str(process.pid):
                        break
                time.sleep(0.01)
            done = self.expect(3, "projection", "rebuild", "statements")
            for word in ("another process is at work", str(process.pid), "wait"):
                self.assertIn(word, done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertEqual(self.listed_digests(), digests)
            self.assertTrue(self.json("projection", "check", "--all")["ok"])
        finally:
            process.communicate("")
        self.assertEqual(process.returncode, 0)
        self.json("projection", "rebuild", "statements")

    @unittest.skipUnless(KAFKA, "a node works on a log on Kafka")
    def test_a_running_node_keeps_its_rows_and_is_looked_at(self):
        digests = self.digests()
        self.json("projection", "rebuild", "state")
        node = self.start("node", "run", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 60
            while not self.json("node", "status")["running"]:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.1)
            self.assertEqual(self.listed_digests(), digests)
            self.assertTrue(self.json("projection", "check", "--all")["ok"])
            for name in NAMES:
                self.assertIn(str(node.pid), self.expect(3, "projection", "rebuild", name).stderr)
        finally:
            node.terminate()
            node.communicate()
        self.assertEqual(node.returncode, 0)
        for name in NAMES:
            self.assertEqual(self.json("projection", "rebuild", name)["digest"], digests[name])

    def test_ctrl_c_ends_a_rebuild_and_leaves_the_rows_as_they_were(self):
        before = self.builds()
        for _ in range(20):
            process = self.start("projection", "rebuild", "state", stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
            while not any(".build-" in name for name in self.builds()):
                if process.poll() is not None:
                    break
            process.send_signal(signal.SIGINT)
            said, why = process.communicate()
            if process.returncode == 130:
                self.assertEqual(said, "")
                self.assertIn("as they were", why)
                self.assertEqual(self.builds(), before)
                return
            self.assertEqual(process.returncode, 0, why)
            before = self.builds()
        self.fail("no signal came in time")

    def test_what_is_not_understood_is_usage(self):
        for args in (("projection",), ("projection", "check"), ("projection", "rebuild"),
                     ("projection", "check", "balances"), ("projection", "rebuild", "balances"),
                     ("projection", "rebuild", "statements-1"), ("projection", "check", ""),
                     ("projection", "check", "state", "--all"),
                     ("projection", "rebuild", "state", "--all"), ("projection", "list", "state")):
            done = self.expect(2, *args)
            self.assertEqual(done.stdout, "")
            self.assertIn("--help", done.stderr)
        for verb in ("list", "check", "rebuild"):
            self.assertIn("Example:", self.expect(0, "projection", verb, "--help").stdout)
        for args in (("list",), ("check", "--all"), ("rebuild", "state")):
            done = self.expect(3, "projection", *args, data=self.path("nothing"))
            self.assertTrue("no store" in done.stderr, done.stderr)


if __name__ == "__main__":
    main()
