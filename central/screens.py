"""The centre's pages: a page each, and the part of it that is fetched again when something changed."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST

from central import reading, reading_custody
from central.api import TheCentre
from central.calling import ACTIONS, act
from central.centre import Centre
from central.config import Counter
from wire.errors import Refused
from wire.web.pages import LANGUAGES, language

router = APIRouter()

HALL_CALLS = 5
STATES = ("free", "occupied", "unknown")
Word = Annotated[str, Form(max_length=40)]


def show(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page in the visitor's language."""
    centre: Centre = request.app.state.centre
    return centre.pages.show(
        template, lang=language(request), status=status, config=centre.config, path=request.url.path, **values
    )


def sorry(request: Request, status: int, sentence: str, detail: str = "") -> HTMLResponse:
    """Return the page that says what went wrong and what to do now; `detail` is for who looks after the system."""
    return show(request, "sorry.html", status, sentence=sentence, detail=detail)


@router.get("/")
def home(request: Request) -> HTMLResponse:
    return show(request, "home.html")


@router.post("/language")
def choose_language(lang: Word, back: Annotated[str, Form(max_length=200, pattern=r"^/[A-Za-z0-9/_-]*$")]) -> Response:
    if lang not in LANGUAGES or back.startswith("//"):
        raise HTTPException(400, f"language is one of {', '.join(LANGUAGES)}")
    answer = RedirectResponse(back, HTTPStatus.SEE_OTHER)
    answer.set_cookie("lang", lang, samesite="lax", httponly=True)
    return answer


# --- monitoring ---


@router.get("/zones")
def zones(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "zones.html", **_zones(centre))


@router.get("/zones/part")
def zones_part(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "zones_part.html", **_zones(centre))


def _zones(centre: Centre) -> dict[str, Any]:
    found, own = reading.zones(centre)
    return {"zones": found, "own_alarms": own, "link_up": centre.link.up, "now": centre.store.clock()}


# --- handovers ---


@router.get("/handovers")
def handovers(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "handovers.html", **_handovers(centre))


@router.get("/handovers/part")
def handovers_part(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "handovers_part.html", **_handovers(centre))


def _handovers(centre: Centre) -> dict[str, Any]:
    names = {device.device: device.name for device in centre.registry.devices()}
    with centre.store.reading() as connection:
        return {
            "items": reading_custody.items(connection),
            "handovers": reading_custody.handovers(connection),
            "cases": reading_custody.cases(connection, standing=True),
            "loans": reading_custody.loans(connection),
            "names": names,
            "now": centre.store.clock(),
            "overdue_ms": centre.config.lockers.overdue_after_s * 1_000,
        }


# --- counters and the hall ---


@router.get("/counter/{counter}")
def counter_page(request: Request, counter: str, centre: TheCentre) -> HTMLResponse:
    return show(request, "counter.html", **_counter(centre, _known(centre, counter)), refusal="")


@router.get("/counter/{counter}/part")
def counter_part(request: Request, counter: str, centre: TheCentre) -> HTMLResponse:
    return show(request, "counter_part.html", **_counter(centre, _known(centre, counter)))


@router.post("/counter/{counter}")
async def counter_act(
    request: Request, counter: str, do: Word, centre: TheCentre, seen: Annotated[str | None, Form(max_length=64)] = None
) -> Response:
    known = _known(centre, counter)
    if do not in ACTIONS:
        raise HTTPException(400, f"do is one of {', '.join(ACTIONS)}")
    try:
        await centre.store.write(lambda work: act(work, known, do, seen))
    except Refused as refused:
        return show(request, "counter.html", 409, **_counter(centre, known), refusal=refused.sentence)
    return RedirectResponse(f"/counter/{known.id}", HTTPStatus.SEE_OTHER)


def _known(centre: Centre, id_: str) -> Counter:
    counter = centre.config.counter_of(id_)
    if counter is None:
        raise HTTPException(404, "没有这个窗口。请从首页选择窗口。")
    return counter


def _counter(centre: Centre, counter: Counter) -> dict[str, Any]:
    with centre.store.reading() as connection:
        called = reading.tickets(connection, state="called", counter=counter.id)
        why = reading.last_calls(connection, 1, called[0]["ticket"]) if called else []
        waiting = reading.waiting(connection, counter.services)
    return {
        "counter": counter,
        "called": called[0] if called else None,
        "why": why[0] if why else None,
        "waiting": waiting,
        "now": centre.store.clock(),
    }


@router.get("/hall")
def hall(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "hall.html", calls=_calls(centre))


@router.get("/hall/part")
def hall_part(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "hall_part.html", calls=_calls(centre))


def _calls(centre: Centre) -> list[dict[str, Any]]:
    with centre.store.reading() as connection:
        return reading.last_calls(connection, HALL_CALLS)


# --- parking ---


@router.get("/parking")
def parking(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "parking.html", **_parking(centre))


@router.get("/parking/part")
def parking_part(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "parking_part.html", **_parking(centre))


def _parking(centre: Centre) -> dict[str, Any]:
    bays = reading.bays(centre)
    names = {device.device: device.name for device in centre.registry.devices()}
    return {"bays": bays, "names": names, "counts": {s: sum(b.state == s for b in bays) for s in STATES}}


# --- machines ---


@router.get("/events")
async def events(centre: TheCentre) -> StreamingResponse:
    return centre.hub.listen()


@router.get("/healthz")
def healthz(centre: TheCentre) -> JSONResponse:
    """Answer 200 while the database answers; `broker` tells whether devices can be heard over MQTT."""
    with centre.store.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
    return JSONResponse(
        {"ok": True, "broker": "up" if centre.link.up else "down"}, headers={"Cache-Control": "no-store"}
    )


@router.get("/metrics")
def metrics(centre: TheCentre) -> Response:
    return Response(centre.counts.text(), media_type=CONTENT_TYPE_LATEST)
