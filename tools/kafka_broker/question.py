"""Asks a broker which brokers it knows, so that "up" means "answers", without a client library."""

import socket
import struct

METADATA, VERSION = 3, 1
NAME = b"tools/kafka"
ANSWER_BYTES_MAX = 1 << 20


def brokers_known(port, timeout_s=1.0):
    """The ids of the brokers that the one on this port would send a client to; none: no answer."""
    body = struct.pack(">hhih", METADATA, VERSION, 1, len(NAME)) + NAME + struct.pack(">i", 0)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout_s) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            size, = struct.unpack(">i", _read(connection, 4))
            if not 0 < size <= ANSWER_BYTES_MAX:
                return []
            return _brokers_of(_read(connection, size))
    except (OSError, struct.error):
        return []


def _read(connection, size):
    received = b""
    while len(received) < size:
        piece = connection.recv(size - len(received))
        if not piece:
            raise ConnectionError("closed in the middle of an answer")
        received += piece
    return received


def _brokers_of(answer):
    at = 8  # correlation id, then the number of brokers
    count, = struct.unpack_from(">i", answer, 4)
    ids = []
    for _ in range(count):
        node, host_bytes = struct.unpack_from(">ih", answer, at)
        at += 6 + host_bytes + 4  # the port
        rack_bytes, = struct.unpack_from(">h", answer, at)
        at += 2 + max(rack_bytes, 0)
        ids.append(node)
    return sorted(ids)
