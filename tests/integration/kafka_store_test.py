#!/usr/bin/env python3
"""A log on Kafka gives what the embedded one gives. Run it by contract/with_kafka.py."""

import json
import os
import random
import shutil
import subprocess
import time

from command_line import KAFKA, PROGRAM, StoreTest, main, place, purchases, union

MEMBERS = 20


class KafkaStore(StoreTest):
    def setUp(self):
        self.assertTrue(KAFKA, "KOPILKA_KAFKA is not set; run this by contract/with_kafka.py")
        super().setUp()
        self.lines = self.write("lines.ndjson", purchases(union(MEMBERS), 500, MEMBERS).text())

    def program(self, *args):
        return subprocess.run([PROGRAM, *args], capture_output=True, text=True, check=False)

    def embedded(self):
        """A store with its log in its own directory."""
        data = self.path("embedded")
        key = self.path("store.key")
        for call in (["init", "--store-key", key],
                     ["import", self.lines, "--results", self.path("embedded.results")]):
            done = self.program(*call, *place(data, kafka=""))
            self.assertEqual(done.returncode, 0, done.stderr)
        return data

    def filled(self):
        self.init()
        self.expect(0, "import", self.lines, "--results", self.path("results"))

    def test_answers_and_every_digest_are_those_of_the_embedded_log(self):
        self.filled()
        embedded = self.embedded()
        with open(self.path("results"), encoding="utf-8") as ours, \
                open(self.path("embedded.results"), encoding="utf-8") as theirs:
            self.assertEqual(ours.read(), theirs.read())
        done = self.program("log", "verify", "--json", *place(embedded, kafka=""))
        theirs = json.loads(done.stdout)
        ours = self.json("log", "verify")
        self.assertTrue(ours["ok"])
        for fact in ("events", "last", "derived"):
            self.assertEqual(ours[fact], theirs[fact], fact)

    def test_rows_and_bookmarks_can_be_thrown_away(self):
        self.filled()
        before = self.digests()
        last = self.json("log", "verify")["last"]
        for derived in ("state", "projections"):
            shutil.rmtree(os.path.join(self.data, derived))
        if os.path.exists(os.path.join(self.data, "bookmarks")):
            os.remove(os.path.join(self.data, "bookmarks"))
        balance = self.json("member", "balance", "1")
        self.assertEqual(balance["position"], last)
        self.json("member", "statement", "1")
        self.assertEqual(self.digests(), before)

    def copy(self, origin, target, data, into):
        return self.program("log", "copy", "--from", origin, "--to", target, "--data", data,
                            "--into", into, "--kafka", KAFKA, "--kafka-prefix", "copied")

    def head_hash(self, data, kafka):
        words = ["--data", data]
        if kafka:
            words += ["--kafka", KAFKA, "--kafka-prefix", "copied"]
        done = self.program("log", "verify", "--json", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["head_hash"]

    def test_a_log_moves_to_kafka_and_back_unchanged_however_often_it_is_killed(self):
        self.init()  # the key
        embedded = self.embedded()
        moved, back = self.path("moved"), self.path("back")
        for _ in range(5):
            process = subprocess.Popen(
                [PROGRAM, "log", "copy", "--from", "embedded", "--to", "kafka", "--data", embedded,
                 "--into", moved, "--kafka", KAFKA, "--kafka-prefix", "copied"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(0, 0.6))
            process.kill()
            process.wait()
        # One of them may have come to its end: then there is a store already.
        done = self.copy("embedded", "kafka", embedded, moved)
        self.assertIn(done.returncode, (0, 2), done.stderr)
        done = self.copy("kafka", "embedded", moved, back)
        self.assertEqual(done.returncode, 0, done.stderr)
        hashes = {self.head_hash(embedded, False), self.head_hash(moved, True),
                  self.head_hash(back, False)}
        self.assertEqual(len(hashes), 1)
        shown = self.program("member", "show", "1", "--json", "--data", back)
        self.assertIn("Anna Example", shown.stdout, "the keys came along")

    def test_the_past_is_read_from_the_topic(self):
        self.filled()
        known = self.json("member", "balance", "1", "--as-known", "2019-03-01T12:02:30+03:00")
        now = self.json("member", "balance", "1")
        self.assertLess(int(known["position"]), int(now["position"]))

    def test_each_kind_of_place_says_so_when_the_other_is_meant(self):
        self.filled()
        without = self.program("member", "balance", "1", "--data", self.data)
        self.assertEqual(without.returncode, 2, without.stderr)
        self.assertIn("--kafka", without.stderr)
        embedded = self.embedded()
        with_it = self.program("member", "balance", "1", "--data", embedded, "--kafka", KAFKA)
        self.assertEqual(with_it.returncode, 2, with_it.stderr)
        self.assertIn("leave --kafka out", with_it.stderr)

    def test_a_topic_has_one_store(self):
        self.filled()
        other = self.program("init", *place(self.path("other"), kafka="")[:2], "--kafka", KAFKA,
                             "--kafka-prefix", place(self.data)[-1])
        self.assertEqual(other.returncode, 2, other.stderr)
        self.assertTrue(self.json("log", "verify")["ok"])

    def test_a_topic_that_would_lose_data_is_refused_with_the_setting(self):
        done = self.program("init", "--data", self.path("ill"), "--kafka", KAFKA,
                            "--kafka-prefix", "ill_made")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("retention.ms", done.stderr)

    def test_brokers_that_are_not_there_are_named(self):
        self.filled()
        done = self.program("member", "balance", "1", "--data", self.data, "--kafka",
                            "127.0.0.1:1", "--kafka-prefix", place(self.data)[-1])
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("127.0.0.1:1", done.stderr)


if __name__ == "__main__":
    main()
