"""Laying something in: which compartment, and what becomes of it.

The smallest compartment that is large enough is chosen, one that a wheelchair does not reach before one that it does,
so that the low ones stay free for those who need them. DepositBegun, Open. Door open: DepositOpened. Door closed:
Deposited, the item has its issue, and number and code are good. Not open in 10 s: the deposit goes on in another
compartment (DepositMoved, at most twice, `doors`), else DepositAbandoned "not_opened". `cancel`: DepositAbandoned
"cancelled" at once, also while the door stands open, so that a restart cannot forget it; the compartment is not given
out again before its door is closed.

**A door that nobody saw.** A contact may be dead, or miss a door that is shut within milliseconds. So a giver may say
that the item lies inside (`claim`). Nothing is believed for that: the compartment is blocked, the record has the item
with its giver as before, and two people who look inside settle it.
"""

from typing import TYPE_CHECKING

from locker.answer import ordered, recorded, refused, then
from locker.compartment import Compartment, Use
from locker.contents import Item
from locker.door import Door
from locker.memory import BREAK_IN, DOOR_LEFT_OPEN, DOOR_STUCK
from locker.parcel import Parcel
from locker.pickup import next_number
from locker.rules import may
from locker.step import Reason, Step
from wire.entry import Instant
from wire.happenings import (
    SIZES,
    CompartmentBlocked,
    DepositAbandoned,
    DepositBegun,
    DepositMoved,
    Happening,
    MisplacementReported,
    ReservationEnded,
    Size,
)

if TYPE_CHECKING:
    from locker.bank import Bank

UNSEEN = "柜门传感器没有看到开门，存件人说物品已放入，待两名工作人员核实"
"""Why a compartment is blocked in which an item may lie."""

_TROUBLE = (DOOR_STUCK, DOOR_LEFT_OPEN, BREAK_IN)


def deposit(bank: "Bank", parcel: Parcel, now: Instant) -> Step:
    reason = _not_now(bank, parcel)
    if reason is not None:
        return refused(bank, reason)
    if parcel.into:
        return _join(bank, parcel, now)
    if parcel.reservation:
        return _use_reservation(bank, parcel, now)
    chosen = choose(bank, parcel.size, low=parcel.low)
    if chosen is None:
        return refused(bank, none_for(parcel.low))
    return ordered(bank, chosen, now, _begun(bank, parcel, chosen))


def cancel(bank: "Bank", compartment: int, now: Instant) -> Step:
    filling = bank.compartment(compartment)
    if filling.use not in (Use.FILLING, Use.ADDING) or filling.claimed:
        return refused(bank, "too_late")
    abandoned = DepositAbandoned(item=filling.laid_in().id, compartment=compartment, why="cancelled")
    return recorded(bank, now, abandoned)


def claim(bank: "Bank", parcel: Parcel, compartment: int, now: Instant) -> Step:
    here, there = bank.compartments.get(compartment), bank.holding(parcel.item)
    if here is None:
        return refused(bank, "no_such_compartment")
    if there is here:
        return _claim_here(bank, here, now)
    if here.use is not Use.FREE or here.door is Door.OPEN or not bank.stands(DOOR_STUCK, here.about):
        return refused(bank, "too_late")  # another deposit, or a door that was seen to move: it cannot lie there
    if there is None:
        begun = recorded(bank, now, _begun(bank, parcel, here))
    elif there.use is Use.FILLING:
        begun = recorded(bank, now, DepositMoved(item=parcel.item, compartment=there.number, to=compartment))
    else:
        return refused(bank, "already_here")
    return then(begun, _claim_here(begun.bank, begun.bank.compartment(compartment), now))


def choose(bank: "Bank", size: Size, *, low: bool) -> Compartment | None:
    """Return the compartment for this; None when there is none."""
    least = rank(size)
    offered = (c for c in bank.compartments.values() if bank.offers(c) and rank(c.size) >= least and (c.low or not low))
    return min(offered, key=lambda c: (c.low and not low, rank(c.size), c.number), default=None)


def none_for(low: bool) -> Reason:
    """Why nothing was chosen."""
    return "no_low_compartment" if low else "no_compartment"


def offers(bank: "Bank", compartment: Compartment) -> bool:
    return compartment.use is Use.FREE and in_order(bank, compartment)


