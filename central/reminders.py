"""Reminders by SMS: of what waits in a bank, and of what was borrowed."""

from typing import Any

from sqlalchemy import Row, select, update

from central.config import Lockers
from central.notices import DAY, ITEM_LANG, Facts, Kind, notify
from central.schema import item, loan
from central.store import Work


def sweep(work: Work, lockers: Lockers) -> None:
    """Remind whoever is due for it, each once in `remind_after_s`."""
    every_ms = lockers.remind_after_s * 1_000
    _waiting(work, every_ms)
    _lent(work, lockers.loan_remind_s * 1_000, every_ms)


def _waiting(work: Work, every_ms: int) -> None:
    waits = (item.c.state == "waiting") & (item.c.purpose == "pickup") & item.c.person.is_not(None)
    due = (item.c.deposited < work.now - every_ms) & (item.c.reminded < work.now - every_ms)
    for row in work.connection.execute(select(item).where(waits, due, ~item.c.misplaced)).all():
        days = max(1, (work.now - row.deposited) // DAY)
        facts = Facts(
            row.number, device=row.device, item=row.item, issue=row.issue, label=row.label,
            compartment=row.compartment, days=days,
        )  # fmt: skip
        id_ = f"overdue:{row.device}:{row.item}:{row.deposited}:{work.now // every_ms}"
        # whose it is, and not the proxy: the link in it is the owner's page
        notify(work, id_, "overdue", facts, person=row.principal or row.person, lang=ITEM_LANG)
        mine = (item.c.device == row.device) & (item.c.item == row.item)
        work.connection.execute(update(item).where(mine).values(reminded=work.now))


def _lent(work: Work, before_ms: int, every_ms: int) -> None:
    out = loan.c.returned.is_(None) & loan.c.person.is_not(None)
    soon = (loan.c.due < work.now + before_ms) & (loan.c.due >= work.now) & (loan.c.reminded == 0)
    late = (loan.c.due < work.now) & (loan.c.reminded < work.now - every_ms)
    # who borrows for less than that is told when it is due, and not at once
    soon &= loan.c.lent < loan.c.due - 2 * before_ms
    for row in work.connection.execute(select(loan).where(out, soon)).all():
        _remind(work, row, "loan_due")
    for row in work.connection.execute(select(loan).where(out, late)).all():
        _remind(work, row, "loan_overdue")


def _remind(work: Work, row: Row[Any], kind: Kind) -> None:
    facts = Facts("", device=row.device, item=row.item, label=row.label, due=row.due)
    notify(work, f"{kind}:{row.id}:{row.reminded}", kind, facts, person=row.person, lang=ITEM_LANG)
    reminded = work.now if kind == "loan_overdue" else 1  # 1: told once, and told again as soon as it is late
    work.connection.execute(update(loan).where(loan.c.id == row.id).values(reminded=reminded))
