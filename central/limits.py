"""What every answer carries and no request may exceed: security headers, a body's size, forms of our own pages only."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from wire.entry import MAX_BATCH

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY = MAX_BATCH
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class TooLarge(Exception):
    """A body without a length went on beyond the limit."""


class Limits:
    """An ASGI layer around the whole program; `refuse` makes the answer of a status and a sentence."""

    def __init__(self, app: App, refuse: Callable[[Request, int, str], Response]) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wrong = _wrong(scope)
        if wrong:
            await self._refuse(Request(scope), *wrong)(scope, receive, _with_headers(send))
            return
        await self._app(scope, _bounded(receive), _with_headers(send))


def _wrong(scope: Scope) -> tuple[int, str] | None:
    headers = Headers(scope=scope)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()):
        return 400, "Content-Length is not a number"
    if len(length) > 10 or int(length) > MAX_BODY:
        return 413, f"a body has at most {MAX_BODY} bytes"
    from_elsewhere = headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    if scope["method"] not in {"GET", "HEAD"} and from_elsewhere:
        return 403, "only our own pages may ask for this"
    return None


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            raise TooLarge
        return message

    return bounded


def _with_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers
