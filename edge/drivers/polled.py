"""Any lock board of `locker.boards`: its contacts are asked for, and what changed in between is a door move.

These boards number nothing and remember nothing, so this driver does. It numbers the moves, and its own start is the
`boot`. An opening is sent once for its nonce, which is spent before the first byte; when the answer is lost, only the
contact tells what became of it. What asks and what switches off is sent up to three times.
"""

import importlib
import secrets
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Protocol

import serial

from edge.drivers import Look
from edge.serial_port import BROKEN, SerialPort
from locker.boards import Answer, Changed, Contacts, Family, Opened, Reader, Released
from wire.board import MAX_MOVES, Move
from wire.errors import BadConfig, DeviceFault

TRIES = 3
ANSWER_S = 0.3
"""Boards at 9,600 bits a second take up to 200 ms to answer a question."""

OPENED_S = 0.8
"""Some answer an opening when the pulse is over."""

SETTLED_S = 0.15
VERIFIED_S = 1.0
"""A door that was unlocked springs open within this, or its contact says nothing of it."""

READ_S = 0.02
WRITE_S = 0.5

SPENT = 4096
"""Nonces that are remembered."""

MEMORY = 1000
"""Moves that are remembered until they are handled."""


class Compartment(Protocol):
    """What the driver reads of `[[locker.compartment]]`."""

    @property
    def number(self) -> int: ...


class Section(Protocol):
    """What the driver reads of `[locker]`."""

    @property
    def port(self) -> Path: ...
    @property
    def baud(self) -> int: ...
    @property
    def address(self) -> int: ...
    @property
    def pulse_ms(self) -> int: ...
    @property
    def contact_open(self) -> bool: ...
    @property
    def family(self) -> str: ...
    @property
    def variant(self) -> str: ...
    @property
    def compartment(self) -> Sequence[Compartment]: ...


def open(section: Section) -> "Polled":  # noqa: A001
    """Return the lock board of a table of zone.toml."""
    return Polled(section, check(section))


def check(section: Section) -> Family:
    """Return the codec that a table asks for; BadConfig when no board can be what it says."""
    name = f"locker.boards.{section.family}"
    try:
        made: Family = importlib.import_module(name).FAMILY(section.address, section.variant, section.pulse_ms)
        for compartment in section.compartment:
            made.checked(compartment.number)
    except ModuleNotFoundError:
        raise BadConfig(f"there is no family {section.family!r} in locker/boards") from None
    except ValueError as error:
        raise BadConfig(f"{section.family}: {error}") from None
    return made


