"""Receipts for people: each handover's own page with its QR code, and the page that checks one without any network."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from sqlalchemy import select

from central.api import TheCentre
from central.centre import Centre
from central.registry import CENTRE
from central.schema import entry as entries
from central.screens import show
from wire import entry, proof, sign
from wire.china import local
from wire.entry import GENESIS, Signed
from wire.errors import BadMessage
from wire.proof import Proof
from wire.web.qr import svg

router = APIRouter()

Device = Annotated[str, Path(pattern=r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$")]
Count = Annotated[int, Path(ge=1, le=2**53)]
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


@router.get("/receipt/{device}/{epoch}/{seq}")
def receipt(request: Request, device: Device, epoch: Count, seq: Count, centre: TheCentre) -> HTMLResponse:
    found = _find(centre, device, epoch, seq)
    line = entry.line_of(found.signed).decode()
    says = Markup('{} <span lang="en">{}</span>').format(*proof.WORDS[found.leg.kind])
    names = {each.device: each.name for each in centre.registry.devices()}
    return show(
        request, "receipt.html", proof=found, line=line, code=_code(line), says=says,
        at=f"{local(found.entry.wall):%Y-%m-%d %H:%M:%S}", names=names, first=found.leg.before == GENESIS,
    )  # fmt: skip


def _code(line: str) -> Markup | None:
    """Return the QR code; None for more than fits into one, which can still be read and pasted."""
    try:
        return svg(line)
    except ValueError:
        return None


def _find(centre: Centre, device: str, epoch: int, seq: int) -> Proof:
    place = (entries.c.device == device, entries.c.epoch == epoch, entries.c.seq == seq)
    with centre.store.reading() as connection:
        row = connection.execute(select(entries.c.data, entries.c.signature).where(*place)).one_or_none()
    try:
        if row is not None:
            return proof.read(entry.line_of(Signed(row.data, row.signature)).decode())
    except BadMessage:  # an entry that hands nothing over
        pass
    raise HTTPException(404, "没有这张交接凭证。请核对编号，或从交接记录页面进入。")


@router.get("/verify")
def verify(centre: TheCentre) -> HTMLResponse:
    """The whole page in one file, in both languages: it may be saved, and checks receipts without us."""
    page = centre.pages.show("verify.html", both=_both(centre), facts=_facts(centre), centre=centre.config.centre)
    page.headers["Content-Security-Policy"] = _policy(bytes(page.body).decode())
    return page


def _both(centre: Centre) -> Callable[[str], Markup]:
    words = centre.pages.words("en")
    return lambda zh: Markup('{} <span lang="en">{}</span>').format(zh, words(zh))


def _facts(centre: Centre) -> dict[str, Any]:
    """Return what the page's script knows: public keys by device and epoch, and its words."""
    devices = {each.device: list(each.signing_keys) for each in centre.registry.devices() if each.signing_keys}
    return {
        "keys": devices,
        "centre": CENTRE,
        "centre_keys": [sign.public_key(centre.site.centre_key)],
        "says": proof.SAYS,
        "words": proof.WORDS,
        "legs": proof.LEGS,
    }


def _policy(html: str) -> str:
    """Let this page's own script and style run, by their digests, and nothing be fetched from anywhere."""
    allowed: dict[str, list[str]] = {"script": [], "style": []}
    for kind, inline in _INLINE.findall(html):
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        allowed[kind].append(f"'sha256-{digest}'")
    sources = "; ".join(f"{kind}-src {' '.join(digests)}" for kind, digests in allowed.items())
    return f"default-src 'none'; {sources}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
