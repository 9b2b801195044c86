"""卡门：存件换格，取件不失 / A door that sticks: a deposit goes on elsewhere, a pickup loses nothing."""

from twin.account import accounted, alarm_stands
from twin.acts import Waiting, fetch, lay_in, must, new_item, new_phone, pickup_sms, pulses
from twin.provisioned import ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone

STUCK = 1
"""The door of the first free compartment that is large enough."""

TIMES_OUT_S = 20
"""Longer than the bank waits for a door."""


async def play(zone: Zone, verdict: Verdict) -> None:
    """A latch sticks as staff lay an item in, and another one as its citizen comes."""
    waiting = await _deposited_elsewhere(zone, verdict)
    await _fetched_later(zone, verdict, waiting)
    await accounted(zone, verdict, {waiting.item: f"citizen ****{waiting.phone[-4:]}"})


async def _deposited_elsewhere(zone: Zone, verdict: Verdict) -> Waiting:
    item, phone, before = new_item(), new_phone(), pulses(zone)
    zone.cabinet.jam(STUCK)
    async with zone.staff() as staff:
        must(await staff.deposit(item, "S", phone), "depositing")
        await until("the latch is pulsed", lambda: zone.cabinet.doors[STUCK].pulses)
        await until("another door opens", lambda: any(d.is_open for d in zone.cabinet.doors.values()), TIMES_OUT_S)
        page = await staff.sees("depositing")
        door = await lay_in(zone, item)
        verdict.fact("the page sends the giver to the door that opened", f"{door}" in page.text)
        await staff.sees("deposited")
    moved = [(each["compartment"], each["to"]) for each in zone.evidence.happenings("deposit_moved", item=item)]
    verdict.fact("deposit: from which door to which", moved, [(STUCK, door)])
    verdict.fact("deposit: pulses in all", pulses(zone) - before, 2)
    inside = [each.inside for each in zone.cabinet.doors.values() if each.inside]
    verdict.fact("deposit: what lies in the lockers", inside, [item])
    ledger = zone.evidence.ledger()
    places = [leg.place for leg in ledger.legs[item]]
    verdict.fact("deposit: handed over where it lies, and only there", places, [f"{ZONE} door {door}"] * 2)
    verdict.fact("deposit: an alarm", await alarm_stands(zone, "door_stuck", f"door {STUCK}"), f"door {STUCK}")
    number, code = await pickup_sms(zone, phone)
    return Waiting(item, phone, door, number, code)


async def _fetched_later(zone: Zone, verdict: Verdict, waiting: Waiting) -> None:
    zone.cabinet.jam(waiting.door)
    async with zone.citizen() as citizen:
        must(await citizen.pick_up(waiting.number, waiting.code), "collecting")
        page = await citizen.sees("sorry", TIMES_OUT_S)
    verdict.fact("pickup: the page apologises", "抱歉" in page.text)
    lapsed = zone.evidence.happenings("pickup_lapsed", item=waiting.item)
    verdict.fact("pickup: lapsed, and taken", [len(lapsed), len(_taken(zone, waiting))], [1, 0])
    verdict.fact("pickup: still with the bank", zone.evidence.ledger().custodians[waiting.item], f"bank {ZONE}")
    zone.cabinet.free(waiting.door)
    verdict.fact("pickup: the same code, at the repaired door", await fetch(zone, waiting), waiting.item)
    verdict.fact("pickup: taken, times", len(_taken(zone, waiting)), 1)


def _taken(zone: Zone, waiting: Waiting) -> list[object]:
    return [*zone.evidence.happenings("taken", item=waiting.item)]
