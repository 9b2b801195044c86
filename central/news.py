"""From the writer's commits to the pages: the first of a flurry goes out at once, the rest once, shortly after.

A fleet that catches up commits a hundred times a second, and a page fetches all anew each time it hears something.
"""

import asyncio
from collections.abc import Callable

QUIET_S = 0.25
TOPICS = frozenset({"devices", "alarms", "handovers", "tickets", "bays", "orders", "cases", "audit"})
"""What pages listen to."""


class News:
    """Tells `tell` of topics, each at most every `QUIET_S`; made on the loop, while `changed` is for any thread."""

    def __init__(self, tell: Callable[..., None]) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._told: dict[str, float] = {}
        self._due: set[str] = set()

    def changed(self, topics: set[str]) -> None:
        self._loop.call_soon_threadsafe(self._changed, TOPICS & topics)

    def _changed(self, topics: frozenset[str]) -> None:
        now = self._loop.time()
        for topic in topics:
            at = self._told.get(topic, float("-inf")) + QUIET_S
            if now >= at:
                self._say(topic)
            elif topic not in self._due:
                self._due.add(topic)
                self._loop.call_at(at, self._say, topic)

    def _say(self, topic: str) -> None:
        self._due.discard(topic)
        self._told[topic] = self._loop.time()
        self._tell(topic)
