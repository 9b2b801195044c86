"""The queue decides: what may happen to a ticket, and who is called next. Pure.

A ticket waits from the moment there is evidence of its paper, and not before. Calling, version 1: of those who wait for
a service of the counter, the one who has waited longest; what a call saw is kept with it, so that it can be explained.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from locker.door import ImpossibleHappening
from wire.entry import Instant

LAST_ORDINAL = 9_999


class State(StrEnum):
    """`VOID`: did not come when called, or was not called that day. `RELEASED`: never printed, so it never counted."""

    RESERVED = "reserved"
    WAITING = "waiting"
    CALLED = "called"
    FINISHED = "finished"
    VOID = "void"
    RELEASED = "released"


class Happened(StrEnum):
    RESERVED = "reserved"
    PRINTED = "printed"
    RELEASED = "released"
    CALLED = "called"
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
    (State.CALLED, Happened.NO_SHOW): State.VOID,
    (State.CALLED, Happened.FINISHED): State.FINISHED,
}
"""None: there is no such ticket yet. A pair that is missing is impossible; whatever happens leads to one state only."""


@dataclass(frozen=True)
class Waiting:
    """A ticket in the queue; `ordinal` is its number without prefix, `since` the instant of its print."""

    id: str
    ordinal: int
    since: Instant


@dataclass(frozen=True)
class Choice:
    """Who is called, and how many others waited for the same counter then."""

    ticket: Waiting
    others: int


def after(state: State | None, happened: Happened) -> State:
    """Return the state after this; ImpossibleHappening when it cannot be."""
    if (state, happened) not in TRANSITIONS:
        name = state.value if state else "not there"
        raise ImpossibleHappening(f"a ticket that is {name} cannot be {happened.value}")
    return TRANSITIONS[state, happened]


def possible_in(happened: Happened) -> tuple[State, ...]:
    """Return the states of a ticket to which this can happen."""
    return tuple(state for state, possible in TRANSITIONS if possible is happened and state is not None)


def leads_to(happened: Happened) -> State:
    """Return the state that this leads to, from wherever it is possible."""
    return next(state for (_, possible), state in TRANSITIONS.items() if possible is happened)


def choose(waiting: Iterable[Waiting]) -> Choice | None:
    """Return who is called next of those whom the counter can serve, None where nobody waits."""
    queue = list(waiting)
    if not queue:
        return None
    longest = min(queue, key=lambda ticket: (ticket.since, ticket.ordinal, ticket.id))
    return Choice(longest, len(queue) - 1)


def number(prefix: str, ordinal: int) -> str:
    """Return A001 … A999, A1000 … A9999; ValueError outside of these."""
    if not 1 <= ordinal <= LAST_ORDINAL:
        raise ValueError(f"a ticket's ordinal is 1 to {LAST_ORDINAL}, not {ordinal}")
    return f"{prefix}{ordinal:03d}"
