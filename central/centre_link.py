"""The centre on MQTT: journals and statuses in, receipts and orders out."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import structlog
from sqlalchemy import Row, select
from sqlalchemy.exc import SQLAlchemyError

from central import fleet
from central.config import Broker
from central.fleet import Seen
from central.intake import Intake, head_of
from central.metrics import Counts
from central.ordering import Ordering
from central.registry import Registry
from central.schema import device as devices
from central.sql import insert
from central.standing_alarms import clear_alarm, raise_alarm
from central.store import Store, Work
from wire import entry, topics
from wire.entry import Receipt, Status
from wire.errors import BadMessage
from wire.link import Link, Message
from wire.sign import Sign

WINDOW = 200
"""Batches on their way to the disk; what comes beyond that waits in the link's bounded inbox."""

LOOK_S = 0.5
ORDER_AGAIN_S = 3.0

log = structlog.get_logger()


class CentreLink:
    """`heard` has the devices whose status came since the link stands: of the others nothing is known now."""

    def __init__(
        self, broker: Broker, *, registry: Registry, intake: Intake, ordering: Ordering, store: Store, counts: Counts,
        sign: Sign, changed: Callable[[set[str]], None],
    ) -> None:  # fmt: skip
        self.heard: set[str] = set()
        self._registry = registry
        self._intake = intake
        self._ordering = ordering
        self._sign = sign
        self._loop = asyncio.get_running_loop()
        self._ordered = asyncio.Event()
        self._store = store
        self._counts = counts
        self._changed = changed
        self._room = asyncio.Semaphore(WINDOW)
        self._link = Link(
            broker.host, broker.port, f"zone24-central-{secrets.token_hex(4)}", keepalive_s=broker.keepalive_s
        )
        self._link.subscribe(topics.UP_JOURNAL)
        self._link.subscribe(topics.UP_STATUS)

    @property
    def up(self) -> bool:
        return self._link.up.is_set()

    async def run(self) -> None:
        """Take what comes until cancelled."""
        async with self._link, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._receive())
            tasks.create_task(self._watch())
            tasks.create_task(self._order())

    def wake(self, topics_: set[str]) -> None:
        """Hear of a commit, from any thread: an order goes out at once."""
        if "orders" in topics_:
            self._loop.call_soon_threadsafe(self._ordered.set)

    async def _receive(self) -> None:
        while True:
            message = await self._link.receive()
            await self._room.acquire()
            try:
                self._take(message)
            except BadMessage as error:
                self._room.release()
                self._bad(message, error)

    def _take(self, message: Message) -> None:
        topic = topics.read(message.topic)
        if topic.way == "up/journal":
            self._submitted(self._store.submit(self._intake.read(topic.device, message.payload)), self._answer)
        elif topic.way == "up/status":
            status = self._status(topic.device, message)
            self._submitted(self._store.submit(lambda work: heard(work, status, retained=message.retained)), None)
        else:
            raise BadMessage(f"{message.topic!r} is not for the centre")

    def _status(self, device: str, message: Message) -> Status:
        status = entry.read_status(message.payload)
        registered = self._registry.device(device)
        if status.device != device or registered is None:
            raise BadMessage(f"a status of {status.device} from {device}")
        if status.epoch != registered.epoch:
            raise BadMessage(f"a status of epoch {status.epoch}, registered is epoch {registered.epoch}")
        self.heard.add(device)
        self._ordered.set()
        return status

    def _submitted(self, job: Future[Any], answer: Callable[[Receipt], None] | None) -> None:
        loop = asyncio.get_running_loop()
        job.add_done_callback(lambda done: loop.call_soon_threadsafe(self._done, done, answer))

    def _done(self, job: Future[Any], answer: Callable[[Receipt], None] | None) -> None:
        self._room.release()
        error = job.exception()
        if isinstance(error, SQLAlchemyError):  # no receipt: the device sends it again
            log.error("not recorded", why=str(error.__cause__ or error))
        elif error is not None:
            raise error
        elif answer is not None and (receipt := job.result()) is not None:
            answer(receipt)

    def _answer(self, receipt: Receipt) -> None:
        self._link.publish(topics.receipt(receipt.device), entry.sign_receipt(receipt, self._sign))

    async def _say_what_is_here(self) -> None:
        """Tell every device up to where its journal is here: a centre that was restored is refilled at once."""
        for receipt in await asyncio.to_thread(self._receipts):
            self._answer(receipt)

    def _receipts(self) -> list[Receipt]:
        zones = [device for device in self._registry.devices() if device.kind == "zone"]
        with self._store.reading() as connection:
            return [head_of(connection, zone.device, zone.epoch).receipt() for zone in zones]

    async def _order(self) -> None:
        """Send what waits, at once and again until each device says that it has it."""
        while True:
            self._ordered.clear()
            if self.up:
                for device, batch in (await asyncio.to_thread(self._waiting)).items():
                    self._link.publish(topics.down_journal(device), batch)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ordered.wait(), ORDER_AGAIN_S)

    def _waiting(self) -> dict[str, bytes]:
        with self._store.reading() as connection:
            return self._ordering.waiting(connection)

    def _bad(self, message: Message, error: BadMessage) -> None:
        self._counts.bad_messages.inc()
        log.warning("bad message", topic=message.topic[:200], why=str(error)[:200])

    async def _watch(self) -> None:
        """Note when the link falls, and what its inbox had to drop."""
        was_up = dropped = 0
        while True:
            if was_up and not self.up:
                self.heard.clear()
            if was_up != self.up:
                self._changed({"devices"})
            if self.up and not was_up:
                await self._say_what_is_here()
                self._ordered.set()
            was_up = self.up
            self._counts.dropped.inc(self._link.dropped - dropped)
            dropped = self._link.dropped
            await asyncio.sleep(LOOK_S)


def _seen(row: Row[Any], epoch: int) -> Seen:
    """Return what is known of a device; a machine that replaced it counts its boots anew."""
    boot = row.boot if row.epoch == epoch else 0
    return Seen(row.online, boot, row.version, row.since, row.last_word)


def heard(work: Work, status: Status, *, retained: bool) -> None:
    """Take a status into the fleet; one that is gone is an alarm until it is back."""
    row = work.connection.execute(select(devices).where(devices.c.device == status.device)).one_or_none()
    seen = _seen(row, status.epoch) if row else Seen(None, 0, "", work.now, 0)
    after = fleet.hear(seen, status, work.now, retained=retained)
    if after is None:
        return
    now = {
        "online": after.online, "boot": after.boot, "version": after.version[:64], "since": after.since,
        "last_word": after.last_word, "epoch": status.epoch,
    }  # fmt: skip
    new = insert(devices).values(device=status.device, **now)
    work.connection.execute(new.on_conflict_do_update(index_elements=["device"], set_=now))
    if after.online:
        clear_alarm(work, status.device, "device_offline", "device")
    elif seen.online is not False:
        raise_alarm(work, status.device, "device_offline", "device", at=after.since)
    work.tell("devices")
