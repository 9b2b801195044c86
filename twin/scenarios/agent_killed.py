"""断电：开门途中杀掉程序 / The agent is killed in the middle of an opening: nothing lost, no second opening."""

import asyncio

from twin.acts import Waiting, deposit, empty, hand_over_of, pulses
from twin.provisioned import ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone


async def play(zone: Zone, verdict: Verdict) -> None:
    """SIGKILL between the pulse and the first poll after it: once with the door left open, once closed meanwhile."""
    await _killed(zone, verdict, "door open at the restart", closes_before_restart=False)
    await _killed(zone, verdict, "door closed before the restart", closes_before_restart=True)
    verdict.fact("not reported to the centre", await zone.evidence.unreported(), "none")
    verdict.fact("forks at central", zone.evidence.forks(), 0)


async def _killed(zone: Zone, verdict: Verdict, case: str, *, closes_before_restart: bool) -> None:
    waiting = await deposit(zone)
    before = pulses(zone)
    await _kill_at_the_pulse(zone, waiting)
    kinds = [kind for kind in ("pickup_reserved", "pickup_opened") if zone.evidence.happenings(kind, item=waiting.item)]
    verdict.fact(f"{case}: on disk when it died", kinds, ["pickup_reserved"])
    verdict.fact(f"{case}: central sees that it is away", await _at_central(zone, "offline"), "offline")

    if closes_before_restart:
        verdict.fact(f"{case}: taken", await empty(zone, waiting.door), waiting.item)
        await zone.start_agent()
    else:
        await until("the door springs open", lambda: zone.cabinet.doors[waiting.door].is_open)
        await zone.start_agent()
        verdict.fact(f"{case}: taken", await empty(zone, waiting.door), waiting.item)
    await until("the agent knows that it was taken", lambda: zone.evidence.happenings("taken", item=waiting.item))
    await _accounted(zone, verdict, case, waiting, before)


async def _accounted(zone: Zone, verdict: Verdict, case: str, waiting: Waiting, before: int) -> None:
    verdict.fact(f"{case}: central sees that it is back", await _at_central(zone, "online"), "online")
    legs = await hand_over_of(zone, waiting.item, 2)
    verdict.fact(f"{case}: central has both handovers", [leg["compartment"] for leg in legs], [waiting.door] * 2)
    async with zone.citizen() as citizen:
        page = await citizen.pick_up(waiting.number, waiting.code)
    verdict.fact(f"{case}: the second use opens", page.state == "collecting", False)
    verdict.fact(f"{case}: pulses", pulses(zone) - before, 1)
    verdict.fact(f"{case}: openings", len(zone.evidence.happenings("pickup_opened", item=waiting.item)), 1)
    verdict.fact(f"{case}: taken, times", len(zone.evidence.happenings("taken", item=waiting.item)), 1)
    forced = zone.evidence.happenings("door_forced", compartment=waiting.door)
    verdict.fact(f"{case}: taken for a break-in", len(forced), 0)


async def _kill_at_the_pulse(zone: Zone, waiting: Waiting) -> None:
    """Let the citizen enter the code, and kill the agent the moment the latch is pulsed."""
    door = zone.cabinet.doors[waiting.door]
    before, pulsed = door.pulses, asyncio.Event()

    def look() -> None:
        if door.pulses > before and not pulsed.is_set():
            zone.agent.kill_now()
            pulsed.set()

    zone.cabinet.watch(look)
    async with zone.citizen() as citizen:
        entering = asyncio.create_task(citizen.pick_up(waiting.number, waiting.code))
        await asyncio.wait_for(pulsed.wait(), 10)
        await zone.agent.kill()
        await asyncio.gather(entering, return_exceptions=True)  # the page died with the agent, or just before


async def _at_central(zone: Zone, wanted: str) -> str:
    async def look() -> bool:
        devices = await zone.evidence.central("devices")
        return any((each["device"], each["state"]) == (ZONE, wanted) for each in devices)

    await until(f"central sees the agent {wanted}", look)
    return wanted
