#!/usr/bin/env python3
"""Signed heads and receipts: what somebody without the key does to a log is found, with its place,
and a receipt proves its event to who has the public key alone."""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys

from command_line import Lines, StoreTest, main, purchases, union
from forger import Log

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "receipts" / "check_receipt.py"
sys.path.insert(0, str(PAGE.parent))

import check_receipt  # noqa: E402

SEED = int(os.environ.get("KOPILKA_SEED", "20190301"))
KILLS = 6
# The day that opens, the union and the region stand before it.
SCHOOL = 4


def change(log):
    entry, i = log.place(SCHOOL)
    assert b"School 7" in entry.events[i]
    entry.events[i] = entry.events[i].replace(b"School 7", b"School 8")
    return SCHOOL


def drop(log):
    entry, i = log.place(10)
    del entry.events[i]
    return 10


def repeat(log):
    batch, (entry, _) = log.batch_of(10), log.place(10)
    batch.entries.insert(batch.entries.index(entry), entry)
    return 10


def swap(log):
    (one, _), (other, _) = log.place(9), log.place(10)
    one.events, other.events = other.events, one.events
    return 9


def redate(log):
    """A microsecond later; those after it stay where they were."""
    batch = log.batches[1]
    at = next(i for i in range(1, len(batch.entries) - 1) if batch.entries[i + 1].at_delta > 2)
    batch.entries[at].at_delta += 2
    batch.entries[at + 1].at_delta -= 2
    before = sum(len(b.events()) for b in log.batches[:1])
    return before + 1 + sum(len(e.events) for e in batch.entries[:at])


def move(log):
    """The last event of a batch into the next one."""
    entry = log.batches[0].entries.pop()
    log.batches[1].entries.insert(1, entry)
    return sum(len(b.events()) for b in log.batches[:1]) + 1


def frame(log):
    """Another caller: no event says who commanded it."""
    entry = log.batches[1].entries[0]
    assert b"operator" in entry.head
    entry.head = entry.head.replace(b"operator", b"somebody")
    return None


def cut(log):
    log.batches.pop()
    return None


