"""What a power cut leaves on the disk: everything that was synced, and none, all or a part of what was not.

A part means single sectors of 512 bytes, each kept or lost by chance. A file that was deleted stays deleted. A card
that says "synced" and lies is not meant here: that one has to be tested with a plug in the hand.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from tests.faults.sqlite_disk import Act, Delete, Said, Sync, Truncate, Write

SECTOR = 512

Left = Literal["none", "all", "part"]
"""What is left of that which was not synced."""

Image = dict[str, bytes]
"""The files of a disk, by name."""


@dataclass
class _File:
    durable: bytearray = field(default_factory=bytearray)
    unsynced: list[Write | Truncate] = field(default_factory=list)

    def synced(self) -> None:
        for act in self.unsynced:
            _apply(self.durable, act)
        self.unsynced.clear()

    def left(self, left: Left, dice: random.Random) -> bytes:
        content = bytearray(self.durable)
        for act in self.unsynced if left != "none" else ():
            for piece in [act] if left == "all" else _part_of(act, dice):
                _apply(content, piece)
        return bytes(content)


class Cut(NamedTuple):
    """`said`: what had been said until then; `after`: the act that the power failed after."""

    image: Image
    said: Sequence[object]
    after: Act
    left: Left


def cuts(start: Image, before: Sequence[object], acts: Sequence[Act], dice: random.Random) -> Iterator[Cut]:
    """Yield what is on the disk when the power fails after each act, in every way that makes a difference.

    `start` was on the disk and `before` had been said when the first act was done.
    """
    files = {name: _File(bytearray(content)) for name, content in start.items()}
    said = list(before)
    for act in acts:
        match act:
            case Said(what):
                said.append(what)
                continue
            case Delete(name):
                files.pop(name, None)
            case Sync(name):
                files.setdefault(name, _File()).synced()
            case Write(file=name) | Truncate(file=name):
                files.setdefault(name, _File()).unsynced.append(act)
        kinds: tuple[Left, ...] = ("all", "part") if isinstance(act, Write | Truncate) else ("none", "part")
        for left in kinds:
            yield Cut({name: file.left(left, dice) for name, file in files.items()}, tuple(said), act, left)


def put(image: Image, folder: Path) -> None:
    """Lay the image into a folder."""
    for name, content in image.items():
        (folder / name).write_bytes(content)


def _apply(content: bytearray, act: Write | Truncate) -> None:
    if isinstance(act, Truncate):
        del content[act.size :]
        return
    content.extend(bytes(max(0, act.at - len(content))))
    content[act.at : act.at + len(act.data)] = act.data


def _part_of(act: Write | Truncate, dice: random.Random) -> Iterator[Write | Truncate]:
    """Yield what the disk had time for: a truncation happens or not, of a write each sector by itself."""
    if isinstance(act, Truncate):
        if dice.random() < 0.5:
            yield act
        return
    at, end = act.at, act.at + len(act.data)
    while at < end:
        to = min(end, (at // SECTOR + 1) * SECTOR)
        if dice.random() < 0.5:
            yield Write(act.file, at, act.data[at - act.at : to - act.at])
        at = to
