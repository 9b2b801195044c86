"""Cases: what does not add up, in the database, until it explains itself or people have looked into it."""

import hashlib
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import bindparam, select, text, update

from central.schema import case, item
from central.sql import insert
from central.store import Work

Kind = Literal["lone_leg", "contradiction", "tampered", "misplaced", "late_order"]

LONE_AFTER_MS = 15 * 60_000
"""A release that was neither accepted nor withdrawn for so long is looked into."""

DETAIL = 500
TWO_BANKS = "two banks"
EXPLAINED_BY_A_LEG: tuple[Kind, ...] = ("lone_leg", "misplaced")
"""What ends by itself when the item's next leg comes; the rest is for people."""


def open_case(work: Work, kind: Kind, device: str, *, item: str = "", about: str = "", detail: str = "") -> None:
    """Let a case stand; one that stands already is counted once more."""
    work.connection.execute(
        _OPEN,
        {
            "kind": kind,
            "device": device,
            "item": item,
            "about": about[:200],
            "detail": detail[:DETAIL],
            "now": work.now,
        },
    )
    work.tell("cases")


def close_about(work: Work, device: str, item: str, why: str, kinds: Sequence[Kind] = EXPLAINED_BY_A_LEG) -> None:
    """End the cases about an item that a further leg, or the word of two people, explains."""
    mine = (case.c.device == device) & (case.c.item == item) & case.c.closed.is_(None)
    mine &= case.c.kind.in_(kinds)
    work.connection.execute(update(case).where(mine).values(closed=work.now, closed_why=why[:DETAIL]))
    work.tell("cases")


def close_item(work: Work, item: str, why: str) -> None:
    """End every case about an item, whatever journal it came from: people found out what is true."""
    mine = (case.c.item == item) & case.c.closed.is_(None)
    work.connection.execute(update(case).where(mine).values(closed=work.now, closed_why=why[:DETAIL]))
    work.tell("cases")


def close_case(work: Work, id_: int, why: str) -> bool:
    """End one case; False where none stands under this number."""
    one = (case.c.id == id_) & case.c.closed.is_(None)
    ended = work.connection.execute(update(case).where(one).values(closed=work.now, closed_why=why[:DETAIL]))
    work.tell("cases")
    return bool(ended.rowcount)


def sweep(work: Work) -> None:
    """Find the legs that stayed alone, and the items that two banks hold at once."""
    alone = (item.c.opened < work.now - LONE_AFTER_MS) & ~item.c.flagged
    columns = (item.c.device, item.c.item, item.c.open_place, item.c.open_giver, item.c.open_receiver)
    for device, id_, place, giver, receiver in work.connection.execute(select(*columns).where(alone)).all():
        open_case(work, "lone_leg", device, item=id_, about=place, detail=f"{giver} → {receiver}")
        mine = (item.c.device == device) & (item.c.item == id_)
        work.connection.execute(update(item).where(mine).values(flagged=True))
    _held_twice(work)


def _held_twice(work: Work) -> None:
    """A late journal may still explain it; then the case ends by itself.

    `about` names the two deposits: what people closed stays closed until the item is laid in somewhere again.
    """
    held = {(row.item, _about(row.deposits)): row.devices for row in work.connection.execute(_TWICE)}
    known = work.connection.execute(_KNOWN_TWICE).all()
    for item_, about in held.keys() - {(row.item, row.about) for row in known}:
        open_case(work, "contradiction", "central", item=item_, about=about, detail=held[item_, about])
    for row in known:
        if row.closed is None and (row.item, row.about) not in held:
            close_case(work, row.id, _EXPLAINED)


def _about(deposits: str) -> str:
    both = ",".join(sorted(deposits.split(",")))
    return f"{TWO_BANKS} {hashlib.sha256(both.encode()).hexdigest()[:16]}"


_new = insert(case).values(
    kind=bindparam("kind"), device=bindparam("device"), item=bindparam("item"), about=bindparam("about"),
    detail=bindparam("detail"), opened=bindparam("now"), last=bindparam("now"), count=1,
)  # fmt: skip
_OPEN = _new.on_conflict_do_update(
    index_elements=["kind", "device", "item", "about"],
    index_where=text("closed IS NULL"),
    set_={"last": _new.excluded.last, "detail": _new.excluded.detail, "count": case.c.count + 1},
)
_TWICE = text(
    "SELECT item, group_concat(device, ' ') AS devices, group_concat(device || ' ' || deposited) AS deposits FROM item"
    " WHERE state = 'waiting' GROUP BY item HAVING count(*) > 1"
)
_EXPLAINED = "accept"
_KNOWN_TWICE = select(case.c.id, case.c.item, case.c.about, case.c.closed).where(
    case.c.about.startswith(TWO_BANKS), case.c.closed.is_(None) | (case.c.closed_why != _EXPLAINED)
)
