"""What lies in a compartment, for whom it is kept, who is taking it out, and what each happening changes of that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from locker.door import ImpossibleHappening
from locker.rules import at_once
from wire.entry import Instant
from wire.happenings import (
    CompartmentBlocked,
    CompartmentReserved,
    CompartmentUnblocked,
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositMoved,
    DepositOpened,
    DoorClosed,
    DoorForced,
    InspectionBegun,
    InspectionEnded,
    InspectionOpened,
    MisplacementReported,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Purpose,
    Redirected,
    Reissued,
    ReservationEnded,
    Settled,
    Size,
    Taken,
)

if TYPE_CHECKING:
    from locker.compartment import Compartment


@dataclass(frozen=True)
class Item:
    """`number` and `issue` (0 until the door was closed on it) are its code's; `level` and `holder` as in DepositBegun.

    `misplaced`: somebody said that it lies elsewhere than the record has it. `moves`: from a door that did not open.
    """

    id: str
    label: str
    number: str
    giver: str
    phone_tail: str
    issue: int = 0
    purpose: Purpose = "pickup"
    level: int = 0
    holder: str = ""
    size: Size = "S"
    case: str = ""
    low: bool = False
    misplaced: bool = False
    moves: int = 0

    @property
    def receiver(self) -> str:
        """How the record names the one who has the right to it: never by more than the tail of a phone."""
        return f"citizen ****{self.phone_tail}"


@dataclass(frozen=True)
class Reservation:
    """A free compartment is kept until `until`."""

    id: str
    by: str
    until: Instant


@dataclass(frozen=True)
class Taking:
    """Who takes what out, as in PickupReserved: `waiting` for the door to open, `going` once it stands open.

    `wrong`: what of it the receiver says is not what lies there; it stays.
    """

    by: str
    receiver: str
    waiting: tuple[str, ...]
    going: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    phone_tail: str = ""
    due: int = 0


Changes = dict[str, Any]
"""The fields of the compartment that are others afterwards; use, opened and since apart."""

_ItemHappening = DepositOpened | DepositMoved | Deposited | DepositAbandoned


def _nothing(compartment: "Compartment", happening: object) -> Changes:
    return {}


def _reserved(compartment: "Compartment", happening: CompartmentReserved) -> Changes:
    return {"reserved": Reservation(happening.reservation, happening.by, happening.until)}


def _let_go(compartment: "Compartment", happening: ReservationEnded) -> Changes:
    if compartment.reserved is None or compartment.reserved.id != happening.reservation:
        raise _impossible(compartment, happening)
    return {"reserved": None}


def _begun(compartment: "Compartment", happening: DepositBegun) -> Changes:
    if compartment.items and compartment.content().number != happening.into:
        raise _impossible(compartment, happening)
    return {
        "arriving": Item(
            id=happening.item,
            label=happening.label,
            number=happening.number,
            giver=happening.giver,
            phone_tail=happening.phone_tail,
            purpose=happening.purpose,
            level=happening.level,
            holder=happening.holder,
            size=happening.size,
            case=happening.case,
            low=happening.low,
        )
    }


def _arriving(compartment: "Compartment", happening: _ItemHappening) -> Changes:
    _laid_in(compartment, happening)
    return {}


def _stayed_out(compartment: "Compartment", happening: DepositMoved | DepositAbandoned) -> Changes:
    _laid_in(compartment, happening)
    return {"arriving": None}


def _deposited(compartment: "Compartment", happening: Deposited) -> Changes:
    item = replace(_laid_in(compartment, happening), issue=happening.issue, misplaced=False)
    return {"items": (*compartment.items, item), "arriving": None, "attempts": 0}


def _taking(compartment: "Compartment", happening: PickupReserved) -> Changes:
    asked = _inside(compartment, happening)
    taking = Taking(
        happening.by,
        happening.receiver or asked.receiver,
        tuple(item.id for item in at_once(compartment.items, asked, happening.by)),
        phone_tail=happening.phone_tail,
        due=happening.due,
    )
    return {"taking": taking, "attempts": happening.attempt}


def _released(compartment: "Compartment", happening: PickupOpened) -> Changes:
    taking = compartment.taking
    if taking is None or happening.item not in taking.waiting:
        raise _impossible(compartment, happening)
    waiting = _without(taking.waiting, happening.item)
    return {"taking": replace(taking, waiting=waiting, going=(*taking.going, happening.item))}


def _taken(compartment: "Compartment", happening: Taken) -> Changes:
    changes = _one_less_going(compartment, happening)
    items = tuple(item for item in compartment.items if item.id != happening.item)
    return {**changes, "items": items, "attempts": 0}


def _lapsed(compartment: "Compartment", happening: PickupLapsed) -> Changes:
    if compartment.opened:
        return _one_less_going(compartment, happening)
    _inside(compartment, happening)
    return {"taking": None}


def _one_less_going(compartment: "Compartment", happening: Taken | PickupLapsed) -> Changes:
    taking = compartment.taking
    if taking is None or happening.item not in taking.going:
        raise _impossible(compartment, happening)
    left = replace(taking, going=_without(taking.going, happening.item))
    return {"taking": left if left.going or left.waiting else None}


def _reissued(compartment: "Compartment", happening: Reissued) -> Changes:
    """They share one code: who has a right to one of them has it to all, and the older codes of all are void."""
    _inside(compartment, happening)
    return {
        "items": tuple(
            replace(
                item,
                issue=max(item.issue + 1, happening.issue),
                phone_tail=happening.phone_tail or item.phone_tail,
                holder=happening.holder or item.holder,
            )
            for item in compartment.items
        )
    }


def _redirected(compartment: "Compartment", happening: Redirected) -> Changes:
    item = _inside(compartment, happening)
    if len(compartment.items) > 1:
        raise _impossible(compartment, happening)
    return {"items": (replace(item, purpose=happening.purpose),)}


def _blocked(compartment: "Compartment", happening: CompartmentBlocked) -> Changes:
    return {"blocked": happening.why}


def _unblocked(compartment: "Compartment", happening: CompartmentUnblocked) -> Changes:
    return {"blocked": ""}


def _looked_into(compartment: "Compartment", happening: InspectionBegun) -> Changes:
    return {"was": compartment.stage}


def _settled(compartment: "Compartment", happening: Settled) -> Changes:
    """Of what lies at rest only the reported items are in doubt; what was being moved ends by the happening after."""
    if not compartment.at_rest or compartment.arriving is not None:
        return {}
    if happening.gone:
        return {"items": tuple(item for item in compartment.items if not item.misplaced)}
    return {"items": tuple(replace(item, misplaced=False) for item in compartment.items)}


def _misplaced(compartment: "Compartment", happening: MisplacementReported) -> Changes:
    if compartment.arriving is not None and compartment.arriving.id == happening.item:
        return {"arriving": replace(compartment.arriving, misplaced=True)}
    reported = replace(_inside(compartment, happening), misplaced=True)
    items = tuple(reported if item.id == happening.item else item for item in compartment.items)
    taking = compartment.taking
    if taking is None:
        return {"items": items}
    if happening.item not in taking.going:
        raise _impossible(compartment, happening)
    return {"items": items, "taking": replace(taking, wrong=(*taking.wrong, happening.item))}


CHANGES: Mapping[type, Callable[["Compartment", Any], Changes]] = {
    CompartmentReserved: _reserved,
    ReservationEnded: _let_go,
    DepositBegun: _begun,
    DepositOpened: _arriving,
    DepositMoved: _stayed_out,
    Deposited: _deposited,
    DepositAbandoned: _stayed_out,
    PickupReserved: _taking,
    PickupOpened: _released,
    Taken: _taken,
    PickupLapsed: _lapsed,
    Reissued: _reissued,
    Redirected: _redirected,
    CompartmentBlocked: _blocked,
    CompartmentUnblocked: _unblocked,
    InspectionBegun: _looked_into,
    InspectionOpened: _nothing,
    InspectionEnded: _nothing,
    Settled: _settled,
    MisplacementReported: _misplaced,
    DoorForced: _nothing,
    DoorClosed: _nothing,
}


def _laid_in(compartment: "Compartment", happening: _ItemHappening) -> Item:
    item = compartment.laid_in()
    if item.id != happening.item:
        raise ImpossibleHappening(f"compartment {compartment.number} has item {item.id}, not {happening.item}")
    return item


def _inside(
    compartment: "Compartment", happening: PickupReserved | PickupLapsed | Reissued | Redirected | MisplacementReported
) -> Item:
    item = compartment.item(happening.item)
    if item is None:
        ids = ", ".join(inside.id for inside in compartment.items) or "nothing"
        raise ImpossibleHappening(f"compartment {compartment.number} has item {ids}, not {happening.item}")
    return item


def _impossible(compartment: "Compartment", happening: object) -> ImpossibleHappening:
    return ImpossibleHappening(f"compartment {compartment.number} is {compartment.use.value}: no {happening!r}")


def _without(ids: tuple[str, ...], item: str) -> tuple[str, ...]:
    return tuple(other for other in ids if other != item)
