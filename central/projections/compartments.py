"""Compartments that are kept or blocked, and what became of the centre's orders."""

from sqlalchemy import delete, update

from central import schema
from central.auditing import note
from central.cases import close_about
from central.ordering import taken
from central.projections.lockers import facts_of
from central.projections.told import Told
from central.sql import insert
from wire import happenings as h


def compartment_reserved(told: Told, news: h.CompartmentReserved) -> None:
    now = {"compartment": news.compartment, "size": news.size, "by": news.by, "until": news.until, "ended": None}
    new = insert(schema.reservation).values(device=told.device, reservation=news.reservation, **now)
    told.do(new.on_conflict_do_update(index_elements=["device", "reservation"], set_=now))
    told.work.tell("orders")


def reservation_ended(told: Told, news: h.ReservationEnded) -> None:
    mine = (schema.reservation.c.device == told.device) & (schema.reservation.c.reservation == news.reservation)
    told.do(update(schema.reservation).where(mine).values(ended=told.at, why=news.why[:64]))
    told.work.tell("orders")


def compartment_blocked(told: Told, news: h.CompartmentBlocked) -> None:
    now = {"why": news.why[:500], "by": news.by[:100], "since": told.at}
    new = insert(schema.blocked).values(device=told.device, compartment=news.compartment, **now)
    told.do(new.on_conflict_do_update(index_elements=["device", "compartment"], set_=now))
    _note(told, "blocked", news.by, "", f"door {news.compartment}: {news.why}")


def compartment_unblocked(told: Told, news: h.CompartmentUnblocked) -> None:
    here = (schema.blocked.c.device == told.device) & (schema.blocked.c.compartment == news.compartment)
    told.do(delete(schema.blocked).where(here))
    _note(told, "unblocked", news.by, "", f"door {news.compartment}")


def inspection_begun(told: Told, news: h.InspectionBegun) -> None:
    _note(told, "inspected", news.by, news.witness, f"door {news.compartment}: {news.why}")


def settled(told: Told, news: h.Settled) -> None:
    what = "gone" if news.gone else "there"
    _note(told, "settled", news.by, news.witness, f"door {news.compartment}: {what}, {news.why}")
    if not news.gone:
        _found(told, news)


def _found(told: Told, news: h.Settled) -> None:
    """What was in doubt lies there, and waits again: whoever was told not to come may come now."""
    inside = told.items.lying(news.compartment)
    doubted = [item for item in inside if item.misplaced]
    for item in doubted:
        item.misplaced = item.flagged = False
        close_about(told.work, told.device, item.item, f"{news.by}, {news.witness}: {news.why}", ("misplaced",))
    if doubted and doubted[0].purpose == "pickup":
        lead = next((item for item in inside if not item.joined), inside[0])
        told.notify("found", facts_of(lead, at=told.at), lead.person)
    told.work.tell("handovers")


def order_taken(told: Told, news: h.OrderTaken) -> None:
    refused = taken(told.work, told.device, news, told.at)
    if refused is not None and refused.kind == "redirect":
        _forget_wish(told, refused.item)
    elif refused is not None and refused.kind == "reissue":
        _say_unchanged(told, refused.item)


def _say_unchanged(told: Told, id_: str) -> None:
    """Whoever asked was promised an SMS; where it does not lie there any more, the one about that is enough."""
    told.items.fetch([id_])
    item = told.items.known(id_)
    if item is not None and item.state == "waiting" and not item.misplaced:
        told.notify("unchanged", facts_of(item, at=told.at), item.principal or item.person)


def _forget_wish(told: Told, id_: str) -> None:
    """The bank did not take it, so the centre needs no address for it."""
    told.items.fetch([id_])
    item = told.items.known(id_)
    if item is not None and item.purpose == "pickup":
        told.items.item(id_).address = None


def _note(told: Told, act: str, actor: str, witness: str, detail: str) -> None:
    note(told.work, act, actor, witness=witness, device=told.device, detail=detail, at=told.at)
    told.work.tell("orders")
