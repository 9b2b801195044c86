"""The one place that moves a ticket's row: what the table does not allow changes nothing."""

from typing import Any

from sqlalchemy import ColumnElement, update

from central.schema import ticket
from central.store import Work
from central.tickets import Happened, leads_to, possible_in


def happen(work: Work, which: ColumnElement[bool], happened: Happened, **change: Any) -> int:
    """Let this happen to the tickets that `which` selects; returns to how many it did."""
    able = ticket.c.state.in_(possible_in(happened))
    moved = update(ticket).where(which, able).values(state=leads_to(happened), **change)
    count = work.connection.execute(moved).rowcount
    if count:
        work.tell("tickets")
    return count
