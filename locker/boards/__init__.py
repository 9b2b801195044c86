"""The families of off-the-shelf lock boards, each a codec; our own board speaks `wire.board`.

One family, one file; the folder is the registry, and a module's `FAMILY` is its codec. A codec makes frames and reads
them, and touches neither line nor clock. It can only ask for the contacts and pulse one latch: what opens several doors
at once, or keeps a latch under current, has no function here. These boards number nothing and remember nothing, so
whoever speaks to them compares contacts, and never sends an opening twice.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple


class Contacts(NamedTuple):
    """Contacts as the board sees them, lock by lock; what a set bit means depends on the wiring."""

    bits: Mapping[int, bool]


class Changed(NamedTuple):
    """A contact changed, which the board tells unasked."""

    lock: int
    bit: bool


class Opened(NamedTuple):
    """The answer to an opening, a word of `wire.board.OUTCOMES`: "stale" where the board doubts that it pulsed.

    `lock` is None where the board does not say which.
    """

    lock: int | None
    outcome: str


class Released(NamedTuple):
    """The answer to an `after_frame`."""

    lock: int | None


Answer = Contacts | Changed | Opened | Released


class Question(NamedTuple):
    """A frame that asks for the contacts of `locks`; asking again does no harm."""

    frame: bytes
    locks: frozenset[int]


class Cut(NamedTuple):
    """What the first bytes of some data are: a frame of `size` bytes, and what it says if it says anything."""

    size: int
    answer: Answer | None = None


NOTHING = Cut(0)
"""No frame begins here."""

MORE = Cut(-1)
"""A frame may begin here; its end has not come yet."""


@dataclass(frozen=True)
class Family:
    """One board of a family; ValueError for an address, variant or pulse that no board of it has.

    Locks are numbered from 1. `pulse_ms` matters where the frame carries it; elsewhere the board has its own.
    """

    board: int
    variant: str = ""
    pulse_ms: int = 200

    BOARDS: ClassVar[range]
    LOCKS: ClassVar[range]
    VARIANTS: ClassVar[tuple[str, ...]] = ("",)
    OPENED_BY: ClassVar[type[Opened] | type[Contacts]] = Opened
    """What answers an opening."""

    def __post_init__(self) -> None:
        if self.board not in self.BOARDS:
            raise ValueError(f"the board's address is {self.BOARDS[0]} to {self.BOARDS[-1]}, not {self.board}")
        if self.variant not in self.VARIANTS:
            raise ValueError(f"the variant is one of {', '.join(map(repr, self.VARIANTS))}, not {self.variant!r}")
        if not 1 <= self.pulse_ms <= 500:
            raise ValueError(f"a pulse is 1 to 500 ms, not {self.pulse_ms}")

    @property
    def holds(self) -> bool:
        """Whether a latch stays under current after `open_frame` until `after_frame` is answered."""
        return False

    def open_frame(self, lock: int) -> bytes:
        """Return the frame that pulses this one latch; never to be sent twice for one opening."""
        raise NotImplementedError

    def after_frame(self, lock: int) -> bytes | None:
        """Return what has to be sent when the pulse is over, however often, or None."""
        self.checked(lock)
        return None

    def questions(self, locks: Collection[int]) -> tuple[Question, ...]:
        """Return what asks for the contacts of these locks."""
        raise NotImplementedError

    def cut(self, data: bytes) -> Cut:
        """Return what this board says at the very beginning of `data`, which is not empty."""
        raise NotImplementedError

    def checked(self, lock: int) -> int:
        """Return the lock; ValueError when the family has none of this number, 0 ("all") among them."""
        if lock not in self.LOCKS:
            raise ValueError(f"a lock is {self.LOCKS[0]} to {self.LOCKS[-1]}, not {lock}")
        return lock


class Reader:
    """Bytes of the line in, answers out; what is no frame of this board is thrown away, and counted, a run at a time.

    It finds its place again by itself, byte by byte, without any timing.
    """

    def __init__(self, cut: Callable[[bytes], Cut]) -> None:
        self.damaged = 0
        self._cut = cut
        self._held = b""
        self._lost_place = False

    def feed(self, data: bytes) -> list[Answer]:
        """Return what was said in every frame completed by `data`."""
        held, at, answers = self._held + data, 0, list[Answer]()
        while at < len(held):
            size, answer = self._cut(held[at : at + LONGEST])
            if size < 0:
                break
            if size == 0:
                self._throw_away()
            self._lost_place = size == 0
            at += size or 1
            if answer is not None:
                answers.append(answer)
        self._held = held[at:]
        return answers

    def restart(self) -> None:
        """Throw away the half of a frame that may be there: a question is asked, and its answer begins anew."""
        if self._held:
            self._throw_away()
        self._held = b""
        self._lost_place = False

    def _throw_away(self) -> None:
        self.damaged += not self._lost_place


LONGEST = 64
"""Bytes of the longest frame that any family says."""


def begins(data: bytes, head: bytes) -> bool:
    """Tell whether data begins with `head`, as far as it goes."""
    return head.startswith(data[: len(head)])


def xor(data: bytes) -> int:
    """Return the checksum of the Chinese families: all bytes, exclusive or."""
    total = 0
    for byte in data:
        total ^= byte
    return total


def bits(data: bytes) -> dict[int, bool]:
    """Return a bit a lock: lock 1 is the lowest bit of the first byte."""
    return {at * 8 + bit + 1: bool(byte >> bit & 1) for at, byte in enumerate(data) for bit in range(8)}
