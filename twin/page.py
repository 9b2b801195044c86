"""The zone as a person would see it, in a browser: doors, cars, slips, SMS, and switches for trouble.

The page talks to the metal only. Our own programs have pages of their own; this one links to them.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from twin import layout
from twin.layout import Link, Program, Zone
from twin.phone import MAX_BYTES
from twin.switches import switch
from twin.watched import Watched
from wire.errors import BadMessage, Refused
from wire.web.pages import Pages, share_static
from wire.web.stream import Hub

__all__ = ["Link", "Program", "Zone", "app"]

HERE = Path(__file__).parent / "pages"

LOOK_S = 0.25
"""How often the page looks whether a program still runs; nobody tells it."""

PARTS = ("cabinet", "scanner", "bays", "printer", "phone", "trouble")


def app(zone: Zone) -> FastAPI:
    """Return the page of `zone`."""
    made = FastAPI(title="zone24 twin", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_listening(zone))
    made.state.zone = zone
    share_static(made)
    made.mount("/own", StaticFiles(directory=HERE / "own"), name="own")
    made.exception_handler(Refused)(_refused)
    made.exception_handler(BadMessage)(_bad)
    made.exception_handler(HTTPException)(_no_such_page)
    _show(made, zone)
    switch(made, zone)
    _receive(made, zone)
    return made


def _listening(zone: Zone) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    """Tell open pages of every change, for as long as the page is served."""

    @contextlib.asynccontextmanager
    async def listening(made: FastAPI) -> AsyncIterator[None]:
        made.state.hub = hub = Hub()
        _tell(zone.cabinet, hub, "cabinet")
        _tell(zone.bays, hub, "bays")
        _tell(zone.printer, hub, "printer")
        _tell(zone.reader, hub, "printer")
        _tell(zone.phone, hub, "phone")
        _tell(zone.scanner, hub, "scanner")
        _tell(zone.backup, hub, "trouble")
        for line in zone.lines:
            _tell(line, hub, "trouble")
        watch = asyncio.create_task(_watch_programs(zone, hub), name="page")
        yield
        watch.cancel()

    return listening


def _tell(thing: Watched, hub: Hub, topic: str) -> None:
    topics = (topic, "trouble")  # the switches show the state of everything that can be in trouble
    thing.watch(lambda: hub.changed(*topics))


async def _watch_programs(zone: Zone, hub: Hub) -> None:
    seen: object = None
    while True:
        now = (zone.agent.runs, zone.central.runs, [node.runs for node in zone.nodes.values()])
        if now != seen:
            hub.changed("trouble", "bays")
        seen = now
        await asyncio.sleep(LOOK_S)


def _show(made: FastAPI, zone: Zone) -> None:
    pages = Pages(HERE)

    @made.get("/")
    async def page() -> HTMLResponse:
        return pages.show("twin.html", parts=PARTS, **layout.view(zone))

    @made.get("/part/{part}")
    async def part(part: str) -> Response:
        if part not in PARTS:
            raise Refused("no_such_part", f"没有这一部分 / there is no part {part!r}; there are {', '.join(PARTS)}")
        return pages.show(f"{part}.html", **layout.view(zone))

    @made.get("/slip/{number}.svg")
    async def slip(number: str) -> Response:
        found = next((slip for slip in zone.printer.slips if str(slip.number) == number), None)
        if found is None:
            raise Refused("no_such_slip", f"没有这张小票 / there is no slip {number!r}")
        return Response(found.svg(), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    @made.get("/events")
    async def events(request: Request) -> Response:
        hub: Hub = request.app.state.hub
        return hub.listen()

    @made.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @made.get("/v1/twin")
    async def state() -> dict[str, Any]:
        return layout.state(zone)


def _receive(made: FastAPI, zone: Zone) -> None:
    @made.post("/sms")
    async def sms(request: Request) -> JSONResponse:
        if zone.phone.out:
            return _sorry(503, "短信网关故障 / the SMS gateway is out of order")
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BYTES:
                    break
        except ClientDisconnect:
            raise BadMessage("whoever sent this SMS hung up in the middle") from None
        return JSONResponse({"id": zone.phone.receive(bytes(body)).id})


def _sorry(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"detail": sentence}, status, headers={"Cache-Control": "no-store"})


async def _refused(_request: Request, error: Refused) -> Response:
    unknown = error.reason == "unknown" or error.reason.startswith("no_such")
    return _sorry(404 if unknown else 409, error.sentence)


async def _bad(_request: Request, error: BadMessage) -> Response:
    return _sorry(400, str(error))


async def _no_such_page(request: Request, error: HTTPException) -> Response:
    return _sorry(error.status_code, f"{request.method} {request.url.path}: {error.detail}")
