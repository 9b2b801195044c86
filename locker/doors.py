"""What the word of a contact, or its silence, adds to the record of a bank."""

from collections.abc import Iterator

from locker.compartment import Compartment, Use
from locker.door import Door
from locker.memory import BREAK_IN, DOOR_LEFT_OPEN, DOOR_STUCK, Memory
from wire.entry import Instant
from wire.happenings import (
    DepositAbandoned,
    Deposited,
    DepositOpened,
    DoorClosed,
    DoorForced,
    Happening,
    PickupLapsed,
    PickupOpened,
    Taken,
)

OPENS_WITHIN = 10_000
"""Milliseconds from the command to the contact's word; a door that is slower is stuck."""

LEFT_OPEN_AFTER = 60_000


def on_opened(memory: Memory, before: Compartment) -> Iterator[Happening]:
    """The contact said open; `before` is the compartment as it was known until then."""
    if before.awaits_opening:
        yield opening(before)
    elif _is_forced(memory, before):
        yield DoorForced(compartment=before.number)
        yield from memory.raising(BREAK_IN, before.about)
    yield from memory.clearing(DOOR_STUCK, before.about)


def opening(compartment: Compartment) -> Happening:
    """Return that the opening which was promised has come."""
    kind = DepositOpened if compartment.use is Use.FILLING else PickupOpened
    return kind(item=compartment.content().id, compartment=compartment.number)


def on_closed(memory: Memory, before: Compartment) -> Iterator[Happening]:
    """The contact said closed. Without an opening that was seen it proves neither a deposit nor a pickup."""
    if before.opened:
        yield _ending(memory, before)
    if memory.stands(BREAK_IN, before.about):
        yield DoorClosed(compartment=before.number)
        yield from memory.clearing(BREAK_IN, before.about)
    yield from memory.clearing(DOOR_LEFT_OPEN, before.about)


def on_time_passed(memory: Memory, compartment: Compartment, now: Instant) -> Iterator[Happening]:
    """Return what has not come in time."""
    if compartment.awaits_opening and now - max(compartment.since, memory.started) >= OPENS_WITHIN:
        yield _lapse(compartment)
    if is_stuck(compartment, now):
        yield from memory.raising(DOOR_STUCK, compartment.about)
    if compartment.door is Door.OPEN and now - compartment.door_since >= LEFT_OPEN_AFTER:
        yield from memory.raising(DOOR_LEFT_OPEN, compartment.about)


def is_stuck(compartment: Compartment, now: Instant) -> bool:
    """The door was ordered to open and has not, in its time."""
    return compartment.door is Door.OPENING and now - compartment.door_since >= OPENS_WITHIN


def _is_forced(memory: Memory, before: Compartment) -> bool:
    """Nobody was promised this opening. Of an unknown door with nothing behind it nothing is concluded."""
    if not before.at_rest or memory.stands(BREAK_IN, before.about):
        return False
    if before.door is Door.UNKNOWN:
        return before.use is Use.HOLDING
    return before.door in (Door.CLOSED, Door.STUCK)


def _ending(memory: Memory, compartment: Compartment) -> Happening:
    item, number = compartment.content(), compartment.number
    if compartment.use is Use.EMPTYING:
        return Taken(item=item.id, compartment=number, receiver=item.receiver)
    issue = memory.next_issue(item.id)
    return Deposited(item=item.id, compartment=number, number=item.number, issue=issue, giver=item.giver)


def _lapse(compartment: Compartment) -> Happening:
    kind = DepositAbandoned if compartment.use is Use.FILLING else PickupLapsed
    return kind(item=compartment.content().id, compartment=compartment.number, why="not_opened")
