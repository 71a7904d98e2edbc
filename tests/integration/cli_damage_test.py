#!/usr/bin/env python3
"""Damaged bytes of a log: found and named, or harmless by design; never another balance.

Flips one byte of the log at a time and asks the real program. By default as many places as fit into
KOPILKA_DAMAGE_SECONDS (60): the headers and a stride, in an order drawn from KOPILKA_SEED. With
KOPILKA_DAMAGE=whole every byte of headers and batches, however long it takes.
"""

import concurrent.futures
import json
import os
import random
import shutil
import time

from command_line import Lines, StoreTest, main, purchases, union

SEED = int(os.environ.get("KOPILKA_SEED", "20190301"))
SECONDS = float(os.environ.get("KOPILKA_DAMAGE_SECONDS", "60"))
WHOLE = os.environ.get("KOPILKA_DAMAGE", "") == "whole"
WORKERS = int(os.environ.get("KOPILKA_DAMAGE_WORKERS", str(os.cpu_count() or 1)))
PLACES_MIN = 20
STRIDE = 61

# docs/formats/segments.md and batch.md
PAGE = 4096
SECTOR = 512
SEGMENT_HEADER = 128
SLOT_HEADERS = 16 + 144
BATCH_BYTES_MAX = 1 << 20


def payout():
    """A member's balance, and a withdrawal that went all the way."""
    lines = Lines()
    lines.add("adjust_balance", member_id=1, amount="50.00", reason="a gift", minute=60,
              approvers=["first", "second"])
    lines.add("add_destination", member_id=1, method="phone", value="+79160000042")
    lines.add("request_withdrawal", key="payout", member_id=1, method="phone", amount="20.00")
    lines.add("send_withdrawal", member_id=1, request_key="payout")
    lines.add("settle_withdrawal", member_id=1, request_key="payout", processor_fee="0.40")
    return lines


def flip(path, offset, mask):
    with open(path, "r+b", buffering=0) as file:
        file.seek(offset)
        old = file.read(1)
        file.seek(offset)
        file.write(bytes([old[0] ^ mask]))


def content(path):
    with open(path, "rb") as file:
        return file.read()


def zero(path, begin, end):
    with open(path, "r+b", buffering=0) as file:
        file.seek(begin)
        file.write(bytes(end - begin))


