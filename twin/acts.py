"""What several scenarios do alike: hand an item in, fetch it, take a ticket; each by the pages and the metal."""

import asyncio
import contextlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.browser import Page
from twin.people import Person, PickupSms, read_pickup
from twin.phone import Sms
from twin.visitors import Visitor
from twin.waiting import DidNotHappen, until

if TYPE_CHECKING:
    from twin.zone import Zone

HAND_S = 0.3
"""Nobody is quicker at a door; what is shorter, a board takes for a bouncing contact."""

_TICKET = re.compile(r"(?<![A-Z0-9])[A-C]\d{3,4}(?!\d)")


@dataclass(frozen=True)
class Waiting:
    """An item that lies in a compartment, and what its citizen got by SMS."""

    item: str
    phone: str
    door: int
    number: str
    code: str


def new_item() -> str:
    """Return an item number that no play had before."""
    return f"CERT-{secrets.token_hex(3).upper()}"


def new_phone() -> str:
    """Return the mobile number of somebody who was not here before."""
    return f"138{secrets.randbelow(10**8):08}"


async def hand_in(zone: "Zone", item: str, phone: str, size: str = "S") -> int:
    """Let staff deposit an item: page, open door, item in, door shut, page; return the door."""
    async with zone.staff() as staff:
        page = await staff.deposit(item, size, phone)
        must(page, "depositing")
        door = await lay_in(zone, item)
        await staff.sees("deposited")
    return door


async def lay_in(zone: "Zone", item: str) -> int:
    """Wait for the door that springs open, lay the item in and shut it."""
    door = await opened(zone)
    await reach_in(zone, door)
    zone.cabinet.put(door, item)
    zone.cabinet.close(door)
    return door


async def deposit(zone: "Zone", size: str = "S") -> Waiting:
    """Let staff deposit a new item for a new citizen, and wait for the SMS."""
    item, phone = new_item(), new_phone()
    door = await hand_in(zone, item, phone, size)
    number, code = await pickup_sms(zone, phone)
    return Waiting(item, phone, door, number, code)


async def pickup_sms(zone: "Zone", phone: str) -> PickupSms:
    """Wait for the SMS with pickup number and code."""

    def read() -> PickupSms | None:
        found = [read_pickup(sms.text) for sms in zone.phone.to(phone)]
        return next((sms for sms in found if sms), None)

    return await until("an SMS with pickup number and code", read)


async def fetch(zone: "Zone", waiting: Waiting) -> str:
    """Let the citizen enter number and code, take what lies there and shut the door; return what was taken."""
    async with zone.citizen() as citizen:
        page = await citizen.pick_up(waiting.number, waiting.code)
        must(page, "collecting")
        taken = await empty(zone, waiting.door)
        await citizen.sees("collected")
    return taken


async def fetch_with_qr(zone: "Zone", waiting: Waiting, code: str) -> str:
    """Let the citizen hold a QR code before the scanner, take what lies there and shut the door; return it."""
    async with zone.citizen() as citizen:
        await citizen.begin_pickup()
        must(await scan(zone, citizen, code), "collecting")
        taken = await empty(zone, waiting.door)
        await citizen.sees("collected")
    return taken


async def empty(zone: "Zone", door: int) -> str:
    """Wait until this door stands open, take out what lies there and shut it."""
    await until(f"door {door} opens", lambda: zone.cabinet.doors[door].is_open)
    await reach_in(zone, door)
    taken = zone.cabinet.take(door)
    zone.cabinet.close(door)
    return taken


async def reach_in(zone: "Zone", door: int) -> None:
    """Take the time that a person takes; on a busy machine, until the agent has seen the door open."""
    await asyncio.sleep(HAND_S)

    async def seen() -> bool:
        lockers = (await zone.evidence.state())["lockers"]
        return any((each["compartment"], each["door"]) == (door, "open") for each in lockers)

    if zone.agent.runs:
        await until(f"the agent sees door {door} open", seen)


async def opened(zone: "Zone") -> int:
    """Wait for a door to stand open, and return it."""
    return await until("a door opens", lambda: next((d.number for d in zone.cabinet.doors.values() if d.is_open), None))


