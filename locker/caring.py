"""What people and the centre do about compartments, items and codes without opening a door."""

from typing import TYPE_CHECKING, NamedTuple

from locker.answer import recorded, refused
from locker.compartment import Compartment, Use
from locker.contents import Item
from locker.fetching import is_spent
from locker.rules import may
from locker.step import Reason, Step
from wire.credential import MAX_ISSUE
from wire.entry import Instant
from wire.happenings import (
    CompartmentBlocked,
    CompartmentUnblocked,
    Happening,
    MisplacementReported,
    Redirected,
    Reissued,
    Way,
)

if TYPE_CHECKING:
    from locker.bank import Bank

OTHER_INSIDE = "取件人开门后说，里面不是要取的物品，待两名工作人员核实"
"""Why a compartment is blocked in which something else may lie."""


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
    return recorded(bank, now, *_doubts(inside, (item,), by, note))


def report_wrong_inside(bank: "Bank", item: str, now: Instant) -> Step:
    """What goes out through this opening goes together, so all of it stays; once the door is closed it is too late."""
    inside = bank.holding(item)
    taking = inside.taking if inside else None
    if inside is None or taking is None or inside.use is not Use.EMPTYING or item not in taking.going:
        return refused(bank, "busy" if inside and inside.use is Use.EMPTYING else "too_late")
    if taking.wrong:
        return Step(bank)
    return recorded(bank, now, *_doubts(inside, taking.going, taking.receiver, OTHER_INSIDE))


def _doubts(inside: Compartment, items: tuple[str, ...], by: str, note: str) -> list[Happening]:
    """Return the report, and that nothing more is laid in there."""
    number = inside.number
    reported: list[Happening] = [
        MisplacementReported(item=item, compartment=number, by=by, note=note) for item in items
    ]
    return reported if inside.blocked else [*reported, CompartmentBlocked(compartment=number, why=note or by, by=by)]


def reissue(bank: "Bank", item: str, new: NewCode, now: Instant) -> Step:
    found = bank.lying(item)
    if found is None or not may(found[1].purpose, "citizen", "code"):
        return refused(bank, "no_such_item")
    inside, lies = found
    if inside.taking is not None:  # also while people look into a pickup whose door stands open
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


def redirect(bank: "Bank", item: str, way: Way, *, by: str, order: str, now: Instant) -> Step:
    """The code is another one afterwards, either way: nobody opens with one from before."""
    found = bank.lying(item)
    if found is None or found[1].purpose not in ("pickup", "delivery"):
        return refused(bank, "no_such_item")
    inside, lies = found
    reason = _stays(inside, lies)
    if reason is not None:
        return refused(bank, reason)
    if lies.purpose == way:
        return Step(bank)
    new = Reissued(
        item=item,
        compartment=inside.number,
        number=lies.number,
        issue=lies.issue + 1,
        why="redirected",
        by=by,
        order=order,
    )
    return recorded(bank, now, new, Redirected(item=item, compartment=inside.number, purpose=way, by=by, order=order))


def _stays(inside: Compartment, lies: Item) -> Reason | None:
    """Return why an item goes no other way now. The ID card that a level asks for is shown here and to no courier."""
    if lies.misplaced:
        return "misplaced"
    if inside.use is not Use.HOLDING:
        return "busy"
    if len(inside.items) > 1:
        return "not_alone"
    return "needs_card" if lies.level >= 2 else None
