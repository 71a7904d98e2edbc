#!/usr/bin/env python3
"""Imports: resumed, interrupted, from a pipe, to a pipe that goes away."""

import json
import os
import signal
import subprocess
import time

from command_line import PROGRAM, TIMEOUT_S, Lines, StoreTest, clock, main, purchases, union


def last_line(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    return json.loads(lines[-1]) if lines else None


class Imports(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()

    def summary(self, done):
        return json.loads(done.stderr)

    def test_the_summary_tells_how_each_line_was_answered(self):
        lines = purchases(union(), 14, 1).raw("").raw("no json")
        path = self.write("lines", lines.text())
        summary = self.summary(self.expect(1, "import", path, "--json"))
        self.assertEqual({k: summary[k] for k in ("accepted", "duplicate", "invalid", "refused")},
                         {"accepted": 8 + 28, "duplicate": 2, "invalid": 1, "refused": 0})
        self.assertEqual(summary["lines"], 8 + 28 + 2 + 1)

    def test_a_file_that_is_wholly_in_the_log_answers_nothing_and_says_so(self):
        path = self.write("lines", purchases(union(), 20, 1).text())
        self.expect(0, "import", path)
        again = self.expect(0, "import", path)
        self.assertEqual(again.stdout, "")
        self.assertIn("in the log already", again.stderr)

    def test_another_results_file_is_given_what_is_not_yet_answered(self):
        path = self.write("lines", purchases(union(), 20, 1).text())
        self.expect(0, "import", path)
        results = self.path("results")
        self.expect(0, "import", path, "--results", results)
        self.assertEqual(os.path.getsize(results), 0)
        # One that is there, even empty, is a promise that all answers will stand in it.
        self.expect(0, "import", path, "--results", results)
        with open(results, encoding="utf-8") as file:
            answers = [json.loads(line) for line in file]
        self.assertEqual([a["line"] for a in answers], list(range(1, len(answers) + 1)))
        self.assertEqual({a["status"] for a in answers}, {"duplicate"})

    def test_standard_input_is_read_from_a_pipe_and_from_a_file(self):
        text = purchases(union(), 20, 1).text()
        first = self.expect(0, "import", "-", stdin=text)
        self.assertEqual(len(first.stdout.splitlines()), len(text.splitlines()))
        path = self.write("lines", text)
        with open(path, encoding="utf-8") as file:
            done = subprocess.run([PROGRAM, "import", "-", "--data", self.data], stdin=file,
                                  capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_a_line_without_an_end_counts(self):
        done = self.expect(0, "import", "-", stdin=union().text().rstrip("\n"))
        self.assertEqual(len(done.stdout.splitlines()), len(union()))

    def test_ctrl_c_ends_cleanly_and_the_same_command_goes_on(self):
        lines = purchases(union(20), 9000, 20).text()
        path = self.write("lines", lines)
        results = self.path("results")
        process = self.start("import", "-", "--results", results, stdin=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        half = lines[:2 * len(lines) // 3]
        process.stdin.write(half)
        process.stdin.flush()
        self.wait_until(lambda: os.path.exists(results) and os.path.getsize(results) > 0)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        process.stdin.close()
        process.wait(TIMEOUT_S)
        process.stderr.close()
        self.assertEqual(process.returncode, 130, said)
        self.assertIn("interrupted", said)
        answered = last_line(results)["line"]
        self.assertLess(answered, len(half.splitlines()) + 1)
        self.expect(0, "import", path, "--results", results)
        self.assertEqual(last_line(results)["line"], len(lines.splitlines()))
        other = self.path("other")
        self.init(other)
        self.expect(0, "import", path, data=other)
        self.assertEqual(self.digests(), self.digests(other))

    def test_answers_that_nobody_reads_stop_the_import_and_lose_nothing(self):
        path = self.write("lines", purchases(union(5), 3000, 5).text())
        process = self.start("import", path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        said = process.stderr.read()
        process.wait(TIMEOUT_S)
        process.stderr.close()
        self.assertEqual(process.returncode, 3, said)
        self.assertIn("could not be written", said)
        self.expect(0, "import", path)
        other = self.path("other")
        self.init(other)
        self.expect(0, "import", path, data=other)
        self.assertEqual(self.digests(), self.digests(other))

    def test_a_results_file_on_a_full_disk_stops_the_import(self):
        path = self.write("lines", union().text())
        done = self.expect(3, "import", path, "--results", "/dev/full")
        self.assertIn("could not be written", done.stderr)

    def test_time_may_not_run_backwards_from_file_to_file(self):
        self.load(purchases(union(), 30, 1))
        late = Lines().add("register_partner", partner_id=8, name="Late", minute=0)
        self.assertEqual(self.load(late, "late", 1)[0]["code"], "time_runs_backwards")
        soon = Lines().raw(json.dumps({"command": "register_partner", "key": "soon",
                                       "at": clock(10), "partner_id": 8, "name": "Soon"}))
        self.assertEqual(self.load(soon, "soon")[0]["status"], "accepted")

    def wait_until(self, is_so):
        deadline = time.monotonic() + TIMEOUT_S
        while not is_so():
            self.assertLess(time.monotonic(), deadline, "waited in vain")
            time.sleep(0.01)


if __name__ == "__main__":
    main()
