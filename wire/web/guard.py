"""What every answer of a page carries and no request may be: security headers, a body's size, our own forms only."""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refuse = Callable[[Request, int, str], Response]

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, our own forms would come from Origin "null"
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class TooLarge(Exception):
    """A body without a length went on beyond the limit."""


class Guard:
    """An ASGI layer around a whole program; `refuse` makes the answer of a status and a sentence.

    `most`: bytes of a body. They are counted while they come in, so that nobody fills the memory.
    """

    def __init__(self, app: ASGIApp, *, most: int, refuse: Refuse) -> None:
        self._app = app
        self._most = most
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wrong = self._wrong(scope["method"], Headers(scope=scope))
        if wrong:
            await self._refuse(Request(scope), *wrong)(scope, receive, _with_headers(send))
            return
        await self._app(scope, self._bounded(receive), _with_headers(send))

    def _wrong(self, method: str, headers: Headers) -> tuple[int, str] | None:
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()):
            return 400, "Content-Length is not a number"
        if len(length) > 10 or int(length) > self._most:
            return 413, f"a body has at most {self._most} bytes"
        if method not in {"GET", "HEAD"} and _from_elsewhere(headers):
            return 403, "only our own pages may ask for this"
        return None

    def _bounded(self, receive: Receive) -> Receive:
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise TooLarge
            return message

        return bounded


def _from_elsewhere(headers: Headers) -> bool:
    """Tell whether another site's page sent this: over plain HTTP a browser says so only in `Origin`.

    A program that is no browser says neither, and no other site can make it ask.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host", "")
    except ValueError:
        return True


def _with_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers
