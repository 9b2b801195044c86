"""The time of a Pi that may have woken up in 1970: it never goes back, and says whether it may be believed."""

import time
from collections.abc import Callable
from typing import NamedTuple

EARLIEST_MS = 1_767_225_600_000
"""2026-01-01: before this program was written, so a clock that says less has never been set."""

Milliseconds = Callable[[], int]


def _wall() -> int:
    return time.time_ns() // 1_000_000


def _mono() -> int:
    return time.monotonic_ns() // 1_000_000


class Reading(NamedTuple):
    """`wall` in ms since 1970 UTC, `mono` in ms since the Pi's boot; `good`: nothing speaks against `wall`."""

    wall: int
    mono: int
    good: bool


class Clock:
    """The wall clock where it goes forward; where it went back, the last instant plus what the monotonic clock counted.

    So an instant is never before an earlier one, and deadlines keep running. What this cannot see is a Pi without a
    battery that starts from the time of its last shutdown.

    Two times leave here. `read` and `now` say what is written down and compared with instants of other machines: when
    the wall clock is set right, they jump forward. `steady` never jumps: deadlines of seconds are counted in it.
    """

    def __init__(self, wall: Milliseconds = _wall, mono: Milliseconds = _mono) -> None:
        self._wall = wall
        self._mono = mono
        self._floor = 0
        self._floor_mono = mono()
        self._steady_from: int | None = None

    def not_before(self, wall: int) -> None:
        """Never say less than this: the newest entry of the journal was written then."""
        self._floor = max(self._floor, wall)

    def read(self) -> Reading:
        """Return the time now."""
        wall, mono = self._wall(), self._mono()
        least = self._floor + mono - self._floor_mono
        good = wall >= max(self._floor, EARLIEST_MS)
        # the two clocks tick apart by a millisecond; only a wall clock behind the floor itself has gone back
        self._floor, self._floor_mono = (wall if good else max(wall, least)), mono
        return Reading(self._floor, mono, good)

    def now(self) -> int:
        """Return the wall time, ms."""
        return self.read().wall

    def steady(self) -> int:
        """Return the wall time of the first call plus what the monotonic clock counted since, ms."""
        if self._steady_from is None:
            first = self.read()
            self._steady_from = first.wall - first.mono
        return self._steady_from + self._mono()
