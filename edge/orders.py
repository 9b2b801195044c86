"""What the centre orders this device to do: its journal for us, taken in order, obeyed once, answered in our own.

An order comes over MQTT, or over HTTP where there is no broker; the bytes are the same, and the centre sends them again
until it has our answer. So everything here may be lost, doubled or late. What counts is on disk before a bolt moves:
the answer, our place in the centre's journal and the order itself, in one transaction.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import structlog

from edge.centre import Centre, Unreachable
from edge.journal import Journal, JournalFault, Ordered
from edge.lockers import Lockers
from edge.manifests import Manifests
from wire import entry, orders
from wire.entry import GENESIS, Entry, Signed
from wire.errors import BadMessage
from wire.happenings import OrderTaken
from wire.orders import GiveManifest, Order
from wire.sign import Verify

ASK_EVERY_S = 5.0
"""Seconds between questions over HTTP while there is no broker."""

INBOX = 16
"""Batches that wait while a door is being opened; the centre sends again what finds no room."""

_PLACE = "orders"

log = structlog.get_logger()


class Place(NamedTuple):
    """Where we are in the centre's journal for us: the last entry that was taken, and its digest."""

    epoch: int = 0
    seq: int = 0
    head: str = GENESIS

    @classmethod
    def read(cls, note: str | None) -> "Place":
        """Return the place that a note of the journal names."""
        if not note:
            return cls()
        epoch, seq, head = note.split()
        return cls(int(epoch), int(seq), head)

    def notes(self) -> dict[str, str]:
        """Return the note that `read` understands."""
        return {_PLACE: f"{self.epoch} {self.seq} {self.head}"}

    def after(self, read: Entry, digest: str) -> "Place | None":
        """Return the place after this entry; None when it was taken, is from an older epoch, or is not the next.

        BadMessage when it is the next by number and follows another entry than ours.
        """
        start = self if read.epoch == self.epoch else Place(read.epoch)
        if read.epoch < self.epoch or read.seq != start.seq + 1:
            return None
        if read.prev != start.head:
            raise BadMessage(f"order {read.seq} of epoch {read.epoch} does not follow the one that was taken")
        return Place(read.epoch, read.seq, digest)


class Orders:
    """Takes the orders of the centre whose key `verify` knows; `lockers` and `manifests` are what they are about."""

    def __init__(
        self,
        journal: Journal,
        verify: Verify,
        *,
        centre: Centre,
        lockers: Lockers | None,
        manifests: Manifests,
        broker_is_up: Callable[[], bool],
    ) -> None:
        self.bad_messages = 0
        self.place = Place.read(journal.note(_PLACE))
        self._journal = journal
        self._verify = verify
        self._centre = centre
        self._lockers = lockers
        self._manifests = manifests
        self._broker_is_up = broker_is_up
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue(INBOX)

    def arrived(self, batch: bytes) -> None:
        """Keep a batch until its turn comes."""
        try:
            self._inbox.put_nowait(batch)
        except asyncio.QueueFull:
            log.info("orders wait", why="too many at once")

    async def run(self) -> None:
        """Take what arrives until cancelled; without a broker, ask for it."""
        while True:
            try:
                async with asyncio.timeout(ASK_EVERY_S):  # wait_for may swallow a cancellation until Python 3.12
                    batch = await self._inbox.get()
            except TimeoutError:
                batch = b"" if self._broker_is_up() else await self._fetched()
            if batch:
                await self.hear(batch)

    async def hear(self, batch: bytes) -> None:
        """Take a batch as it came; what is wrong with it is counted, and what the disk does not take comes again."""
        try:
            await self._take(batch)
        except BadMessage as error:
            self.bad_messages += 1
            log.warning("bad orders", why=str(error))
        except JournalFault as fault:
            log.error("order not recorded", why=str(fault))  # noqa: TRY400

    async def _fetched(self) -> bytes:
        try:
            status, answer = await self._centre.get(f"/v1/orders?epoch={self.place.epoch}&after={self.place.seq}")
        except Unreachable:
            return b""
        return answer if status == 200 else b""

    async def _take(self, batch: bytes) -> None:
        for signed in entry.unpack(batch):
            if not self._verify(signed.data, signed.signature):
                raise BadMessage("an order that the centre did not sign")
            read = entry.decode(signed.data)
            if read.device != self._journal.device:
                raise BadMessage(f"an order for {read.device}")
            place = self.place.after(read, entry.digest(signed.data))
            if place:
                await self._obey(read, signed, place)
                self.place = place

    async def _obey(self, read: Entry, signed: Signed, place: Place) -> None:
        try:
            kept = Ordered(orders.id_of(read.body), signed, place.epoch, place.seq)
        except BadMessage:
            self._journal.append(notes=place.notes())  # signed, and no order at all: go on behind it
            self.place = place
            raise
        order = _understood(read)
        if order is None or self._lockers is None:
            self._decline(kept, place)
            return
        outcome = await self._lockers.obey(order, kept, place.notes())
        log.info("order", order=order.order, kind=type(order).__name__, outcome=outcome or "taken before")
        if isinstance(order, GiveManifest) and outcome == "done":
            self._manifests.give(order)

    def _decline(self, kept: Ordered, place: Place) -> None:
        said = OrderTaken(order=kept.id, outcome="not_understood", epoch=kept.epoch, seq=kept.seq)
        self._journal.append(said, notes=place.notes(), ordered=(kept,))


def _understood(read: Entry) -> Order | None:
    """Return the order; None for a kind, or a form of a kind, of a later version."""
    try:
        return orders.read(read.body)
    except BadMessage:
        return None
