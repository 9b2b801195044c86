"""撬门：报警、立案、物品有着落 / A door is pried open: an alarm, a case, and everybody knows what was behind it."""

from twin.account import accounted, alarm_stands, case_stands
from twin.acts import Waiting, deposit, fetch, must, pulses, reach_in
from twin.provisioned import BADGE, WITNESS_BADGE, WITNESS_PIN, ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone

EMPTY = 6
WHY = "核对里面的物品"


async def play(zone: Zone, verdict: Verdict) -> None:
    """Somebody opens an occupied compartment by force, and an empty one; nothing is taken from the first."""
    waiting = await deposit(zone)
    before = pulses(zone)
    zone.cabinet.force(waiting.door)
    await _seen_forced(zone, waiting.door)
    alarm = await alarm_stands(zone, "break_in", f"door {waiting.door}")
    verdict.fact("central: an alarm that names the door", alarm, f"door {waiting.door}")
    verdict.fact("central: a case that names the item", await case_stands(zone, "tampered", waiting.item), "tampered")
    shown = await zone.shown(zone.central_url, "/cases")
    verdict.fact("central's page names the item", waiting.item in shown)
    await reach_in(zone, waiting.door)
    zone.cabinet.close(waiting.door)
    verdict.fact("pulses by force", pulses(zone) - before, 0)
    await until("the agent sees it closed", lambda: zone.evidence.happenings("door_closed", compartment=waiting.door))

    await _looked_into(zone, verdict, waiting)
    before = pulses(zone)
    zone.cabinet.force(EMPTY)
    await _seen_forced(zone, EMPTY)
    await alarm_stands(zone, "break_in", f"door {EMPTY}")
    await reach_in(zone, EMPTY)
    zone.cabinet.close(EMPTY)
    verdict.fact("pulses by force at an empty one", pulses(zone) - before, 0)
    tampered = [case["item"] for case in await zone.evidence.cases() if case["kind"] == "tampered"]
    verdict.fact("cases: only about the occupied one", tampered, [waiting.item])
    verdict.fact("taken for a pickup", zone.evidence.happenings("taken", item=waiting.item), [])
    verdict.fact("still with the bank", zone.evidence.ledger().custodians[waiting.item], f"bank {ZONE}")
    verdict.fact("its citizen gets it all the same", await fetch(zone, waiting), waiting.item)
    await accounted(zone, verdict, {waiting.item: f"citizen ****{waiting.phone[-4:]}"})


async def _looked_into(zone: Zone, verdict: Verdict, waiting: Waiting) -> None:
    """Two members of staff have it opened and look; one alone cannot."""
    before = pulses(zone)
    async with zone.staff() as staff:
        page = await staff.inspect(waiting.door, WHY)
        verdict.fact("one person alone looks into it", page.state == "inspecting" or pulses(zone) > before, False)
        must(await staff.inspect(waiting.door, WHY, (WITNESS_BADGE, WITNESS_PIN)), "inspecting")
        await until("the door opens", lambda: zone.cabinet.doors[waiting.door].is_open)
        await reach_in(zone, waiting.door)
        verdict.fact("two people see that it is there", zone.cabinet.doors[waiting.door].inside, waiting.item)
        zone.cabinet.close(waiting.door)
        await staff.sees("compartment")
    people = [(each["by"], each["witness"]) for each in zone.evidence.happenings("inspection_begun")]
    verdict.fact("the record names both", people, [(f"staff {BADGE}", f"staff {WITNESS_BADGE}")])


async def _seen_forced(zone: Zone, door: int) -> None:
    def look() -> object:
        return zone.evidence.happenings("door_forced", compartment=door)

    await until(f"the agent records that door {door} was forced", look)
