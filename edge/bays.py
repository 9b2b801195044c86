"""The bays of the zone: its nodes' messages in, the board page and the journal out."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog

from edge.bay import Bay
from edge.config import Broker, Parking
from edge.journal import Journal
from edge.past import Past
from wire import node, topics
from wire.errors import BadMessage, DeviceFault
from wire.happenings import BayState
from wire.link import Link, Message

TICK_S = 0.25

log = structlog.get_logger()


def _mono() -> int:
    return time.monotonic_ns() // 1_000_000


class Bays:
    """Every bay of zone.toml; `bays` has what people are shown. The nodes' broker is `link`."""

    def __init__(
        self,
        parking: Parking,
        broker: Broker,
        journal: Journal,
        changed: Callable[[str], None],
        past: Past | None = None,
    ) -> None:
        self.bad_messages = 0
        self.link = Link(broker.host, broker.port, f"{journal.device}-bays", keepalive_s=broker.keepalive_s)
        self._journal = journal
        self._changed = changed
        self._bays = {bay.node: bay for bay in _resumed(parking, (past or Past(journal)).bays)}
        self.link.subscribe(topics.NODES)

    @property
    def bays(self) -> dict[str, BayState]:
        """The state of each bay, in the order of zone.toml."""
        return {bay.bay: bay.state for bay in self._bays.values()}

    async def run(self) -> None:
        """Listen until cancelled."""
        async with self.link:
            while True:
                try:
                    async with asyncio.timeout(TICK_S):  # wait_for may swallow a cancellation until Python 3.12
                        message = await self.link.receive()
                    self._hear(message)
                except TimeoutError:
                    pass  # silence is news too
                except BadMessage as error:
                    self.bad_messages += 1
                    log.warning("bad message of a node", why=str(error))
                self._tick()

    def _hear(self, message: Message) -> None:
        if message.retained:
            return  # the broker's memory of a node that may be dead by now; a living one speaks within its period
        topic = topics.read(message.topic)
        bay = self._bays.get(topic.device)
        if bay is None or not topic.way.startswith("node/"):
            raise BadMessage(f"{message.topic!r} is no node of this zone")
        self._adopt(bay.heard(node.decode(message.payload), _mono()))

    def _tick(self) -> None:
        for bay in list(self._bays.values()):
            self._adopt(bay.ticked(_mono()))

    def _adopt(self, bay: Bay) -> None:
        news = bay.to_record(_mono())
        if news is not None:
            try:
                self._journal.append(news)
                bay = replace(bay, recorded=bay.state)
            except DeviceFault as fault:  # `recorded` stays: the next tick writes it
                log.error("bay not recorded", bay=bay.bay, why=str(fault))  # noqa: TRY400
        shown, self._bays[bay.node] = self._bays[bay.node].state, bay
        if shown != bay.state:
            self._changed("bays")


def _resumed(parking: Parking, recorded: Mapping[str, BayState]) -> list[Bay]:
    return [
        Bay(
            bay=section.bay,
            node=section.node,
            silent_after=parking.silent_after_s * 1000,
            settle=parking.settle_s * 1000,
            heard_at=_mono(),
            recorded=recorded.get(section.bay),
        )
        for section in parking.bay
    ]
