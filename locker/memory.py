"""What a journal says about a bank: the fold.

Nothing is decided here (`locker.bank` does), and nothing is said of doors: the journal does not know them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from locker.compartment import Compartment, CompartmentHappening, Place, Use, after
from locker.door import Door, ImpossibleHappening
from locker.pickup import FIRST
from locker.tries import Tries
from wire.entry import Instant
from wire.happenings import (
    AlarmCleared,
    AlarmRaised,
    CodeRefused,
    DepositBegun,
    Happening,
    PickupOpened,
    PickupReserved,
)

REMEMBERED = 1000
"""Spent pickup numbers that are still known to be spent; none of them is given out again."""

DOOR_STUCK = "door_stuck"
DOOR_LEFT_OPEN = "door_left_open"
BREAK_IN = "break_in"
BOARD_SILENT = "lock_board_silent"
GUESSING = "code_guessing"
ALARMS = frozenset((DOOR_STUCK, DOOR_LEFT_OPEN, BREAK_IN, BOARD_SILENT, GUESSING))
"""The alarms of a bank; those of others pass it by."""

BOARD = "lock board"
"""What `BOARD_SILENT` is about."""


@dataclass(frozen=True)
class Spent:
    """A pickup number whose code opened the door: it opens nothing ever again."""

    number: str
    item: str
    issue: int


@dataclass(frozen=True)
class Memory:
    """`alarms`: what stands, as (alarm, about). `tries`: by screen. `started`: no deadline began to run before it."""

    compartments: Mapping[int, Compartment]
    spent: tuple[Spent, ...] = ()
    last_number: int = FIRST - 1
    tries: Mapping[str, Tries] = field(default_factory=dict)
    alarms: frozenset[tuple[str, str]] = frozenset()
    started: Instant = 0

    @classmethod
    def empty(cls, places: Iterable[Place]) -> Self:
        """Return the bank as it was built: free, its doors unknown."""
        return cls({place.number: Compartment(place.number, place.size, place.low) for place in places})

    def after(self, happening: Happening, at: Instant) -> Self:
        """Return what is known after this, the same if it is not of a bank; ImpossibleHappening when it cannot be."""
        return replace(
            self,
            compartments=self._compartments_after(happening, at),
            spent=self._spent_after(happening),
            last_number=int(happening.number) if isinstance(happening, DepositBegun) else self.last_number,
            tries=self._tries_after(happening, at),
            alarms=self._alarms_after(happening),
        )

    def resumed(self, now: Instant) -> Self:
        """Return what a program that starts now knows: of doors nothing, and running deadlines start again."""
        doors = {
            number: replace(compartment, door=Door.UNKNOWN, door_since=now)
            for number, compartment in self.compartments.items()
        }
        tries = {screen: tries.resumed(now) for screen, tries in self.tries.items()}
        return replace(self, compartments=doors, tries=tries, started=now)

    def stands(self, alarm: str, about: str) -> bool:
        return (alarm, about) in self.alarms

    @property
    def silent(self) -> bool:
        """The lock board does not answer."""
        return self.stands(BOARD_SILENT, BOARD)

    def raising(self, alarm: str, about: str) -> Iterator[Happening]:
        """Yield the happening that raises it; nothing when it stands."""
        if not self.stands(alarm, about):
            yield AlarmRaised(alarm=alarm, about=about)

    def clearing(self, alarm: str, about: str) -> Iterator[Happening]:
        """Yield the happening that clears it; nothing when it does not stand."""
        if self.stands(alarm, about):
            yield AlarmCleared(alarm=alarm, about=about)

    def holding(self, item: str) -> Compartment | None:
        """Return where the item lies, or is being laid in or taken out."""
        return next((c for c in self.compartments.values() if c.item and c.item.id == item), None)

    def under(self, number: str) -> Compartment | None:
        """Return where the item of this pickup number lies; an item that is still being laid in has no code yet."""
        holding = (Use.HOLDING, Use.EMPTYING)
        return next((c for c in self.compartments.values() if c.use in holding and c.content().number == number), None)

    def meant_by(self, number: str) -> tuple[str, int] | None:
        """Return the item and issue that lie, or lay, under this pickup number."""
        inside = self.under(number)
        if inside is not None:
            return inside.content().id, inside.content().issue
        return next(((spent.item, spent.issue) for spent in self.spent if spent.number == number), None)

    def numbers(self) -> set[str]:
        """Return the pickup numbers that must not be given out now."""
        inside = {c.item.number for c in self.compartments.values() if c.item}
        return inside | {spent.number for spent in self.spent}

    def next_issue(self, item: str) -> int:
        """An item that comes back gets another code than the one that was spent on it."""
        return 1 + max((spent.issue for spent in self.spent if spent.item == item), default=0)

    def compartment(self, number: int) -> Compartment:
        """Return one; ImpossibleHappening when the bank has none of that number."""
        if number not in self.compartments:
            raise ImpossibleHappening(f"this bank has no compartment {number}")
        return self.compartments[number]

    def with_compartment(self, compartment: Compartment) -> Self:
        return replace(self, compartments=self._having(compartment))

    def _having(self, compartment: Compartment) -> Mapping[int, Compartment]:
        return {**self.compartments, compartment.number: compartment}

    def _compartments_after(self, happening: Happening, at: Instant) -> Mapping[int, Compartment]:
        if isinstance(happening, CompartmentHappening):
            return self._having(after(self.compartment(happening.compartment), happening, at))
        if isinstance(happening, AlarmCleared) and happening.alarm == DOOR_STUCK:
            return {number: _forgiven(c, happening.about) for number, c in self.compartments.items()}
        return self.compartments

    def _spent_after(self, happening: Happening) -> tuple[Spent, ...]:
        if not isinstance(happening, PickupOpened):
            return self.spent
        item = self.compartment(happening.compartment).content()
        return (*self.spent, Spent(item.number, item.id, item.issue))[-REMEMBERED:]

    def _tries_after(self, happening: Happening, at: Instant) -> Mapping[str, Tries]:
        match happening:
            case CodeRefused(why=why, tries=wrong, screen=screen) if why != "spent":
                return {**self.tries, screen: Tries(wrong, at)}
            case PickupReserved(screen=screen) if screen in self.tries:
                return {other: tries for other, tries in self.tries.items() if other != screen}
        return self.tries

    def _alarms_after(self, happening: Happening) -> frozenset[tuple[str, str]]:
        match happening:
            case AlarmRaised(alarm=alarm, about=about) if alarm in ALARMS:
                return self.alarms | {(alarm, about)}
            case AlarmCleared(alarm=alarm, about=about):
                return self.alarms - {(alarm, about)}
        return self.alarms


def _forgiven(compartment: Compartment, about: str) -> Compartment:
    """Attempts at a stuck door are forgotten when it moves: only a standing alarm may keep an item in."""
    if compartment.about != about or compartment.item is None:
        return compartment
    return replace(compartment, item=replace(compartment.item, attempts=0))
