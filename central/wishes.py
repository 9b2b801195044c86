"""A citizen's wish: that a courier brings an item, or that the citizen comes for it after all.

The bank changes the way, the centre only asks for it: until the bank has taken the order, the code opens as before. The
address stays here, encrypted, and is shown to the courier who has the item.
"""

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, func, select, update

from central import commands
from central.centre import Centre
from central.schema import down, order
from central.schema import item as items
from central.store import Work
from wire import orders
from wire.errors import Refused
from wire.happenings import Way
from wire.orders import Redirect

MOST_CHANGES = 5
"""A day and item, there and back; taking a wish back is always free."""

SHORTEST_ADDRESS = 5


class Wish(NamedTuple):
    """The last one since the item lies there; `state` and `outcome` are those of its order."""

    way: Way
    state: str
    outcome: str


def wish_of(connection: Connection, row: Row[Any]) -> Wish | None:
    """Return what was last wished for an item of the table `item`."""
    known = _orders_of(row) & (order.c.created >= row.deposited)
    last = select(order).join(down, down.c.order == order.c.id).where(known)
    found = connection.execute(last.order_by(down.c.epoch.desc(), down.c.seq.desc()).limit(1)).one_or_none()
    given = orders.read(msgspec.Raw(found.body)) if found else None
    return Wish(given.purpose, found.state, found.outcome) if found and isinstance(given, Redirect) else None


def is_delivered(row: Row[Any], wish: Wish | None) -> bool:
    """Whether a courier will come for it, or shall, by a wish that can still be taken back."""
    if row.state != "waiting" or wish is None:
        return False
    return wish.way == "delivery" if wish.state == "waiting" else row.purpose == "delivery"


def ask_delivery(work: Work, centre: Centre, row: Row[Any], address: str, *, actor: str) -> None:
    """Have a courier bring it; refused where that would take it out of somebody else's hands."""
    if len(address) < SHORTEST_ADDRESS:
        raise Refused("no_address", "请填写完整的收件地址。")
    _check_may_go(work, row)
    commands.check_nothing_waits(work, row)
    recent = _orders_of(row) & (order.c.created > work.now - 24 * commands.HOUR_MS)
    if work.connection.execute(select(func.count()).where(recent)).scalar_one() >= MOST_CHANGES:
        raise Refused("too_often", "今天申请送达的次数已用完，请明天再试，或致电咨询电话。")
    kept = centre.people.closed(address, f"address {row.device} {row.item}")
    mine = (items.c.device == row.device) & (items.c.item == row.item)
    work.connection.execute(update(items).where(mine).values(address=kept))
    _give(work, centre, row, "delivery", actor)


def take_back(work: Work, centre: Centre, row: Row[Any], *, actor: str) -> None:
    """Let the citizen come for it after all, also while the bank has not heard of the wish."""
    if not is_delivered(row, wish_of(work.connection, row)):
        raise Refused("no_delivery", "现在没有等待快递员来取的送达申请。请查看上方的当前状态。")
    _give(work, centre, row, "pickup", actor)


def _check_may_go(work: Work, row: Row[Any]) -> None:
    if row.misplaced:
        raise Refused("misplaced", "物品位置正在核对，核对后会通知您，请到时再申请送达。")
    if row.principal:
        raise Refused("has_proxy", "已委托他人代取。请先收回委托，再申请送达。")
    if row.level >= 2:
        raise Refused("needs_card", "这件物品须持身份证在取件柜领取，不能送达。不便前来可以委托他人代取。")
    inside = (items.c.device == row.device) & (items.c.compartment == row.compartment) & (items.c.item != row.item)
    inside &= items.c.state.in_(("arriving", "waiting", "leaving"))
    if work.connection.execute(select(items.c.item).where(inside)).first():
        raise Refused(
            "not_alone", "同一格口里还有其他物品，用的是同一个取件码，不能单独送达。请一起领取，或致电咨询电话。"
        )


def _orders_of(row: Row[Any]) -> Any:
    return (order.c.device == row.device) & (order.c.item == row.item) & (order.c.kind == "redirect")


def _give(work: Work, centre: Centre, row: Row[Any], way: Way, actor: str) -> None:
    given = Redirect(order=commands.new_id(), actor=actor, item=row.item, purpose=way)
    centre.ordering.give(work, row.device, given)
