"""PURE: one parking bay, as its node tells it.

A node says what it sees at every change and at every period. Three rules turn that into the state people are shown: a
change counts once it has held, "cannot tell" counts at once, and a node that is silent is not believed any longer. So a
bay is never called free because nobody said otherwise.
"""

from dataclasses import dataclass, replace
from enum import Enum

from wire.happenings import BayChanged, BayState
from wire.node import FREE, OCCUPIED, UNKNOWN, Reading

REMEMBERED_BOOTS = 8
"""Earlier boots of a node whose late messages are recognised."""


class Heard(Enum):
    """What a bay can hear. `NEW`: not held long enough yet; `HELD`: long enough."""

    FREE_NEW = "free, new"
    FREE_HELD = "free, held"
    OCCUPIED_NEW = "occupied, new"
    OCCUPIED_HELD = "occupied, held"
    UNSURE = "the sensor cannot tell"
    SILENT = "the node says nothing"


TRANSITIONS: dict[tuple[BayState, Heard], BayState] = {
    ("free", Heard.FREE_NEW): "free",
    ("free", Heard.FREE_HELD): "free",
    ("free", Heard.OCCUPIED_NEW): "free",
    ("free", Heard.OCCUPIED_HELD): "occupied",
    ("free", Heard.UNSURE): "unknown",
    ("free", Heard.SILENT): "unknown",
    ("occupied", Heard.FREE_NEW): "occupied",
    ("occupied", Heard.FREE_HELD): "free",
    ("occupied", Heard.OCCUPIED_NEW): "occupied",
    ("occupied", Heard.OCCUPIED_HELD): "occupied",
    ("occupied", Heard.UNSURE): "unknown",
    ("occupied", Heard.SILENT): "unknown",
    ("unknown", Heard.FREE_NEW): "unknown",
    ("unknown", Heard.FREE_HELD): "free",
    ("unknown", Heard.OCCUPIED_NEW): "unknown",
    ("unknown", Heard.OCCUPIED_HELD): "occupied",
    ("unknown", Heard.UNSURE): "unknown",
    ("unknown", Heard.SILENT): "unknown",
}

_OF_SEEN = {
    (FREE, False): Heard.FREE_NEW,
    (FREE, True): Heard.FREE_HELD,
    (OCCUPIED, False): Heard.OCCUPIED_NEW,
    (OCCUPIED, True): Heard.OCCUPIED_HELD,
    (UNKNOWN, False): Heard.UNSURE,
    (UNKNOWN, True): Heard.UNSURE,
}


@dataclass(frozen=True, kw_only=True)
class Bay:
    """A bay as people are shown it (`state`), as the journal has it (`recorded`), and as its node saw it last (`seen`).

    All instants are milliseconds of one clock that never goes back. `seen_since`: when the node began to see it.
    """

    bay: str
    node: str
    silent_after: int
    settle: int
    heard_at: int
    state: BayState = "unknown"
    recorded: BayState | None = None
    seen: str = UNKNOWN
    seen_since: int = 0
    boot: int | None = None
    number: int = 0
    earlier_boots: tuple[int, ...] = ()

    def heard(self, reading: Reading, now: int) -> "Bay":
        """Return the bay after a message of its node; a repeat or a straggler changes nothing."""
        if not self._is_newer(reading):
            return self
        since = now - reading.held_ms
        if reading.state == self.seen:
            since = min(since, self.seen_since)
        bay = replace(self, heard_at=now, seen=reading.state, seen_since=since, number=reading.number)
        if reading.boot != self.boot:
            bay = replace(bay, boot=reading.boot, earlier_boots=self._boots_so_far())
        return bay.ticked(now)

    def ticked(self, now: int) -> "Bay":
        """Return the bay as time alone changes it."""
        return replace(self, state=TRANSITIONS[self.state, self._hears(now)])

    def to_record(self, now: int) -> BayChanged | None:
        """Return what the journal does not have yet.

        A bay that starts again is unknown until its node speaks; that is news only when the node had its time to.
        """
        waiting = self.state == "unknown" and self.boot is None and not self._is_silent(now)
        if self.state == self.recorded or waiting:
            return None
        return BayChanged(bay=self.bay, node=self.node, state=self.state)

    def _is_newer(self, reading: Reading) -> bool:
        if reading.boot == self.boot:
            return reading.number > self.number
        return reading.boot not in self.earlier_boots

    def _boots_so_far(self) -> tuple[int, ...]:
        return self.earlier_boots if self.boot is None else (*self.earlier_boots, self.boot)[-REMEMBERED_BOOTS:]

    def _is_silent(self, now: int) -> bool:
        return now - self.heard_at >= self.silent_after

    def _hears(self, now: int) -> Heard:
        if self._is_silent(now):
            return Heard.SILENT
        return _OF_SEEN[self.seen, now - self.seen_since >= self.settle]
