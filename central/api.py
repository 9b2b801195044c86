"""What devices ask over HTTP, and what monitoring reads as JSON: no phones and no codes, tails at most."""

import secrets
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from msgspec import structs
from pydantic import BaseModel, ConfigDict, Field

from central import issuing, reading, reading_custody
from central.centre import Centre
from central.config import Service
from central.store import Work
from wire import entry
from wire.entry import MAX_BATCH
from wire.errors import BadMessage, Refused
from wire.registered import Registered

router = APIRouter(prefix="/v1")

_bearer = HTTPBearer(auto_error=False)
Id = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
Count = Annotated[int, Query(ge=0, le=2**53)]
Word = Annotated[str, Query(max_length=200)]
BATCH = "text/plain; charset=utf-8"
Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$")]


def centre_of(request: Request) -> Centre:
    centre: Centre = request.app.state.centre
    return centre


TheCentre = Annotated[Centre, Depends(centre_of)]


def caller(centre: TheCentre, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Registered:
    """Return the device whose token was shown."""
    device = centre.registry.owner(bearer.credentials) if bearer else None
    if device is None:
        raise HTTPException(401, "a device's token is missing or not known here", {"WWW-Authenticate": "Bearer"})
    return device


Caller = Annotated[Registered, Depends(caller)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    device: Name
    service: Name


class TicketAsked(_Asked):
    """`phone` is sealed to the centre, empty where the person gave none."""

    phone: Annotated[str, Field(max_length=400, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    phone_tail: Annotated[str, Field(pattern=r"^[0-9]{0,4}$")] = ""
    lang: Literal["zh", "en"] = "zh"


class BlockAsked(_Asked):
    """`count` numbers of `service`."""

    count: Annotated[int, Field(ge=1, le=issuing.MAX_BLOCK)]


@router.put("/tickets/{ticket}")
async def reserve_ticket(ticket: Id, asked: TicketAsked, centre: TheCentre, device: Caller) -> dict[str, Any]:
    """Reserve a number under an id that the device drew; the same id again gets the same answer."""
    service = _service(centre, device, asked)
    phone = _phone(centre, asked.phone)

    def job(work: Work) -> issuing.Reserved:
        known = issuing.reserved(work, ticket, device.device, service.id)
        if known:
            return known
        person = centre.people.keep(work, phone) if phone else None
        return issuing.reserve(work, ticket, device.device, service, person=person, lang=asked.lang)

    return structs.asdict(await _granted(centre, job))


@router.put("/blocks/{block}")
async def lease_block(block: Id, asked: BlockAsked, centre: TheCentre, device: Caller) -> dict[str, Any]:
    """Lend numbers to a device for when it cannot reach the centre; the same id again is the same block."""
    service = _service(centre, device, asked)
    lent = await _granted(centre, lambda work: issuing.lease(work, block, device.device, service, asked.count))
    return structs.asdict(lent)


@router.post("/sync")
async def sync(request: Request, centre: TheCentre, device: Caller) -> Response:
    """Take a batch of journal entries, as over MQTT; the answer is the receipt."""
    body = await request.body()
    if len(body) > MAX_BATCH:
        raise HTTPException(413, f"a batch has at most {MAX_BATCH} bytes")
    try:
        job = centre.intake.read(device.device, body)
    except BadMessage as error:
        centre.counts.bad_messages.inc()
        raise HTTPException(422, str(error)[:300]) from None
    receipt = await centre.store.write(job)
    if receipt is None:
        raise HTTPException(409, f"nothing was taken: not signed with the key of {device.device}, epoch {device.epoch}")
    return Response(entry.sign_receipt(receipt, centre.sign), media_type=BATCH)


@router.get("/orders")
def orders(
    centre: TheCentre,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    epoch: Count | None = None,
    after: Count = 0,
) -> Any:
    """Return a device's orders behind entry `after` of this epoch, as over MQTT; without `epoch`, what was ordered."""
    if epoch is None:
        with centre.store.reading() as connection:
            return reading_custody.orders(connection)
    device = caller(centre, bearer).device
    with centre.store.reading() as connection:
        batch = centre.ordering.batch(connection, device, after if epoch == centre.ordering.epoch else 0)
    return Response(batch, 200 if batch else 204, media_type=BATCH)


async def _granted(centre: Centre, job: Any) -> Any:
    try:
        return await centre.store.write(job)
    except Refused as refused:
        raise HTTPException(409, refused.sentence) from None


def _service(centre: Centre, device: Registered, asked: _Asked) -> Service:
    if not secrets.compare_digest(asked.device, device.device):
        raise HTTPException(401, "the token is another device's")
    service = centre.config.service_of(asked.service)
    if service is None:
        raise HTTPException(404, f"no service {asked.service}; there are {_names(centre)}")
    return service


def _names(centre: Centre) -> str:
    return ", ".join(service.id for service in centre.config.service)


def _phone(centre: Centre, sealed: str) -> str:
    if not sealed:
        return ""
    try:
        return centre.people.unsealed(sealed)
    except BadMessage as error:
        raise HTTPException(422, f"phone: {error}") from None


# --- reads ---


@router.get("/devices")
def devices(centre: TheCentre) -> list[dict[str, Any]]:
    return [asdict(line) for line in reading.devices(centre)]


@router.get("/alarms")
def alarms(centre: TheCentre) -> list[dict[str, Any]]:
    with centre.store.reading() as connection:
        return [asdict(line) for line in reading.alarms(connection)]


@router.get("/handovers")
def handovers(centre: TheCentre) -> dict[str, Any]:
    with centre.store.reading() as connection:
        items, made = reading_custody.items(connection), reading_custody.handovers(connection)
        return {"items": items, "handovers": made, "cases": reading_custody.cases(connection, standing=True)}


@router.get("/cases")
def cases(centre: TheCentre) -> list[dict[str, Any]]:
    with centre.store.reading() as connection:
        return reading_custody.cases(connection)


@router.get("/loans")
def loans(centre: TheCentre) -> list[dict[str, Any]]:
    with centre.store.reading() as connection:
        return reading_custody.loans(connection)


@router.get("/audit")
def audit(centre: TheCentre, actor: Word = "", device: Word = "", item: Word = "") -> list[dict[str, Any]]:
    with centre.store.reading() as connection:
        return reading_custody.acts(connection, actor=actor, device=device, item=item)


@router.get("/tickets")
def tickets(centre: TheCentre) -> list[dict[str, Any]]:
    with centre.store.reading() as connection:
        return reading.tickets(connection)


@router.get("/bays")
def bays(centre: TheCentre) -> list[dict[str, Any]]:
    return [asdict(line) for line in reading.bays(centre)]


@router.get("/counts")
def counts(centre: TheCentre) -> dict[str, int]:
    return centre.counts.as_numbers()
