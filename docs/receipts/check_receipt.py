#!/usr/bin/env python3
"""Checks a receipt that `kopilka log prove` wrote, with Python alone and the store's public key:

    check_receipt.py receipt.json PUBLICKEY

Exit 0 when the receipt proves its event, 1 when it does not, 2 when it was called wrongly. The format
is ../formats/heads.md; Ed25519 is RFC 8032, the tree RFC 6962, the walk to its root RFC 9162 2.1.3.2.
"""

import base64
import hashlib
import json
import struct
import sys

NAMES = ["kopilka_receipt", "seq", "recorded_at_us", "event", "path", "head", "signature"]
HEAD_NAMES = ["store", "size", "root", "batch", "chain", "recorded_at", "key"]

# Ed25519: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


class Wrong(Exception):
    """Why a receipt proves nothing."""


FAULTS = (Wrong, ValueError, KeyError, TypeError, struct.error)


def sha256(data):
    return hashlib.sha256(data).digest()


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        raise Wrong("this is no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Wrong("this is no point of the curve")
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public_key, message, signature):
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    left = times(scalar, BASE)
    right = add(point_of(signature[:32]),
                times(int.from_bytes(digest, "little") % ORDER, point_of(public_key)))
    return ((left[0] * right[2] - right[0] * left[2]) % P == 0 and
            (left[1] * right[2] - right[1] * left[2]) % P == 0)


def root_by_path(leaf, index, size, path):
    if index >= size:
        raise Wrong("the head does not reach that far")
    root, last = leaf, size - 1
    for sibling in path:
        if last == 0:
            raise Wrong("the path is too long")
        if index & 1 or index == last:
            root = sha256(b"\x01" + sibling + root)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            root = sha256(b"\x01" + root + sibling)
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("the path is too short")
    return root


def bytes_of(text, size):
    """Of lower-case hexadecimal: one spelling, so that no other text passes for it."""
    data = bytes.fromhex(text)
    if len(data) != size or data.hex() != text:
        raise Wrong("a hash or a signature is not spelled as it must be")
    return data


def head_of(text):
    words = text.split(" ")
    if words[:2] != ["kopilka-head", "1"] or [w.partition("=")[0] for w in words[2:]] != HEAD_NAMES:
        raise Wrong("the head is not one of this format")
    head = dict(zip(HEAD_NAMES, (word.partition("=")[2] for word in words[2:])))
    if str(int(head["size"])) != head["size"]:
        raise Wrong("the head's size is not spelled as it must be")
    return head


def check(text, public_key):
    """What the receipt proves; raises one of FAULTS when it proves nothing."""
    receipt = json.loads(text)
    if json.dumps(receipt, separators=(",", ":")) + "\n" != text or list(receipt) != NAMES or \
            receipt["kopilka_receipt"] != 1 or type(receipt["seq"]) is not int:
        raise Wrong("this is no receipt as it was written")
    head = head_of(receipt["head"])
    if head["key"] != sha256(public_key)[:8].hex():
        raise Wrong("the head was signed by another key than the one that was given")
    if not is_signed(public_key, receipt["head"].encode(), bytes_of(receipt["signature"], 64)):
        raise Wrong("the signature is not one of this head")
    event = base64.b64decode(receipt["event"], validate=True)
    if base64.b64encode(event).decode() != receipt["event"]:
        raise Wrong("the event is not spelled as it must be")
    place = struct.pack("<16sQq", bytes_of(head["store"], 16), receipt["seq"],
                        receipt["recorded_at_us"])
    leaf = sha256(b"\x00" + place + event)
    path = [bytes_of(one, 32) for one in receipt["path"]]
    root = root_by_path(leaf, receipt["seq"] - 1, int(head["size"]), path)
    if receipt["seq"] < 1 or root != bytes_of(head["root"], 32):
        raise Wrong("the signed head does not cover this event at this position")
    return receipt, head, event


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        public_key = bytes_of(sys.argv[2], 32)
        with open(sys.argv[1], "rb") as file:
            receipt, head, event = check(file.read().decode(), public_key)
    except OSError as error:
        print(f"cannot read the receipt: {error}", file=sys.stderr)
        return 2
    except FAULTS as error:
        print(f"Proves nothing: {error}")
        return 1
    print(f"Proved: store {head['store']} has this event at position {receipt['seq']}, recorded at\n"
          f"{receipt['recorded_at_us']} microseconds of UTC, under the head of its first "
          f"{head['size']} events:")
    print(event.hex())
    return 0


if __name__ == "__main__":
    sys.exit(main())
