"""中心停机：自助区照常，不丢不重 / Central stops in the middle: the zone goes on, nothing is lost or doubled."""

from dataclasses import replace

from twin.acts import (
    Ticket,
    Waiting,
    confirm_ticket,
    deposit,
    fetch,
    hand_over_of,
    lay_in,
    must,
    new_item,
    new_phone,
    pickup_sms,
    take_ticket,
    ticket_at_central,
)
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone

BAY = "P1"
SERVICE = "social"


async def play(zone: Zone, verdict: Verdict) -> None:
    """Central is killed while staff stand at an open door, a citizen reads the check page, and a car drives in."""
    known = await deposit(zone)
    first = await take_ticket(zone, SERVICE)
    await until("numbers are leased for a time without the centre", lambda: _leased(zone))
    await hand_over_of(zone, known.item, 1)
    if zone.bays[BAY].car:
        zone.bays.leave(BAY)
        await until(f"{BAY} is free", lambda: _bay_at_agent(zone, "free"))

    late, second = await _central_dies_in_the_middle(zone, verdict)
    verdict.fact("without central a citizen gets the item", await fetch(zone, known), known.item)
    third = await take_ticket(zone, SERVICE)
    sources = [reserved["source"] for reserved in zone.evidence.happenings("ticket_reserved")]
    verdict.fact("where the numbers came from", sources, ["centre", "block", "block"])
    verdict.fact("different numbers", len({first.number, second.number, third.number}), 3)
    await until(f"the board shows {BAY} occupied", lambda: _bay_at_agent(zone, "occupied"))
    state = await zone.evidence.state()
    verdict.fact("entries wait for the centre", state["journal"]["last"] > state["journal"]["cursor"])
    verdict.fact("the agent knows that central is away", state["central"], "down")
    verdict.fact("SMS for the late item while central is away", len(zone.phone.to(late.phone)), 0)

    await zone.start_central()
    await _nothing_lost(zone, verdict, known, late)
    states = [await ticket_at_central(zone, ticket, "waiting") for ticket in (first, second, third)]
    verdict.fact("central: all three wait, once", states, ["waiting"] * 3)
    verdict.fact("central: the bay", await _bay_at_central(zone), "occupied")
    fourth = await take_ticket(zone, SERVICE)
    verdict.fact("the next number is a new one", fourth.number in {first.number, second.number, third.number}, False)
    verdict.fact("not reported to the centre", await zone.evidence.unreported(), "none")
    verdict.fact("forks at central", zone.evidence.forks(), 0)
    verdict.fact("SMS that came twice", zone.evidence.doubled_sms(), [])


async def _central_dies_in_the_middle(zone: Zone, verdict: Verdict) -> tuple[Waiting, Ticket]:
    """Return the item (without a code yet) and the ticket that were begun with central and ended without."""
    item, phone, visitors_phone = new_item(), new_phone(), new_phone()
    async with zone.staff() as staff, zone.visitor() as visitor:
        must(await staff.deposit(item, "M", phone), "depositing")
        must(await visitor.ask_for(SERVICE, visitors_phone), "check")
        zone.bays.park(BAY)
        await zone.central.kill()
        door = await lay_in(zone, item)
        await staff.sees("deposited")
        ticket = await confirm_ticket(zone, visitor, visitors_phone)
    verdict.fact("without central the deposit ends", len(zone.evidence.happenings("deposited", item=item)), 1)
    verdict.fact("without central the slip comes out", ticket.number in ticket.slip)
    return Waiting(item, phone, door, "", ""), ticket


async def _nothing_lost(zone: Zone, verdict: Verdict, known: Waiting, late: Waiting) -> None:
    verdict.fact("central: handovers of the fetched item", len(await hand_over_of(zone, known.item, 2)), 2)
    verdict.fact("central: handovers of the late item", len(await hand_over_of(zone, late.item, 1)), 1)
    number, code = await pickup_sms(zone, late.phone)
    verdict.fact("its SMS opens it", await fetch(zone, replace(late, number=number, code=code)), late.item)
    verdict.fact("central: handovers of the late item, fetched", len(await hand_over_of(zone, late.item, 2)), 2)


async def _bay_at_agent(zone: Zone, state: str) -> bool:
    return any(each == {"bay": BAY, "state": state} for each in (await zone.evidence.state())["bays"])


async def _bay_at_central(zone: Zone) -> str:
    async def look() -> str | None:
        bays = await zone.evidence.central("bays")
        return next((each["state"] for each in bays if each["bay"] == BAY and each["state"] == "occupied"), None)

    return await until(f"central shows {BAY} occupied", look)


async def _leased(zone: Zone) -> bool:
    return bool(zone.evidence.ever("block_leased", service=SERVICE))
