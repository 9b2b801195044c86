"""What a journal says about a bank: the fold.

Nothing is decided here (`locker.bank` does), and nothing is said of doors: the journal does not know them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from locker.changed import changed
from locker.compartment import Compartment, CompartmentHappening, Place, Use, after, is_of_compartment, moved_in
from locker.contents import Item
from locker.door import Door, ImpossibleHappening
from locker.governor import Governor
from locker.pickup import FIRST
from locker.spent import Spent
from locker.tries import Tries, of_qr
from wire.entry import Instant
from wire.happenings import (
    AlarmCleared,
    AlarmRaised,
    CodeRefused,
    DepositBegun,
    Deposited,
    DepositMoved,
    Happening,
    InspectionBegun,
    OrderTaken,
    PickupOpened,
    PickupReserved,
    Settled,
    Size,
    Taken,
)

ORDERS_KEPT = 1000
"""Orders of the centre that are known to have been taken; it sends none again that it has an answer to."""

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
class Loan:
    """An article that is out: who has it, and by when (ms UTC) it has to be back."""

    label: str
    size: Size
    phone_tail: str
    due: Instant


@dataclass(frozen=True)
class Memory:
    """`alarms`: what stands, as (alarm, about). `tries`: by screen. `loans`: by item. `orders`: the latest taken.

    `started`: no deadline began to run before it.
    """

    compartments: Mapping[int, Compartment]
    spent: Spent = field(default_factory=Spent)
    last_number: int = FIRST - 1
    tries: Mapping[str, Tries] = field(default_factory=dict)
    alarms: frozenset[tuple[str, str]] = frozenset()
    loans: Mapping[str, Loan] = field(default_factory=dict)
    orders: Mapping[str, None] = field(default_factory=dict)
    governor: Governor = field(default_factory=Governor)
    started: Instant = 0

    @classmethod
    def empty(cls, places: Iterable[Place]) -> Self:
        """Return the bank as it was built: free, its doors unknown."""
        return cls({place.number: Compartment(place.number, place.size, place.low) for place in places})

    def after(self, happening: Happening, at: Instant) -> Self:
        """Return what is known after this, the same if it is not of a bank; ImpossibleHappening when it cannot be."""
        changes: dict[str, Any] = {}
        if is_of_compartment(happening):
            changes["compartments"] = self._compartments_after(happening, at)
        more = _MORE.get(type(happening))
        if more is not None:
            changes |= more(self, happening, at)
        return changed(self, changes) if changes else self

    def resumed(self, now: Instant) -> Self:
        """Return what a program that starts now knows: of doors nothing, and running deadlines start again."""
        doors = {
            number: replace(compartment, door=Door.UNKNOWN, door_since=now)
            for number, compartment in self.compartments.items()
        }
        tries = {screen: tries.resumed(now) for screen, tries in self.tries.items()}
        return replace(self, compartments=doors, tries=tries, governor=self.governor.resumed(now), started=now)

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

    # --- where things are ---

    def holding(self, item: str) -> Compartment | None:
        """Return where the item lies, or is being laid in or taken out."""
        for compartment in self.compartments.values():
            if compartment.arriving is not None and compartment.arriving.id == item:
                return compartment
            if compartment.items and compartment.item(item) is not None:
                return compartment
        return None

    def lying(self, item: str) -> tuple[Compartment, Item] | None:
        """Return the item, and where it lies; None also while it is only being laid in."""
        compartment = self.holding(item)
        inside = compartment.item(item) if compartment else None
        return (compartment, inside) if compartment and inside else None

    def under(self, number: str) -> Compartment | None:
        """Return where the items of this pickup number lie; what is still being laid in has no code yet."""
        return next((c for c in self.compartments.values() if c.items and c.items[0].number == number), None)

    def meant_by(self, number: str) -> tuple[str, int] | None:
        """Return the item and issue that lie, or lay, under this pickup number."""
        inside = self.under(number)
        if inside is not None:
            return inside.content().id, inside.content().issue
        return self.spent.numbers.get(number)

    def numbers(self) -> set[str]:
        """Return the pickup numbers that must not be given out now."""
        inside = {c.items[0].number for c in self.compartments.values() if c.items}
        return (
            inside | {c.arriving.number for c in self.compartments.values() if c.arriving} | self.spent.numbers.keys()
        )

    def next_issue(self, item: str) -> int:
        """An item that comes back gets another code than the one that was spent on it."""
        return self.spent.issue_of(item) + 1

    def kept_for(self, reservation: str) -> Compartment | None:
        """Return the compartment that is kept under this reservation, also while people look into it."""
        reserved = (c for c in self.compartments.values() if c.reserved is not None)
        return next((c for c in reserved if c.reserved and c.reserved.id == reservation), None)

    def compartment(self, number: int) -> Compartment:
        """Return one; ImpossibleHappening when the bank has none of that number."""
        if number not in self.compartments:
            raise ImpossibleHappening(f"this bank has no compartment {number}")
        return self.compartments[number]

    def with_compartment(self, compartment: Compartment) -> Self:
        return changed(self, {"compartments": self._having(compartment)})

    def _having(self, *changed: Compartment) -> Mapping[int, Compartment]:
        return {**self.compartments, **{compartment.number: compartment for compartment in changed}}

    def _compartments_after(self, happening: CompartmentHappening, at: Instant) -> Mapping[int, Compartment]:
        before = self.compartment(happening.compartment)
        then = after(before, happening, at)
        if isinstance(happening, DepositMoved):
            return self._having(then, moved_in(self.compartment(happening.to), before.laid_in(), happening, at))
        return self._having(then)


# --- what else a happening changes ---


def _numbered(memory: Memory, happening: DepositBegun, at: Instant) -> dict[str, Any]:
    """An item that joins others has their number: no new one was given out."""
    return {} if happening.into else {"last_number": int(happening.number)}


def _returned(memory: Memory, happening: Deposited, at: Instant) -> dict[str, Any]:
    if happening.item not in memory.loans:
        return {}
    return {"loans": {item: loan for item, loan in memory.loans.items() if item != happening.item}}


def _opened(memory: Memory, happening: PickupOpened, at: Instant) -> dict[str, Any]:
    """The codes of all that goes out are spent; the number with them, unless something stays that has it."""
    compartment = memory.compartment(happening.compartment)
    taking, item = compartment.taking, compartment.item(happening.item)
    assert taking is not None and item is not None  # noqa: S101, PT018 - else it was impossible
    stays = len(compartment.items) > len(taking.waiting) + len(taking.going)
    number = item.number if item is compartment.lead and not stays else ""
    return {"spent": memory.spent.after(item.id, item.issue, number)}


def _lent(memory: Memory, happening: Taken, at: Instant) -> dict[str, Any]:
    compartment = memory.compartment(happening.compartment)
    taking, item = compartment.taking, compartment.item(happening.item)
    if taking is None or item is None or taking.by != "loan":
        return {}
    return {"loans": {**memory.loans, item.id: Loan(item.label, item.size, taking.phone_tail, taking.due)}}


def _gone(memory: Memory, happening: Settled, at: Instant) -> dict[str, Any]:
    """What turned out not to lie here has no code any more."""
    before = memory.compartment(happening.compartment)
    if not happening.gone or before.use is not Use.HOLDING:
        return {}
    stays = any(not item.misplaced for item in before.items)
    spent = memory.spent
    for item in before.items:
        if item.misplaced:
            spent = spent.after(item.id, item.issue, item.number if item is before.lead and not stays else "")
    return {"spent": spent}


def _tried(memory: Memory, happening: CodeRefused, at: Instant) -> dict[str, Any]:
    """A QR code, and a code that was right once, add no tries to a screen."""
    if happening.tries == memory.tries.get(happening.screen, Tries()).wrong:
        return {}
    return {"tries": {**memory.tries, happening.screen: Tries(happening.tries, at)}}


def _forgiven(memory: Memory, happening: PickupReserved, at: Instant) -> dict[str, Any]:
    """The right code forgives its screen; whoever takes the item out ends what was counted after its QR code."""
    over = {of_qr(memory.compartment(happening.compartment).content().number)}
    if happening.by == "code":
        over.add(happening.screen)
    if over.isdisjoint(memory.tries):
        return {}
    return {"tries": {where: tries for where, tries in memory.tries.items() if where not in over}}


def _raised(memory: Memory, happening: AlarmRaised, at: Instant) -> dict[str, Any]:
    if happening.alarm not in ALARMS:
        return {}
    return {"alarms": memory.alarms | {(happening.alarm, happening.about)}}


def _cleared(memory: Memory, happening: AlarmCleared, at: Instant) -> dict[str, Any]:
    """Attempts at a stuck door are forgotten when it moves: only a standing alarm may keep an item in."""
    if not memory.stands(happening.alarm, happening.about):
        return {}
    changes: dict[str, Any] = {"alarms": memory.alarms - {(happening.alarm, happening.about)}}
    if happening.alarm == DOOR_STUCK:
        changes["compartments"] = {
            number: replace(c, attempts=0) if c.about == happening.about else c
            for number, c in memory.compartments.items()
        }
    return changes


def _looked_into(memory: Memory, happening: InspectionBegun, at: Instant) -> dict[str, Any]:
    return {"governor": memory.governor.after(at, centre=bool(happening.order))}


def _obeyed(memory: Memory, happening: OrderTaken, at: Instant) -> dict[str, Any]:
    orders = {**memory.orders, happening.order: None}
    if len(orders) > ORDERS_KEPT:
        del orders[next(iter(orders))]
    return {"orders": orders}


_MORE: Mapping[type, Callable[[Memory, Any, Instant], dict[str, Any]]] = {
    DepositBegun: _numbered,
    Deposited: _returned,
    PickupReserved: _forgiven,
    PickupOpened: _opened,
    Taken: _lent,
    Settled: _gone,
    CodeRefused: _tried,
    AlarmRaised: _raised,
    AlarmCleared: _cleared,
    InspectionBegun: _looked_into,
    OrderTaken: _obeyed,
}
