"""Server-sent events: a page hears that something changed and fetches that part again.

An event names a topic ("tickets"), never the news itself: what is fetched afterwards is always the newest, so a lost,
doubled or late event does no harm, and a page that reconnects fetches everything once.
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse

QUEUE = 64
"""Events waiting for one slow page; above it the page is let go and comes back by itself."""

PING_S = 5
"""A page that hears nothing for 2 x this long says that it is stale."""


class Hub:
    """Everybody who listens to this program's changes."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[str]] = set()
        self._loop = asyncio.get_running_loop()

    def changed(self, *topics: str) -> None:
        """Tell every page, from any thread."""
        self._loop.call_soon_threadsafe(self._tell, topics)

    def _tell(self, topics: tuple[str, ...]) -> None:
        for page in list(self._pages):
            for topic in topics:
                self._put(page, topic)

    def _put(self, page: asyncio.Queue[str], topic: str) -> None:
        try:
            page.put_nowait(topic)
        except asyncio.QueueFull:
            self._pages.discard(page)

    def listen(self) -> StreamingResponse:
        """Answer a page's request for the stream."""
        return StreamingResponse(
            self._events(),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _events(self) -> AsyncIterator[str]:
        page: asyncio.Queue[str] = asyncio.Queue(QUEUE)
        self._pages.add(page)
        try:
            yield "retry: 1000\n\n"
            while page in self._pages:
                yield await self._next(page)
        finally:
            self._pages.discard(page)

    async def _next(self, page: asyncio.Queue[str]) -> str:
        try:
            async with asyncio.timeout(PING_S):  # wait_for of Python 3.11 can swallow the cancellation at the end
                return f"data: {await page.get()}\n\n"
        except TimeoutError:
            return "data: ping\n\n"
