"""What the word of a contact, or its silence, makes of a bank.

An opening that nobody ordered, or that comes after its deadline: DoorForced and the alarm `break_in`, until DoorClosed.
Of an empty compartment whose door was unknown nothing is concluded. Left open for 60 s: the alarm `door_left_open`.
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from locker import depositing, reserving
from locker.answer import heard, ordered, recorded, then
from locker.compartment import Compartment, Use
from locker.contents import Taking
from locker.door import Door, Heard, ImpossibleHappening
from locker.memory import BREAK_IN, DOOR_LEFT_OPEN, DOOR_STUCK, Memory
from locker.rules import may
from locker.step import Step
from wire.entry import Instant
from wire.happenings import (
    DepositAbandoned,
    Deposited,
    DepositMoved,
    DepositOpened,
    DoorClosed,
    DoorForced,
    Happening,
    InspectionEnded,
    InspectionOpened,
    PickupLapsed,
    PickupOpened,
    Reissued,
    Taken,
)

if TYPE_CHECKING:
    from locker.bank import Bank

OPENS_WITHIN = 10_000
"""Milliseconds from the command to the contact's word; a door that is slower is stuck."""

LEFT_OPEN_AFTER = 60_000

MOVES = 2
"""How often a deposit goes on at another door."""

Record = tuple[Happening, ...]


def moved(bank: "Bank", number: int, is_open: bool, now: Instant) -> Step:
    before = bank.compartments.get(number)
    if before is None or _is_known(before, is_open, _alarmed(bank)):
        return Step(bank)
    record = _on_opened(bank, before) if is_open else _on_closed(bank, before)
    return recorded(heard(bank, number, Heard.OPENED if is_open else Heard.CLOSED, now), now, *record)


def news(bank: "Bank", open_doors: Collection[int]) -> list[int]:
    """Return the compartments of whose door these contacts say what is not known: contacts are read all the time."""
    alarmed = _alarmed(bank)
    return [
        number
        for number, compartment in bank.compartments.items()
        if not _is_known(compartment, number in open_doors, alarmed)
    ]


def tick(bank: "Bank", now: Instant, wall: Instant) -> Step:
    step = Step(bank)
    if bank.silent:
        return step
    for number, compartment in bank.compartments.items():
        if not _is_quiet(compartment):
            step = then(step, _on_time_passed(step.bank, step.bank.compartment(number), now, wall))
    return step


def opening(compartment: Compartment) -> Record:
    """Return that the opening which was promised has come."""
    number = compartment.number
    match compartment.use:
        case Use.FILLING | Use.ADDING:
            item = compartment.laid_in()
            return (DepositOpened(item=item.id, compartment=number, giver=item.giver),)
        case Use.INSPECTING:
            return (InspectionOpened(compartment=number),)
    taking = taken_by(compartment)
    return tuple(PickupOpened(item=item, compartment=number, receiver=taking.receiver) for item in taking.waiting)


def ending(memory: Memory, compartment: Compartment) -> Record:
    """Return what the closing of the door brings to its end."""
    number = compartment.number
    match compartment.use:
        case Use.FILLING | Use.ADDING:
            item = compartment.laid_in()
            return (
                Deposited(
                    item=item.id,
                    compartment=number,
                    number=item.number,
                    issue=memory.next_issue(item.id),
                    giver=item.giver,
                    purpose=item.purpose,
                ),
            )
        case Use.INSPECTING:
            return (InspectionEnded(compartment=number, why="closed"),)
    taking = taken_by(compartment)
    if taking.wrong:
        return still_there(compartment, "wrong_inside", taking.receiver)
    gone: list[Happening] = [
        Taken(item=item, compartment=number, receiver=taking.receiver, due=taking.due) for item in taking.going
    ]
    return (*gone, *new_lead(compartment, taking.going, taking.receiver))


def still_there(compartment: Compartment, why: str, by: str) -> Record:
    """Return that the items wait again, under a new code: the old one was spent when the door opened."""
    number, lead = compartment.number, compartment.content()
    lapsed = [PickupLapsed(item=item, compartment=number, why=why) for item in taken_by(compartment).going]
    if not may(lead.purpose, "citizen", "code"):
        return tuple(lapsed)
    issue = lead.issue + 1
    return (
        *lapsed,
        Reissued(item=lead.id, compartment=number, number=lead.number, issue=issue, why="reissue", by=by),
    )


def new_lead(compartment: Compartment, gone: tuple[str, ...], by: str) -> Record:
    """Return the new code of what stays inside: the old one was that of an item which goes."""
    stays = [item for item in compartment.items if item.id not in gone]
    if not stays or stays[0] is compartment.lead or not may(stays[0].purpose, "citizen", "code"):
        return ()
    lead, number = stays[0], compartment.number
    return (Reissued(item=lead.id, compartment=number, number=lead.number, issue=lead.issue + 1, why="reissue", by=by),)


