"""The queue decides: what may happen to a ticket, who is called next and why, and how many are ahead. Pure.

A ticket waits from the moment there is evidence of its paper, and not before. Calling, version 1: of those who wait for a
service of the counter, the one who has waited longest; a counter has at most one ticket called at a time.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from locker.door import ImpossibleHappening
from wire.entry import Instant
from wire.errors import Refused

LAST_ORDINAL = 9_999


class State(Enum):
    """`VOID`: passed when it was called, or never called that day. `RELEASED`: no paper came out, the number never counted."""

    RESERVED = "reserved"
    WAITING = "waiting"
    CALLED = "called"
    FINISHED = "finished"
    VOID = "void"
    RELEASED = "released"


class Happened(Enum):
    RESERVED = "reserved"
    PRINTED = "printed"
    RELEASED = "released"
    CALLED = "called"
    RECALLED = "recalled"
    NO_SHOW = "no_show"
    FINISHED = "finished"
    EXPIRED = "expired"


TRANSITIONS: dict[tuple[State | None, Happened], State] = {
    (None, Happened.RESERVED): State.RESERVED,
    (State.RESERVED, Happened.PRINTED): State.WAITING,
    (State.RESERVED, Happened.RELEASED): State.RELEASED,
    (State.RELEASED, Happened.PRINTED): State.WAITING,  # paper in a hand counts, however late it is heard of
    (State.WAITING, Happened.CALLED): State.CALLED,
    (State.WAITING, Happened.EXPIRED): State.VOID,
    (State.CALLED, Happened.RECALLED): State.CALLED,
    (State.CALLED, Happened.NO_SHOW): State.VOID,
    (State.CALLED, Happened.FINISHED): State.FINISHED,
}
"""None: there is no such ticket yet. A pair that is missing is impossible."""


@dataclass(frozen=True)
class Ticket:
    """`ordinal` is the number without its prefix; `since`: it waits from its print; `recalls`: calls after the first."""

    id: str
    number: str
    ordinal: int
    service: str
    state: State = State.RESERVED
    since: Instant | None = None
    counter: str | None = None
    recalls: int = 0


@dataclass(frozen=True)
class Choice:
    """Who is called, and the sentence that says why to whoever asks."""

    ticket: Ticket
    why: str


def after(state: State | None, happened: Happened) -> State:
    """Return the state after this; ImpossibleHappening when it cannot be."""
    if (state, happened) not in TRANSITIONS:
        raise ImpossibleHappening(
            f"a ticket that is {state.value if state else 'not there'} cannot be {happened.value}"
        )
    return TRANSITIONS[state, happened]


def possible_in(happened: Happened) -> tuple[State, ...]:
    """Return the states of a ticket to which this can happen."""
    return tuple(state for state, possible in TRANSITIONS if possible is happened and state is not None)


def printed(ticket: Ticket, at: Instant) -> Ticket:
    """There is evidence of paper: it waits from here."""
    return replace(ticket, state=after(ticket.state, Happened.PRINTED), since=at)


def called(ticket: Ticket, counter: str) -> Ticket:
    return replace(ticket, state=after(ticket.state, Happened.CALLED), counter=counter)


def recalled(ticket: Ticket) -> Ticket:
    return replace(ticket, state=after(ticket.state, Happened.RECALLED), recalls=ticket.recalls + 1)


def ended(ticket: Ticket, happened: Happened) -> Ticket:
    """Finished, passed, expired or released: nobody waits for it any more."""
    return replace(ticket, state=after(ticket.state, happened))


def choose(tickets: Iterable[Ticket], counter: str, services: Collection[str], now: Instant) -> Choice:
    """Return who is called to this counter next; Refused "still_called" or "nobody_waiting"."""
    tickets = list(tickets)
    present = at_counter(tickets, counter)
    if present:
        raise Refused("still_called", f"{present.number}号还在本窗口，请先按“办结”或“过号”。")
    queue = sorted((ticket for ticket in tickets if _waits_for(ticket, services)), key=_turn)
    if not queue:
        raise Refused("nobody_waiting", "现在没有人在等候本窗口的业务。")
    first = queue[0]
    return Choice(first, _why(first, len(queue) - 1, now))


def at_counter(tickets: Iterable[Ticket], counter: str) -> Ticket | None:
    """Return the ticket that is called to the counter, None when it is free."""
    here = (ticket for ticket in tickets if ticket.state is State.CALLED and ticket.counter == counter)
    return next(here, None)


def ahead(ticket: Ticket, tickets: Iterable[Ticket]) -> int:
    """Return how many will be called before it for its service, those included whose paper is just coming out."""
    return sum(_is_before(other, ticket) for other in tickets if other.service == ticket.service)


def number(prefix: str, ordinal: int) -> str:
    """Return A001 … A999, A1000 … A9999; ValueError outside of these."""
    if not 1 <= ordinal <= LAST_ORDINAL:
        raise ValueError(f"a ticket's ordinal is 1 to {LAST_ORDINAL}, not {ordinal}")
    return f"{prefix}{ordinal:03d}"


def _waits_for(ticket: Ticket, services: Collection[str]) -> bool:
    return ticket.state is State.WAITING and ticket.service in services


def _turn(ticket: Ticket) -> tuple[Instant, int, str]:
    """Return what the queue is ordered by: since when it waits, then the number."""
    return (ticket.since or 0, ticket.ordinal, ticket.number)


def _is_before(other: Ticket, ticket: Ticket) -> bool:
    if other.state is State.RESERVED:
        return ticket.state is State.RESERVED and other.ordinal < ticket.ordinal
    if other.state is not State.WAITING:
        return False
    return ticket.state is not State.WAITING or _turn(other) < _turn(ticket)


def _why(first: Ticket, others: int, now: Instant) -> str:
    minutes = max(0, now - (first.since or now)) // 60_000
    after_it = f"后面还有{others}位" if others else "后面没有别人"
    return f"叫{first.number}号，因为在本窗口办理的业务里，这位群众等得最久，已等{minutes}分钟，{after_it}。"
