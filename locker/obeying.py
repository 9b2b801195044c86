"""Orders of the centre: judged, then done by the same methods as what people ask, and answered with OrderTaken.

Nothing opens late: an opening carries the boot of the device that it was meant for, and until when it may be obeyed,
which a clock that cannot be believed cannot judge. An order that was taken before is no news, whatever came of it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from locker.answer import recorded
from locker.step import Open, Reason, Step
from wire.entry import Instant
from wire.happenings import OrderTaken
from wire.orders import (
    OPEN_WITHIN_MS,
    BlockCompartment,
    CancelReservation,
    GiveManifest,
    OpenCompartment,
    Order,
    Redirect,
    Reissue,
    ReserveCompartment,
    UnblockCompartment,
)

if TYPE_CHECKING:
    from locker.bank import Bank

EARLIEST = 2 * OPEN_WITHIN_MS
"""An opening that has more time left than this was not ordered now by anybody's clock but ours."""

Outcome = Literal["done", "late", "early", "fenced", "clock_unsure"] | Reason


class Here(NamedTuple):
    """The order's place in the centre's journal, and the time and the boot of this device."""

    epoch: int
    seq: int
    wall: Instant
    clock_good: bool
    boot: int


def obey(bank: "Bank", order: Order, here: Here, now: Instant) -> Step:
    if order.order in bank.orders:
        return Step(bank)
    outcome = judge(order, here)
    done = Step(bank) if outcome else _DO[type(order)](bank, order, now)
    if outcome is None:
        outcome = done.refused.reason if done.refused else "done"
    taken = OrderTaken(order=order.order, outcome=outcome, epoch=here.epoch, seq=here.seq)
    answered = recorded(done.bank, now, taken)
    opens = tuple(effect for effect in done.effects if isinstance(effect, Open))
    return Step(answered.bank, done.record + answered.record, opens)


def judge(order: Order, here: Here) -> Outcome | None:
    """Return why it must not be obeyed, None when it may be."""
    opens = isinstance(order, OpenCompartment)
    if (opens or order.fence) and order.fence != here.boot:
        return "fenced"
    limits = [order.not_after] if order.not_after else []
    limits += [order.until] if isinstance(order, GiveManifest | ReserveCompartment) else []
    if opens and not order.not_after:
        return "late"
    if order.not_after and not here.clock_good:
        return "clock_unsure"
    if here.clock_good and any(here.wall > limit for limit in limits):
        return "late"
    if opens and order.not_after > here.wall + EARLIEST:
        return "early"
    return None


def _open(bank: "Bank", order: OpenCompartment, now: Instant) -> Step:
    return bank.inspect(
        order.compartment, by=order.actor, witness=order.witness, why=order.why, now=now, order=order.order
    )


def _reserve(bank: "Bank", order: ReserveCompartment, now: Instant) -> Step:
    return bank.reserve(
        reservation=order.reservation, size=order.size, low=order.low, by=order.actor, until=order.until, now=now
    )


def _cancel(bank: "Bank", order: CancelReservation, now: Instant) -> Step:
    return bank.cancel_reservation(order.reservation, now)


def _block(bank: "Bank", order: BlockCompartment, now: Instant) -> Step:
    return bank.block(order.compartment, order.why, order.actor, now)


def _unblock(bank: "Bank", order: UnblockCompartment, now: Instant) -> Step:
    return bank.unblock(order.compartment, order.actor, now)


def _reissue(bank: "Bank", order: Reissue, now: Instant) -> Step:
    return bank.reissue(
        order.item,
        issue=order.issue,
        why=order.why,
        by=order.actor,
        phone=order.phone,
        phone_tail=order.phone_tail,
        holder=order.holder,
        order=order.order,
        now=now,
    )


def _redirect(bank: "Bank", order: Redirect, now: Instant) -> Step:
    return bank.redirect(order.item, order.purpose, by=order.actor, order=order.order, now=now)


def _manifest(bank: "Bank", order: GiveManifest, now: Instant) -> Step:
    """The shell keeps manifests: a bank takes in what it is given."""
    return Step(bank)


_DO: Mapping[type[Order], Callable[["Bank", Any, Instant], Step]] = {
    OpenCompartment: _open,
    ReserveCompartment: _reserve,
    CancelReservation: _cancel,
    BlockCompartment: _block,
    UnblockCompartment: _unblock,
    Reissue: _reissue,
    Redirect: _redirect,
    GiveManifest: _manifest,
}
