"""Orders to devices: written once into the centre's journal for a device, and sent until the device says it has them.

A new journal begins with every start of the centre (docs/decisions/0006): what still waits goes into it again, under
the same order id. The bytes of an entry never change; what grew too old is sent only where a later order waits behind
it, for a journal has no gaps, and the device refuses it by itself.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, or_, select, update
from sqlalchemy import insert as plain_insert

from central.auditing import note
from central.cases import open_case
from central.schema import addressee, down, order
from central.schema import entry as entries
from central.sql import insert
from central.store import Work
from wire import entry, orders
from wire.entry import MAX_BATCH, Signed
from wire.errors import BadMessage
from wire.happenings import OrderTaken
from wire.orders import Order
from wire.sign import Sign

REFUSED_TOO_LATE = ("late", "fenced")
_KIND = {kind: str(kind.__struct_config__.tag) for kind in Order.__args__}


class Ordering:
    """The centre's journals for its devices since this start; `epoch` is the instant of the start."""

    def __init__(self, sign: Sign, epoch: int) -> None:
        self.epoch = epoch
        self._sign = sign

    def give(self, work: Work, device: str, given: Order) -> None:
        """Order something; it is on its way with the commit."""
        work.connection.execute(
            plain_insert(order).values(
                id=given.order, device=device, kind=_KIND[type(given)], item=getattr(given, "item", ""),
                body=msgspec.json.encode(given), actor=given.actor, witness=given.witness, created=work.now,
                not_after=given.not_after, fence=given.fence, state="waiting",
            )
        )  # fmt: skip
        self._put(work, device, given)
        note(
            work, f"ordered {_KIND[type(given)]}", given.actor, witness=given.witness, device=device,
            item=getattr(given, "item", ""), detail=told(given),
        )  # fmt: skip

    def begin(self, work: Work) -> None:
        """Put what still waits into the journals of this start."""
        for row in work.connection.execute(select(order).where(order.c.state == "waiting").order_by(order.c.created)):
            given = orders.read(msgspec.Raw(row.body))
            if given is not None:
                self._put(work, row.device, given)

    def _put(self, work: Work, device: str, given: Order) -> None:
        seq, prev, taken_ = self._place(work, device)
        data = entry.encode(
            given, device=device, epoch=self.epoch, seq=seq, prev=prev, boot=1, mono=max(0, work.now - self.epoch),
            wall=work.now, clock_good=True,
        )  # fmt: skip
        row = {"device": device, "epoch": self.epoch, "seq": seq, "order": given.order}
        work.connection.execute(_DOWN, {"data": data, "signature": self._sign(data), **row})
        now = {"epoch": self.epoch, "upto": seq, "head": entry.digest(data), "taken": taken_}
        work.connection.execute(_ADDRESS, {"device": device, **now})
        work.tell("orders")

    def _place(self, work: Work, device: str) -> tuple[int, str, int]:
        """Return the number of the next entry, the digest before it, and up to where the device has them."""
        row = work.connection.execute(select(addressee).where(addressee.c.device == device)).one_or_none()
        if row is None or row.epoch != self.epoch:
            return 1, entry.GENESIS, 0
        return row.upto + 1, row.head, row.taken

    def waiting(self, connection: Connection) -> dict[str, bytes]:
        """Return the next batch of every device that has orders to take."""
        there = connection.execute(_ADDRESSEES, {"epoch": self.epoch})
        batches = {row.device: self.batch(connection, row.device, row.taken) for row in there}
        return {device: batch for device, batch in batches.items() if batch}

    def batch(self, connection: Connection, device: str, after: int) -> bytes:
        """Return what stands behind entry `after`, up to the last that still waits; b"" where nothing does."""
        rows = connection.execute(_BATCH, {"device": device, "epoch": self.epoch, "after": after})
        return entry.pack(_fitting(Signed(*row) for row in rows))


_DOWN = plain_insert(down)
_address = insert(addressee)
_ADDRESS = _address.on_conflict_do_update(
    index_elements=["device"], set_={name: _address.excluded[name] for name in ("epoch", "upto", "head", "taken")}
)
_REACHED = (
    update(addressee)
    .where(addressee.c.device == bindparam("of"), addressee.c.epoch == bindparam("in"))
    .where(addressee.c.taken < bindparam("seq"), addressee.c.upto >= bindparam("seq"))
    .values(taken=bindparam("seq"))
)
_mine = (down.c.device == bindparam("device")) & (down.c.epoch == bindparam("epoch"))
_waiting = select(order.c.id).where(order.c.device == bindparam("device"), order.c.state == "waiting")
_last = select(func.max(down.c.seq)).where(_mine, down.c.order.in_(_waiting)).scalar_subquery()
_BATCH = (
    select(down.c.data, down.c.signature)
    .where(_mine, down.c.seq > bindparam("after"), down.c.seq <= _last)
    .order_by(down.c.seq)
)
_ADDRESSEES = select(addressee.c.device, addressee.c.taken).where(addressee.c.epoch == bindparam("epoch"))


