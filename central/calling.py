"""What a counter does: call, recall, no-show, finish; each is one transaction, and says why when it cannot be."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, insert, select

from central.config import Counter
from central.notices import Facts, notify
from central.schema import call as calls
from central.schema import ticket
from central.store import Work
from central.ticket_rows import happen
from central.tickets import Happened, State, Waiting, after, choose
from wire.errors import Refused

AGAIN_AFTER_MS = 3_000
"""A second press on "recall" within this is the same press."""


def call(work: Work, counter: Counter) -> None:
    """Call who has waited longest for one of this counter's services."""
    present = _present(work, counter)
    if present is not None:
        raise Refused("still_called", f"{present.number}号还在本窗口，请先按“办结”或“过号”。")
    here = (ticket.c.state == "waiting") & ticket.c.service.in_(counter.services)
    queue = work.connection.execute(select(ticket.c.ticket, ticket.c.ordinal, ticket.c.waiting).where(here))
    choice = choose(Waiting(*row) for row in queue)
    if choice is None:
        raise Refused("nobody_waiting", "现在没有人在等候本窗口的业务。")
    chosen = work.connection.execute(select(ticket).where(ticket.c.ticket == choice.ticket.id)).one()
    _move(work, chosen, Happened.CALLED, counter=counter.id, called=work.now)
    _announce(work, chosen, counter, others=choice.others, again=False)


def recall(work: Work, counter: Counter) -> None:
    """Call the same person again."""
    present = _called(work, counter)
    last = work.connection.execute(
        select(calls).where(calls.c.ticket == present.ticket).order_by(calls.c.id.desc()).limit(1)
    ).one()
    if work.now - last.at >= AGAIN_AFTER_MS:
        _announce(work, present, counter, others=last.others, again=True)


def no_show(work: Work, counter: Counter) -> None:
    """The person did not come: the number is void, and they are told to take a new one."""
    present = _called(work, counter)
    _move(work, present, Happened.NO_SHOW, ended=work.now, why="no_show")
    notify(work, f"void:{present.ticket}", "void", Facts(present.number), person=present.person, lang=present.lang)


def finish(work: Work, counter: Counter) -> None:
    """The person has been served."""
    _move(work, _called(work, counter), Happened.FINISHED, ended=work.now)


def act(work: Work, counter: Counter, do: str, seen: str | None) -> None:
    """Do one of `ACTIONS` for who pressed it; `seen` is the ticket on their page, "" where none was called.

    A page that is behind, or another member of staff at the same counter, must not void the number of somebody else.
    """
    present = _present(work, counter)
    if seen is not None and seen != (present.ticket if present else ""):
        raise Refused("page_behind", "本窗口刚刚有变化，请看清当前号码后再按一次。")
    ACTIONS[do](work, counter)


ACTIONS: dict[str, Callable[[Work, Counter], None]] = {
    "call": call,
    "recall": recall,
    "no_show": no_show,
    "finish": finish,
}


def _present(work: Work, counter: Counter) -> Row[Any] | None:
    at_counter = (ticket.c.state == "called") & (ticket.c.counter == counter.id)
    return work.connection.execute(select(ticket).where(at_counter)).one_or_none()


def _called(work: Work, counter: Counter) -> Row[Any]:
    present = _present(work, counter)
    if present is None:
        raise Refused("nobody_called", "本窗口现在没有已叫的号，请先按“叫下一位”。")
    return present


def _move(work: Work, moved: Row[Any], happened: Happened, **change: Any) -> None:
    after(State(moved.state), happened)  # the row was read in this transaction: what cannot be is a bug, and raises
    happen(work, ticket.c.ticket == moved.ticket, happened, **change)


def _announce(work: Work, called: Row[Any], counter: Counter, *, others: int, again: bool) -> None:
    made: int = work.connection.execute(
        insert(calls).values(
            ticket=called.ticket, number=called.number, service=called.service, counter=counter.id, at=work.now,
            again=again, since=called.waiting, others=others,
        ).returning(calls.c.id)
    ).scalar_one()  # fmt: skip
    facts = Facts(called.number, service=called.service, counter=counter.id)
    notify(work, f"called:{called.ticket}:{made}", "called", facts, person=called.person, lang=called.lang)
    work.tell("tickets")
