"""Tickets that a terminal reserved, printed and released."""

from typing import Any

from sqlalchemy import select

from central import issuing, schema
from central.projections.told import Told
from central.sql import insert
from central.standing_alarms import raise_alarm
from central.ticket_rows import happen
from central.tickets import Happened
from wire import happenings as h


def ticket_reserved(told: Told, news: h.TicketReserved) -> None:
    known = told.do(select(schema.ticket).where(schema.ticket.c.ticket == news.ticket)).one_or_none()
    if known:
        said = (told.device, news.service, news.day, news.number)
        if said != (known.device, known.service, known.day, known.number):
            _foreign(told, news.number, "not the number that was reserved for it")
        return
    ordinal = None
    if news.source == "block":
        ordinal = issuing.lent_to(told.work.connection, told.device, news.service, news.day, news.number)
    if ordinal is None:
        _foreign(told, news.number, "neither reserved nor in a block of this device")
        return
    new = insert(schema.ticket).values(
        ticket=news.ticket, device=told.device, service=news.service, day=news.day, ordinal=ordinal,
        number=news.number, source="block", state="reserved", person=told.keep(news.phone),
        lang="en" if news.lang == "en" else "zh", reserved=told.at,
    )  # fmt: skip
    if not told.do(new.on_conflict_do_nothing()).rowcount:
        _foreign(told, news.number, "used for two tickets")


def ticket_printed(told: Told, news: h.TicketPrinted) -> None:
    """Also after the sweep: paper in somebody's hand counts, however late the centre hears of it."""
    _ticket(told, news.ticket, Happened.PRINTED, waiting=told.at, ended=None, why="")


def ticket_released(told: Told, news: h.TicketReleased) -> None:
    _ticket(told, news.ticket, Happened.RELEASED, ended=told.at, why=news.why[:64])


def _ticket(told: Told, id_: str, happened: Happened, **change: Any) -> None:
    mine = (schema.ticket.c.ticket == id_) & (schema.ticket.c.device == told.device)
    happen(told.work, mine, happened, **change)


def _foreign(told: Told, number: str, why: str) -> None:
    raise_alarm(told.work, told.device, "foreign_number", f"number {number}", f"entry {told.entry.seq}: {why}")
