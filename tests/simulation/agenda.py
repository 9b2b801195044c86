"""Virtual time: nothing waits, and the next thing that is due happens at once."""

import heapq
import itertools
from collections.abc import Callable

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

START = 1_795_017_600_000
"""2026-11-19 00:00 in China, ms UTC."""


class Agenda:
    """`now` is the true time, in ms UTC; clocks of machines may say something else."""

    def __init__(self) -> None:
        self.now = START
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def after(self, milliseconds: float, do: Callable[[], None]) -> None:
        """Have this done; what is due at the same instant is done in the order in which it was asked for."""
        heapq.heappush(self._due, (self.now + int(milliseconds), next(self._order), do))

    def run(self, milliseconds: float) -> None:
        """Let so much time pass."""
        end = self.now + int(milliseconds)
        while self._due and self._due[0][0] <= end:
            self.now, _, do = heapq.heappop(self._due)
            do()
        self.now = end
