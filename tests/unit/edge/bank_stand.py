"""A bank that can be restarted: the shell on a real journal and on the firmware's own core, in memory."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge.alarms import Alarms
from edge.config import CompartmentSection, Locker
from edge.drivers import Look
from edge.journal import Journal
from edge.lockers import Lockers
from firmware.lock_board.board import Board
from locker import pickup
from locker.parcel import Parcel
from locker.step import Open, Step
from wire import board, sign
from wire.errors import DeviceFault
from wire.happenings import AlarmCleared, AlarmRaised

KEY = bytes(range(32))
CREDENTIAL_KEY = bytes(range(1, 33))
SECTION = Locker(
    port=Path("unused"),
    key=Path("unused"),
    compartment=(
        CompartmentSection(number=1, size="S"),
        CompartmentSection(number=2, size="S"),
        CompartmentSection(number=3, size="M", low=True),
    ),
)
PARCEL = Parcel(item="paper-1", label="", size="S", giver="staff 1001", phone="sealed", phone_tail="5678")


def with_compartments(*numbers: int) -> Locker:
    return replace(SECTION, compartment=tuple(c for c in SECTION.compartment if c.number in numbers))


def mac(data: bytes) -> bytes:
    return hmac.digest(KEY, data, "sha256")


class BoardInMemory:
    """The firmware's core without its line: doors spring open when their latch is pulsed, unless `jammed`."""

    bad_frames = 0

    def __init__(self, watch: Any) -> None:
        self.watch = watch
        self.doors = [False] * 4
        self.pulses: list[int] = []
        self.nonces: list[int] = []
        self.before_unlock: Callable[[], None] = lambda: None
        self.jammed: set[int] = set()
        self.silent = False
        self.power_on(boot=77)

    def power_on(self, boot: int) -> None:
        self.board = Board(self.doors, boot)
        self.known_boot = boot

    def move(self, door: int, *, is_open: bool) -> None:
        self.doors[door - 1] = is_open
        for _ in range(3):
            self.watch.pass_(25)
            for number, level in enumerate(self.doors, 1):
                self.board.sample(number, level, self.watch.mono)

    async def unlock(self, door: int, nonce: int) -> str:
        self._answers()
        self.before_unlock()
        self.nonces.append(nonce)
        unlocked = self._asked(board.Unlock(door, nonce, 50, self.known_boot))
        assert isinstance(unlocked, board.Unlocked)
        if unlocked.outcome == board.PULSED:
            self.pulses.append(door)
            self.watch.pass_(60)
            self.board.pulsing(self.watch.mono)
            if door not in self.jammed:
                self.move(door, is_open=True)
        return board.OUTCOMES[unlocked.outcome]

    async def look(self, handled: int) -> Look:
        self._answers()
        report = self._asked(board.Poll(handled))
        assert isinstance(report, board.Report)
        self.known_boot = report.boot
        is_open = frozenset(door for door in range(1, 5) if report.contacts >> (door - 1) & 1)
        return Look(report.boot, is_open, report.lost, report.moves)

    async def close(self) -> None:
        pass

    def _asked(self, question: board.Message) -> board.Message:
        return board.decode(self.board.answer(question.encode(), self.watch.mono))

    def _answers(self) -> None:
        if self.silent:
            raise DeviceFault("no answer")


class Stand:
    """Its journal and its board stay over a restart; `watch` is the time."""

    def __init__(self, journal: Journal, watch: Any) -> None:
        self.journal = journal
        self.watch = watch
        self.bus = BoardInMemory(watch)
        self.changes: list[str] = []
        self.restart()

    def restart(self, section: Locker = SECTION) -> None:
        self.alarms = Alarms(self.journal)
        self.lockers = Lockers(
            section,
            key=KEY,
            bus=self.bus,
            journal=self.journal,
            alarms=self.alarms,
            changed=self.changes.append,
            credential_keys=[sign.verifier(sign.public_key(CREDENTIAL_KEY))],
        )

    def kinds(self) -> list[type]:
        """What is on disk, alarms left out."""
        kinds = [type(happening) for _, happening in self.journal.history()]
        return [kind for kind in kinds if kind not in (AlarmRaised, AlarmCleared)]

    async def deposit(self, item: str = "paper-1", **fields: Any) -> Step:
        return await self.lockers.deposit(replace(PARCEL, item=item, **fields))

    async def deposited(self, item: str = "paper-1", **fields: Any) -> tuple[str, str]:
        """Lay it in, close the door; return pickup number and code."""
        step = await self.deposit(item, **fields)
        compartment = next(effect.compartment for effect in step.effects if isinstance(effect, Open))
        await self.close(compartment)
        inside = self.lockers.bank.compartments[compartment].items
        assert item in [lying.id for lying in inside]
        return inside[0].number, pickup.code(mac, inside[0].id, inside[0].issue)

    async def close(self, compartment: int) -> None:
        """Somebody shuts the door, and we look before and after."""
        await self.lockers.look()
        self.bus.move(compartment, is_open=False)
        await self.lockers.look()

    async def wait(self, milliseconds: int) -> None:
        """Time passes, with a look at its end."""
        self.watch.pass_(milliseconds)
        await self.lockers.look()


Story = Callable[[Stand], Awaitable[None]]
Play = Callable[[Story], None]
