#!/usr/bin/env python3
"""Several processes on one store: one decides, any number read."""

import json
import os
import subprocess
import time

from command_line import TIMEOUT_S, StoreTest, main, purchases, union

MEMBERS = 20


class Company(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.lines = purchases(union(MEMBERS), 9000, MEMBERS).text()
        self.results = self.path("results")
        self.importer = self.start("import", "-", "--results", self.results,
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        self.addCleanup(self.stop)
        self.fed = 0

    def stop(self):
        self.importer.kill()
        self.importer.communicate()

    def feed(self, share):
        """Hands the importer its input up to a share in hundredths."""
        end = self.lines.rfind("\n", 0, len(self.lines) * share // 100) + 1
        self.importer.stdin.write(self.lines[self.fed:end])
        self.importer.stdin.flush()
        self.fed = end

    def wait_for_answers(self, more_than):
        deadline = time.monotonic() + TIMEOUT_S
        while not os.path.exists(self.results) or os.path.getsize(self.results) <= more_than:
            self.assertLess(time.monotonic(), deadline, "the importer does not answer")
            self.assertIsNone(self.importer.poll())
            time.sleep(0.01)
        return os.path.getsize(self.results)

    def finish(self):
        self.feed(100)
        self.importer.stdin.close()
        said = self.importer.stderr.read()
        self.assertEqual(self.importer.wait(TIMEOUT_S), 0, said)
        self.importer.stdin = None

    def test_a_second_import_is_told_to_wait(self):
        self.feed(70)
        self.wait_for_answers(0)
        other = self.write("other", union().text())
        done = self.expect(3, "import", other)
        self.assertIn("another process", done.stderr)
        self.assertEqual(done.stdout, "")
        self.finish()
        self.expect(0, "import", other)

    def test_readers_see_a_consistent_past_of_what_is_being_written(self):
        size = seen = 0
        for share in (60, 70, 80, 90, 95):
            self.feed(share)
            size = self.wait_for_answers(size)
            books = self.json("books", "trial-balance")
            self.assertEqual(books["total"], "0.00")
            self.assertGreaterEqual(int(books["position"]), seen)
            seen = int(books["position"])
            statement = self.json("member", "statement", "1")
            balance = self.json("member", "balance", "1", "--as-known", statement["position"])
            self.assertEqual(statement["entries"][-1]["balance"]["frozen"], balance["frozen"])
            self.assertTrue(self.json("log", "verify")["ok"])
            roster = self.json("organization", "roster", "1")
            self.assertEqual(len(roster["members"]), MEMBERS)
            self.assertEqual(self.json("member", "show", "1")["name"], "Anna Example 1")
        self.finish()

    def test_what_was_answered_is_seen_by_the_next_reader(self):
        self.feed(70)
        self.wait_for_answers(0)
        with open(self.results, encoding="utf-8") as file:
            answers = [json.loads(line) for line in file.read().split("\n")[:-1]]
        last = [a for a in answers if a["status"] == "accepted"][-1]
        position = int(last["positions"][-1])
        self.assertGreaterEqual(int(self.json("books", "trial-balance")["position"]), position)
        self.finish()

    def test_a_follower_of_the_log_sees_every_event_once(self):
        self.feed(50)
        self.wait_for_answers(0)
        followed = self.path("followed")
        with open(followed, "w", encoding="utf-8") as out:
            follower = self.start("log", "tail", "--follow", "--from", "1", "--json", stdout=out,
                                  stderr=subprocess.DEVNULL)
        self.finish()
        last = self.json("log", "verify")["last"]
        deadline = time.monotonic() + TIMEOUT_S
        positions = []
        while not positions or positions[-1] != last:
            self.assertLess(time.monotonic(), deadline, "the follower fell behind")
            time.sleep(0.05)
            with open(followed, encoding="utf-8") as file:
                positions = [json.loads(line)["position"]
                             for line in file.read().split("\n")[:-1]]
        follower.kill()
        follower.wait()
        self.assertEqual(positions, [str(n) for n in range(1, int(last) + 1)])


if __name__ == "__main__":
    main()
