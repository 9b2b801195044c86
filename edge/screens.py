"""The screens of a zone over HTTP: terminal, lockers, parking board, and the zone's state for machines."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from edge.forms import Junk
from edge.locker_pages import LockerScreen
from edge.sorry import apology
from edge.terminal_pages import TerminalScreen
from edge.zone import Zone
from wire.errors import DeviceFault
from wire.web.guard import Guard, TooLarge
from wire.web.pages import Pages, share_static

FOLDER = Path(__file__).parent / "pages"

READER_ASKED_S = 5.0
"""The reader is asked at most so often."""

MAX_BODY = 8_192
"""Bytes; the longest form has 1,200."""

_HTTP = {
    403: ("请在自助屏幕上操作。", "Please use the screen of the zone."),
    404: ("没有这个页面。", "There is no such page."),
    405: ("这个页面不接受这种请求。", "This page does not take such a request."),
    413: ("内容太长了。", "That is too long."),
}
_UNREADABLE = ("这个请求读不懂。", "This request cannot be understood.")


def app(zone: Zone) -> FastAPI:
    """Return the program that serves every screen of the zone."""
    pages = Pages(FOLDER)
    made = FastAPI(title="zone24 edge", docs_url=None, redoc_url=None, openapi_url=None)
    refuse = _refusing(zone, pages)
    made.add_middleware(
        Guard, most=MAX_BODY, refuse=lambda request, status, _: refuse(request, status, *_HTTP.get(status, _UNREADABLE))
    )
    made.mount("/static/edge", StaticFiles(directory=FOLDER / "static"), name="static-edge")
    share_static(made)
    made.include_router(TerminalScreen(zone, pages).router())
    made.include_router(LockerScreen(zone, pages).router())
    _add_boards(made, zone, pages)
    _add_machine_routes(made, zone)
    _add_refusals(made, zone, pages, refuse)
    return made


def _add_boards(made: FastAPI, zone: Zone, pages: Pages) -> None:
    @made.get("/")
    async def index() -> HTMLResponse:
        return pages.show("index.html", config=zone.config, zone=zone)

    @made.get("/parking")
    async def parking() -> HTMLResponse:
        return pages.show("parking.html", config=zone.config, bays=_bays(zone))

    @made.get("/parking/part")
    async def parking_part() -> HTMLResponse:
        return pages.show("parking_part.html", bays=_bays(zone))

    @made.get("/events")
    async def events() -> StreamingResponse:
        return zone.hub.listen()


def _add_machine_routes(made: FastAPI, zone: Zone) -> None:
    reader = ReaderState(zone)

    @made.get("/healthz")
    async def healthz() -> dict[str, bool]:
        return {"ok": True}

    @made.get("/v1/state")
    async def state() -> dict[str, Any]:
        return {
            "device": zone.config.device,
            "journal": {"last": zone.journal.last, "cursor": zone.journal.cursor},
            "lockers": _lockers(zone),
            "bays": [{"bay": bay, "state": word} for bay, word in _bays(zone).items()],
            "printer": zone.desk.paper if zone.desk else "none",
            "reader": await reader.word(),
            "disk": "full" if zone.journal.full else "enough",
            "central": "up" if zone.centre.up else "down",
            "broker": "up" if zone.reporting.link.up.is_set() else "down",
            "counts": zone.counts(),
        }


def _refusing(zone: Zone, pages: Pages) -> Callable[[Request, int, str, str], Response]:
    def refuse(request: Request, status: int, chinese: str, english: str) -> Response:
        if request.url.path.startswith("/v1/"):
            return JSONResponse({"detail": f"{chinese} {english}"}, status)
        return pages.show(
            "junk.html", status=status, chinese=chinese, english=english, path=_screen_of(request), config=zone.config
        )

    return refuse


def _add_refusals(
    made: FastAPI, zone: Zone, pages: Pages, refuse: Callable[[Request, int, str, str], Response]
) -> None:
    @made.exception_handler(Junk)
    async def junk(request: Request, error: Junk) -> Response:
        return refuse(request, error.status, str(error), error.english)

    @made.exception_handler(TooLarge)
    async def too_large(request: Request, _: TooLarge) -> Response:
        return refuse(request, 413, *_HTTP[413])

    @made.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        chinese, english = _HTTP.get(error.status_code, _UNREADABLE)
        answer = refuse(request, error.status_code, chinese, english)
        answer.headers.update(error.headers or {})
        return answer

    @made.exception_handler(Exception)
    async def bug(_: Request, __: Exception) -> Response:
        """The traceback goes on to the log; the person is told what to do all the same."""
        return pages.show("broken.html", status=500, apology=apology("out_of_order"), config=zone.config)


def _screen_of(request: Request) -> str:
    first = request.url.path.split("/")[1]
    return f"/{first}" if first in ("terminal", "locker", "parking") else "/"


def _bays(zone: Zone) -> dict[str, str]:
    return dict(zone.bays.bays) if zone.bays else {}


def _lockers(zone: Zone) -> list[dict[str, Any]]:
    if zone.lockers is None:
        return []
    return [
        {
            "compartment": c.number,
            "size": c.size,
            "door": c.door.value,
            "use": c.use.value,
            "purpose": c.items[0].purpose if c.items else "",
            "items": len(c.items),
            "blocked": c.blocked,
        }
        for c in zone.lockers.bank.compartments.values()
    ]


class ReaderState:
    """What the ID card reader answered last."""

    def __init__(self, zone: Zone) -> None:
        self._reader = zone.reader
        self._asked_at = -READER_ASKED_S
        self._word = "silent" if zone.reader else "none"

    async def word(self) -> str:
        """Return "ready", "silent" or "none"."""
        now = time.monotonic()
        if self._reader and now - self._asked_at >= READER_ASKED_S:
            self._asked_at = now
            try:
                self._word = "ready" if await self._reader.status() else "silent"
            except DeviceFault:
                self._word = "silent"
        return self._word
