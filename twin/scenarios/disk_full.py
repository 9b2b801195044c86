"""磁盘满：不收新件，存着的照样取 / The disk is full: nothing new is taken in, and what is held is handed out."""

from twin.account import accounted, alarm_is_over, alarm_stands
from twin.acts import deposit, fetch, hand_over_of, new_item, new_phone, pulses
from twin.provisioned import ZONE
from twin.verdict import Verdict
from twin.zone import Zone

ALTERED = True


async def play(zone: Zone, verdict: Verdict) -> None:
    """The agent's disk is full between two deposits; citizens do not notice, staff are told, and it ends well."""
    first, second = await deposit(zone), await deposit(zone)
    await hand_over_of(zone, second.item, 1)
    zone.world.fill()

    verdict.fact("full: a held item is handed out", await fetch(zone, first), first.item)
    before, late = pulses(zone), new_item()
    async with zone.staff() as staff:
        page = await staff.deposit(late, "S", new_phone())
    verdict.fact("full: a new item is taken in", page.state == "depositing", False)
    verdict.fact("full: the page apologises", "抱歉" in page.text)
    verdict.fact("full: pulses for it", pulses(zone) - before, 0)
    verdict.fact("full: traces of it in the journal", zone.evidence.happenings("deposit_begun", item=late), [])
    verdict.fact("full: central is told", await alarm_stands(zone, "disk_full") != "")
    verdict.fact("full: one more is handed out", await fetch(zone, second), second.item)
    async with zone.citizen() as citizen:
        page = await citizen.pick_up(first.number, first.code)
    verdict.fact("full: a spent code opens", page.state == "collecting", False)

    await zone.agent.kill()
    await zone.start_agent()
    verdict.fact("full: the agent starts again", zone.agent.runs)
    zone.world.empty()
    third = await deposit(zone)
    verdict.fact("with room again, a new one is taken in", third.item in _inside(zone))
    verdict.fact("the alarm is over", await alarm_is_over(zone, "disk_full"))
    custodians = {each.item: f"citizen ****{each.phone[-4:]}" for each in (first, second)}
    await accounted(zone, verdict, {**custodians, third.item: f"bank {ZONE}"})


def _inside(zone: Zone) -> list[str]:
    return [door.inside for door in zone.cabinet.doors.values() if door.inside]
