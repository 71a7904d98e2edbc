#!/usr/bin/env python3
"""Several nodes of one store on Kafka, with keys in common. Run it by contract/with_kafka.py."""

import json
import os
import random
import subprocess
import time

from command_line import KAFKA, PROGRAM, Lines, StoreTest, main, place, union


def admission(member, name):
    return Lines().add("admit_member", key=f"admit-{member}", member_id=member,
                       organization_id=101, category="working", admitted_on="2018-09-01",
                       name=name, minute=100 + member)


class Nodes(StoreTest):
    def setUp(self):
        self.assertTrue(KAFKA, "KOPILKA_KAFKA is not set; run this by contract/with_kafka.py")
        super().setUp()
        self.topic = place(self.data)[2:]
        self.keys = self.path("keys")

    def run_in(self, node, *args):
        """The program with that directory; the topic is the same for all."""
        return subprocess.run([PROGRAM, *args, "--data", self.path(node), *self.topic],
                              capture_output=True, text=True, check=False)

    def done_in(self, node, *args):
        done = self.run_in(node, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refused_in(self, node, code, words, *args):
        done = self.run_in(node, *args)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def load_in(self, node, lines):
        self.done_in(node, "import", self.write(f"{node}.ndjson", lines.text()))

    def test_each_node_shows_whom_the_others_admitted(self):
        self.done_in("store", "init", "--keys", self.keys)
        self.load_in("store", union(2))
        self.assertIn("vault.2", self.done_in("second", "init", "--join", self.keys))
        self.assertIn("Anna Example 1", self.done_in("second", "member", "show", "1"))
        self.load_in("second", admission(3, "Boris Example"))
        self.load_in("store", admission(4, "Vera Example"))
        self.done_in("third", "init", "--join", self.keys, "--json")
        for node in ("store", "second", "third"):
            for member, name in ((1, "Anna"), (2, "Anna"), (3, "Boris"), (4, "Vera")):
                shown = self.done_in(node, "member", "show", str(member), "--json")
                self.assertIn(f"{name} Example", shown, (node, member))
            self.assertIn('"ok":true', self.done_in(node, "log", "verify", "--json"))
        self.assertEqual([name for name in sorted(os.listdir(self.keys)) if "vault" in name],
                         ["vault", "vault.2", "vault.3"])

    def test_a_join_writes_nothing_to_the_log(self):
        self.done_in("store", "init", "--keys", self.keys)
        self.load_in("store", union())
        before = self.verified()
        self.done_in("second", "init", "--join", self.keys)
        self.assertEqual(self.verified(), before)

    def verified(self):
        """What `log verify` finds, but for how long it took."""
        found = json.loads(self.done_in("store", "log", "verify", "--json"))
        return {name: value for name, value in found.items()
                if name not in ("milliseconds", "events_per_second")}

    def test_what_does_not_fit_is_refused_and_makes_nothing(self):
        self.refused_in("second", 3, [self.topic[-1]], "init", "--join", self.keys)
        self.done_in("store", "init", "--keys", self.keys)
        self.refused_in("second", 2, ["no keys in"], "init", "--join", self.path("nowhere"))
        embedded = self.path("embedded")
        subprocess.run([PROGRAM, "init", "--data", embedded], capture_output=True, check=True)
        self.refused_in("second", 2, ["another store"], "init", "--join",
                        os.path.join(embedded, "keys"))
        self.refused_in("second", 2, ["--store-key"], "init", "--join", self.keys,
                        "--store-key", self.write("key", "00" * 32))
        self.assertFalse(os.path.exists(self.path("second")))
        self.done_in("second", "init", "--join", self.keys)
        self.refused_in("second", 2, ["already"], "init", "--join", self.keys)
        self.refused_in("second", 2, ["already"], "init")

    def test_a_topic_that_is_no_log_is_refused(self):
        self.done_in("store", "init", "--keys", self.keys)
        done = subprocess.run([PROGRAM, "init", "--join", self.keys, "--data", self.path("second"),
                               "--kafka", KAFKA, "--kafka-prefix", "ill_made"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("ill_made.log", done.stderr)
        self.assertFalse(os.path.exists(self.path("second")))

    def test_a_join_that_was_killed_is_given_again(self):
        self.done_in("store", "init", "--keys", self.keys)
        self.load_in("store", union())
        for round_number in range(12):
            node = f"node-{round_number}"
            process = subprocess.Popen(
                [PROGRAM, "init", "--join", self.keys, "--data", self.path(node), *self.topic],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(0, 0.08))
            process.kill()
            process.wait()
            again = self.run_in(node, "init", "--join", self.keys)
            if again.returncode != 0:
                self.assertIn("already", again.stderr, "it had come to its end")
            self.assertIn("Anna Example", self.done_in(node, "member", "show", "1"))


if __name__ == "__main__":
    main()