class Polled:
    """A lock board without a memory; a question after the other, and one latch at a time."""

    def __init__(self, section: Section, family: Family) -> None:
        self._section = section
        self._family = family
        self._doors = tuple(sorted(compartment.number for compartment in section.compartment))
        self._name = f"the lock board at {section.port}"
        self._port = SerialPort(
            section.port,
            section.baud,
            read_s=READ_S,
            write_s=WRITE_S,
            silent=self._name,
            opened=self._line_opened,
        )
        self._reader = Reader(family.cut)
        self._senseless = 0
        self._boot = 0
        self._contacts: dict[int, bool] = {}
        self._count = 0
        self._lost = 0
        self._moves: deque[tuple[Move, float]] = deque()
        self._spent: deque[int] = deque(maxlen=SPENT)
        self._free_at = 0.0
        self._energised: set[int] = set()

    @property
    def bad_frames(self) -> int:
        return self._senseless + self._reader.damaged

    async def unlock(self, door: int, nonce: int) -> str:
        return await self._port.use(lambda: self._unlock(door, nonce))

    async def look(self, handled: int) -> Look:
        return await self._port.use(lambda: self._look(handled))

    async def close(self) -> None:
        await self._port.close()

    # --- from here on in the port's thread ---

    def _line_opened(self, _: serial.Serial) -> None:
        self._boot = self._boot or secrets.randbelow(2**32 - 1) + 1
        if self._family.holds:
            self._energised |= set(self._doors)  # whoever spoke on this line before may have died in a pulse

    def _unlock(self, door: int, nonce: int) -> str:
        if nonce in self._spent:
            return "repeated"
        if door not in self._doors:
            return "no_such_door"
        if time.monotonic() < self._free_at:
            return "busy"
        self._ready()  # a line that is not there spends no nonce
        was_closed = self._is_open(door) is False
        try:
            self._spent.append(nonce)
            outcome = self._pulse(door)
        except DeviceFault:  # it is an OSError too
            raise
        except BROKEN as error:
            self._drop()
            raise DeviceFault(f"{self._name}: {error}") from error
        if outcome == "busy":
            self._spent.remove(nonce)
        return outcome or self._verified(door, was_closed)

    def _pulse(self, door: int) -> str | None:
        """Send the opening, this once; return the board's word on it, None when it said none."""
        pulse_s = self._section.pulse_ms / 1000
        over_at = self._free_at = time.monotonic() + pulse_s
        if self._family.holds:
            self._energised.add(door)
        within_s = pulse_s if self._family.holds else OPENED_S
        answer = self._exchange(self._family.open_frame(door), within_s, _opened(self._family, door))
        after = self._family.after_frame(door)
        if after is not None:
            time.sleep(max(0.0, over_at - time.monotonic()))
            if self._family.holds:
                self._release()
            else:
                self._exchange(after, SETTLED_S, _released(door))
        if isinstance(answer, Opened):
            return answer.outcome
        return None if answer is None else "pulsed"

    def _verified(self, door: int, was_closed: bool) -> str:
        """Ask the contact what became of an opening without an answer."""
        until = time.monotonic() + VERIFIED_S
        while time.monotonic() < until:
            self._ask_contacts((door,))
            if was_closed and self._is_open(door):
                return "pulsed"
            time.sleep(READ_S)
        return "stale"

    def _ready(self) -> None:
        """Open the line where it is not, and leave no latch under current."""
        try:
            self._port.line()
        except BROKEN as error:
            raise DeviceFault(f"{self._name}: {error}") from error
        self._release()

    def _release(self) -> None:
        """Switch off every latch that may be under current; DeviceFault when the board does not say that it did."""
        for door in sorted(self._energised):
            frame = self._family.after_frame(door)
            if frame is not None:
                self._ask(frame, _released(door))
            self._energised.discard(door)

    def _look(self, handled: int) -> Look:
        self._ready()
        self._ask_contacts(self._doors)
        while self._moves and self._moves[0][0].number <= handled:
            self._moves.popleft()
        now = time.monotonic()
        moves = tuple(
            Move(move.number, move.door, move.is_open, int((now - at) * 1000))
            for move, at in list(self._moves)[:MAX_MOVES]
        )
        return Look(self._boot, frozenset(filter(self._is_open, self._doors)), self._lost, moves)

    def _ask_contacts(self, doors: Collection[int]) -> None:
        for question in self._family.questions(doors):
            self._ask(question.frame, _contacts(question.locks))

    def _is_open(self, door: int) -> bool | None:
        contact = self._contacts.get(door)
        return None if contact is None else contact == self._section.contact_open

    def _ask(self, frame: bytes, wanted: Callable[[Answer], bool]) -> None:
        """Ask what may be asked again; DeviceFault when nothing answers."""
        why = ""
        for _ in range(TRIES):
            try:
                if self._exchange(frame, ANSWER_S, wanted) is not None:
                    return
                why = "no answer"
            except BROKEN as error:
                self._drop()
                why = str(error)
        raise DeviceFault(f"{self._name}: {why}")

    def _exchange(self, frame: bytes, within_s: float, wanted: Callable[[Answer], bool]) -> Answer | None:
        line = self._port.line()
        self._hear(line.read(line.in_waiting), lambda _: False)  # answers that come too late are none
        self._reader.restart()
        line.write(frame)
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            answer = self._hear(line.read(1) + line.read(line.in_waiting), wanted)
            if answer is not None:
                return answer
        return None

    def _hear(self, data: bytes, wanted: Callable[[Answer], bool]) -> Answer | None:
        """Take in what the board says, and return the answer that is wanted."""
        found = None
        for answer in self._reader.feed(data):
            if isinstance(answer, Changed):
                self._notice(answer.lock, answer.bit)
            elif not wanted(answer):
                self._senseless += 1
            else:
                found = answer
                if isinstance(answer, Contacts):
                    for lock, bit in answer.bits.items():
                        self._notice(lock, bit)
        return found

    def _notice(self, lock: int, bit: bool) -> None:
        if lock not in self._doors:
            return
        before = self._contacts.get(lock, bit)
        self._contacts[lock] = bit
        if before != bit:
            self._count += 1
            self._moves.append((Move(self._count, lock, bit == self._section.contact_open, 0), time.monotonic()))
        if len(self._moves) > MEMORY:
            self._moves.popleft()
            self._lost += 1

    def _drop(self) -> None:
        self._port.drop()
        self._reader.restart()


def _opened(family: Family, door: int) -> Callable[[Answer], bool]:
    def wanted(answer: Answer) -> bool:
        return isinstance(answer, family.OPENED_BY) and (not isinstance(answer, Opened) or answer.lock in (door, None))

    return wanted


def _released(door: int) -> Callable[[Answer], bool]:
    return lambda answer: isinstance(answer, Released) and answer.lock in (door, None)


def _contacts(locks: frozenset[int]) -> Callable[[Answer], bool]:
    return lambda answer: isinstance(answer, Contacts) and not locks.isdisjoint(answer.bits)
