"""Tickets: a number, its slip, and the record of both, in the order that leaves no number without paper.

The printer is asked first: without paper no number is taken. Then come the number (the centre's, or of the leased
block while the centre cannot be reached), the record that it is reserved, the slip, and the record of its evidence or
of its release. After a power cut in between nobody knows whether paper came out: the number is released, and a slip
that does exist is void.
"""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import structlog
from msgspec import Meta

from edge.alarms import Alarms
from edge.centre import Centre, Unreachable
from edge.config import Service, ZoneConfig
from edge.drivers import Printer, PrinterStatus, Slip
from edge.journal import Journal, JournalFault
from edge.past import Past
from edge.ticket_slip import slip
from wire.errors import BadMessage, DeviceFault, Refused
from wire.happenings import BlockLeased, Happening, TicketPrinted, TicketReleased, TicketReserved
from wire.seal import read_public_key, seal
from wire.web.stream import Hub

CHINA = ZoneInfo("Asia/Shanghai")

BLOCK = 20
"""Numbers of a service that are kept for a time without the centre."""

WATCH_S = 2.0
"""Between two looks at the printer and at the blocks."""

Paper = Literal["plenty", "low", "out", "silent", "open"]

SENTENCES = {
    "no_paper": "取号机缺纸，没有取号。",
    "printer_silent": "打印机没有响应，没有取号。",
    "cover_open": "打印机的盖子没有关好，没有取号。",
    "no_number": "暂时连不上中心，备用号已用完，没有取号。",
}

_ALARMS = {"out": "paper_out", "low": "paper_low", "silent": "printer_silent", "open": "printer_open"}

T = TypeVar("T")

log = structlog.get_logger()


@dataclass(frozen=True)
class Ticket:
    """A number with evidence of paper; `ahead` is None where only the centre would know."""

    service: str
    number: str
    ahead: int | None


_Number = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{1,6}\Z")]
_Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
_Count = Annotated[int, Meta(ge=1, le=999_999)]


class _Reserved(msgspec.Struct, frozen=True):
    number: _Number
    service: str
    day: _Day
    ahead: int | None = None


class _Leased(msgspec.Struct, frozen=True):
    service: str
    prefix: Annotated[str, Meta(pattern=r"^[A-Z]\Z")]
    first: _Count
    last: _Count
    day: _Day


