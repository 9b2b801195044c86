"""Waiting for something to become so: bounded, and it says what did not happen."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

_LOOK_AGAIN_S = 0.02


class DidNotHappen(TimeoutError):
    """`args[0]` says what was waited for, and for how long."""


@overload
async def until(what: str, look: Callable[[], Awaitable[T | None]], within_s: float = 10) -> T: ...
@overload
async def until(what: str, look: Callable[[], T | None], within_s: float = 10) -> T: ...
async def until(what: str, look: Callable[[], Any], within_s: float = 10) -> Any:
    """Look until `look` (it may be a coroutine) gives something true, and return that; else DidNotHappen."""
    end = time.monotonic() + within_s
    while True:
        seen = look()
        value = await seen if inspect.isawaitable(seen) else seen
        if value:
            return value
        if time.monotonic() > end:
            raise DidNotHappen(f"{what}: not within {within_s:g} s (last seen: {value!r})")
        await asyncio.sleep(_LOOK_AGAIN_S)
