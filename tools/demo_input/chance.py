"""Chance that is the same on every machine: numbers are hashes of a seed and a name."""

import hashlib


class Chance:
    """A source that gives every name its own stream, so that one draw never moves another."""

    def __init__(self, seed):
        self._seed = seed

    def of(self, *name):
        return Stream(":".join(map(str, (self._seed, *name))))


class Stream:
    def __init__(self, name):
        self._name = name
        self._drawn = 0
        self._left = b""

    def below(self, bound):
        """The next number of the stream, 0 <= n < bound <= 2^31."""
        if not self._left:
            text = f"{self._name}:{self._drawn}"
            self._left = hashlib.blake2b(text.encode(), digest_size=64).digest()
            self._drawn += 1
        word, self._left = self._left[:8], self._left[8:]
        return int.from_bytes(word, "big") % bound
