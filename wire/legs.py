"""Legs: the two halves of a handover, whatever happening they come in.

The giver's leg releases an item, the receiver's leg accepts it, and only both together hand it over; a release may be
withdrawn instead. Each leg names the digest of the item's leg before it, so that a release and its acceptance belong
together and nothing between two handovers can be left out unseen.
"""

from typing import Literal, NamedTuple, TypeGuard

from wire import happenings as h
from wire.happenings import Happening

Kind = Literal["release", "accept", "withdraw", "correct"]

LegHappening = (
    h.DepositOpened
    | h.Deposited
    | h.DepositAbandoned
    | h.PickupOpened
    | h.Taken
    | h.PickupLapsed
    | h.Released
    | h.Accepted
    | h.Withdrawn
    | h.Corrected
)


class Leg(NamedTuple):
    """`giver` and `receiver` as the record names people and places; `place` is where; a correction names no giver."""

    kind: Kind
    item: str
    giver: str
    receiver: str
    place: str
    before: str


def is_leg(happening: Happening) -> TypeGuard[LegHappening]:
    return isinstance(happening, LegHappening)


def leg_of(device: str, happening: Happening) -> Leg | None:  # noqa: PLR0911 - a line a kind
    """Return the leg that this is in the journal of `device`; None for what hands nothing over."""
    if not is_leg(happening):
        return None
    bank = f"bank {device}"
    match happening:
        case h.DepositOpened(item=item, compartment=number, giver=giver):
            return Leg("release", item, giver, bank, _door(device, number), happening.before)
        case h.Deposited(item=item, compartment=number, giver=giver):
            return Leg("accept", item, giver, bank, _door(device, number), happening.before)
        case h.DepositAbandoned(item=item, compartment=number):
            return Leg("withdraw", item, "", bank, _door(device, number), happening.before)
        case h.PickupOpened(item=item, compartment=number, receiver=receiver):
            return Leg("release", item, bank, receiver, _door(device, number), happening.before)
        case h.Taken(item=item, compartment=number, receiver=receiver):
            return Leg("accept", item, bank, receiver, _door(device, number), happening.before)
        case h.PickupLapsed(item=item, compartment=number):
            return Leg("withdraw", item, bank, "", _door(device, number), happening.before)
        case h.Released():
            return Leg("release", *_said(happening))
        case h.Accepted():
            return Leg("accept", *_said(happening))
        case h.Withdrawn():
            return Leg("withdraw", *_said(happening))
        case h.Corrected(item=item, custodian=custodian):
            return Leg("correct", item, "", custodian, "", happening.before)


def _said(leg: h.Released | h.Accepted | h.Withdrawn) -> tuple[str, str, str, str, str]:
    return leg.item, leg.giver, leg.receiver, leg.place, leg.before


def _door(device: str, compartment: int) -> str:
    return f"{device} door {compartment}"
