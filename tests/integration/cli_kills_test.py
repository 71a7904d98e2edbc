#!/usr/bin/env python3
"""kill -9 at random moments: nothing acknowledged is lost, nothing happens twice."""

import json
import os
import random
import signal
import subprocess
import time

from command_line import StoreTest, main, purchases, union

SEED = int(os.environ.get("KOPILKA_SEED", "20190301"))
KILLS = int(os.environ.get("KOPILKA_KILLS", "20"))
PURCHASES = 6000
MEMBERS = 50


def whole_lines(path):
    """The answers that a caller may rely on."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [line for line in file.read().splitlines(keepends=True) if line.endswith("\n")]


class Kills(StoreTest):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        self.lines = self.write("lines.ndjson",
                                purchases(union(MEMBERS), PURCHASES, MEMBERS).text())

    def undisturbed(self):
        """Answers, digests, and how long the import took."""
        data = self.path("undisturbed")
        self.init(data)
        results = self.path("undisturbed.results")
        begun = time.monotonic()
        self.expect(0, "import", self.lines, "--results", results, data=data)
        took = time.monotonic() - begun
        return [json.loads(line) for line in whole_lines(results)], self.digests(data), took

    def killed_import(self, results, seconds):
        """Whether it was still at work when it was killed."""
        process = self.start("import", self.lines, "--results", results,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, said = process.communicate(timeout=seconds)
            self.assertEqual(process.returncode, 0, said)
            return False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return True

    def assert_same_answer(self, answer, first):
        """The same, or a duplicate of the same: recorded before a kill, answered after it."""
        if answer["status"] == first["status"]:
            self.assertEqual(answer, first)
            return
        self.assertEqual(answer["status"], "duplicate")
        self.assertEqual((answer["line"], answer["key"]), (first["line"], first["key"]))
        original = dict(answer["original"])
        for name, value in original.items():
            self.assertEqual(first.get(name), value, f"line {answer['line']}: {name}")

    def test_an_import_that_is_killed_again_and_again_ends_in_the_same_state(self):
        expected, digests, took = self.undisturbed()
        self.init()
        results = self.path("results")
        acknowledged = []
        kills = hits = 0
        while hits < KILLS and kills < 20 * KILLS:
            # Short runs: most of them die while lines are on their way to the disk.
            was_killed = self.killed_import(results, self.chance.uniform(0.01, 0.02 + took / 10))
            kills += was_killed
            answered = whole_lines(results)
            self.assertEqual(answered[:len(acknowledged)], acknowledged,
                             f"seed {SEED}, kill {kills}: an answer changed or vanished")
            hits += was_killed and len(answered) < len(expected)
            acknowledged = answered
            if not was_killed:
                break
        self.assertGreaterEqual(hits, min(KILLS, 8), f"seed {SEED}: too few kills hit the import")
        self.expect(0, "import", self.lines, "--results", results)
        answers = [json.loads(line) for line in whole_lines(results)]
        self.assertEqual([a["line"] for a in answers], [a["line"] for a in expected])
        for answer, first in zip(answers, expected):
            self.assert_same_answer(answer, first)
        self.assertEqual(self.digests(), digests)

    def test_a_results_file_that_ends_in_the_middle_of_a_line_is_mended(self):
        expected, digests, _ = self.undisturbed()
        self.init()
        results = self.path("results")
        self.expect(0, "import", self.lines, "--results", results)
        text = "".join(whole_lines(results))
        for cut in (0, 1, len(text) // 2, len(text) - 1):
            with open(results, "w", encoding="utf-8") as file:
                file.write(text[:cut])
            self.expect(0, "import", self.lines, "--results", results)
            answers = [json.loads(line) for line in whole_lines(results)]
            self.assertEqual(len(answers), len(expected))
            for answer, first in zip(answers, expected):
                self.assert_same_answer(answer, first)
        self.assertEqual(self.digests(), digests)

    def test_an_init_that_is_killed_can_be_repeated(self):
        key = self.write("store.key", "5b" * 32)
        begun = time.monotonic()
        self.expect(0, "init", "--store-key", key, data=self.path("undisturbed"))
        took = time.monotonic() - begun
        killed = 0
        for n in range(KILLS):
            data = self.path(f"store-{n}")
            process = self.start("init", "--store-key", key, data=data, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE)
            time.sleep(self.chance.uniform(0, took))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
            if process.returncode != 0:
                # Killed after its last step it has made the store.
                again = self.call("init", "--store-key", key, data=data)
                self.assertIn(again.returncode, (0, 2), f"seed {SEED}: {again.stderr}")
            self.assertEqual(self.json("log", "verify", data=data)["last"], "0")
        self.assertGreater(killed, 0)


if __name__ == "__main__":
    main()