class Desk:
    """One printer, one ticket at a time; `paper` is what the printer said last."""

    def __init__(  # noqa: PLR0917  one call, in the agent
        self,
        config: ZoneConfig,
        journal: Journal,
        printer: Printer,
        centre: Centre,
        alarms: Alarms,
        hub: Hub,
        past: Past | None = None,
    ) -> None:
        self.paper: Paper = "silent"
        self._config = config
        self._services = {service.id: service for service in config.service}
        self._seal_key = read_public_key(config.central.seal_key)
        self._printer = printer
        self._centre = centre
        self._journal = journal
        self._alarms = alarms
        self._hub = hub
        self._one_at_a_time = asyncio.Lock()
        self._asked_leases: dict[str, str] = {}
        past = past or Past(journal)
        self._blocks = past.blocks
        journal.watch(self._fold)
        self._release_interrupted(past.tickets)

    def _fold(self, happenings: tuple[Happening, ...]) -> None:
        for happening in happenings:
            self._blocks = self._blocks.after(happening)

    def _release_interrupted(self, tickets: set[str]) -> None:
        released = [TicketReleased(ticket=ticket, why="interrupted") for ticket in sorted(tickets)]
        if released:
            self._journal.append(*released)

    # --- what people ask ---

    def offers(self, service: str) -> Service | None:
        """Return the service of this id, if the zone has it."""
        return self._services.get(service)

    async def take(self, service: str, phone: str, lang: str) -> Ticket:
        """Reserve a number and print it; Refused with a word of `SENTENCES`: then no number counts."""
        async with self._one_at_a_time:
            await self._refuse_unless_ready()
            ticket, reserved = await self._reserve(service, phone, lang)
            self._journal.append(ticket)
            await self._print(ticket, reserved.ahead, phone)
            self._hub.changed("tickets")
            return Ticket(service, reserved.number, reserved.ahead)

    async def print(self, lines: Slip) -> None:
        """Print a slip that is no ticket's, in its turn; DeviceFault when it did not come out."""
        async with self._one_at_a_time:
            await self._printer.print(lines)

    async def close(self) -> None:
        """Let the slip that is coming out, and its record, be the last."""
        async with self._one_at_a_time:
            await self._printer.close()

    async def ready(self) -> None:
        """Ask the printer; Refused when no slip can come out now: it is said before anybody types a phone number."""
        async with self._one_at_a_time:
            await self._refuse_unless_ready()

    async def _refuse_unless_ready(self) -> None:
        await self._look_at_printer()
        reason = {"out": "no_paper", "silent": "printer_silent", "open": "cover_open"}.get(self.paper)
        if reason:
            raise _refused(reason)

    async def _reserve(self, service: str, phone: str, lang: str) -> tuple[TicketReserved, _Reserved]:
        """A number of the block has a ticket id of its own: the centre may have reserved another for the first."""
        sealed, tail = seal(self._seal_key, phone), phone[-4:]
        ticket, reserved = secrets.token_hex(16), None
        try:
            reserved = await self._ask_centre(ticket, service, sealed, tail, lang)
        except (Unreachable, BadMessage) as trouble:
            log.warning("number from the block", why=str(trouble))
        source = "centre" if reserved else "block"
        if reserved is None:
            ticket, reserved = secrets.token_hex(16), self._from_block(service)
        record = TicketReserved(
            ticket=ticket,
            service=service,
            number=reserved.number,
            day=reserved.day,
            source=source,
            phone=sealed,
            phone_tail=tail,
            lang=lang,
        )
        return record, reserved

    async def _ask_centre(self, ticket: str, service: str, phone: str, tail: str, lang: str) -> _Reserved:
        asked = {"device": self._config.device, "service": service, "phone": phone, "phone_tail": tail, "lang": lang}
        return await self._ask(f"/v1/tickets/{ticket}", asked, _Reserved)

    def _from_block(self, service: str) -> _Reserved:
        today = self._today()
        number = self._blocks.next(service, today)
        if number is None:
            raise _refused("no_number")
        return _Reserved(number, service, today)

    async def _print(self, ticket: TicketReserved, ahead: int | None, phone: str) -> None:
        service = self._services[ticket.service]
        lines = slip(self._config, service, ticket, ahead=ahead, phone=phone, at=self._now())
        try:
            evidence = await self._printer.print(lines)
        except DeviceFault as fault:
            reason = str(fault.args[0]) if fault.args and fault.args[0] in SENTENCES else "printer_silent"
            self._journal.append(TicketReleased(ticket=ticket.ticket, why=_why(reason)))
            raise _refused(reason) from fault
        self._journal.append(TicketPrinted(ticket=ticket.ticket, evidence=evidence))

    # --- what nobody has to ask for ---

    async def run(self) -> None:
        """Watch the printer and keep the blocks full, until cancelled."""
        while True:
            try:
                async with self._one_at_a_time:
                    await self._look_at_printer()
                await self._lease()
            except JournalFault as fault:
                log.error("desk not recorded", why=str(fault))  # noqa: TRY400
            await asyncio.sleep(WATCH_S)

    async def _look_at_printer(self) -> None:
        try:
            status = await self._printer.status()
        except DeviceFault:
            status = PrinterStatus(None, "unknown", None)
        paper = _paper(status)
        for word, alarm in _ALARMS.items():
            if word == paper:
                self._alarms.raise_(alarm, "printer")
            else:
                self._alarms.clear(alarm, "printer")
        if paper != self.paper:
            self.paper = paper
            self._hub.changed("printer")

    async def _lease(self) -> None:
        for service in self._services:
            left = self._blocks.left(service, self._today())
            if left <= BLOCK // 2:
                await self._lease_for(service, BLOCK - left)

    async def _lease_for(self, service: str, count: int) -> None:
        """The same id until there is an answer: a question whose answer got lost must not cost numbers."""
        block = self._asked_leases.setdefault(service, secrets.token_hex(16))
        asked = {"device": self._config.device, "service": service, "count": count}
        try:
            leased = await self._ask(f"/v1/blocks/{block}", asked, _Leased)
        except Unreachable:
            return
        except BadMessage as bad:
            log.warning("no block leased", service=service, why=str(bad))
            del self._asked_leases[service]
            return
        self._journal.append(
            BlockLeased(service=service, prefix=leased.prefix, first=leased.first, last=leased.last, day=leased.day)
        )
        del self._asked_leases[service]

    async def _ask(self, path: str, asked: dict[str, Any], kind: type[T]) -> T:
        status, answer = await self._centre.put(path, asked)
        if status != 200:
            raise BadMessage(f"the centre answers {status}: {answer.get('detail', '')}")
        if answer.get("service") != asked["service"]:
            raise BadMessage("the centre's answer is about another service")
        try:
            return msgspec.convert(answer, kind)
        except msgspec.ValidationError as error:
            raise BadMessage(f"the centre's answer: {error}") from None

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._journal.clock.now() / 1000, CHINA)

    def _today(self) -> str:
        return f"{self._now():%Y-%m-%d}"


def _paper(status: PrinterStatus) -> Paper:
    if status.paper == "out":
        return "out"
    if status.cover_open:
        return "open"
    if not status.online or status.paper == "unknown":
        return "silent"
    return status.paper


def _why(reason: str) -> str:
    return "no_paper" if reason == "no_paper" else "printer_silent"


def _refused(reason: str) -> Refused:
    return Refused(reason, SENTENCES[reason])
