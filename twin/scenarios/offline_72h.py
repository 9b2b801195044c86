"""断网三天：照存照取，恢复后不丢不重 / Three days without the centre, in half a minute: nothing is lost or doubled."""

from twin.account import accounted
from twin.acts import (
    Ticket,
    Waiting,
    deposit,
    fetch,
    hand_over_of,
    lay_in,
    must,
    new_item,
    new_phone,
    pickup_sms,
    take_ticket,
)
from twin.provisioned import CENTRE_PHONE, COURIER_BADGE, ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone

ALTERED = True
HOUR_S = 3600
SERVICE = "social"


async def play(zone: Zone, verdict: Verdict) -> None:
    """The network is cut for 72 hours; staff, a courier, citizens and a power cut come by meanwhile."""
    known, brought, forgotten = await deposit(zone), new_item(), new_item()
    phones = {brought: new_phone(), forgotten: new_phone()}
    await _prepared(zone, phones)
    await hand_over_of(zone, known.item, 1)
    for line in zone.lines:
        line.cut()

    late: list[Waiting] = []
    ticket = await take_ticket(zone, SERVICE)
    zone.world.later(12 * HOUR_S)
    late.append(await _courier_brings(zone, brought, phones[brought]))
    zone.world.later(12 * HOUR_S)
    verdict.fact("a day offline: what was deposited before opens", await fetch(zone, known), known.item)
    late.append(await _staff_lay_in(zone, "M"))
    zone.world.later(24 * HOUR_S)
    verdict.fact("two days offline: a manifest has run out", await _is_unknown(zone, forgotten))
    await zone.agent.kill()
    await zone.start_agent()
    late.append(await _staff_lay_in(zone, "S"))
    zone.world.later(24 * HOUR_S)
    async with zone.visitor() as visitor:
        page = await visitor.take_ticket(SERVICE, new_phone())
    said = [page.state, CENTRE_PHONE in page.text]
    verdict.fact("three days offline: no number, and whom to ask", said, ["sorry", True])
    verdict.fact("three days offline: the centre is away", (await zone.evidence.state())["central"], "down")
    told = [len(zone.phone.to(each.phone)) for each in late]
    verdict.fact("SMS while the line is cut", told, [0, 0, 0])
    verdict.fact("clocks of the programs, hours ahead", zone.world.ahead_s / HOUR_S, 72.0)

    for line in zone.lines:
        line.mend()
    verdict.fact("within a minute central has everything", await zone.evidence.unreported(60), "none")
    await _told_and_fetched(zone, verdict, late)
    verdict.fact("central: the number that was given offline", await _ever_at_central(zone, ticket))
    custodians = {each.item: f"citizen ****{each.phone[-4:]}" for each in (known, *late)}
    await accounted(zone, verdict, custodians, 30)


async def _prepared(zone: Zone, phones: dict[str, str]) -> None:
    """A manifest is announced and numbers are leased, as on any day."""
    async with zone.office() as office:
        lines = [f"{item},证书,S,{phone}" for item, phone in phones.items()]
        await office.give_manifest(ZONE, COURIER_BADGE, *lines)
    await until("the bank has the manifest", lambda: zone.evidence.happenings("order_taken", outcome="done"))
    await take_ticket(zone, SERVICE)
    await until("numbers are leased for a time without the centre", lambda: zone.evidence.ever("block_leased"))


async def _courier_brings(zone: Zone, item: str, phone: str) -> Waiting:
    async with zone.courier() as courier:
        await courier.sign_in()
        must(await courier.lay_in(item), "depositing")
        door = await lay_in(zone, item)
        await courier.sees("courier")
        await courier.leave()
    return Waiting(item, phone, door, "", "")


async def _is_unknown(zone: Zone, item: str) -> bool:
    async with zone.courier() as courier:
        await courier.sign_in()
        page = await courier.lay_in(item)
        await courier.leave()
    return page.state == "unknown"


async def _staff_lay_in(zone: Zone, size: str) -> Waiting:
    item, phone = new_item(), new_phone()
    async with zone.staff() as staff:
        must(await staff.deposit(item, size, phone), "depositing")
        door = await lay_in(zone, item)
        await staff.sees("deposited")
        await staff.leave()
    return Waiting(item, phone, door, "", "")


async def _told_and_fetched(zone: Zone, verdict: Verdict, late: list[Waiting]) -> None:
    for at, each in enumerate(late, 1):
        number, code = await pickup_sms(zone, each.phone)
        taken = await fetch(zone, Waiting(each.item, each.phone, each.door, number, code))
        verdict.fact(f"late item {at}: its SMS opens it", taken, each.item)


async def _ever_at_central(zone: Zone, ticket: Ticket) -> bool:
    """Tell whether central knows a number; the day that it was for is over."""
    tickets = await zone.evidence.central("tickets")
    return any((each["number"], each["tail"]) == (ticket.number, ticket.phone[-4:]) for each in tickets)
