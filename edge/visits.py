"""The people before a screen: each has a session on the server, and their browser only a random name for it.

A session ends by itself, and with it every answer; there are never more of them than `MOST`.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Generic, TypeVar

S = TypeVar("S")

IDLE_S = 60.0
MOST = 64


class Visit(Generic[S]):
    """One session. `turn` rises with every change, so that a page from before cannot act; one request at a time."""

    def __init__(self, session: S) -> None:
        self.session = session
        self.turn = 0
        self.one_at_a_time = asyncio.Lock()

    def now_is(self, session: S) -> bool:
        """Put the session after a happening in the place of the one before; tell whether that changed anything."""
        changed = session != self.session
        self.session = session
        self.turn += changed
        return changed


class Visits(Generic[S]):
    """All visits of one screen; `idle_s` says how many seconds without a touch a session may last."""

    def __init__(
        self, idle_s: Callable[[S], float] = lambda _: IDLE_S, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle_s = idle_s
        self._now = now
        self._visits: dict[str, Visit[S]] = {}
        self._touched: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._visits)

    def find(self, name: str | None, *, touch: bool = True) -> Visit[S] | None:
        """Return the visit of this name, if it has not ended; `touch`: the person did something just now."""
        self._end_idle()
        visit = self._visits.get(name or "")
        if visit and name and touch:
            self._touched[name] = self._now()
        return visit

    def is_latest(self, name: str | None) -> bool:
        """Tell whether nobody touched another visit after this one."""
        return bool(self._touched) and name == max(self._touched, key=self._touched.__getitem__)

    def begin(self, visit: Visit[S]) -> str:
        """Keep a new visit and return its name; when there are too many, the one that was untouched longest ends."""
        self._end_idle()
        if len(self._visits) >= MOST:
            self.end(min(self._touched, key=self._touched.__getitem__))
        name = secrets.token_hex(16)
        self._visits[name], self._touched[name] = visit, self._now()
        return name

    def end(self, name: str) -> None:
        """Forget a visit and everything it knew."""
        self._visits.pop(name, None)
        self._touched.pop(name, None)

    def _end_idle(self) -> None:
        now = self._now()
        for name, visit in list(self._visits.items()):
            if now - self._touched[name] >= self._idle_s(visit.session):
                self.end(name)
