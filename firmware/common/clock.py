"""Milliseconds since the board started, as a number that never wraps."""

import time


class Clock:
    """`ticks_ms` starts again every 6 to 12 days; look at the clock more often than that."""

    def __init__(self) -> None:
        self._ticks = time.ticks_ms()
        self._ms = 0

    def now(self) -> int:
        ticks = time.ticks_ms()
        self._ms += time.ticks_diff(ticks, self._ticks)
        self._ticks = ticks
        return self._ms
