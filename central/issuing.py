"""Numbers: reserved one at a time, or lent to a zone in blocks for when the centre cannot be reached.

Every number comes out of one statement, so two who ask at once get two. The numbers of blocks begin above those that
the centre gives itself: a citizen sees no jump of twenty only because a zone took a block.
"""

import msgspec
from sqlalchemy import Connection, func, or_, select

from central import days, tickets
from central.config import Service
from central.schema import block, number, ticket
from central.sql import insert
from central.store import Work
from central.ticket_rows import happen
from central.tickets import Happened
from wire.errors import Refused

BLOCKS_BEGIN = 5_000
"""The numbers of blocks are above this, those of the centre up to it."""

MAX_BLOCK = 200
RESERVED_FOR_MS = 10 * 60_000
WAITS_AT_MOST_MS = 12 * 60 * 60_000
"""Who was not called by then, or on the day of the number, has gone home: two people never wait under one number."""


class Reserved(msgspec.Struct, frozen=True):
    """The answer to who reserves a number; `ahead` waited then for the same service."""

    ticket: str
    number: str
    service: str
    day: str
    ahead: int


class Block(msgspec.Struct, frozen=True):
    """Numbers `prefix` + `first` to `last` of a day, lent to one device."""

    service: str
    prefix: str
    first: int
    last: int
    day: str


def reserve(work: Work, id_: str, device: str, service: Service, *, person: str | None, lang: str) -> Reserved:
    """Reserve the next number of a service for a ticket; the caller has looked with `reserved` whether it is new."""
    day = days.day_of(work.now)
    ordinal = _next(work, service.id, day, "centre", begin=0, count=1)
    if ordinal > BLOCKS_BEGIN:
        raise Refused("no_numbers", "今天这项业务的号已取完，请到窗口咨询。")
    work.connection.execute(
        insert(ticket).values(
            ticket=id_, device=device, service=service.id, day=day, ordinal=ordinal, source="centre",
            number=tickets.number(service.prefix, ordinal), state="reserved", person=person, lang=lang,
            reserved=work.now,
        )
    )  # fmt: skip
    return _answer(work.connection, id_)


def reserved(work: Work, id_: str, device: str, service: str) -> Reserved | None:
    """Return what was answered for this ticket before; Refused when it was for somebody else."""
    found = work.connection.execute(
        select(ticket.c.device, ticket.c.service).where(ticket.c.ticket == id_)
    ).one_or_none()
    if found is None:
        return None
    if tuple(found) != (device, service):
        raise Refused("other_ticket", "这个取号编号已用于另一张号。")
    return _answer(work.connection, id_)


def _answer(connection: Connection, id_: str) -> Reserved:
    one = connection.execute(select(ticket).where(ticket.c.ticket == id_)).one()
    before = or_(ticket.c.state == "waiting", (ticket.c.state == "reserved") & (ticket.c.ordinal < one.ordinal))
    ahead = connection.execute(
        select(func.count()).where(ticket.c.service == one.service, ticket.c.ticket != id_, before)
    ).scalar_one()
    return Reserved(id_, one.number, one.service, one.day, ahead)


def lease(work: Work, id_: str, device: str, service: Service, count: int) -> Block:
    """Lend `count` numbers of today; the same id again is the same block."""
    found = work.connection.execute(select(block).where(block.c.block == id_)).one_or_none()
    if found is None:
        day = days.day_of(work.now)
        last = _next(work, service.id, day, "block", begin=BLOCKS_BEGIN, count=count)
        if last > tickets.LAST_ORDINAL:
            raise Refused("no_numbers", "今天这项业务的号段已发完。")
        lent = Block(service.id, service.prefix, last - count + 1, last, day)
        work.connection.execute(
            insert(block).values(block=id_, device=device, leased=work.now, **msgspec.structs.asdict(lent))
        )
        return lent
    if (found.device, found.service) != (device, service.id):
        raise Refused("other_block", "这个号段编号已用于另一个号段。")
    return Block(found.service, found.prefix, found.first, found.last, found.day)


def _next(work: Work, service: str, day: str, series: str, *, begin: int, count: int) -> int:
    """Take `count` numbers in one statement; returns the last of them."""
    taken = insert(number).values(service=service, day=day, series=series, last=begin + count)
    counted = taken.on_conflict_do_update(
        index_elements=["service", "day", "series"], set_={"last": number.c.last + count}
    ).returning(number.c.last)
    return int(work.connection.execute(counted).scalar_one())


def lent_to(connection: Connection, device: str, service: str, day: str, printed: str) -> int | None:
    """Return the ordinal of a number inside a block lent to the device for that day, None where it is in none."""
    blocks = connection.execute(
        select(block).where(block.c.device == device, block.c.service == service, block.c.day == day)
    )
    for lent in blocks:
        digits = printed.removeprefix(lent.prefix)
        if digits.isascii() and digits.isdecimal() and len(digits) <= 6:
            ordinal = int(digits)
            if lent.first <= ordinal <= lent.last and tickets.number(lent.prefix, ordinal) == printed:
                return ordinal
    return None


def sweep(work: Work) -> None:
    """Release what was reserved and never printed, and let go of who has waited for half a day."""
    unprinted = ticket.c.reserved < work.now - RESERVED_FOR_MS
    happen(work, unprinted, Happened.RELEASED, ended=work.now, why="no_evidence")
    gone = or_(ticket.c.waiting < work.now - WAITS_AT_MOST_MS, ticket.c.day < days.day_of(work.now))
    happen(work, gone, Happened.EXPIRED, ended=work.now, why="not_called")
