"""Which boot this is."""

import os


def number() -> int:
    """A random number of 32 bits, never 0, that tells one boot of a board from every other."""
    while True:
        drawn = int.from_bytes(os.urandom(4), "little")
        if drawn:
            return drawn
