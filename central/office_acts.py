"""What the office's forms ask for: each act checks who asks, and does it in one transaction."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from central import commands
from central.auditing import note
from central.cases import close_case
from central.centre import Centre
from central.store import Work
from wire.errors import Refused
from wire.staff_file import Person

Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Short = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]

_CUSTODIAN = re.compile(r"(staff|courier) [0-9A-Za-z-]{1,32}|citizen \*\*\*\*[0-9]{4}|bank [a-z0-9-]{1,32}")


class Asked(BaseModel):
    """All that a form of the office may say; each act needs some of it."""

    model_config = ConfigDict(extra="forbid")
    do: Short
    badge: Short = ""
    pin: Short = ""
    badge2: Short = ""
    pin2: Short = ""
    device: Short = ""
    compartment: Annotated[int, Field(ge=0, le=999)] = 0
    why: Line = ""
    size: Short = ""
    low: bool = False
    hours: Annotated[int, Field(ge=1, le=72)] = 2
    reservation: Short = ""
    courier: Short = ""
    items: Annotated[str, Field(max_length=20_000)] = ""
    item: Short = ""
    label: Short = ""
    to: Short = ""
    role: Annotated[str, Field(pattern=r"^(staff|courier|citizen)$")] = "staff"
    place: Short = ""
    code: Short = ""
    case: Annotated[int, Field(ge=0, le=2**53)] = 0
    custodian: Short = ""


Act = Callable[[Centre, Asked], Awaitable[None]]


async def _write(centre: Centre, job: Callable[[Work], Any]) -> None:
    await centre.store.write(job)


def _said(text: str, sentence: str) -> str:
    if not text.strip():
        raise Refused("incomplete", sentence)
    return text.strip()


async def _staff(centre: Centre, asked: Asked) -> Person:
    return await centre.badges.check(asked.badge, asked.pin, "staff")


async def _two(centre: Centre, asked: Asked) -> tuple[str, str]:
    first, second = await centre.badges.both(asked.badge, asked.pin, asked.badge2, asked.pin2)
    return first.actor, second.actor


# --- orders ---


async def open_door(centre: Centre, asked: Asked) -> None:
    why = _said(asked.why, "请填写开门原因。")
    actor, witness = await _two(centre, asked)
    await _write(
        centre,
        lambda work: commands.open_door(
            work, centre, asked.device, asked.compartment, actor=actor, witness=witness, why=why
        ),
    )


async def block(centre: Centre, asked: Asked) -> None:
    why, person = _said(asked.why, "请填写停用原因。"), await _staff(centre, asked)
    await _write(
        centre, lambda work: commands.block(work, centre, asked.device, asked.compartment, actor=person.actor, why=why)
    )


async def unblock(centre: Centre, asked: Asked) -> None:
    actor = (await _staff(centre, asked)).actor
    await _write(centre, lambda work: commands.unblock(work, centre, asked.device, asked.compartment, actor=actor))


async def reserve(centre: Centre, asked: Asked) -> None:
    actor = (await _staff(centre, asked)).actor
    await _write(
        centre,
        lambda work: commands.reserve(
            work, centre, asked.device, size=asked.size, low=asked.low, hours=asked.hours, actor=actor
        ),
    )


async def cancel(centre: Centre, asked: Asked) -> None:
    actor = (await _staff(centre, asked)).actor
    await _write(centre, lambda work: commands.cancel(work, centre, asked.device, asked.reservation, actor=actor))


async def manifest(centre: Centre, asked: Asked) -> None:
    actor = (await _staff(centre, asked)).actor
    courier = centre.badges.known(asked.courier, "courier").actor
    items = commands.manifest_items(centre, asked.device, asked.items)
    await _write(
        centre,
        lambda work: commands.give_manifest(work, centre, asked.device, courier=courier, items=items, actor=actor),
    )


# --- cases ---


async def close(centre: Centre, asked: Asked) -> None:
    why, person = _said(asked.why, "请写明核查结果。"), await _staff(centre, asked)

    def job(work: Work) -> None:
        if not close_case(work, asked.case, f"{person.actor}: {why}"):
            raise Refused("no_such_case", "这个事项已经办结，页面已更新。")
        note(work, "closed case", person.actor, detail=f"{asked.case}: {why}")

    await _write(centre, job)


async def correct(centre: Centre, asked: Asked) -> None:
    why, item = _said(asked.why, "请写明更正原因。"), _said(asked.item, "请填写物品编号。")
    custodian = asked.custodian.strip()
    if not _CUSTODIAN.fullmatch(custodian):
        raise Refused("no_custodian", "保管人请按“staff 1001”“courier 2001”“citizen ****5678”或“bank zone-01”填写。")
    actor, witness = await _two(centre, asked)
    await _write(
        centre,
        lambda work: centre.office.correct(work, item, custodian=custodian, why=why, by=actor, witness=witness),
    )


# --- handovers at a counter and at a door ---


async def release(centre: Centre, asked: Asked) -> None:
    item, place = _said(asked.item, "请填写物品编号。"), _said(asked.place, "请填写交接地点。")
    giver = (await centre.badges.check(asked.badge, asked.pin)).actor
    receiver = _receiver(centre, asked)
    await _write(
        centre,
        lambda work: centre.office.release(
            work, item, label=asked.label.strip(), giver=giver, receiver=receiver, place=place
        ),
    )


def _receiver(centre: Centre, asked: Asked) -> str:
    if asked.role == "citizen":
        return "citizen"
    return centre.badges.known(asked.to.strip(), "courier" if asked.role == "courier" else "staff").actor


async def accept(centre: Centre, asked: Asked) -> None:
    """With a badge, or with the code of a citizen who has none."""
    item = _said(asked.item, "请填写物品编号。")
    if asked.code:
        await _write(centre, lambda work: centre.office.accept_with_code(work, item, asked.code))
        return
    receiver = (await centre.badges.check(asked.badge, asked.pin)).actor
    await _write(centre, lambda work: centre.office.accept(work, item, receiver=receiver))


async def withdraw(centre: Centre, asked: Asked) -> None:
    item, why = _said(asked.item, "请填写物品编号。"), _said(asked.why, "请填写撤回原因。")
    giver = (await centre.badges.check(asked.badge, asked.pin)).actor
    await _write(centre, lambda work: centre.office.withdraw(work, item, giver=giver, why=why))


async def deliver(centre: Centre, asked: Asked, courier: str) -> None:
    item = _said(asked.item, "请选择要交付的物品。")
    await _write(centre, lambda work: centre.office.deliver(work, item, asked.code, courier=courier))


ORDERS: dict[str, Act] = {
    "open": open_door, "block": block, "unblock": unblock, "reserve": reserve, "cancel": cancel, "manifest": manifest,
}  # fmt: skip
CASES: dict[str, Act] = {"close": close, "correct": correct}
CUSTODY: dict[str, Act] = {"release": release, "accept": accept, "withdraw": withdraw}
