"""The journal to the centre: batches up, receipts down, over MQTT or, when that is down, over HTTP.

What was sent is sent again until a receipt covers it. A broker's acknowledgement proves nothing, so nobody looks at it.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from edge.alarms import Alarms
from edge.centre import Centre, Unreachable
from edge.config import Broker
from edge.journal import Journal, JournalFault, Verdict
from wire import entry, topics
from wire.entry import Status
from wire.errors import BadMessage
from wire.link import Link, Will
from wire.sign import Verify

WINDOW = 240_000
"""Bytes on their way without a receipt."""

PATIENCE_S = (2.0, 4.0)
"""Seconds without a receipt after which all is sent again, drawn anew each time: a fleet must not beat as one."""

ASK_AFTER_S = 60.0
"""Seconds without a receipt after which we ask for one: a centre that was restored does not know what it lacks."""

HTTP_AFTER_S = 3.0
"""Seconds without a broker after which the batches go over HTTP."""

TICK_S = 0.2

log = structlog.get_logger()


@dataclass
class Window:
    """PURE: what was sent after the cursor, oldest first, as `(last number, bytes)`; `deadline` in seconds."""

    most: int = WINDOW
    deadline: float = 0.0
    _sent: list[tuple[int, int]] = field(default_factory=list)

    def upto(self, cursor: int) -> int:
        """Return the number that was sent last."""
        return self._sent[-1][0] if self._sent else cursor

    def has_room(self) -> bool:
        """Tell whether one more batch may leave."""
        return sum(size for _, size in self._sent) < self.most

    def sent(self, last: int, size: int, deadline: float) -> None:
        """Note a batch; the deadline runs from the oldest one."""
        if not self._sent:
            self.deadline = deadline
        self._sent.append((last, size))

    def received(self, cursor: int, deadline: float) -> None:
        """Forget what a receipt covers; the rest has its full time again."""
        left = [(last, size) for last, size in self._sent if last > cursor]
        if left != self._sent:
            self._sent, self.deadline = left, deadline

    def is_late(self, now: float) -> bool:
        """Tell whether a receipt should have come."""
        return bool(self._sent) and now >= self.deadline

    def forget(self) -> None:
        """Send everything again."""
        self._sent.clear()


class Reporting:
    """Keeps the centre's copy of the journal whole; `link` is the way there, and `verify` knows the centre's key."""

    def __init__(  # noqa: PLR0917  one call, in the agent
        self, journal: Journal, broker: Broker, centre: Centre, alarms: Alarms, version: str, verify: Verify
    ) -> None:
        self.bad_messages = 0
        self.forked = False
        self._journal = journal
        self._centre = centre
        self._alarms = alarms
        self._verify = verify
        self._window = Window()
        self._wake = asyncio.Event()
        self._was_up = False
        self._down_since = self._heard_at = time.monotonic()
        device = journal.device
        gone = Status(v=1, device=device, online=False, boot=journal.boot, version=version, epoch=journal.epoch)
        here = Status(v=1, device=device, online=True, boot=journal.boot, version=version, epoch=journal.epoch)
        self._gone = Will(topics.status(device), entry.write(gone))
        self.link = Link(broker.host, broker.port, device, keepalive_s=broker.keepalive_s, will=self._gone)
        self.link.greet(topics.status(device), entry.write(here))
        self._listeners: dict[str, Callable[[bytes], None]] = {}
        self.listen(topics.receipt(device), self._take)
        journal.watch(lambda _: self._wake.set())

    def listen(self, topic: str, hear: Callable[[bytes], None]) -> None:
        """Hand on what arrives under this topic."""
        self._listeners[topic] = hear
        self.link.subscribe(topic)

    async def run(self) -> None:
        """Report until cancelled; then say that we left."""
        async with self.link:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._receive())
                    tasks.create_task(self._send())
            finally:
                self.link.publish(*self._gone, retain=True)

    # --- up ---

    async def _send(self) -> None:
        while True:
            if self.link.up.is_set():
                self._send_over_mqtt(time.monotonic())
            elif time.monotonic() - self._down_since >= HTTP_AFTER_S:
                await self._send_over_http()
            self._notice_link()
            await self._something_new()

    async def _something_new(self) -> None:
        with contextlib.suppress(TimeoutError):  # time for whoever is late
            async with asyncio.timeout(TICK_S):  # wait_for may swallow a cancellation until Python 3.12
                await self._wake.wait()
        self._wake.clear()

    def _notice_link(self) -> None:
        up = self.link.up.is_set()
        if up and not self._was_up:
            self._resync()
        if not up and self._was_up:
            self._down_since = time.monotonic()
        self._was_up = up

    def _resync(self) -> None:
        """Begin again at the cursor; with nothing to say, repeat the newest entry: the receipt tells what is there."""
        self._heard_at = time.monotonic()
        self._window.forget()
        if self._journal.cursor == self._journal.last and not self.forked:
            self._publish(self._journal.last - 1)
        self._wake.set()

    def _send_over_mqtt(self, now: float) -> None:
        if self.forked:
            return
        if now - self._heard_at >= ASK_AFTER_S:
            self._resync()
        if self._window.is_late(now):
            self._window.forget()
        while self._window.has_room() and self._window.upto(self._journal.cursor) < self._journal.last:
            if not self._publish(self._window.upto(self._journal.cursor)):
                return

    def _publish(self, after: int) -> bool:
        entries = self._journal.read(after)
        if not entries:
            return False
        batch = entry.pack(signed for _, signed in entries)
        if not self.link.publish(topics.journal(self._journal.device), batch):
            return False
        self._window.sent(entries[-1][0], len(batch), self._deadline())
        return True

    async def _send_over_http(self) -> None:
        entries = self._journal.read(self._journal.cursor)
        if self.forked or not entries:
            return
        try:
            status, answer = await self._centre.post("/v1/sync", entry.pack(signed for _, signed in entries))
        except Unreachable:
            self._down_since = time.monotonic()  # neither way; wait as long again
            return
        before = self._journal.cursor
        if status == 200:
            self._take(answer)
        if self._journal.cursor == before:
            log.warning("sync brought nothing", status=status)
            self._down_since = time.monotonic()

    def _deadline(self) -> float:
        return time.monotonic() + random.uniform(*PATIENCE_S)  # noqa: S311

    # --- down ---

    async def _receive(self) -> None:
        while True:
            message = await self.link.receive()
            hear = self._listeners.get(message.topic)
            if hear:
                hear(message.payload)

    def _take(self, payload: bytes) -> None:
        try:
            verdict = self._journal.take(entry.open_receipt(payload, self._verify))
            if verdict is Verdict.FORK:
                self.forked = True
                self._alarms.raise_("journal_fork", "journal", "the centre has another history under our name")
                return
        except BadMessage as error:
            self.bad_messages += 1
            log.warning("bad receipt", why=str(error))
            return
        except JournalFault as fault:  # a full disk: the receipt comes again
            log.error("receipt not kept", why=str(fault))  # noqa: TRY400
            return
        self._heard_at = time.monotonic()
        if verdict is Verdict.BACK:
            self._window.forget()
        self._window.received(self._journal.cursor, self._deadline())
        self._wake.set()
