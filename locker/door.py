"""One door: what is known of it, what can be heard about it, and the table that says what follows.

A door is live knowledge, never folded from the journal: after a restart it is `UNKNOWN` until its contact has spoken.
A pulse is not an opening; only the contact says that a door stands open.
"""

from enum import Enum


class ImpossibleHappening(Exception):
    """What is said to have happened cannot follow what is known: a bug, or another bank's journal. Nothing changed."""


class Door(Enum):
    """`OPENING`: ordered to open, its contact has not moved yet. `STUCK`: ordered, and did not open in time."""

    UNKNOWN = "unknown"
    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    STUCK = "stuck"


class Heard(Enum):
    """`OPENED` and `CLOSED` are the contact's word, `TIMED_OUT` the clock's, `LOST` the silence of the lock board."""

    COMMANDED = "commanded"
    OPENED = "opened"
    CLOSED = "closed"
    TIMED_OUT = "timed_out"
    LOST = "lost"


TRANSITIONS: dict[tuple[Door, Heard], Door] = {
    (Door.UNKNOWN, Heard.COMMANDED): Door.OPENING,
    (Door.UNKNOWN, Heard.OPENED): Door.OPEN,
    (Door.UNKNOWN, Heard.CLOSED): Door.CLOSED,
    (Door.UNKNOWN, Heard.LOST): Door.UNKNOWN,
    (Door.CLOSED, Heard.COMMANDED): Door.OPENING,
    (Door.CLOSED, Heard.OPENED): Door.OPEN,
    (Door.CLOSED, Heard.CLOSED): Door.CLOSED,
    (Door.CLOSED, Heard.LOST): Door.UNKNOWN,
    (Door.OPENING, Heard.OPENED): Door.OPEN,
    (Door.OPENING, Heard.CLOSED): Door.OPENING,  # it has not opened yet: no news
    (Door.OPENING, Heard.TIMED_OUT): Door.STUCK,
    (Door.OPENING, Heard.LOST): Door.UNKNOWN,
    (Door.OPEN, Heard.COMMANDED): Door.OPEN,  # a contact that lies "open" must not trap what lies behind the door
    (Door.OPEN, Heard.OPENED): Door.OPEN,
    (Door.OPEN, Heard.CLOSED): Door.CLOSED,
    (Door.OPEN, Heard.LOST): Door.UNKNOWN,
    (Door.STUCK, Heard.COMMANDED): Door.OPENING,  # the next attempt
    (Door.STUCK, Heard.OPENED): Door.OPEN,
    (Door.STUCK, Heard.CLOSED): Door.STUCK,
    (Door.STUCK, Heard.LOST): Door.UNKNOWN,
}
"""A pair that is missing is impossible."""


def hear(door: Door, heard: Heard) -> Door:
    """Return the door after this; ImpossibleHappening when it cannot be."""
    if (door, heard) not in TRANSITIONS:
        raise ImpossibleHappening(f"a door that is {door.value} cannot be {heard.value}")
    return TRANSITIONS[door, heard]
