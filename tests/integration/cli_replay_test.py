#!/usr/bin/env python3
"""History folded up to a point is a store like any other; and what was true, and known, then."""

import json
import os
import random
import signal
import subprocess
import time
import unittest

from command_line import StoreTest, clock, main, purchases, union

SEED = int(os.environ.get("KOPILKA_SEED", "20190301"))
MEMBERS = 5
PURCHASES = 200
READS = (("member", "balance", "3"), ("member", "statement", "3"), ("organization", "roster", "1"),
         ("partner", "balance", "7"), ("books", "trial-balance"))


class Replay(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.lines = purchases(union(MEMBERS), PURCHASES, MEMBERS)
        self.load(self.lines)
        self.last = int(self.json("log", "verify")["last"])

    def replay(self, into, *more):
        return self.json("log", "replay", "--into", self.path(into), *more)

    def known(self, position):
        """What every read says of the log up to there."""
        return {args: self.json(*args, "--as-known", str(position)) for args in READS}

    def answers(self, into):
        return {args: self.json(*args, data=self.path(into)) for args in READS}

    def test_a_replay_to_the_end_is_the_same_store(self):
        done = self.replay("whole")
        self.assertEqual((done["position"], done["cut"]), (str(self.last), False))
        self.assertEqual(done["digests"], self.digests())
        self.assertEqual(self.digests(self.path("whole")), self.digests())
        theirs = self.json("log", "verify", data=self.path("whole"))
        self.assertEqual(theirs["head_hash"], self.json("log", "verify")["head_hash"])

    def test_a_replay_stands_where_the_store_stood(self):
        """Of two stores one stops, and the other goes on: a replay of it finds the first again."""
        lines = self.lines.text().splitlines(keepends=True)
        first, then = self.path("first"), self.path("then")
        self.init(first)
        self.expect(0, "import", self.write("half.ndjson", "".join(lines[:300])), data=first)
        stood = self.json("log", "verify", data=first)
        digests = self.digests(first)
        self.expect(0, "import", self.write("rest.ndjson", "".join(lines[300:])), data=first)
        self.assertGreater(int(self.json("log", "verify", data=first)["last"]), int(stood["last"]))
        done = json.loads(self.expect(0, "log", "replay", "--until", stood["last"], "--into", then,
                                      "--json", data=first).stdout)
        self.assertEqual(done["digests"], digests)
        self.assertEqual((done["cut"], done["head_hash"]), (False, stood["head_hash"]))

    def test_a_replay_to_any_point_answers_what_was_known_then(self):
        chance = random.Random(SEED)
        for number in range(8):
            position = chance.randint(1, self.last)
            into = f"then-{number}"
            call = self.call("log", "replay", "--into", self.path(into), "--until", str(position),
                             "--json")
            if call.returncode == 2 and "inside what one command recorded" in call.stderr:
                self.assertFalse(os.path.exists(self.path(into)))
                continue
            self.assertEqual(call.returncode, 0, f"seed {SEED}: {call.stderr}")
            done = json.loads(call.stdout)
            self.assertEqual(done["position"], str(position))
            self.assertEqual(self.answers(into), self.known(position), f"seed {SEED}, {position}")
            self.assertEqual(self.digests(self.path(into)), done["digests"])
            self.assertTrue(self.json("projection", "check", "--all", data=self.path(into))["ok"])

    def test_a_replay_to_a_time_goes_on_as_a_store_of_its_own(self):
        done = self.replay("noon", "--until", clock(10))
        self.assertTrue(done["cut"])
        self.assertLess(int(done["position"]), self.last)
        # The same lines again end where the original ended: the keys are known up to there. Those
        # that recorded nothing have left no key, and are too old by now.
        data = self.path("noon")
        self.expect(1, "import", self.path("lines.ndjson"), data=data)
        self.assertEqual(int(self.json("log", "verify", data=data)["last"]), self.last)
        for args in READS:
            self.assertEqual(self.json(*args, data=data), self.json(*args))

    def test_a_replay_that_was_killed_before_its_log_had_a_file_begins_it(self):
        into = self.path("begun")
        os.makedirs(os.path.join(into, "log"))
        with open(os.path.join(into, "init.unfinished"), "w", encoding="utf-8") as file:
            file.write("run the same command again\n")
        self.assertEqual(self.replay("begun")["digests"], self.digests())

    def test_a_replay_that_is_killed_goes_on(self):
        chance = random.Random(SEED)
        begun = time.monotonic()
        expected = self.replay("undisturbed", "--until", str(self.last - 1))
        took = time.monotonic() - begun
        killed = 0
        for number in range(8):
            into = self.path(f"killed-{number}")
            process = self.start("log", "replay", "--until", str(self.last - 1), "--into", into,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, took))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
            done = self.call("log", "replay", "--until", str(self.last - 1), "--into", into)
            if done.returncode != 0:  # the log was whole already: readers make what is missing
                self.assertIn("there is a store", done.stderr)
                for args in READS:
                    self.json(*args, data=into)
            self.assertEqual(self.digests(into), expected["digests"], f"seed {SEED}, {number}")
        self.assertGreater(killed, 0)

    def test_what_cannot_be_replayed_is_told(self):
        beyond = self.expect(2, "log", "replay", "--into", self.path("x"), "--until",
                             str(self.last + 1))
        self.assertIn(f"ends at position {self.last}", beyond.stderr)
        self.assertFalse(os.path.exists(self.path("x")), "nothing was begun")
        self.assertIn("already", self.expect(2, "log", "replay", "--into", self.data).stderr)
        for until in ("", "yesterday", "007"):
            self.assertIn("--until", self.expect(2, "log", "replay", "--into", self.path("x"),
                                                 "--until", until).stderr)
        self.expect(2, "log", "replay")
        self.assertIn("Example:", self.expect(0, "log", "replay", "--help").stdout)
        self.assertIn("as it stood there",
                      self.expect(0, "log", "replay", "--into", self.path("empty"), "--until",
                                  "0").stdout)
        self.assertEqual(self.json("log", "verify", data=self.path("empty"))["events"], 0)


