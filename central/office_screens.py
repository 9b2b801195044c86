"""The office's pages about items: orders to lockers, cases, handovers at a counter, deliveries, and who did what.

Who acts shows their badge with the act itself; what is refused is written down as well.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from central import office_acts, reading_custody
from central.api import TheCentre
from central.auditing import note
from central.centre import Centre
from central.office_acts import Asked
from central.people import WrongKey
from central.screens import show
from central.store import Work
from wire.errors import Refused

router = APIRouter()

TheAsked = Annotated[Asked, Form()]
Word = Annotated[str, Query(max_length=100)]
Done = Annotated[str, Query(max_length=20)]


def _names(centre: Centre) -> dict[str, str]:
    return {device.device: device.name for device in centre.registry.devices()}


async def _acted(request: Request, asked: Asked, acts: dict[str, office_acts.Act], page: str, values: Any) -> Response:
    """Do what was asked; the page again, with a sentence and what was typed, where it is refused."""
    centre: Centre = request.app.state.centre
    act = acts.get(asked.do)
    if act is None:
        raise HTTPException(400, f"do is one of {', '.join(acts)}")
    try:
        await act(centre, asked)
    except Refused as refused:
        said, reason = _without_secrets(centre, asked), refused
        await centre.store.write(lambda work: _note_refusal(work, asked, said, reason))
        return show(request, page, 409, **values(), refusal=refused.sentence, said=said, done="")
    return RedirectResponse(f"{request.url.path}?done={asked.do}", HTTPStatus.SEE_OTHER)


def _without_secrets(centre: Centre, asked: Asked) -> Asked:
    """Return what was typed, as it may be shown again and written down."""
    known = centre.badges.registered
    badges = {name: known(getattr(asked, name)) for name in ("badge", "badge2", "to", "courier")}
    return asked.model_copy(update={"pin": "", "pin2": "", "code": "", **badges})


def _note_refusal(work: Work, asked: Asked, said: Asked, refused: Refused) -> None:
    who = f"badge {said.badge or '?'}" if asked.badge else "citizen"
    second = f"badge {said.badge2 or '?'}" if asked.badge2 else ""
    note(work, asked.do, who, witness=second, device=asked.device, item=asked.item, detail=refused.reason, done=False)


def _page(request: Request, page: str, values: dict[str, Any], done: str = "") -> HTMLResponse:
    return show(request, page, **values, refusal="", said=Asked(do="-"), done=done)


# --- orders ---


@router.get("/orders")
def orders(request: Request, centre: TheCentre, done: Done = "") -> HTMLResponse:
    return _page(request, "orders.html", _orders(centre), done)


@router.get("/orders/part")
def orders_part(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "orders_part.html", **_orders(centre))


@router.post("/orders")
async def orders_act(request: Request, centre: TheCentre, asked: TheAsked) -> Response:
    return await _acted(request, asked, office_acts.ORDERS, "orders.html", lambda: _orders(centre))


def _orders(centre: Centre) -> dict[str, Any]:
    with centre.store.reading() as connection:
        return {
            "orders": reading_custody.orders(connection),
            "reservations": reading_custody.reservations(connection),
            "blocked": reading_custody.blocked(connection),
            "zones": [device for device in centre.registry.devices() if device.compartments],
            "names": _names(centre),
        }


# --- cases ---


@router.get("/cases")
def cases(request: Request, centre: TheCentre, done: Done = "") -> HTMLResponse:
    return _page(request, "cases.html", _cases(centre), done)


@router.get("/cases/part")
def cases_part(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "cases_part.html", **_cases(centre))


@router.post("/cases")
async def cases_act(request: Request, centre: TheCentre, asked: TheAsked) -> Response:
    return await _acted(request, asked, office_acts.CASES, "cases.html", lambda: _cases(centre))


def _cases(centre: Centre) -> dict[str, Any]:
    with centre.store.reading() as connection:
        return {"cases": reading_custody.cases(connection), "names": _names(centre)}


# --- handovers at a counter ---


@router.get("/custody")
def custody(request: Request, centre: TheCentre, done: Done = "") -> HTMLResponse:
    return _page(request, "custody.html", _custody(centre), done)


@router.get("/custody/part")
def custody_part(request: Request, centre: TheCentre) -> HTMLResponse:
    return show(request, "custody_part.html", **_custody(centre))


@router.post("/custody")
async def custody_act(request: Request, centre: TheCentre, asked: TheAsked) -> Response:
    return await _acted(request, asked, office_acts.CUSTODY, "custody.html", lambda: _custody(centre))


def _custody(centre: Centre) -> dict[str, Any]:
    with centre.store.reading() as connection:
        return {"open": reading_custody.open_releases(connection), "names": _names(centre)}


# --- the courier at the door ---


@router.get("/courier")
def courier(request: Request, done: Done = "") -> HTMLResponse:
    return _page(request, "courier.html", {"person": None, "items": []}, done)


@router.post("/courier")
async def courier_act(request: Request, centre: TheCentre, asked: TheAsked) -> Response:
    """Show what a courier has to bring where, or hand one item over with the citizen's code."""
    if asked.do not in {"list", "deliver"}:
        raise HTTPException(400, "do is one of list, deliver")
    refusal, done = "", ""
    try:
        person = await centre.badges.check(asked.badge, asked.pin, "courier")
        if asked.do == "deliver":
            await office_acts.deliver(centre, asked, person.actor)
            done = "deliver"
    except Refused as refused:
        said, reason = _without_secrets(centre, asked), refused
        await centre.store.write(lambda work: _note_refusal(work, asked, said, reason))
        if asked.do == "list" or refused.reason in {"wrong_pin", "wait", "other_role"}:
            nobody: dict[str, Any] = {"person": None, "items": [], "said": said}
            return show(request, "courier.html", 409, **nobody, refusal=refused.sentence, done="")
        refusal = refused.sentence
    values = {"person": person, "items": _to_bring(centre, person.actor), "said": _without_secrets(centre, asked)}
    return show(request, "courier.html", 409 if refusal else 200, **values, refusal=refusal, done=done)


def _to_bring(centre: Centre, actor: str) -> list[dict[str, Any]]:
    with centre.store.reading() as connection:
        rows = [row for row in reading_custody.in_hands_of(connection, actor) if row.purpose != "loan"]
        return [{"item": row.item, "label": row.label, "address": _address(centre, row)} for row in rows]


def _address(centre: Centre, row: Any) -> str:
    if row.address is None:
        return ""
    try:
        return centre.people.text(row.address, f"address {row.device} {row.item}")
    except WrongKey:
        return ""


# --- who did what ---


@router.get("/audit")
def audit(request: Request, centre: TheCentre, actor: Word = "", device: Word = "", item: Word = "") -> HTMLResponse:
    return show(request, "audit.html", **_audit(centre, actor, device, item))


@router.get("/audit/part")
def audit_part(
    request: Request, centre: TheCentre, actor: Word = "", device: Word = "", item: Word = ""
) -> HTMLResponse:
    return show(request, "audit_part.html", **_audit(centre, actor, device, item))


def _audit(centre: Centre, actor: str, device: str, item: str) -> dict[str, Any]:
    with centre.store.reading() as connection:
        acts = reading_custody.acts(connection, actor=actor, device=device, item=item)
    return {"acts": acts, "actor": actor, "device": device, "item": item, "names": _names(centre)}