def _fitting(signed: Iterable[Signed]) -> list[Signed]:
    """Return as many as one batch takes."""
    fitting: list[Signed] = []
    size = 0
    for one in signed:
        size += len(entry.line_of(one)) + 1
        if size > MAX_BATCH:
            break
        fitting.append(one)
    return fitting


def new_epoch(connection: Connection, now: int) -> int:
    """Return the epoch of this start: its instant, and above every one before it, however the clock was set."""
    own = select(func.max(entries.c.epoch)).where(entries.c.device == "central")
    before = [connection.execute(each).scalar() or 0 for each in (select(func.max(down.c.epoch)), own)]
    return max(now, *(epoch + 1 for epoch in before))


def taken(work: Work, device: str, news: OrderTaken, at: int) -> Row[Any] | None:
    """Note what became of an order, and that the device has the centre's journal up to there; return a refused one."""
    work.connection.execute(_REACHED, {"of": device, "in": news.epoch, "seq": news.seq})
    done = news.outcome == "done"
    mine = (order.c.id == news.order) & (order.c.device == device)
    open_ = or_(order.c.state == "waiting", order.c.state.in_(("expired", "cancelled")) & done)
    outcome = {"outcome": news.outcome[:64], "ended": at}
    moved = update(order).where(mine, open_).values(state="taken" if done else "refused", **outcome)
    row = work.connection.execute(
        moved.returning(order.c.kind, order.c.item, order.c.actor, order.c.witness)
    ).one_or_none()
    if row:
        note(
            work, f"{'did' if done else 'refused'} {row.kind}", row.actor, witness=row.witness, device=device,
            item=row.item, detail=news.outcome, done=done, at=at,
        )  # fmt: skip
    late = (row or _expired_before(work, mine, news)) if news.outcome in REFUSED_TOO_LATE else None
    if late is not None:
        open_case(work, "late_order", device, about=news.order, detail=f"{late.kind}: {news.outcome}")
    work.tell("orders")
    return None if done else row


def _expired_before(work: Work, mine: Any, news: OrderTaken) -> Row[Any] | None:
    """Return an order that had ended here before the device said that it was late, the first time it says so."""
    unheard = (order.c.state == "expired") & (order.c.outcome == "")
    said = update(order).where(mine, unheard).values(outcome=news.outcome)
    return work.connection.execute(said.returning(order.c.kind)).one_or_none()


def cancel(work: Work, id_: str, *, actor: str) -> None:
    """Put an order that waits out of force; its bytes stay in the journal, so another has to follow that undoes it."""
    mine = (order.c.id == id_) & (order.c.state == "waiting")
    ended = update(order).where(mine).values(state="cancelled", ended=work.now)
    row = work.connection.execute(ended.returning(order.c.kind, order.c.device, order.c.item)).one_or_none()
    if row:
        note(work, f"cancelled {row.kind}", actor, device=row.device, item=row.item)
        work.tell("orders")


def sweep(work: Work) -> None:
    """End the orders that came too late; a device that was told after all says so itself."""
    late = (order.c.state == "waiting") & (order.c.not_after > 0) & (order.c.not_after < work.now)
    ended = work.connection.execute(update(order).where(late).values(state="expired", ended=work.now))
    if ended.rowcount:
        work.tell("orders")


def told(given: Order) -> str:
    """Return what an order is about, for people: no phone, no code."""
    match given:
        case orders.OpenCompartment(compartment=number, why=why) | orders.BlockCompartment(compartment=number, why=why):
            return f"door {number}: {why}"
        case orders.UnblockCompartment(compartment=number):
            return f"door {number}"
        case orders.Reissue(item=item, why=what) | orders.Redirect(item=item, purpose=what):
            return f"{item}: {what}"
        case orders.GiveManifest(courier=courier, items=items):
            return f"{courier}: {', '.join(item.item for item in items)}"
        case orders.ReserveCompartment(size=size) as kept:
            return f"{size}{' low' if kept.low else ''}"
        case orders.CancelReservation(reservation=reservation):
            return reservation


def read_body(row: Any) -> str:
    """Return what a row of `order` is about."""
    try:
        given = orders.read(msgspec.Raw(row.body))
    except BadMessage:
        return ""
    return told(given) if given else ""
