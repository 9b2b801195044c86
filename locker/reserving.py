"""Keeping a compartment for one deposit, until a moment that passes also without the centre."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from locker.answer import recorded, refused
from locker.compartment import Compartment, Use
from locker.depositing import choose, none_for
from locker.step import Step
from wire.entry import Instant
from wire.happenings import CompartmentReserved, Happening, ReservationEnded, Size

if TYPE_CHECKING:
    from locker.bank import Bank


def reserve(bank: "Bank", reservation: str, size: Size, *, low: bool, by: str, until: Instant, now: Instant) -> Step:
    if bank.kept_for(reservation) is not None:
        return refused(bank, "already_reserved")
    if until <= now:
        return refused(bank, "too_late")
    chosen = choose(bank, size, low=low)
    if chosen is None:
        return refused(bank, none_for(low))
    return recorded(
        bank,
        now,
        CompartmentReserved(reservation=reservation, compartment=chosen.number, size=size, by=by, until=until),
    )


def cancel(bank: "Bank", reservation: str, now: Instant) -> Step:
    kept = bank.kept_for(reservation)
    if kept is None:
        return refused(bank, "no_reservation")
    if kept.use is not Use.RESERVED:
        return refused(bank, "busy")  # people look into it
    return recorded(bank, now, ReservationEnded(reservation=reservation, compartment=kept.number, why="cancelled"))


def on_time_passed(compartment: Compartment, wall: Instant) -> Iterator[Happening]:
    """Yield the end of a reservation that nobody used."""
    kept = compartment.reserved
    if kept is not None and compartment.use is Use.RESERVED and wall >= kept.until:
        yield ReservationEnded(reservation=kept.id, compartment=compartment.number, why="expired")
