"""Somebody without the key who may write every file of a store: reads its log as docs/formats says,
changes what it likes, and writes it again with counts, checksums and a chain that are right."""

import hashlib
import os
import struct

PAGE = 4096
SECTOR = 512
HEADER = 144


def crc_of_byte(byte):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    return byte


CRC_TABLE = [crc_of_byte(byte) for byte in range(256)]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def take_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def take_text(data, at):
    size, at = take_varint(data, at)
    return at + size


class Entry:
    """One command's: what stands before its events' count, and the events' bytes."""

    def __init__(self, head, at_delta, events):
        self.head = head            # flags and origin
        self.at_delta = at_delta    # zigzag
        self.events = events


class Batch:
    def __init__(self, data):
        self.header = bytearray(data[:HEADER])
        entries, sources, entry_bytes, event_bytes, outcomes = struct.unpack_from("<5I", data, 116)
        body = data[HEADER:]
        self.sources, body = body[:sources], body[sources:]
        entry_section, body = body[:entry_bytes], body[entry_bytes:]
        event_section, self.outcomes = body[:event_bytes], body[event_bytes:]
        assert len(self.outcomes) == outcomes
        self.entries = self._split(entries, entry_section, event_section)

    @staticmethod
    def _split(count, section, events):
        names = at = event_at = 0
        out = []
        for _ in range(count):
            begin = at
            flags, at = section[at], at + 1
            if flags & 1:
                for _ in range(2):
                    index, at = take_varint(section, at)
                    if index == names:
                        names, at = names + 1, take_text(section, at)
                at = take_text(section, at) + 16
            head = section[begin:at]
            delta, at = take_varint(section, at)
            size, at = take_varint(section, at)
            own = []
            for _ in range(size):
                first = event_at
                for _ in range(3):
                    _, event_at = take_varint(events, event_at)
                event_at = take_text(events, event_at)
                own.append(events[first:event_at])
            out.append(Entry(head, delta, own))
        return out

    def events(self):
        """(entry, index) of each event, in order."""
        return [(entry, i) for entry in self.entries for i in range(len(entry.events))]

    def sealed(self, n, first_seq, previous):
        self.entries = [entry for entry in self.entries if entry.events]
        entries = b"".join(e.head + varint(e.at_delta) + varint(len(e.events))
                           for e in self.entries)
        events = b"".join(event for e in self.entries for event in e.events)
        self.count = sum(len(e.events) for e in self.entries)
        header = self.header
        struct.pack_into("<QQ", header, 48, n, first_seq)
        header[80:112] = previous
        struct.pack_into("<6I", header, 112, self.count, len(self.entries), len(self.sources),
                         len(entries), len(events), len(self.outcomes))
        body = self.sources + entries + events + self.outcomes
        struct.pack_into("<I", header, 136, crc32c(body))
        struct.pack_into("<I", header, 140, crc32c(header[:140]))
        return bytes(header) + body


class Log:
    """The log of a small store: one raw segment, closed cleanly."""

    def __init__(self, data):
        self.directory = os.path.join(data, "log")
        name, = [n for n in os.listdir(self.directory) if n.endswith(".segment")]
        self.path = os.path.join(self.directory, name)
        with open(self.path, "rb") as file:
            self.segment = file.read()
        self.batches = []
        at = PAGE
        while self.segment[at:at + 4] == b"SLOT":
            size, = struct.unpack_from("<I", self.segment, at + 4)
            self.batches.append(Batch(self.segment[at + 16:at + 16 + size]))
            at += (16 + size + PAGE - 1) // PAGE * PAGE

    def place(self, seq):
        """The entry and the index of the event at that position."""
        events = [event for batch in self.batches for event in batch.events()]
        return events[seq - 1]

    def batch_of(self, seq):
        for batch in self.batches:
            size = len(batch.events())
            if seq <= size:
                return batch
            seq -= size
        raise IndexError(seq)

    def write(self):
        """All of it again, each batch chained to the one before, with the mark of a clean end."""
        out = bytearray(self.segment[:PAGE])
        previous, seq = bytes(32), 1
        for n, batch in enumerate(self.batches, 1):
            data = batch.sealed(n, seq, previous)
            seq += batch.count
            previous = hashlib.sha256(data).digest()
            out += self._slot(data)
        out += bytes(max(0, len(self.segment) - len(out)))
        with open(self.path, "r+b") as file:
            file.write(out)
        self._mark(len(self.batches), seq - 1, previous)

    @staticmethod
    def _slot(data):
        size = (16 + len(data) + PAGE - 1) // PAGE * PAGE
        slot = bytearray(size)
        slot[16:16 + len(data)] = data
        struct.pack_into("<4sI", slot, 0, b"SLOT", len(data))
        empty = sum(1 for at in range(0, size, SECTOR) if not any(slot[at:at + SECTOR]))
        struct.pack_into("<I", slot, 8, empty)
        struct.pack_into("<I", slot, 12, crc32c(slot[:12]))
        return slot

    def _mark(self, n, seq, head):
        path = os.path.join(self.directory, "closed")
        with open(path, "rb") as file:
            mark = bytearray(file.read())
        struct.pack_into("<QQ", mark, 32, n, seq)
        mark[48:80] = head
        struct.pack_into("<I", mark, 80, crc32c(mark[:80]))
        with open(path, "wb") as file:
            file.write(mark)
