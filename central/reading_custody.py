"""What pages and monitoring are shown of items: where they are, who has them, what does not add up, who did what."""

from typing import Any

from sqlalchemy import Connection, Select, select

from central import ordering, schema
from central.registry import CENTRE
from central.schema import audit, case, custody, handover, item, loan, order, person, reservation

NEWEST = 200
"""Lines of a list that grows without end."""

_HIDDEN = {"person", "principal", "address", "mark", "holder", "owner_card", "head", "held_by", "body"}


def items(connection: Connection) -> list[dict[str, Any]]:
    """Return where every item is, the last moved first."""
    return lines(connection, _items().order_by(item.c.since.desc(), item.c.item).limit(NEWEST))


def _items() -> Select[Any]:
    columns = [column for column in item.c if column.name not in _HIDDEN]
    has_address = item.c.address.is_not(None).label("has_address")
    people = item.outerjoin(person, item.c.person == person.c.ref).outerjoin(custody, custody.c.item == item.c.item)
    return select(*columns, has_address, custody.c.custodian, person.c.tail).select_from(people)


def in_hands_of(connection: Connection, custodian: str) -> list[Any]:
    """Return the rows of the items that somebody has now, as the last journal tells of them."""
    mine = select(item).join(custody, (custody.c.item == item.c.item) & (custody.c.custodian == custodian))
    newest: dict[str, Any] = {}
    for row in connection.execute(mine.order_by(item.c.since)):
        newest[row.item] = row
    return list(newest.values())


def handovers(connection: Connection) -> list[dict[str, Any]]:
    """Return who handed what to whom, newest first."""
    return lines(connection, select(handover).order_by(handover.c.id.desc()).limit(NEWEST))


def cases(connection: Connection, *, standing: bool = False) -> list[dict[str, Any]]:
    """Return what does not add up: what still stands first, the newest of each first."""
    wanted = select(case).order_by(case.c.closed.is_not(None), case.c.opened.desc())
    if standing:
        wanted = wanted.where(case.c.closed.is_(None))
    return lines(connection, wanted.limit(NEWEST))


def loans(connection: Connection) -> list[dict[str, Any]]:
    """Return what is lent out, the one that is due first on top, then what came back."""
    columns = [column for column in loan.c if column.name != "person"]
    wanted = select(*columns, person.c.tail).select_from(loan.outerjoin(person, loan.c.person == person.c.ref))
    return lines(connection, wanted.order_by(loan.c.returned.is_not(None), loan.c.due).limit(NEWEST))


def orders(connection: Connection) -> list[dict[str, Any]]:
    """Return what was ordered and what came of it, newest first."""
    rows = connection.execute(select(order).order_by(order.c.created.desc(), order.c.id).limit(NEWEST))
    return [
        {name: value for name, value in row._mapping.items() if name != "body"} | {"about": ordering.read_body(row)}  # noqa: SLF001
        for row in rows
    ]


def reservations(connection: Connection) -> list[dict[str, Any]]:
    """Return the compartments that are kept for somebody now."""
    return lines(connection, select(reservation).where(reservation.c.ended.is_(None)).order_by(reservation.c.until))


def blocked(connection: Connection) -> list[dict[str, Any]]:
    """Return the compartments that are offered to nobody."""
    return lines(connection, select(schema.blocked).order_by(schema.blocked.c.device, schema.blocked.c.compartment))


def acts(connection: Connection, **where: str) -> list[dict[str, Any]]:
    """Return who did what, newest first; `where` actor="staff 1001" and the like, a witness counts as an actor."""
    wanted = select(audit).order_by(audit.c.id.desc()).limit(NEWEST)
    for column, value in where.items():
        if value and column == "actor":
            wanted = wanted.where((audit.c.actor == value) | (audit.c.witness == value))
        elif value:
            wanted = wanted.where(audit.c[column] == value)
    return lines(connection, wanted)


def lines(connection: Connection, wanted: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(wanted)]  # noqa: SLF001 - SQLAlchemy's public name


def open_releases(connection: Connection) -> list[dict[str, Any]]:
    """Return what was released at a counter and waits for its receiver, the oldest first."""
    columns = (item.c.item, item.c.label, item.c.open_giver, item.c.open_receiver, item.c.open_place, item.c.opened)
    mine = (item.c.device == CENTRE) & item.c.opened.is_not(None)
    return lines(connection, select(*columns).where(mine).order_by(item.c.opened))