def in_order(bank: "Bank", compartment: Compartment) -> bool:
    """Nothing speaks against laying something in there."""
    if compartment.blocked or compartment.door not in (Door.CLOSED, Door.UNKNOWN):
        return False
    return not (bank.alarms and any(bank.stands(alarm, compartment.about) for alarm in _TROUBLE))


def rank(size: Size) -> int:
    return SIZES.index(size)


def _not_now(bank: "Bank", parcel: Parcel) -> Reason | None:
    if bank.holding(parcel.item):
        return "already_here"
    if may(parcel.purpose, "citizen", "code"):
        if parcel.level == 1 and not parcel.phone_tail:
            return "needs_tail"
        if parcel.level >= 2 and not parcel.holder:
            return "needs_card"
    if parcel.purpose == "loan" and parcel.item not in bank.loans and parcel.giver.startswith("citizen"):
        return "not_lent"
    return "board_silent" if bank.silent else None


def _join(bank: "Bank", parcel: Parcel, now: Instant) -> Step:
    """Lay it in with what lies there for the same person."""
    there = bank.under(parcel.into)
    if there is None:
        return refused(bank, "no_such_number")
    reason = _not_into(bank, there, parcel)
    if reason is not None:
        return refused(bank, reason)
    return ordered(bank, there, now, _begun(bank, parcel, there, there.content().number))


def _not_into(bank: "Bank", there: Compartment, parcel: Parcel) -> Reason | None:
    if not _same_person(there.content(), parcel):
        return "not_same_person"
    if there.use is not Use.HOLDING or there.door is Door.OPENING:
        return "busy"
    if there.blocked or any(item.misplaced for item in there.items):
        return "blocked"
    if rank(parcel.size) > rank(there.size):
        return "no_compartment"
    if in_order(bank, there):
        return None
    return "door_open" if there.door is Door.OPEN else "stuck"


def _same_person(lies: Item, parcel: Parcel) -> bool:
    """They share one code, so nobody may get hold of another's item by joining it, nor anybody be shut out."""
    mine, other = (parcel.purpose, parcel.phone_tail), (lies.purpose, lies.phone_tail)
    cards = {lies.holder, parcel.holder} - {""}
    return mine == other and parcel.purpose != "loan" and len(cards) <= 1


def _use_reservation(bank: "Bank", parcel: Parcel, now: Instant) -> Step:
    kept = bank.kept_for(parcel.reservation)
    if kept is None or kept.reserved is None:
        return refused(bank, "no_reservation")
    if kept.use is not Use.RESERVED:
        return refused(bank, "busy")  # people look into it
    used = recorded(bank, now, ReservationEnded(reservation=parcel.reservation, compartment=kept.number, why="used"))
    freed = used.bank.compartment(kept.number)
    fits = in_order(used.bank, freed) and rank(freed.size) >= rank(parcel.size) and (freed.low or not parcel.low)
    chosen = freed if fits else choose(used.bank, parcel.size, low=parcel.low)
    if chosen is None:
        return refused(bank, none_for(parcel.low))
    return then(used, ordered(used.bank, chosen, now, _begun(used.bank, parcel, chosen)))


def _begun(bank: "Bank", parcel: Parcel, chosen: Compartment, number: str = "") -> DepositBegun:
    return DepositBegun(
        item=parcel.item,
        label=parcel.label,
        compartment=chosen.number,
        size=parcel.size,
        number=number or next_number(bank.last_number, bank.numbers()),
        giver=parcel.giver,
        phone=parcel.phone,
        phone_tail=parcel.phone_tail,
        purpose=parcel.purpose,
        level=parcel.level,
        holder=parcel.holder,
        into=number,
        low=parcel.low,
        address=parcel.address,
        case=parcel.case,
        order=parcel.order,
    )


def _claim_here(bank: "Bank", here: Compartment, now: Instant) -> Step:
    item = here.arriving
    if item is None or here.use not in (Use.FILLING, Use.ADDING):
        return refused(bank, "too_late")
    if here.opened:
        return refused(bank, "door_open")  # its contact does see it: once it is closed, the deposit ends by itself
    if here.claimed:
        return Step(bank)
    reported = MisplacementReported(item=item.id, compartment=here.number, by=item.giver, note=UNSEEN)
    blocked = CompartmentBlocked(compartment=here.number, why=UNSEEN, by=item.giver)
    record: tuple[Happening, ...] = (reported,) if here.blocked else (reported, blocked)
    return recorded(bank, now, *record)