class Receipts(StoreTest):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)

    def make_store(self, *options):
        """Three batches, a head after each; the public key."""
        made = self.json("init", *options)
        self.load(union(3), "union.ndjson")
        self.load(purchases(Lines(), 12, 3), "purchases.ndjson")
        self.load(Lines().add("adjust_balance", member_id=1, amount="5.00", reason="a gift",
                              minute=60, approvers=["first", "second"]), "gift.ndjson")
        self.ends = [int(head["position"]) for head in self.json("log", "heads")["heads"]]
        self.assertEqual(len(self.ends), 3)
        return made["public_key"]

    def forged(self, forge, data):
        """A copy whose log was forged, without anything derived that would give it away."""
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.data, data)
        log = Log(data)
        seq = forge(log)
        log.write()
        for derived in ("state", "projections"):
            shutil.rmtree(os.path.join(data, derived))
        return seq

    def unsigned(self, data):
        for name in ("keys/signing", "heads", "heads-settings"):
            os.remove(os.path.join(data, name))

    def verify(self, code, *args, data=None):
        return json.loads(self.expect(code, "log", "verify", "--json", *args, data=data).stdout)

    # Forgeries.

    def test_a_forger_who_changes_nothing_writes_the_log_as_it_was(self):
        self.make_store()
        data = self.path("forged")
        self.forged(lambda log: None, data)
        with open(Log(data).path, "rb") as one, open(Log(self.data).path, "rb") as other:
            self.assertEqual(one.read(), other.read())
        self.assertTrue(self.verify(0, data=data)["heads"]["ok"])

    def test_every_forgery_is_found_with_its_place(self):
        self.make_store()
        data = self.path("forged")
        for forge in (change, drop, repeat, swap, redate, move):
            seq = self.forged(forge, data)
            report = self.verify(4, data=data)
            self.assertFalse(report["ok"])
            first = max([0] + [end for end in self.ends if end < seq]) + 1
            last = min(end for end in self.ends if end >= first)
            self.assertIn(f"between positions {first} and {last}", report["heads"]["error"],
                          forge.__name__)
            self.assertEqual(report["heads"]["signed_through"],
                             str(max([0] + [end for end in self.ends if end < first])))

    def test_a_forged_caller_and_a_cut_end_are_found_too(self):
        self.make_store()
        data = self.path("forged")
        self.forged(frame, data)
        self.assertIn("batches 2 to 2", self.verify(4, data=data)["heads"]["error"])
        self.forged(cut, data)
        error = self.verify(4, data=data)["heads"]["error"]
        self.assertIn(f"ends at position {self.ends[1]}", error)
        self.assertIn(f"position {self.ends[2]}", error)
        # And nothing is decided on top of it.
        done = self.call("import", self.write("more", ""), data=data)
        self.assertEqual((done.returncode, done.stdout), (4, ""), done.stderr)
        self.assertIn("find out which history is true", done.stderr)

    def test_without_signed_heads_the_same_forgeries_pass(self):
        self.make_store()
        data = self.path("forged")
        for forge in (change, redate, frame, cut):
            self.forged(forge, data)
            self.unsigned(data)
            report = self.verify(0, data=data)
            self.assertIsNone(report["heads"])
            self.assertTrue(report["ok"], forge.__name__)

    def test_a_forger_with_a_key_of_his_own_is_found_by_the_public_key(self):
        key = self.make_store()
        copy = shutil.copy(os.path.join(self.data, "heads"), self.path("witness"))
        data = self.path("forged")
        self.forged(change, data)
        self.unsigned(data)
        self.expect(0, "log", "sign", data=data)
        self.assertTrue(self.verify(0, data=data)["heads"]["ok"], "by itself it looks well")
        error = self.verify(4, "--key", key, data=data)["heads"]["error"]
        self.assertIn("not signed by key", error)
        error = self.verify(4, "--key", key, "--heads", copy, data=data)["heads"]["error"]
        self.assertIn(f"between positions 1 and {self.ends[0]}", error)
        self.assertTrue(self.verify(0, "--key", key, "--heads", copy)["heads"]["ok"])
        # Heads of his beside ours.
        with open(os.path.join(self.data, "heads"), "a", encoding="utf-8") as ours, \
                open(os.path.join(data, "heads"), encoding="utf-8") as his:
            ours.write(his.read())
        self.assertIn("line 5", self.verify(4)["heads"]["error"])

    def test_heads_that_were_taken_away_are_missed(self):
        self.make_store()
        os.remove(os.path.join(self.data, "heads"))
        self.assertIn("put the file back", self.verify(4)["heads"]["error"])
        self.assertEqual(self.call("import", self.write("more", "")).returncode, 3)

    # Receipts.

    def receipt(self, seq):
        path = self.path(f"receipt-{seq}.json")
        done = self.expect(0, "log", "prove", str(seq), "--out", path)
        self.assertIn(f"position {seq}", done.stdout)
        self.assertEqual(self.expect(0, "log", "prove", str(seq)).stdout, self.content(path))
        return path

    def content(self, path):
        with open(path, encoding="utf-8") as file:
            return file.read()

    def by_python(self, path, key):
        return subprocess.run([sys.executable, "-B", PAGE, path, key], capture_output=True,
                              text=True, timeout=60, check=False)

    def test_a_receipt_proves_its_event_to_who_has_the_public_key_alone(self):
        key = self.make_store("--heads", self.path("elsewhere"))
        paths = {seq: self.receipt(seq) for seq in (1, SCHOOL, self.ends[0], self.ends[0] + 1,
                                                    self.ends[2])}
        shutil.rmtree(self.data)
        os.remove(self.path("elsewhere"))
        for seq, path in paths.items():
            proved = self.json("log", "check-receipt", path, "--key", key)
            self.assertEqual((proved["ok"], proved["position"]), (True, str(seq)))
            done = self.by_python(path, key)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn(f"position {seq}, ", done.stdout)
        proved = self.json("log", "check-receipt", paths[SCHOOL], "--key", key)
        self.assertEqual(proved["event"]["name"], "School 7")
        self.assertIn("Proved.", self.expect(0, "log", "check-receipt", paths[SCHOOL], "--key",
                                             key).stdout)

    def test_a_receipt_with_another_byte_or_under_another_key_proves_nothing(self):
        key = self.make_store()
        path = self.receipt(7)
        whole = pathlib.Path(path).read_bytes()
        check_receipt.check(whole.decode(), bytes.fromhex(key))
        for at in range(len(whole)):
            for bit in range(8):
                other = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1:]
                with self.assertRaises(check_receipt.FAULTS):
                    check_receipt.check(other.decode(), bytes.fromhex(key))
        for _ in range(40):
            at, bit = self.chance.randrange(len(whole)), self.chance.randrange(8)
            other = self.path("other.json")
            pathlib.Path(other).write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) +
                                            whole[at + 1:])
            done = self.expect(1, "log", "check-receipt", other, "--key", key)
            self.assertIn("Proves nothing", done.stdout, f"byte {at}, bit {bit}")
            self.assertEqual(self.by_python(other, key).returncode, 1, f"byte {at}, bit {bit}")
        stranger = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        refused = json.loads(self.expect(1, "log", "check-receipt", path, "--key", stranger,
                                         "--json").stdout)
        self.assertFalse(refused["ok"])
        self.assertEqual(self.by_python(path, stranger).returncode, 1)

    def test_wrong_calls_say_what_to_do(self):
        key = self.make_store()
        for code, words, args in (
                (2, "positions 1 to", ("prove", "9999")), (2, "positions 1 to", ("prove", "0")),
                (2, "plain decimal digits", ("prove", "x")),
                (2, "cannot read", ("check-receipt", self.path("none"), "--key", key)),
                (2, "64 hexadecimal digits", ("check-receipt", self.path("none"), "--key", "ab")),
                (2, "--key", ("check-receipt", self.path("none"))),
                (2, "64 hexadecimal digits", ("verify", "--key", key.upper() + "0"))):
            done = self.expect(code, "log", *args)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stdout, "")
        for verb in ("prove", "check-receipt", "heads", "sign"):
            self.assertIn(f"  kopilka log {verb}", self.expect(0, "log", verb, "--help").stdout)

    def test_a_store_that_was_made_without_a_key_says_so_and_may_begin(self):
        self.make_store()
        self.unsigned(self.data)
        self.assertIsNone(self.verify(0)["heads"])
        self.assertIn("none: nothing here is signed", self.expect(0, "log", "verify").stdout)
        self.assertIn("kopilka log sign", self.expect(3, "log", "prove", "1").stderr)
        self.assertIsNone(self.json("log", "heads")["public_key"])
        self.expect(0, "log", "sign", "--head-every", "5")
        key = self.json("log", "heads")["public_key"]
        self.expect(0, "log", "check-receipt", self.receipt(1), "--key", key)
        self.expect(2, "log", "sign", "--head-every", "5")

    def test_verify_tells_heads_and_rate(self):
        key = self.make_store()
        report = self.verify(0)
        self.assertEqual(report["heads"]["checked"], 3)
        self.assertEqual(report["heads"]["signed_through"], report["last"])
        self.assertEqual(report["heads"]["public_key"], key)
        for name in ("milliseconds", "events_per_second"):
            self.assertIsInstance(report[name], int)
        text = self.expect(0, "log", "verify").stdout
        self.assertRegex(text, r"heads +3 signed by [0-9a-f]{16}, through position \d+\n")
        self.assertRegex(text, r"rate +[\d\u202f]+ events/s, ")

    # Kills.

    def test_heads_stay_true_through_kills_and_a_torn_line_is_cut_and_said(self):
        self.expect(0, "init", "--head-every", "200")
        lines = self.write("lines.ndjson", purchases(union(20), 20000, 20).text())
        torn = killed = 0
        for _ in range(KILLS):
            process = self.start("import", lines, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
            try:
                process.communicate(timeout=self.chance.uniform(0.05, 0.4))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                killed += 1
            heads = self.verify(0)["heads"]
            self.assertTrue(heads["ok"], f"seed {SEED}: {heads}")
            with open(os.path.join(self.data, "heads"), "a", encoding="utf-8") as file:
                file.write("kopilka-head 1 store="[:self.chance.randrange(1, 21)])
            self.assertTrue(self.verify(0)["heads"]["ok"], "it may be under way")
            done = self.expect(0, "import", self.write("nothing", ""))
            torn += "cut" in done.stderr and "heads" in done.stderr
        self.assertEqual(torn, KILLS)
        self.assertGreater(killed, 0)
        self.expect(0, "import", lines, "--results", self.path("results"))
        report = self.verify(0)
        self.assertEqual(report["heads"]["signed_through"], report["last"])
        key = self.json("log", "heads")["public_key"]
        for _ in range(10):
            seq = self.chance.randint(1, int(report["last"]))
            self.expect(0, "log", "check-receipt", self.receipt(seq), "--key", key)


if __name__ == "__main__":
    main()
