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

    def results(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def test_a_file_that_was_wholly_answered_answers_nothing_and_says_so(self):
        path = self.write("lines", purchases(union(), 20, 1).text())
        self.expect(0, "import", path)
        again = self.expect(0, "import", path)
        self.assertEqual(again.stdout, "")
        self.assertIn("answered before", again.stderr)
        one = self.write("one", Lines().add("register_partner", key="p", partner_id=9, name="Shop",
                                            minute=5).text())
        self.expect(0, "import", one)
        self.assertIn("The only line was", self.expect(0, "import", one).stderr)

    def test_lines_that_recorded_nothing_are_not_said_to_be_in_the_log(self):
        self.load(union())
        lines = Lines()
        for n in range(3):
            lines.add("register_partner", key=f"taken-{n}", partner_id=7, name="Taken")
        path = self.write("lines", lines.raw("no json").raw("{}").text())
        self.expect(1, "import", path)
        again = self.expect(0, "import", path)
        self.assertEqual(again.stdout, "")
        self.assertIn("All 5 lines were read and answered before", again.stderr)
        self.assertNotIn("in the log", again.stderr)
        self.assertIn("--results FILE", again.stderr)
        self.expect(1, "import", path, "--results", self.path("answers"))
        self.assertEqual([(a["line"], a["status"]) for a in self.results("answers")],
                         [(1, "duplicate"), (2, "duplicate"), (3, "duplicate"), (4, "invalid"),
                          (5, "invalid")])
        whole = self.expect(0, "import", path, "--results", self.path("answers"))
        self.assertIn(self.path("answers"), whole.stderr)
        self.assertEqual(len(self.results("answers")), 5)

    def test_a_new_results_file_is_given_all_answers_again(self):
        path = self.write("lines", purchases(union(), 20, 1).text())
        first = [json.loads(line) for line in self.expect(0, "import", path).stdout.splitlines()]
        self.expect(0, "import", path, "--results", self.path("new"))
        self.write("empty", "")
        self.expect(0, "import", path, "--results", self.path("empty"))
        for name in ("new", "empty"):
            answers = self.results(name)
            self.assertEqual([a["line"] for a in answers], [a["line"] for a in first])
            self.assertEqual({a["status"] for a in answers}, {"duplicate"})
            for answer, original in zip(answers, first):
                if original["status"] == "accepted":
                    self.assertEqual(answer["original"]["positions"], original["positions"])

    def test_a_device_keeps_no_answers_so_nothing_is_answered_again(self):
        path = self.write("lines", union().text())
        self.expect(0, "import", path)
        again = self.expect(0, "import", path, "--results", "/dev/null")
        self.assertIn("--results FILE", again.stderr)

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
        self.assertIn("--results FILE", said)
        self.expect(0, "import", path, "--results", self.path("answers"))
        self.assertEqual([a["line"] for a in self.results("answers")],
                         list(range(1, len(purchases(union(5), 3000, 5)) + 1)))
        other = self.path("other")
        self.init(other)
        self.expect(0, "import", path, data=other)
        self.assertEqual(self.digests(), self.digests(other))

    def test_a_results_file_on_a_full_disk_stops_the_import(self):
        path = self.write("lines", union().text())
        done = self.expect(3, "import", path, "--results", "/dev/full")
        self.assertIn("could not be written", done.stderr)
        self.assertIn("with --results FILE", done.stderr)

    def test_answers_that_standard_output_did_not_take_can_be_had_again(self):
        path = self.write("lines", union().text())
        with open("/dev/full", "w", encoding="utf-8") as full:
            process = self.start("import", path, stdout=full, stderr=subprocess.PIPE)
            said = process.communicate(timeout=TIMEOUT_S)[1]
        self.assertEqual(process.returncode, 3, said)
        self.assertIn("with --results FILE", said)
        self.expect(0, "import", path, "--results", self.path("answers"))
        self.assertEqual(len(self.results("answers")), len(union()))

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