def taken_by(compartment: Compartment) -> Taking:
    """Return who takes what out; ImpossibleHappening when nobody does."""
    if compartment.taking is None:
        raise ImpossibleHappening(f"compartment {compartment.number} is {compartment.use.value}: nothing is taken")
    return compartment.taking


# --- contacts ---


def _alarmed(memory: Memory) -> set[str]:
    """Return what an alarm stands about: there every word of a contact counts."""
    return {about for _, about in memory.alarms}


def _is_known(before: Compartment, is_open: bool, alarmed: Collection[str]) -> bool:
    """Contacts are read many times a second: what is known already has to cost nothing."""
    if alarmed and before.about in alarmed:
        return False
    if is_open:
        return before.door is Door.OPEN and not before.awaits_opening
    return before.door is Door.CLOSED and not before.opened


def _on_opened(memory: Memory, before: Compartment) -> Iterator[Happening]:
    """The contact said open; `before` is the compartment as it was known until then."""
    if before.awaits_opening:
        yield from opening(before)
    elif _is_forced(memory, before):
        yield DoorForced(compartment=before.number)
        yield from memory.raising(BREAK_IN, before.about)
    yield from memory.clearing(DOOR_STUCK, before.about)


def _is_forced(memory: Memory, before: Compartment) -> bool:
    """Nobody was promised this opening. Of an unknown door with nothing behind it nothing is concluded."""
    if not before.at_rest or memory.stands(BREAK_IN, before.about):
        return False
    if before.door is Door.UNKNOWN:
        return before.occupied
    return before.door in (Door.CLOSED, Door.STUCK)


def _on_closed(memory: Memory, before: Compartment) -> Iterator[Happening]:
    """The contact said closed. Without an opening that was seen it proves neither a deposit nor a pickup."""
    if before.opened:
        yield from ending(memory, before)
    if memory.stands(BREAK_IN, before.about):
        yield DoorClosed(compartment=before.number)
        yield from memory.clearing(BREAK_IN, before.about)
    yield from memory.clearing(DOOR_LEFT_OPEN, before.about)


# --- time ---

_SETTLED_DOORS = (Door.CLOSED, Door.UNKNOWN, Door.STUCK)


def _is_quiet(compartment: Compartment) -> bool:
    """Time brings nothing to it."""
    return compartment.door in _SETTLED_DOORS and compartment.use in (Use.FREE, Use.HOLDING)


def _on_time_passed(bank: "Bank", compartment: Compartment, now: Instant, wall: Instant) -> Step:
    """Return what has not come in time."""
    stuck = _is_stuck(compartment, now)
    step = Step(heard(bank, compartment.number, Heard.TIMED_OUT, now) if stuck else bank)
    if compartment.awaits_opening and now - max(compartment.since, bank.started) >= OPENS_WITHIN:
        step = then(step, _lapse(step.bank, compartment, now, stuck=stuck))
    if stuck:
        step = then(step, recorded(step.bank, now, *bank.raising(DOOR_STUCK, compartment.about)))
    if compartment.door is Door.OPEN and now - compartment.door_since >= LEFT_OPEN_AFTER:
        step = then(step, recorded(step.bank, now, *bank.raising(DOOR_LEFT_OPEN, compartment.about)))
    return then(step, recorded(step.bank, now, *reserving.on_time_passed(compartment, wall)))


def _is_stuck(compartment: Compartment, now: Instant) -> bool:
    """The door was ordered to open and has not, in its time."""
    return compartment.door is Door.OPENING and now - compartment.door_since >= OPENS_WITHIN


def _lapse(bank: "Bank", compartment: Compartment, now: Instant, *, stuck: bool) -> Step:
    number, why = compartment.number, "not_opened"
    if compartment.use is Use.EMPTYING:
        item = taken_by(compartment).waiting[0]
        return recorded(bank, now, PickupLapsed(item=item, compartment=number, why=why))
    if compartment.use is Use.INSPECTING:
        return recorded(bank, now, InspectionEnded(compartment=number, why=why))
    other = _elsewhere(bank, compartment) if stuck else None
    item = compartment.laid_in().id
    if other is None:
        return recorded(bank, now, DepositAbandoned(item=item, compartment=number, why=why))
    return ordered(bank, other, now, DepositMoved(item=item, compartment=number, to=other.number))


def _elsewhere(bank: "Bank", compartment: Compartment) -> Compartment | None:
    """Return where the deposit goes on; after a restart nobody stands there any more, and what joins others stays."""
    item = compartment.laid_in()
    if compartment.use is not Use.FILLING or item.moves >= MOVES:
        return None
    return depositing.choose(bank, item.size, low=item.low)
