"""What a program finds around it: the time, and a disk with an end. Both are set from outside while it runs.

A play that needs them starts the programs through `twin.altered`, which looks into the same few bytes.
"""

import mmap
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

LAYOUT = struct.Struct("<qq")
"""How far the clocks are ahead (ns), and how many bytes the disk has (-1: no end that a play would reach)."""


class World:
    """`World(file, disk)`: `later` puts every clock forward; `fill` leaves nothing of the disk that is `disk`."""

    def __init__(self, file: Path, disk: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(LAYOUT.pack(0, -1))
        self._file = file
        self._disk = disk
        with file.open("r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), LAYOUT.size)
        self._ahead_ns = 0
        self._room = -1

    @property
    def ahead_s(self) -> float:
        """How far the clocks of the programs are ahead of ours."""
        return self._ahead_ns / 1e9

    def later(self, seconds: float) -> None:
        """Let it be later, at once, for every program: for the wall clock and for the one that only counts."""
        self._ahead_ns += round(seconds * 1e9)
        self._write()

    def fill(self, left: int = 0) -> None:
        """Let the disk have no more than `left` bytes free."""
        self._room = used(self._disk) + left
        self._write()

    def empty(self) -> None:
        """Make room: somebody deleted what filled the disk."""
        self._room = -1
        self._write()

    def around(self, command: Sequence[str]) -> list[str]:
        """Return the command that runs `command` in here."""
        return [sys.executable, "-m", "twin.altered", str(self._file), str(self._disk), *command]

    def _write(self) -> None:
        self._map[:] = LAYOUT.pack(self._ahead_ns, self._room)


def used(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
