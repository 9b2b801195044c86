"""Is there a car? Distances in, one calm state out. Pure."""

from wire.node import FREE, OCCUPIED, UNKNOWN

WINDOW = 5
"""Samples that are judged together; a majority of them has to agree."""

AGREE_MM = 200
"""Samples this near to the median agree with it."""

HYSTERESIS_MM = 100
"""So much farther than the limit an occupied bay has to measure before it is free."""

SETTLE = 3
"""Judgements in a row that make a new state."""


class Bay:
    """`state` is UNKNOWN until the first one settled; then `since_ms` says when the state began."""

    def __init__(self, occupied_below_mm: int, now_ms: int) -> None:
        self.state = UNKNOWN
        self.since_ms = now_ms
        self._below_mm = occupied_below_mm
        self._window: list[int | None] = []
        self._candidate: str | None = None
        self._seen = 0
        self._settled = False

    def sample(self, distance_mm: int | None, now_ms: int) -> bool:
        """Take one distance, None for no echo; return whether it settled a new state (or the first)."""
        self._window = self._window[1 - WINDOW :] + [distance_mm]
        if len(self._window) < WINDOW:
            return False
        judged = self._judged()
        self._seen = self._seen + 1 if judged == self._candidate else 1
        self._candidate = judged
        if self._seen < SETTLE or (self._settled and judged == self.state):
            return False
        self.state, self.since_ms, self._settled = judged, now_ms, True
        return True

    def _judged(self) -> str:
        echoes = sorted(mm for mm in self._window if mm is not None)
        if 2 * len(echoes) <= WINDOW:
            return UNKNOWN
        median_mm = echoes[len(echoes) // 2]
        if 2 * sum(1 for mm in echoes if abs(mm - median_mm) <= AGREE_MM) <= WINDOW:
            return UNKNOWN
        if median_mm < self._below_mm:
            return OCCUPIED
        if median_mm >= self._below_mm + HYSTERESIS_MM:
            return FREE
        return FREE if self.state == FREE else OCCUPIED  # in doubt a bay is never free
