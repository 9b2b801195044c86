"""The centre over HTTP, for the few questions that need an answer now; everything else goes through the journal."""

import asyncio
import contextlib
import http.client
import json
import urllib.parse
from collections.abc import Callable
from typing import Any

from wire.errors import BadMessage, DeviceFault

TIMEOUT_S = 2
"""Seconds a person at a screen waits for a centre that does not answer."""

WATCH_S = 5
MAX_ANSWER = 1_000_000


class Unreachable(DeviceFault):
    """The centre did not answer; what was asked may have been done all the same."""


class Centre:
    """The centre at `url`, asked as the device that owns `token`; `up` is what the last question found."""

    def __init__(self, url: str, token: str, changed: Callable[[str], None] = lambda _: None) -> None:
        self.up = False
        self._url = urllib.parse.urlsplit(url)
        self._token = token
        self._changed = changed

    async def put(self, path: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Ask with a JSON object; return the status and the answer's. Unreachable: ask again with the same path."""
        status, answer = await self._ask("PUT", path, json.dumps(said).encode(), "application/json")
        return status, _object(answer)

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Send bytes; return the status and the answer."""
        return await self._ask("POST", path, body, "application/octet-stream")

    async def get(self, path: str) -> tuple[int, bytes]:
        """Ask for bytes; return the status and the answer."""
        return await self._ask("GET", path, b"", "")

    async def watch(self) -> None:
        """Keep `up` true to life while nobody asks anything."""
        while True:
            with contextlib.suppress(Unreachable):  # `up` has it
                await self._ask("GET", "/healthz", b"", "")
            await asyncio.sleep(WATCH_S)

    async def _ask(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        try:
            answer = await asyncio.to_thread(self._ask_now, method, path, body, kind)
        except (OSError, http.client.HTTPException) as error:
            self._found(up=False)
            raise Unreachable(f"the centre: {error}") from None
        self._found(up=answer[0] < 500)
        if answer[0] >= 500:
            raise Unreachable(f"the centre answers {answer[0]}")
        return answer

    def _ask_now(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        secure = self._url.scheme == "https"
        connection_of = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connection_of(self._url.hostname or "", self._url.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {self._token}", "Content-Type": kind})
            answer = connection.getresponse()
            return answer.status, answer.read(MAX_ANSWER)
        finally:
            connection.close()

    def _found(self, *, up: bool) -> None:
        if up != self.up:
            self.up = up
            self._changed("central")


def _object(answer: bytes) -> dict[str, Any]:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        raise BadMessage("the centre's answer is not JSON") from None
    if not isinstance(said, dict):
        raise BadMessage("the centre's answer is not an object")
    return said
