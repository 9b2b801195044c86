"""The live stream: every page hears every change, and a page that does not listen is let go."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from wire.web import stream
from wire.web.stream import QUEUE, Hub


async def opened(hub: Hub) -> AsyncIterator[Any]:
    """Return a page's stream, past its first line."""
    events = hub.listen().body_iterator
    assert await anext(events) == "retry: 1000\n\n"
    return events


def test_every_page_hears_every_topic_in_order():
    async def happen() -> list[str]:
        hub = Hub()
        pages = [await opened(hub), await opened(hub)]
        hub.changed("tickets", "alarms")
        return [await anext(page) for page in pages for _ in range(2)]

    assert asyncio.run(happen()) == ["data: tickets\n\n", "data: alarms\n\n"] * 2


def test_a_change_may_be_told_from_any_thread():
    async def happen() -> str:
        hub = Hub()
        page = await opened(hub)
        threading.Thread(target=hub.changed, args=("bays",)).start()
        return await anext(page)

    assert asyncio.run(happen()) == "data: bays\n\n"


def test_a_silent_stream_says_that_it_lives(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stream, "PING_S", 0.001)

    async def happen() -> str:
        return await anext(await opened(Hub()))

    assert asyncio.run(happen()) == "data: ping\n\n"


@pytest.mark.parametrize(("changes", "kept"), [(QUEUE, True), (QUEUE + 1, False)])
def test_a_page_that_falls_behind_is_let_go_and_the_others_stay(changes: int, kept: bool):
    async def happen() -> tuple[int, str, bool]:
        hub = Hub()
        slow, quick = await opened(hub), await opened(hub)
        for _ in range(changes):
            hub.changed("tickets")
            assert await anext(quick) == "data: tickets\n\n"
        heard = [event async for event in _until_quiet(slow, changes)]
        hub.changed("alarms")
        return len(heard), await anext(quick), await _goes_on(slow)

    heard, quick, goes_on = asyncio.run(happen())
    assert quick == "data: alarms\n\n"
    assert goes_on is kept
    assert heard == (QUEUE if kept else 0)  # what waited for it is not sent: it comes back and fetches everything


async def _until_quiet(page: AsyncIterator[str], most: int) -> AsyncIterator[str]:
    for _ in range(most):
        try:
            yield await anext(page)
        except StopAsyncIteration:
            return


async def _goes_on(page: AsyncIterator[str]) -> bool:
    try:
        return await anext(page) == "data: alarms\n\n"
    except StopAsyncIteration:
        return False


def test_a_page_that_leaves_is_forgotten():
    async def happen() -> int:
        hub = Hub()
        page: Any = await opened(hub)
        await page.aclose()
        hub.changed("tickets")
        await asyncio.sleep(0)
        return len(hub._pages)

    assert asyncio.run(happen()) == 0


def test_the_stream_is_never_kept_by_a_cache():
    async def happen() -> Any:
        return Hub().listen()

    response = asyncio.run(happen())
    assert response.media_type == "text/event-stream"
    assert response.headers["cache-control"] == "no-store"
