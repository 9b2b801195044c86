"""Orders that the office and citizens give: what is checked before one goes down, in words that say what to do next."""

import re
import secrets
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, func, select

from central.centre import Centre
from central.people import is_phone
from central.schema import device as devices
from central.schema import order
from central.store import Work
from locker import pickup
from wire import orders
from wire.errors import Refused
from wire.happenings import SIZES, Size
from wire.orders import ManifestItem
from wire.registered import Registered

HOUR_MS = 60 * 60_000
ITEMS_AT_ONCE = 12
"""Items of one order: an entry has at most 8,192 bytes, and a sealed phone is 100 of them."""

TAIL_WORDS = ("尾号", "tail")
PROOF = "领取时要核对手机尾号的加“尾号”，须持身份证的加身份证号码"
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")

MOST_ITEMS = 200
MOST_NEW_CODES = 5
"""A day and item: whoever wants more talks to us."""


def new_id() -> str:
    """Return the id of an order."""
    return secrets.token_hex(16)


def zone(centre: Centre, device: str) -> Registered:
    """Return a zone that has compartments."""
    known = centre.registry.device(device)
    if known is None or not known.compartments:
        raise Refused("no_such_device", "没有这个取件柜，请重新选择。")
    return known


def compartment(centre: Centre, device: str, number: int) -> int:
    """Return the number of a compartment that is there."""
    if not 1 <= number <= zone(centre, device).compartments:
        raise Refused("no_such_compartment", f"这个柜没有{number}号格口，请重新选择。")
    return number


def open_door(work: Work, centre: Centre, device: str, number: int, *, actor: str, witness: str, why: str) -> None:
    """Have a door opened now, by two people: never later, and never after a restart of the device."""
    registered = zone(centre, device)
    seen = work.connection.execute(select(devices).where(devices.c.device == device)).one_or_none()
    if seen is None or not seen.boot or not seen.online or seen.epoch != registered.epoch:
        raise Refused("offline", "这个柜现在不在线，远程开门指令无法及时送达。请到现场处理。")
    given = orders.OpenCompartment(
        order=new_id(), actor=actor, witness=witness, not_after=work.now + orders.OPEN_WITHIN_MS, fence=seen.boot,
        compartment=compartment(centre, device, number), why=why,
    )  # fmt: skip
    centre.ordering.give(work, device, given)


def block(work: Work, centre: Centre, device: str, number: int, *, actor: str, why: str) -> None:
    here = compartment(centre, device, number)
    given = orders.BlockCompartment(order=new_id(), actor=actor, compartment=here, why=why)
    centre.ordering.give(work, device, given)


def unblock(work: Work, centre: Centre, device: str, number: int, *, actor: str) -> None:
    here = compartment(centre, device, number)
    centre.ordering.give(work, device, orders.UnblockCompartment(order=new_id(), actor=actor, compartment=here))


def reserve(work: Work, centre: Centre, device: str, *, size: str, low: bool, hours: int, actor: str) -> None:
    zone(centre, device)
    until = work.now + hours * HOUR_MS
    given = orders.ReserveCompartment(
        order=new_id(), actor=actor, reservation=secrets.token_hex(8), size=_size(size), low=low, until=until,
        not_after=until,
    )  # fmt: skip
    centre.ordering.give(work, device, given)


def cancel(work: Work, centre: Centre, device: str, reservation: str, *, actor: str) -> None:
    zone(centre, device)
    given = orders.CancelReservation(order=new_id(), actor=actor, reservation=reservation)
    centre.ordering.give(work, device, given)


# --- a courier's manifest ---


def give_manifest(
    work: Work, centre: Centre, device: str, *, courier: str, items: list[ManifestItem], actor: str
) -> None:
    """Tell a bank what a courier may bring, in as many orders as it takes."""
    until = work.now + orders.MANIFEST_HOURS * HOUR_MS
    for start in range(0, len(items), ITEMS_AT_ONCE):
        part = tuple(items[start : start + ITEMS_AT_ONCE])
        given = orders.GiveManifest(
            order=new_id(), actor=actor, not_after=until, courier=courier, until=until, items=part
        )
        centre.ordering.give(work, device, given)


