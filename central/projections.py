"""What an entry changes at the centre: one small function a kind of happening, found in a table.

They run in the transaction that appends the entry and never raise for what a device wrote: an entry that makes no sense
is kept, becomes an alarm, and must not hold up those behind it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert as plain_insert
from sqlalchemy import select, update

from central import issuing, schema
from central.notices import Facts, notify
from central.people import People
from central.sql import insert
from central.standing_alarms import clear_alarm, raise_alarm
from central.store import Work
from central.ticket_rows import happen
from central.tickets import Happened
from wire import happenings as h
from wire.entry import Entry
from wire.errors import BadMessage


@dataclass(frozen=True)
class Told:
    """An entry while it is projected; `at` is when it happened, as far as its clock can be believed."""

    work: Work
    people: People
    entry: Entry
    at: int

    @property
    def device(self) -> str:
        return self.entry.device

    @property
    def id(self) -> str:
        return f"{self.entry.device}:{self.entry.epoch}:{self.entry.seq}"

    def do(self, statement: Any) -> Any:
        return self.work.connection.execute(statement)

    def keep(self, sealed: str) -> str | None:
        """Keep a sealed phone; None where none was given, or none can be read."""
        if not sealed:
            return None
        try:
            return self.people.keep(self.work, self.people.unsealed(sealed))
        except BadMessage:
            raise_alarm(self.work, self.device, "phone_unreadable", "phone", f"entry {self.entry.seq}")
            return None


# --- the agent ---


def agent_started(told: Told, news: h.AgentStarted) -> None:
    told.do(update(schema.device).where(schema.device.c.device == told.device).values(version=news.version[:64]))
    told.work.tell("devices")


def alarm_raised(told: Told, news: h.AlarmRaised) -> None:
    raise_alarm(told.work, told.device, news.alarm, news.about, news.detail, at=told.at, source="device")


def alarm_cleared(told: Told, news: h.AlarmCleared) -> None:
    clear_alarm(told.work, told.device, news.alarm, news.about, at=told.at, source="device")


# --- the lockers ---


def deposit_begun(told: Told, news: h.DepositBegun) -> None:
    begun = {
        "label": news.label, "compartment": news.compartment, "size": news.size, "number": news.number, "issue": 0,
        "state": "arriving", "custodian": news.giver, "giver": news.giver, "person": told.keep(news.phone),
        "since": told.at,
    }  # fmt: skip
    new = insert(schema.item).values(device=told.device, item=news.item, **begun)
    told.do(new.on_conflict_do_update(index_elements=["device", "item"], set_=begun))
    told.work.tell("handovers")


def deposited(told: Told, news: h.Deposited) -> None:
    bank = f"bank {told.device}"
    _item(told, news.item, state="waiting", custodian=bank, number=news.number, issue=news.issue)
    item = _handed_over(told, news.item, news.compartment, giver=news.giver, receiver=bank)
    facts = Facts(
        news.number, device=told.device, item=news.item, issue=news.issue, compartment=news.compartment,
        label=item.label if item else "",
    )  # fmt: skip
    notify(told.work, f"pickup:{told.id}", "pickup", facts, person=item.person if item else None, lang="zh")


def deposit_abandoned(told: Told, news: h.DepositAbandoned) -> None:
    _item(told, news.item, state="abandoned")


def pickup_reserved(told: Told, news: h.PickupReserved) -> None:
    _item(told, news.item, state="leaving")


def pickup_lapsed(told: Told, news: h.PickupLapsed) -> None:
    _item(told, news.item, state="waiting")


def taken(told: Told, news: h.Taken) -> None:
    _item(told, news.item, state="taken", custodian=news.receiver)
    bank = f"bank {told.device}"
    item = _handed_over(told, news.item, news.compartment, giver=bank, receiver=news.receiver)
    if item:
        facts = Facts(item.number, device=told.device, label=item.label, compartment=news.compartment)
        notify(told.work, f"taken:{told.id}", "taken", facts, person=item.person, lang="zh")


def _item(told: Told, item: str, **change: Any) -> None:
    one = (schema.item.c.device == told.device) & (schema.item.c.item == item)
    told.do(update(schema.item).where(one).values(since=told.at, **change))
    told.work.tell("handovers")


def _handed_over(told: Told, item: str, compartment: int, *, giver: str, receiver: str) -> Any:
    one = (schema.item.c.device == told.device) & (schema.item.c.item == item)
    known = told.do(select(schema.item).where(one)).one_or_none()
    told.do(
        plain_insert(schema.handover).values(
            device=told.device, epoch=told.entry.epoch, seq=told.entry.seq, item=item,
            label=known.label if known else "", giver=giver, receiver=receiver, compartment=compartment, at=told.at,
        )
    )  # fmt: skip
    return known


# --- the tickets ---


def ticket_reserved(told: Told, news: h.TicketReserved) -> None:
    known = told.do(select(schema.ticket).where(schema.ticket.c.ticket == news.ticket)).one_or_none()
    if known:
        said = (told.device, news.service, news.day, news.number)
        if said != (known.device, known.service, known.day, known.number):
            _foreign(told, news.number, "not the number that was reserved for it")
        return
    ordinal = None
    if news.source == "block":
        ordinal = issuing.lent_to(told.work.connection, told.device, news.service, news.day, news.number)
    if ordinal is None:
        _foreign(told, news.number, "neither reserved nor in a block of this device")
        return
    new = insert(schema.ticket).values(
        ticket=news.ticket, device=told.device, service=news.service, day=news.day, ordinal=ordinal,
        number=news.number, source="block", state="reserved", person=told.keep(news.phone),
        lang="en" if news.lang == "en" else "zh", reserved=told.at,
    )  # fmt: skip
    if not told.do(new.on_conflict_do_nothing()).rowcount:
        _foreign(told, news.number, "used for two tickets")


def ticket_printed(told: Told, news: h.TicketPrinted) -> None:
    """Also after the sweep: paper in somebody's hand counts, however late the centre hears of it."""
    _ticket(told, news.ticket, Happened.PRINTED, waiting=told.at, ended=None, why="")


