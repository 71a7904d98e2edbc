#!/usr/bin/env python3
"""What is derived may be lost: reads make it again and answer the same."""

import os
import shutil
import signal
import subprocess
import time

from command_line import StoreTest, main, purchases, union

READS = (("member", "balance", "3"), ("member", "statement", "3"), ("member", "show", "3"),
         ("partner", "balance", "7"), ("partner", "purchases", "7"),
         ("purchase", "show", "7", "A-20"),
         ("organization", "show", "10"), ("organization", "roster", "1"),
         ("books", "trial-balance"), ("withdrawal", "list"))


class Rebuild(StoreTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.load(purchases(union(5), 300, 5))
        self.before = self.answers()
        self.folded = self.digests()

    def answers(self):
        return {args: self.json(*args) for args in READS}

    def lose(self, name):
        shutil.rmtree(os.path.join(self.data, name))

    def test_lost_rows_are_made_again_by_the_next_read(self):
        for names in (("state",), ("projections",), ("state", "projections")):
            for name in names:
                self.lose(name)
            self.assertEqual(self.answers(), self.before)
            self.assertEqual(self.digests(), self.folded)
            for name in names:
                self.assertTrue(os.path.isdir(os.path.join(self.data, name)), names)

    def test_lost_rows_are_made_again_by_the_next_import(self):
        self.lose("state")
        self.lose("projections")
        self.expect(0, "import", self.path("lines.ndjson"))
        self.assertEqual(self.digests(), self.folded)
        self.assertEqual(self.answers(), self.before)

    def test_one_lost_read_model_is_made_again(self):
        models = os.path.join(self.data, "projections")
        shutil.rmtree(os.path.join(models, sorted(os.listdir(models))[0]))
        self.assertEqual(self.answers(), self.before)
        self.assertEqual(self.digests(), self.folded)

    def test_damaged_rows_are_corrupt_and_say_that_they_may_be_deleted(self):
        state = os.path.join(self.data, "state")
        for name in os.listdir(state):
            if name.startswith(("MANIFEST", "CURRENT")) or name.endswith(".sst"):
                with open(os.path.join(state, name), "r+b") as file:
                    size = os.path.getsize(file.name)
                    file.write(b"\xff" * size)
        for args in (("books", "trial-balance"), ("import", self.path("lines.ndjson"))):
            done = self.expect(4, *args)
            self.assertIn(state, done.stderr)
            self.assertIn("remove", done.stderr)
        self.expect(4, "log", "verify")
        self.lose("state")
        self.assertEqual(self.answers(), self.before)

    def test_rows_of_another_history_are_not_believed(self):
        other = self.path("other")
        self.init(other)
        self.expect(0, "import", self.write("other.ndjson", union(2).text()), data=other)
        self.lose("state")
        shutil.copytree(os.path.join(other, "state"), os.path.join(self.data, "state"))
        self.expect(4, "books", "trial-balance")
        self.expect(4, "import", self.path("lines.ndjson"))
        self.assertFalse(self.call("log", "verify", "--json").stdout.endswith('"ok":true}\n'))

    def test_a_store_that_was_killed_reads_from_the_log_what_its_rows_lack(self):
        big = self.write("big.ndjson", purchases(union(5), 4000, 5).text())
        other = self.path("killed")
        self.init(other)
        process = self.start("import", big, data=other, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(0.4)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        position = self.json("books", "trial-balance", data=other)["position"]
        last = self.json("log", "verify", data=other)
        self.assertEqual(position, last["last"])
        self.assertTrue(last["ok"])
        shutil.rmtree(os.path.join(other, "state"), ignore_errors=True)
        self.assertEqual(self.json("books", "trial-balance", data=other)["position"], position)


if __name__ == "__main__":
    main()
