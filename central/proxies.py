"""Somebody else fetches an item: named by whom it was laid in for, and taken back at any time.

The link of an SMS alone names nobody where the item needs an ID card: the owner's own number is asked for, and compared
with what the bank was told when the item was laid in.
"""

import hmac
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, select

from central import commands
from central.centre import Centre
from central.ordering import cancel
from central.people import is_phone
from central.schema import down, order
from central.store import Work
from wire import orders
from wire.errors import Refused
from wire.orders import Reissue


class Change(NamedTuple):
    """What was last asked for the code of an item; `why`, `state` and `outcome` are those of the order `id`."""

    id: str
    why: str
    state: str
    outcome: str


def change_of(connection: Connection, row: Row[Any]) -> Change | None:
    """Return the last change of a code since the item lies there; None where a wish for a delivery came after it."""
    known = (order.c.device == row.device) & (order.c.item == row.item) & (order.c.created >= row.deposited)
    last = select(order).join(down, down.c.order == order.c.id).where(known)
    found = connection.execute(last.order_by(down.c.epoch.desc(), down.c.seq.desc()).limit(1)).one_or_none()
    given = orders.read(msgspec.Raw(found.body)) if found else None
    return Change(found.id, given.why, found.state, found.outcome) if found and isinstance(given, Reissue) else None


def is_on_its_way(change: Change | None) -> bool:
    """Whether a proxy was named, and the bank has not said yet that it knows."""
    return change is not None and (change.why, change.state) == ("proxy", "waiting")


def name(work: Work, centre: Centre, row: Row[Any], phone: str, *, id_number: str, own_number: str, actor: str) -> None:
    """Let somebody else fetch it; `id_number` is theirs and `own_number` the owner's, for what needs the card."""
    if row.misplaced:
        raise Refused("misplaced", "物品位置正在核对，核对后会通知您，请到时再委托。")
    if not is_phone(phone):
        raise Refused("no_phone", "请填写代取人的手机号。")
    holder = _holder(work, centre, row, id_number, own_number) if row.level == 2 else ""
    commands.reissue(work, centre, row, why="proxy", actor=actor, phone=phone, holder=holder)


def take_back(work: Work, centre: Centre, row: Row[Any], *, actor: str) -> None:
    """Let the owner fetch it again, also while the bank may not have heard of the proxy.

    Nobody knows whether an order that was sent has arrived: one that waits is out of force here, and this one stands
    behind it with a higher issue, so that whichever the bank hears of, the proxy has nothing in the end.
    """
    change = change_of(work.connection, row)
    if not row.principal and not is_on_its_way(change):
        raise Refused("no_proxy", "现在没有委托他人代取。")
    phone = centre.people.phone(work.connection, row.principal or row.person)
    if phone is None:
        raise Refused("no_phone", "您的手机号已不在系统中，请致电咨询电话。")
    if change is not None and is_on_its_way(change):
        cancel(work, change.id, actor=actor)
    commands.reissue(
        work, centre, row, why="proxy_revoked", actor=actor, phone=phone, holder=row.owner_card,
        issue=row.issue + (2 if is_on_its_way(change) else 1),
    )  # fmt: skip


def _holder(work: Work, centre: Centre, row: Row[Any], id_number: str, own_number: str) -> str:
    if not (id_number and own_number):
        raise Refused("needs_card", "这件物品须持身份证领取，请填写您本人和代取人的身份证号码。")
    _check_owner(work, centre, row, own_number)
    return commands.holder(centre, row.device, id_number)


def _check_owner(work: Work, centre: Centre, row: Row[Any], own_number: str) -> None:
    """Refuse who does not know the number of the card that the item was laid in for; wrong ones cost a wait."""
    watched = f"{row.device} {row.item}"
    if work.now < centre.owner_tries.until(watched):
        raise Refused("wait", "身份证号码多次不对，请稍候再试，或致电咨询电话。")
    if not hmac.compare_digest(commands.holder(centre, row.device, own_number), row.owner_card):
        centre.owner_tries.wrong(watched, work.now)
        raise Refused("wrong_card", "您本人的身份证号码与登记的不一致，请核对后重新填写，或致电咨询电话。")
    centre.owner_tries.right(watched)
