"""A page that hangs on a wall and is never loaded again: it hears that something changed, and fetches that part."""

import asyncio
import contextlib
from typing import Self

import httpx

from twin.browser import Page
from twin.waiting import until


class Display:
    """The page `path` of the program at `root`, kept fresh as live.js does; `text` is what it shows now."""

    def __init__(self, root: str, path: str) -> None:
        self.loads = 0
        self.heard: list[str] = []
        self._path = path
        self._http = httpx.AsyncClient(base_url=root, timeout=10, trust_env=False)
        self._parts: dict[str, str] = {}
        self._topics: dict[str, list[str]] = {}
        self._listening = asyncio.Event()

    @property
    def text(self) -> str:
        """What a person reads in the live parts."""
        return "\n".join(self._parts.values())

    async def __aenter__(self) -> Self:
        page = Page(await self._http.get(self._path))
        self.loads += 1
        self._topics = dict(page.live)
        self._listens = asyncio.create_task(self._listen())
        await until(f"{self._path} listens to its stream", self._listening.is_set)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listens.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listens
        await self._http.aclose()

    async def shows(self, words: str, within_s: float = 1) -> str:
        """Wait until the display shows `words`, and return its text."""
        return await until(f"{self._path} shows {words}", lambda: self.text if words in self.text else None, within_s)

    async def _listen(self) -> None:
        async with self._http.stream("GET", "/events", timeout=httpx.Timeout(10, read=None)) as stream:
            await self._refresh(list(self._topics))
            self._listening.set()
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    self.heard.append(line.removeprefix("data: "))
                    topic = self.heard[-1]
                    await self._refresh([part for part, topics in self._topics.items() if topic in topics])

    async def _refresh(self, parts: list[str]) -> None:
        for part in parts:
            self._parts[part] = Page(await self._http.get(part)).text
