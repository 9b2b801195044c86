"""Wrong secrets in a row, for each thing that one protects: the more of them, the longer the wait."""

from locker.tries import Tries

WATCHED = 10_000
"""Things whose wrong secrets are remembered; beyond that all are forgotten."""


class Guessing:
    """In memory, and on the writer's thread only."""

    def __init__(self) -> None:
        self._tries: dict[str, Tries] = {}

    def until(self, watched: str) -> int:
        """Return the end of the wait; it is past where there is none."""
        return self._tries.get(watched, Tries()).until

    def wrong(self, watched: str, now: int) -> None:
        if len(self._tries) >= WATCHED:
            self._tries.clear()
        self._tries[watched] = Tries(self._tries.get(watched, Tries()).wrong + 1, now)

    def right(self, watched: str) -> None:
        self._tries.pop(watched, None)