async def scan(zone: "Zone", person: Person, code: str) -> Page:
    """Hold a code before the scanner for whoever stands at the screen, and return the page that comes of it."""
    turn = _turn(await person.browser.open(person.START))
    zone.scanner.show(code)

    async def taken() -> Page | None:
        await person.browser.part("/locker/scans")
        page = await person.browser.open(person.START)
        return page if _turn(page) != turn else None

    return await until("the screen takes what was scanned", taken)


def _turn(page: Page) -> str:
    """Return which page of the session this is."""
    return next((form.fixed["turn"] for form in page.forms if "turn" in form.fixed), "")


async def sms_with(zone: "Zone", phone: str, words: str, within_s: float = 10) -> Sms:
    """Wait for an SMS to this phone with these words."""

    def read() -> Sms | None:
        return next((sms for sms in zone.phone.to(phone) if words in sms.text), None)

    return await until(f"an SMS with {words}", read, within_s)


# --- tickets ---


@dataclass(frozen=True)
class Ticket:
    """A number that somebody holds on paper; `slip` is what stands on it."""

    number: str
    phone: str
    slip: str


async def take_ticket(zone: "Zone", service: str, lang: str = "zh") -> Ticket:
    """Let a new citizen take a number at the terminal, and the slip from the printer."""
    phone = new_phone()
    async with zone.visitor() as visitor:
        must(await visitor.ask_for(service, phone, lang), "check")
        return await confirm_ticket(zone, visitor, phone)


async def confirm_ticket(zone: "Zone", visitor: Visitor, phone: str) -> Ticket:
    """Let a citizen who reads the check page agree, and take the slip from the printer."""
    slips = len(zone.printer.slips)
    page = await visitor.confirm()
    must(page, "done")
    await until("a slip", lambda: len(zone.printer.slips) > slips)
    number = _TICKET.search(page.text)
    if number is None:
        raise WrongPage(f"no number on the page:\n{page.text}")
    return Ticket(number[0], phone, zone.printer.slips[-1].text)


async def ticket_at_central(zone: "Zone", ticket: Ticket, state: str) -> str:
    """Return `state` as soon as central says it of this ticket, or what central says instead."""
    seen = "not there"

    async def look() -> bool:
        nonlocal seen
        tickets = await zone.evidence.central("tickets")
        # numbers begin again every day: the phone tells this one from others
        mine = [t for t in tickets if t["number"] == ticket.number and t["tail"] == ticket.phone[-4:]]
        seen = ", ".join(str(t["state"]) for t in mine) or "not there"
        return seen == state

    with contextlib.suppress(DidNotHappen):
        await until(f"{ticket.number} is {state}", look)
    return seen


async def call_until(zone: "Zone", counter: str, ticket: Ticket) -> str:
    """Let a counter call the next until it is this ticket, and return the number of the last call."""
    async with zone.counter(counter) as staff:
        page = await staff.say("call")
        while ticket.number not in page.text and _TICKET.search(page.text):
            await staff.say("no_show")  # left over from an earlier play on the same data
            page = await staff.say("call")
        return ticket.number if ticket.number in page.text else page.text


# --- handovers ---


async def hand_over_of(zone: "Zone", item: str, count: int) -> list[dict[str, Any]]:
    """Return central's handovers of an item, oldest first, as soon as there are `count`."""

    async def look() -> list[dict[str, Any]] | None:
        legs = [leg for leg in (await zone.evidence.central("handovers"))["handovers"] if leg["item"] == item]
        return sorted(legs, key=lambda leg: int(leg["seq"])) if len(legs) == count else None

    return await until(f"central has {count} handovers of {item}", look)


def pulses(zone: "Zone") -> int:
    """Return how often any latch was pulsed."""
    return sum(door.pulses for door in zone.cabinet.doors.values())


def must(page: Page, state: str) -> None:
    """Stop the play when the page is not in the state that it needs."""
    if page.state != state:
        raise WrongPage(f"{page.path} is in state {page.state!r}, not {state!r}:\n{page.text}")


class WrongPage(Exception):
    """A person sees another page than the script has."""
