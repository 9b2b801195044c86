"""Our own lock board on a serial line: `wire.frame` frames, `wire.board` messages, one question at a time.

A question without an answer is asked three times, under a new sequence each time; an `Unlock` keeps its nonce and the
boot of the board it was meant for, so that asking again can never open twice. A line that breaks is opened again by its
path.
"""

import time
from pathlib import Path
from typing import Protocol, TypeVar

from edge.drivers import Look
from edge.serial_port import BROKEN, SerialPort
from wire import board, frame
from wire.board import Hello, Message, Move, Report, Unlocked
from wire.errors import BadMessage, DeviceFault

TRIES = 3
ANSWER_S = 0.25
"""The longest answer takes 18 ms on the line at 115,200 bits a second, and the firmware looks every 5 ms."""

ASKED = 256
"""Nonces whose boot is remembered; nobody asks again for an older one."""

READ_S = 0.02
WRITE_S = 0.5

_ANSWER = 0x80  # set in the kind of what a board says; without it, it is our own question echoed by the transceiver

M = TypeVar("M", bound=Message)


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


def open(section: Section) -> "Board":  # noqa: A001
    """Return the lock board of a table of zone.toml."""
    return Board(section)


class Board:
    """A lock board; a question after the other."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self._port = SerialPort(
            section.port, section.baud, read_s=READ_S, write_s=WRITE_S, silent=f"the lock board at {section.port}"
        )
        self._decoder = frame.Decoder()
        self._sequence = 0
        self._bad = 0
        self._hello: Hello | None = None
        self._asked: dict[int, int] = {}

    @property
    def bad_frames(self) -> int:
        return self._bad + self._decoder.damaged

    async def unlock(self, door: int, nonce: int) -> str:
        return await self._port.use(lambda: self._unlock(door, nonce))

    async def look(self, handled: int) -> Look:
        return await self._port.use(lambda: self._look(handled))

    async def close(self) -> None:
        await self._port.close()

    # --- from here on in the port's thread ---

    def _unlock(self, door: int, nonce: int) -> str:
        boot = self._boot_of(nonce)
        answer = self._ask(board.Unlock(door, nonce & 0xFFFFFFFF, self._section.pulse_ms, boot), Unlocked)
        if answer.nonce != nonce & 0xFFFFFFFF:
            raise DeviceFault(f"the lock board answers for nonce {answer.nonce}, not for {nonce}")
        if answer.outcome == board.STALE:
            self._hello = None  # who is it now?
        return board.OUTCOMES[answer.outcome]

    def _boot_of(self, nonce: int) -> int:
        """Return the boot that this nonce was first meant for: a board that restarted since must refuse it."""
        boot = self._asked.setdefault(nonce, self._greeted().boot)
        while len(self._asked) > ASKED:
            del self._asked[next(iter(self._asked))]
        return boot

    def _look(self, handled: int) -> Look:
        self._greeted()
        report = self._ask(board.Poll(handled), Report)
        if report.boot != self._greeted().boot:
            self._hello = None
        doors = range(1, self._greeted().doors + 1)
        is_open = frozenset(door for door in doors if self._meaning(bool(report.contacts >> (door - 1) & 1)))
        moves = tuple(Move(m.number, m.door, self._meaning(m.is_open), m.age_ms) for m in report.moves)
        return Look(report.boot, is_open, report.lost, moves)

    def _meaning(self, contact: bool) -> bool:
        return contact == self._section.contact_open

    def _greeted(self) -> Hello:
        """Return what the board said of itself, asking it first where the line is new or was silent."""
        if self._hello is None:
            hello = self._ask(board.AskHello(), Hello)
            if hello.version != board.VERSION:
                raise DeviceFault(
                    f"the lock board speaks version {hello.version}, this agent {board.VERSION}: update it"
                )
            self._hello = hello
        return self._hello

    def _ask(self, question: Message, kind: type[M]) -> M:
        why = ""
        for _ in range(TRIES):
            try:
                answer = self._exchange(question, kind)
            except BROKEN as error:
                self._drop()
                why = str(error)
                continue
            if answer is not None:
                return answer
            why = "no answer"
        self._hello = None
        raise DeviceFault(f"the lock board at {self._section.port}: {why}")

    def _exchange(self, question: Message, kind: type[M]) -> M | None:
        line = self._port.line()
        self._sequence = (self._sequence + 1) % 256
        line.write(frame.encode(self._section.address, self._sequence, question.encode()))
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            for address, sequence, payload in self._decoder.feed(line.read(1) + line.read(line.in_waiting)):
                if (address, sequence) == (self._section.address, self._sequence):
                    answer = self._understood(payload, kind)
                    if answer is not None:
                        return answer
        return None

    def _understood(self, payload: bytes, kind: type[M]) -> M | None:
        if payload and not payload[0] & _ANSWER:
            return None
        try:
            answer = board.decode(payload)
        except BadMessage:
            answer = board.Rejected()
        if isinstance(answer, kind):
            return answer
        self._bad += 1
        return None

    def _drop(self) -> None:
        self._port.drop()
        self._hello = None
        self._bad += self._decoder.damaged
        self._decoder = frame.Decoder()