def manifest_items(centre: Centre, device: str, text: str) -> list[ManifestItem]:
    """Read a manifest: an item a line: id, what it is, size, phone and, where the code is not enough, `PROOF`."""
    zone(centre, device)
    lines = [line for line in text.replace("，", ",").splitlines() if line.strip()]
    if not lines:
        raise Refused("empty", "清单是空的，请每行填写一件物品。")
    if len(lines) > MOST_ITEMS:
        raise Refused("too_many", f"一份清单最多{MOST_ITEMS}件，请分次提交。")
    items = list(_items(centre, device, lines))
    if len({item.item for item in items}) < len(items):
        raise Refused("twice", "清单中有重复的物品编号，请核对。")
    return items


def _items(centre: Centre, device: str, lines: list[str]) -> Iterator[ManifestItem]:
    for number, line in enumerate(lines, 1):
        id_, label, size, phone, proof = ([part.strip() for part in line.split(",")] + [""] * 5)[:5]
        named = all(0 < len(each) <= 64 and each.isprintable() for each in (id_, label))
        level = _level(proof)
        if not (named and is_phone(phone) and size.upper() in SIZES) or level is None:
            raise Refused("bad_line", f"清单第{number}行不完整，请按“编号,名称,大小(S/M/L),手机号”填写，{PROOF}。")
        yield ManifestItem(
            item=id_, label=label, size=_size(size), phone=centre.people.sealed(phone), phone_tail=phone[-4:],
            level=level, holder=holder(centre, device, proof) if level == 2 else "",
        )  # fmt: skip


def _level(proof: str) -> int | None:
    """Return the level that the last part of a line asks for, None where it is neither."""
    if not proof:
        return 0
    if proof.lower() in TAIL_WORDS:
        return 1
    return 2 if _ID_NUMBER.fullmatch(proof) else None


def holder(centre: Centre, device: str, id_number: str) -> str:
    """Return the commitment to an ID card that the bank compares with."""
    mac = centre.registry.mac(device)
    if mac is None:
        raise Refused("no_bank_key", "中心没有这个柜的密钥，请联系运维人员。")
    return pickup.holder(mac, id_number)


# --- new codes ---


def reissue(
    work: Work, centre: Centre, row: Row[Any], *, why: str, actor: str, phone: str = "", holder: str = "",
    issue: int = 0,
) -> None:  # fmt: skip
    """Have the bank give an item a new code; who gets it hears of it when the bank has done so.

    `issue`: of the new code, where it is not simply the next one.
    """
    check_nothing_waits(work, row)
    of_item = (order.c.device == row.device) & (order.c.item == row.item) & (order.c.kind == "reissue")
    recent = select(func.count()).where(of_item, order.c.created > work.now - 24 * HOUR_MS)
    too_often = work.connection.execute(recent).scalar_one() >= MOST_NEW_CODES
    if too_often and why != "proxy_revoked":  # what was given away can be taken back at any time
        raise Refused("too_often", "今天更换取件码的次数已用完，请明天再试，或致电咨询电话。")
    given = orders.Reissue(
        order=new_id(), actor=actor, item=row.item, issue=issue or row.issue + 1, why=why,
        phone_tail=phone[-4:], phone=centre.people.sealed(phone) if phone else "", holder=holder,
    )  # fmt: skip
    centre.ordering.give(work, row.device, given)


def check_nothing_waits(work: Work, row: Row[Any]) -> None:
    """One change of an item at a time is on its way to the bank."""
    waits = (order.c.device == row.device) & (order.c.item == row.item) & (order.c.state == "waiting")
    if work.connection.execute(select(order.c.id).where(waits, order.c.kind.in_(("reissue", "redirect")))).first():
        raise Refused("still_waiting", "上一次的更改正在送往取件柜，确认后会发短信，请稍候再试。")


def _size(text: str) -> Size:
    for size in SIZES:
        if text.upper() == size:
            return size
    raise Refused("no_such_size", "格口大小是 S、M 或 L，请重新选择。")
