"""People look inside, and decide what a sensor does not tell.

Where something lies inside, or may lie there, two different people are needed, and the bank itself opens no more than
a few doors an hour in this way (`governor`). What was being laid in or taken out when the contact began to lie is ended
on the word of two people (`settle`): no door, and no sensor, keeps an item for ever.
"""

from typing import TYPE_CHECKING

from locker import doors
from locker.answer import ordered, recorded, refused, then
from locker.compartment import Compartment, Use
from locker.door import Door
from locker.step import Step
from wire.entry import Instant
from wire.happenings import (
    Corrected,
    DepositAbandoned,
    Happening,
    InspectionBegun,
    InspectionEnded,
    Settled,
)

if TYPE_CHECKING:
    from locker.bank import Bank

MISSING = "missing"
"""Who has an item that does not lie where the record has it, until somebody hands it in."""


def inspect(bank: "Bank", compartment: int, *, by: str, witness: str, why: str, now: Instant, order: str = "") -> Step:
    here = bank.compartments.get(compartment)
    if here is None:
        return refused(bank, "no_such_compartment")
    if here.use is Use.INSPECTING or here.awaits_opening or here.door is Door.OPENING:
        return refused(bank, "busy")
    if here.occupied and not _are_two(by, witness):
        return refused(bank, "needs_witness")
    if bank.silent:
        return refused(bank, "board_silent")
    if not bank.governor.allows(now, centre=bool(order)):
        return refused(bank, "governed", bank.governor.until(centre=bool(order)))
    begun = InspectionBegun(compartment=compartment, by=by, witness=witness, why=why, order=order)
    opened = doors.opening(bank.after(begun, now).compartment(compartment)) if here.door is Door.OPEN else ()
    return ordered(bank, here, now, begun, *opened)


def settle(bank: "Bank", compartment: int, *, gone: bool, by: str, witness: str, why: str, now: Instant) -> Step:
    here = bank.compartments.get(compartment)
    if here is None:
        return refused(bank, "no_such_compartment")
    if not _are_two(by, witness):
        return refused(bank, "needs_witness")
    if here.awaits_opening:
        return refused(bank, "busy")
    looked = Step(bank)
    if here.use is Use.INSPECTING:
        looked = recorded(bank, now, InspectionEnded(compartment=compartment, why="settled"))
    elif here.at_rest and not here.claimed and not any(item.misplaced for item in here.items):
        return refused(bank, "nothing_to_settle")
    doubted = looked.bank.compartment(compartment)
    if doubted.taking is not None and doubted.taking.wrong:  # nobody has taken it: what lies there is the question
        looked = then(looked, recorded(looked.bank, now, *doors.ending(looked.bank, doubted)))
        doubted = looked.bank.compartment(compartment)
    settled = Settled(compartment=compartment, gone=gone, by=by, witness=witness, why=why)
    record = (settled, *_endings(looked.bank, doubted, settled))
    return then(looked, recorded(looked.bank, now, *record))


def _are_two(by: str, witness: str) -> bool:
    return bool(by) and bool(witness) and by != witness


def _endings(bank: "Bank", doubted: Compartment, settled: Settled) -> tuple[Happening, ...]:
    match doubted.use:
        case Use.FILLING | Use.ADDING:
            return _end_of_deposit(bank, doubted, gone=settled.gone)
        case Use.EMPTYING:
            return doors.ending(bank, doubted) if settled.gone else doors.still_there(doubted, "settled", settled.by)
        case Use.HOLDING if settled.gone:
            return _not_found(doubted, settled)
    return ()


def _end_of_deposit(bank: "Bank", doubted: Compartment, *, gone: bool) -> tuple[Happening, ...]:
    if gone:
        return (DepositAbandoned(item=doubted.laid_in().id, compartment=doubted.number, why="settled"),)
    seen = doors.opening(doubted) if doubted.claimed else ()
    return (*seen, *doors.ending(bank, doubted))


def _not_found(doubted: Compartment, settled: Settled) -> tuple[Happening, ...]:
    gone = tuple(item.id for item in doubted.items if item.misplaced)
    corrected: list[Happening] = [
        Corrected(item=item, custodian=MISSING, why=settled.why, by=settled.by, witness=settled.witness)
        for item in gone
    ]
    return (*corrected, *doors.new_lead(doubted, gone, settled.by))