def ticket_released(told: Told, news: h.TicketReleased) -> None:
    _ticket(told, news.ticket, Happened.RELEASED, ended=told.at, why=news.why[:64])


def _ticket(told: Told, id_: str, happened: Happened, **change: Any) -> None:
    mine = (schema.ticket.c.ticket == id_) & (schema.ticket.c.device == told.device)
    happen(told.work, mine, happened, **change)


def _foreign(told: Told, number: str, why: str) -> None:
    raise_alarm(told.work, told.device, "foreign_number", f"number {number}", f"entry {told.entry.seq}: {why}")


# --- the parking ---


def bay_changed(told: Told, news: h.BayChanged) -> None:
    now = {"node": news.node, "state": news.state, "since": told.at, "last_word": told.work.now}
    new = insert(schema.bay).values(device=told.device, bay=news.bay, **now)
    told.do(new.on_conflict_do_update(index_elements=["device", "bay"], set_=now))
    told.work.tell("bays", "devices")


PROJECTIONS: dict[type, Callable[[Told, Any], None]] = {
    h.AgentStarted: agent_started,
    h.AlarmRaised: alarm_raised,
    h.AlarmCleared: alarm_cleared,
    h.DepositBegun: deposit_begun,
    h.Deposited: deposited,
    h.DepositAbandoned: deposit_abandoned,
    h.PickupReserved: pickup_reserved,
    h.PickupLapsed: pickup_lapsed,
    h.Taken: taken,
    h.TicketReserved: ticket_reserved,
    h.TicketPrinted: ticket_printed,
    h.TicketReleased: ticket_released,
    h.BayChanged: bay_changed,
}
"""What is not here changes nothing but the journal: DepositOpened, PickupOpened, CodeRefused, DoorForced, …"""


def project(told: Told, happening: h.Happening | BadMessage | None) -> None:
    """Let what happened change what it changes; a kind from a later version (None) changes nothing yet."""
    if isinstance(happening, BadMessage):
        detail = f"entry {told.entry.seq}: {happening}"
        raise_alarm(told.work, told.device, "entry_unreadable", "journal", detail)
        return
    change = PROJECTIONS.get(type(happening))
    if change:
        change(told, happening)
