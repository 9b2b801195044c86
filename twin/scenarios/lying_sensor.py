"""门磁说谎：物品不被困住，两人说了算 / Contacts lie: no item is trapped, and two people settle what is true."""

import asyncio

from twin.account import accounted
from twin.acts import HAND_S, deposit, empty, must, new_item, new_phone, pickup_sms
from twin.provisioned import BADGE, WITNESS_BADGE, WITNESS_PIN, ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone

WITNESS = (WITNESS_BADGE, WITNESS_PIN)
TIMES_OUT_S = 20
"""Longer than the bank waits for a door."""


async def play(zone: Zone, verdict: Verdict) -> None:
    """A contact says closed for ever as a citizen fetches, another one open for ever as staff lay in."""
    taken = await _says_closed(zone, verdict)
    kept = await _says_open(zone, verdict)
    await accounted(zone, verdict, taken | kept)


async def _says_closed(zone: Zone, verdict: Verdict) -> dict[str, str]:
    """The citizen takes the item out, and the bank sees no door move: it must not make up what it did not see."""
    waiting = await deposit(zone)
    zone.cabinet.lie(waiting.door, "closed")
    async with zone.citizen() as citizen:
        must(await citizen.pick_up(waiting.number, waiting.code), "collecting")
        await until("the door springs open", lambda: zone.cabinet.doors[waiting.door].is_open)
        await asyncio.sleep(HAND_S)
        verdict.fact("says closed: the citizen takes", zone.cabinet.take(waiting.door), waiting.item)
        zone.cabinet.close(waiting.door)
        await citizen.sees("sorry", TIMES_OUT_S)
    had = zone.evidence.ledger().custodians[waiting.item]
    verdict.fact("says closed: as long as nobody looked, the bank answers for it", had, f"bank {ZONE}")
    async with zone.staff() as staff:
        must(await staff.report_misplaced(waiting.item, "其他原因"), "mine")
        page = await staff.settle(waiting.door, gone=True, witness=(BADGE, staff.pin))
        verdict.fact("says closed: one person alone settles it", page.state == "compartment", False)
        must(await staff.settle(waiting.door, gone=True, witness=WITNESS), "compartment")
    settled = zone.evidence.happenings("settled", compartment=waiting.door)
    people = [(each["gone"], each["by"], each["witness"]) for each in settled]
    verdict.fact("says closed: settled by two", people, [(True, f"staff {BADGE}", f"staff {WITNESS_BADGE}")])
    verdict.fact("says closed: a pickup nobody saw", zone.evidence.happenings("taken", item=waiting.item), [])
    uses = {each["compartment"]: each["use"] for each in (await zone.evidence.state())["lockers"]}
    verdict.fact("says closed: the compartment is free again", uses[waiting.door], "free")
    zone.cabinet.lie(waiting.door, "works")
    name = f"citizen ****{waiting.phone[-4:]}"
    holder = zone.evidence.ledger().custodians[waiting.item]
    verdict.fact("says closed: then nobody knows who has it", holder, "missing")
    await until("central knows that", lambda: zone.evidence.custodian(waiting.item) == "missing")
    async with zone.office() as office:
        page = await office.correct(waiting.item, name, "群众来电确认已取走")
        verdict.fact("says closed: two people at the office find out", page.status, 200)
    return {waiting.item: name}


async def _says_open(zone: Zone, verdict: Verdict) -> dict[str, str]:
    """Staff lay an item in and shut the door, which the bank cannot see; its citizen gets it all the same."""
    item, phone = new_item(), new_phone()
    async with zone.staff() as staff:
        must(await staff.deposit(item, "M", phone), "depositing")
        door = await until("a door opens", lambda: next((d for d in zone.cabinet.doors.values() if d.is_open), None))
        zone.cabinet.lie(door.number, "dead")
        await until("the agent sees it open", lambda: zone.evidence.happenings("deposit_opened", item=item))
        zone.cabinet.lie(door.number, "open")
        await asyncio.sleep(HAND_S)
        zone.cabinet.put(door.number, item)
        zone.cabinet.close(door.number)
        await staff.leave()
    verdict.fact("says open: not deposited by itself", zone.evidence.happenings("deposited", item=item), [])
    async with zone.staff() as staff:
        must(await staff.settle(door.number, gone=False, witness=WITNESS), "compartment")
    deposited = zone.evidence.happenings("deposited", item=item)
    verdict.fact("says open: deposited on the word of two", len(deposited), 1)
    number, code = await pickup_sms(zone, phone)
    async with zone.citizen() as citizen:
        must(await citizen.pick_up(number, code), "collecting")
        verdict.fact("says open: its citizen gets it", await empty(zone, door.number), item)
    async with zone.staff() as staff:
        must(await staff.settle(door.number, gone=True, witness=WITNESS), "compartment")
    zone.cabinet.lie(door.number, "works")
    return {item: f"citizen ****{phone[-4:]}"}
