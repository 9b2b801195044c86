"""Compartments that are kept or blocked, and what became of the centre's orders."""

from sqlalchemy import delete, update

from central import schema
from central.auditing import note
from central.ordering import taken
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


def order_taken(told: Told, news: h.OrderTaken) -> None:
    taken(told.work, told.device, news, told.at)


def _note(told: Told, act: str, actor: str, witness: str, detail: str) -> None:
    note(told.work, act, actor, witness=witness, device=told.device, detail=detail, at=told.at)
    told.work.tell("orders")
