"""A citizen's page about their item, found by the link in the SMS: where it is, a new code, a proxy, a delivery.

The token in the address is all the right there is, so the page shows no phone and no code in digits; the QR code is the
right to fetch the item, as the link is.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row, select

from central import commands, proxies, wishes
from central.api import TheCentre
from central.auditing import note
from central.centre import Centre
from central.notices import ITEM_LANG, Facts, notify
from central.people import token_mark
from central.schema import custody, person
from central.schema import item as items
from central.screens import show
from central.store import Work
from wire import credential
from wire.credential import Credential
from wire.errors import Refused
from wire.sign import signer
from wire.web import qr
from wire.web.pages import language

router = APIRouter()

Token = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
QR_HOURS = 72
SLOW_CLOCK_MS = 10 * 60_000
"""By how much a bank's clock may be behind ours, and still take a code that was made this moment."""

RESEND_MS = 10 * 60_000
IdNumber = Annotated[str, Field(max_length=20, pattern=r"^([0-9]{17}[0-9Xx])?$")]


class Asked(BaseModel):
    """What the page's forms say; the number of the proxy's ID card, and the owner's own, where cards are asked for."""

    model_config = ConfigDict(extra="forbid")
    do: Annotated[str, Field(max_length=20)]
    phone: Annotated[str, Field(max_length=20)] = ""
    id_number: IdNumber = ""
    own_number: IdNumber = ""
    address: Annotated[str, Field(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


@router.get("/item/{token}")
def item_page(
    request: Request, token: Token, centre: TheCentre, done: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    return show(request, "item.html", **_item(centre, _found(centre, token), token), refusal="", done=done)


@router.get("/item/{token}/part")
def item_part(request: Request, token: Token, centre: TheCentre) -> HTMLResponse:
    return show(request, "item_part.html", **_item(centre, _found(centre, token), token))


@router.post("/item/{token}")
async def item_act(request: Request, token: Token, centre: TheCentre, asked: Annotated[Asked, Form()]) -> Response:
    row = _found(centre, token)
    if asked.do != "resend" and asked.do not in ACTS:
        raise HTTPException(400, f"do is one of {', '.join(('resend', *ACTS))}")
    try:
        await centre.store.write(lambda work: _act(work, centre, token, asked, language(request)))
    except Refused as refused:
        reason = refused.reason
        await centre.store.write(lambda work: _note(work, row, asked.do, reason, done=False))
        return show(request, "item.html", 409, **_item(centre, row, token), refusal=refused.sentence, done="")
    return RedirectResponse(f"/item/{token}?done={asked.do}", HTTPStatus.SEE_OTHER)


def _found(centre: Centre, token: str) -> Row[Any]:
    with centre.store.reading() as connection:
        row = connection.execute(_of(token)).first()
    if row is None:
        raise HTTPException(404, "没有这件物品，请点击短信中的完整链接重新打开。")
    return row


def _of(token: str) -> Any:
    return select(items).where(items.c.mark == token_mark(token)).order_by(items.c.since.desc()).limit(1)


def _item(centre: Centre, row: Row[Any], token: str) -> dict[str, Any]:
    device = centre.registry.device(row.device)
    with centre.store.reading() as connection:
        held = select(custody.c.custodian).where(custody.c.item == row.item)
        custodian = connection.execute(held).scalar_one_or_none() or ""
        proxy = _tail(connection, row.person) if row.principal else ""
        wish = wishes.wish_of(connection, row) if row.state == "waiting" else None
        change = proxies.change_of(connection, row) if _fetchable(row) else None
    return {
        "item": row, "token": token, "place": device.name if device else row.device, "custodian": custodian,
        "proxy": proxy, "qr": _qr(centre, row), "fetchable": _fetchable(row),
        "wish": wish, "delivering": wishes.is_delivered(row, wish),
        "change": change, "proxy_waits": proxies.is_on_its_way(change),
    }  # fmt: skip


def _tail(connection: Any, ref: str | None) -> str:
    return str(connection.execute(select(person.c.tail).where(person.c.ref == ref)).scalar_one_or_none() or "")


def _fetchable(row: Row[Any]) -> bool:
    return row.state == "waiting" and row.purpose == "pickup" and not row.joined


def _qr(centre: Centre, row: Row[Any]) -> Markup | None:
    """Return the code that opens the door; None while a proxy has the right, or nothing is there to fetch."""
    if not _fetchable(row) or row.principal:
        return None
    try:
        claims = Credential(
            bank=credential.bank_mark(row.device), item=credential.item_mark(row.item), issue=row.issue,
            not_before=centre.store.clock() - SLOW_CLOCK_MS, valid_h=QR_HOURS, level=row.level,
            holder=bytes.fromhex(row.holder) if row.holder else bytes(credential.HOLDER_BYTES),
        )  # fmt: skip
        return qr.svg(credential.encode(claims, signer(centre.site.credential_key)))
    except ValueError:  # a bank wrote what fits into no code; the one in digits is still there
        return None


# --- what can be asked ---


def _act(work: Work, centre: Centre, token: str, asked: Asked, lang: str) -> None:
    row = work.connection.execute(_of(token)).one()
    if not _fetchable(row) and asked.do != "undeliver":
        raise Refused("not_waiting", "物品现在不在柜内等待领取，无法办理。请查看上方的当前状态。")
    if asked.do == "resend":
        _resend(work, row, lang)
    else:
        ACTS[asked.do](work, centre, row, asked)
    work.tell("handovers")


def _who(work: Work, row: Row[Any]) -> str:
    return f"citizen ****{_tail(work.connection, row.principal or row.person)}"


def _note(work: Work, row: Row[Any], act: str, detail: str = "", *, done: bool = True) -> None:
    note(work, act, _who(work, row), device=row.device, item=row.item, detail=detail, done=done)


def _resend(work: Work, row: Row[Any], lang: str) -> None:
    """Send it in the language of the page to whoever asks there; a proxy was never here."""
    facts = Facts(
        row.number, device=row.device, item=row.item, issue=row.issue, label=row.label, compartment=row.compartment
    )
    id_ = f"resend:{row.device}:{row.item}:{row.issue}:{work.now // RESEND_MS}"
    if row.principal:
        notify(work, id_, "proxy", facts, person=row.person, lang=ITEM_LANG)
    else:
        notify(work, id_, "pickup", facts, person=row.person, lang=lang)
    _note(work, row, "asked for the code again")


def _new_code(work: Work, centre: Centre, row: Row[Any], _asked: Asked) -> None:
    if row.misplaced:
        raise Refused("misplaced", "物品位置正在核对，核对后会通知您，请到时再换取件码。")
    commands.reissue(work, centre, row, why="reissue", actor=_who(work, row))


def _proxy(work: Work, centre: Centre, row: Row[Any], asked: Asked) -> None:
    phone = asked.phone.strip().replace(" ", "")
    numbers = {"id_number": asked.id_number, "own_number": asked.own_number}
    proxies.name(work, centre, row, phone, **numbers, actor=_who(work, row))


def _revoke(work: Work, centre: Centre, row: Row[Any], _asked: Asked) -> None:
    proxies.take_back(work, centre, row, actor=_who(work, row))


def _deliver(work: Work, centre: Centre, row: Row[Any], asked: Asked) -> None:
    wishes.ask_delivery(work, centre, row, asked.address.strip(), actor=_who(work, row))


def _undeliver(work: Work, centre: Centre, row: Row[Any], _asked: Asked) -> None:
    wishes.take_back(work, centre, row, actor=_who(work, row))


ACTS = {
    "new_code": _new_code, "proxy": _proxy, "revoke": _revoke, "deliver": _deliver,
    "undeliver": _undeliver,
}  # fmt: skip