class TwoClocks(StoreTest):
    def test_money_is_told_as_of_a_day_and_as_of_a_time(self):
        self.init()
        lines = union()
        for n, minute in enumerate((10, 2000)):
            lines.add("register_click", member_id=1, partner_id=7, click_id=f"c{n}", minute=minute)
            # Bought five minutes after the click, reported after an hour.
            lines.add("report_purchase", minute=minute + 60, partner_id=7, action_id=f"A{n}",
                      status="new", status_at=clock(minute + 5), purchase_at=clock(minute + 5),
                      click_id=f"c{n}", lines=[{"line": 1, "amount": "100.00"}])
        self.load(lines)
        frozen = lambda *clocks: self.json("member", "balance", "1", *clocks)["frozen"]
        self.assertEqual(frozen(), "20.00")
        self.assertEqual(frozen("--as-of", "2019-03-01"), "10.00")
        self.assertEqual(frozen("--as-of", "2019-02-28"), "0.00")
        self.assertEqual(frozen("--as-of", "2019-03-02"), "20.00", "the end of that day")
        self.assertEqual(frozen("--as-of", clock(14)), "0.00")
        self.assertEqual(frozen("--as-of", clock(15)), "10.00")
        self.assertEqual(frozen("--as-of", clock(15), "--as-known", clock(69)), "0.00")
        self.assertEqual(frozen("--as-of", clock(15), "--as-known", clock(70)), "10.00")
        told = self.json("member", "statement", "1", "--as-of", clock(2004))
        self.assertEqual([entry["balance"]["frozen"] for entry in told["entries"]], ["10.00"])
        self.assertIn("as of 2019-03-01", self.expect(0, "member", "balance", "1", "--as-of",
                                                      "2019-03-01").stdout)
        for wrong in ("2019-03", "yesterday", "12"):
            self.assertIn("--as-of", self.expect(2, "member", "balance", "1", "--as-of",
                                                 wrong).stderr)


if __name__ == "__main__":
    main()
