"""What staff and the centre do about compartments and codes without opening a door."""

from typing import TYPE_CHECKING, NamedTuple

from locker.answer import recorded, refused
from locker.compartment import Use
from locker.fetching import is_spent
from locker.rules import may
from locker.step import Step
from wire.credential import MAX_ISSUE
from wire.entry import Instant
from wire.happenings import CompartmentBlocked, CompartmentUnblocked, Happening, MisplacementReported, Reissued

if TYPE_CHECKING:
    from locker.bank import Bank


class NewCode(NamedTuple):
    """As in Reissued."""

    issue: int
    why: str
    by: str
    phone: str
    phone_tail: str
    holder: str
    order: str


def block(bank: "Bank", compartment: int, why: str, by: str, now: Instant) -> Step:
    here = bank.compartments.get(compartment)
    if here is None:
        return refused(bank, "no_such_compartment")
    if here.blocked:
        return Step(bank)
    return recorded(bank, now, CompartmentBlocked(compartment=compartment, why=why or by, by=by))


def unblock(bank: "Bank", compartment: int, by: str, now: Instant) -> Step:
    here = bank.compartments.get(compartment)
    if here is None:
        return refused(bank, "no_such_compartment")
    if not here.blocked:
        return Step(bank)
    return recorded(bank, now, CompartmentUnblocked(compartment=compartment, by=by))


def report_misplaced(bank: "Bank", item: str, *, by: str, note: str, now: Instant) -> Step:
    found = bank.lying(item)
    if found is None:
        return refused(bank, "busy" if bank.holding(item) else "no_such_item")
    inside, lies = found
    if by != lies.giver and not by.startswith("staff "):
        return refused(bank, "not_yours")
    if inside.use is not Use.HOLDING:
        return refused(bank, "busy")
    if lies.misplaced:
        return Step(bank)
    record: list[Happening] = [MisplacementReported(item=item, compartment=inside.number, by=by, note=note)]
    if not inside.blocked:
        record.append(CompartmentBlocked(compartment=inside.number, why=note or by, by=by))
    return recorded(bank, now, *record)


def reissue(bank: "Bank", item: str, new: NewCode, now: Instant) -> Step:
    found = bank.lying(item)
    if found is None or not may(found[1].purpose, "citizen", "code"):
        return refused(bank, "no_such_item")
    inside, lies = found
    if inside.use is Use.EMPTYING:
        return refused(bank, "spent" if is_spent(bank, inside) else "busy")
    if not lies.issue < new.issue <= MAX_ISSUE:
        return refused(bank, "old_issue")
    return recorded(
        bank,
        now,
        Reissued(
            item=item,
            compartment=inside.number,
            number=lies.number,
            issue=new.issue,
            why=new.why,
            by=new.by,
            phone=new.phone,
            phone_tail=new.phone_tail,
            holder=new.holder,
            order=new.order,
        ),
    )