class Damage(StoreTest):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)

    def make_store(self):
        """Three batches in one segment: people, purchases, a payout."""
        self.init()
        self.load(union(), "union.ndjson")
        self.load(purchases(Lines(), 3, 1), "purchases.ndjson")
        self.load(payout(), "payout.ndjson")
        self.balances = self.read("books", "trial-balance")
        self.assertIn('"name":"member available","balance":"-30.00"', self.balances)

    def make_rolled_store(self):
        """A packed segment and a raw one."""
        self.init()
        self.load(union(5), "union.ndjson")
        self.load(purchases(Lines(), 3000, 5), "purchases.ndjson")
        self.balances = self.read("books", "trial-balance")

    def read(self, *args):
        return self.expect(0, *args, "--json").stdout

    def log_files(self):
        log = os.path.join(self.data, "log")
        return sorted(os.path.join("log", name) for name in os.listdir(log) if "." in name)

    def end_of(self, path):
        """Where the page after the last one that was written begins."""
        written = len(content(path).rstrip(b"\0"))
        return (written + PAGE - 1) // PAGE * PAGE

    # What is looked at, as (file, offset): all of it, or the headers and a stride.

    def places_of_raw(self, name):
        bytes_ = content(os.path.join(self.data, name))
        end = self.end_of(os.path.join(self.data, name))
        offsets = set(range(SEGMENT_HEADER))
        for slot in range(PAGE, end, PAGE):
            if bytes_[slot:slot + 4] != b"SLOT":
                continue
            length = int.from_bytes(bytes_[slot + 4:slot + 8], "little")
            offsets.update(range(slot, slot + (16 + length if WHOLE else SLOT_HEADERS)))
        # The stride meets padding too, and the sector where the next batch would begin.
        offsets.update(range(self.chance.randrange(STRIDE), end + SECTOR, STRIDE))
        return [(name, offset) for offset in sorted(offsets)]

    def places_of_packed(self, name):
        size = os.path.getsize(os.path.join(self.data, name))
        # Frame header and segment header at the beginning, the index at the end.
        offsets = set(range(8 + SEGMENT_HEADER)) | set(range(size - 64, size))
        offsets.update(range(self.chance.randrange(1009), size, 1009))
        return [(name, offset) for offset in sorted(offsets)]

    # What is found.

    def look(self, data, place):
        """Whether the damage was found; fails when neither that nor harmless."""
        name, offset = place
        path = os.path.join(data, name)
        mask = 1 << offset % 8
        flip(path, offset, mask)
        try:
            verified = self.call("log", "verify", "--json", data=data)
            books = self.call("books", "trial-balance", "--json", data=data)
        finally:
            flip(path, offset, mask)
        said = f"{place}: {verified.returncode} {verified.stdout}{verified.stderr}{books.stderr}"
        if books.returncode == 0:
            self.assertEqual(books.stdout, self.balances, said)
        else:
            self.assertEqual((books.returncode, books.stdout), (4, ""), said)
        if verified.returncode == 0:
            self.assertTrue(json.loads(verified.stdout)["ok"], said)
            self.assertEqual(books.returncode, 0, said)
            return False
        self.assertEqual(verified.returncode, 4, said)
        report = json.loads(verified.stdout)
        self.assertFalse(report["ok"], said)
        for word in (os.path.basename(name), "offset", "seq"):
            self.assertIn(word, report["error"], said)
            self.assertIn(word, verified.stderr, said)
        return True

    def look_at_all(self, places):
        """Every place, each worker in a copy of its own; the harmless ones."""
        self.chance.shuffle(places)
        deadline = None if WHOLE else time.monotonic() + SECONDS
        harmless = []
        looked = []

        def work(shard):
            data = self.path(f"copy-{shard}")
            shutil.copytree(self.data, data)
            for at, place in enumerate(places[shard::WORKERS]):
                enough = at * WORKERS >= PLACES_MIN
                if deadline is not None and enough and time.monotonic() > deadline:
                    break
                looked.append(place)
                if not self.look(data, place):
                    harmless.append(place)

        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for done in [pool.submit(work, shard) for shard in range(WORKERS)]:
                done.result()
        print(f"seed {SEED}: {len(looked)} of {len(places)} places, {len(harmless)} harmless")
        return sorted(harmless)

    def test_every_written_byte_is_guarded(self):
        self.make_store()
        name, = [name for name in self.log_files() if name.endswith(".segment")]
        harmless = self.look_at_all(self.places_of_raw(name))
        # Headers, batches, the zeros that fill their pages and those where the next one begins.
        self.assertEqual(harmless, [])

    def test_the_zeros_that_no_batch_has_reached_are_harmless_or_named(self):
        self.make_store()
        name, = [name for name in self.log_files() if name.endswith(".segment")]
        path = os.path.join(self.data, name)
        begin, size = self.end_of(path) + SECTOR, os.path.getsize(path)
        self.assertLess(size, begin + BATCH_BYTES_MAX)
        places = [(name, offset) for offset in [begin, size - 1] +
                  [self.chance.randrange(begin, size) for _ in range(18)]]
        # As far as one batch reaches: what a write that tore may have left, cut by the next writer.
        self.assertEqual(self.look_at_all(list(places)), sorted(places))
        flip(path, begin, 1)
        done = self.expect(0, "import", self.write("one.ndjson", self.one_more().text()))
        self.assertIn("cut", done.stderr)
        self.assertEqual(self.json("log", "verify")["ok"], True)

    def test_a_packed_segment_is_guarded_too(self):
        self.make_rolled_store()
        name, = [name for name in self.log_files() if name.endswith(".zst")]
        harmless = self.look_at_all(self.places_of_packed(name))
        # A bit that zstd does not use changes nothing that is read.
        for _, offset in harmless:
            self.assertGreaterEqual(offset, 8 + SEGMENT_HEADER)
        self.assertLess(len(harmless), 5, harmless)

    # Opening to decide.

    def one_more(self):
        return Lines().add("adjust_balance", key="one-more", member_id=1, amount="1.00",
                           reason="a gift", minute=90, approvers=["first", "second"])

    def last_slot(self, path):
        bytes_ = content(path)
        slot = max(at for at in range(PAGE, self.end_of(path), PAGE)
                   if bytes_[at:at + 4] == b"SLOT")
        return slot, len(bytes_.rstrip(b"\0"))

    def assert_not_cut(self, path, data):
        """Import of one more line finds the damage and changes nothing of the log."""
        before = content(path)
        line = self.write("one.ndjson", self.one_more().text())
        done = self.expect(4, "import", line, data=data)
        self.assertEqual(done.stdout, "")
        for word in (os.path.basename(path), "offset", "seq"):
            self.assertIn(word, done.stderr)
        self.assertEqual(content(path), before, "nothing is repaired")

    def damaged_copies(self, forget, signed=True):
        """Copies whose last batch lacks sectors as if its write had torn, without `forget`."""
        self.make_store()
        name, = [name for name in self.log_files() if name.endswith(".segment")]
        slot, end = self.last_slot(os.path.join(self.data, name))
        sectors = range(slot, end, SECTOR)
        for cut in [(at, end) for at in sectors] + [(at, min(at + SECTOR, end)) for at in sectors]:
            data = self.path("damaged")
            shutil.rmtree(data, ignore_errors=True)
            shutil.copytree(self.data, data)
            for path in forget:
                whole = os.path.join(data, path)
                os.remove(whole) if os.path.isfile(whole) else shutil.rmtree(whole)
            if not signed:
                self.cut_last_head(data)
            zero(os.path.join(data, name), *cut)
            yield os.path.join(data, name), data

    def cut_last_head(self, data):
        path = os.path.join(data, "heads")
        whole = content(path)
        with open(path, "wb") as file:
            file.write(whole[:whole[:-1].rindex(b"\n") + 1])

    def test_a_flipped_byte_of_the_last_batch_is_never_cut_off(self):
        self.make_store()
        name, = [name for name in self.log_files() if name.endswith(".segment")]
        path = os.path.join(self.data, name)
        slot, end = self.last_slot(path)
        os.remove(os.path.join(self.data, "log", "closed"))
        for left in ("state", "projections"):
            shutil.rmtree(os.path.join(self.data, left))
        offsets = [slot, slot + 20, slot + SLOT_HEADERS, end - 1]
        offsets += [self.chance.randrange(slot, end) for _ in range(8)]
        for offset in offsets:
            flip(path, offset, 1 << offset % 8)
            self.assert_not_cut(path, self.data)
            flip(path, offset, 1 << offset % 8)
        self.load(self.one_more())

    def test_a_batch_that_the_close_mark_names_is_never_cut_off(self):
        for path, data in self.damaged_copies(["state", "projections"]):
            self.assert_not_cut(path, data)

    def test_a_batch_that_the_kept_rows_name_is_never_cut_off(self):
        for path, data in self.damaged_copies(["log/closed"]):
            self.assert_not_cut(path, data)

    def test_a_batch_that_a_signed_head_names_is_never_cut_off(self):
        for path, data in self.damaged_copies(["log/closed", "state", "projections"]):
            before = content(path)
            line = self.write("one.ndjson", self.one_more().text())
            done = self.expect(4, "import", line, data=data)
            self.assertEqual(done.stdout, "")
            self.assertIn("and the log ends before that", done.stderr)
            self.assertEqual(content(path), before, "nothing is repaired")

    def test_a_torn_batch_that_nothing_durable_names_is_cut_and_said(self):
        for path, data in self.damaged_copies(["log/closed", "state", "projections"], False):
            line = self.write("one.ndjson", self.one_more().text())
            slot, _ = self.last_slot(os.path.join(self.data, os.path.relpath(path, data)))
            remains = len(content(path).rstrip(b"\0")) > slot
            done = self.expect(0, "import", line, data=data)
            # A slot of zeros alone cannot be told from one that was never begun.
            for word in ("cut", os.path.basename(path), "offset", "seq") if remains else ():
                self.assertIn(word, done.stderr)
            self.assertTrue(self.json("log", "verify", data=data)["ok"])


if __name__ == "__main__":
    main()
