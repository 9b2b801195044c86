"""停车：空、占、未知 / Bays are free, occupied or unknown; a silent node is unknown, never free."""

import asyncio
import contextlib

from twin.verdict import Verdict
from twin.waiting import DidNotHappen, until
from twin.zone import Zone

BAY, NODE = "P2", "node-2"


async def play(zone: Zone, verdict: Verdict) -> None:
    """A car comes, its node loses power, the car goes, the node comes back; meanwhile another sensor is covered."""
    for bay in zone.bays.bays.values():
        if bay.car:
            zone.bays.leave(bay.bay)
    verdict.fact("all bays are free at first", [await _both(zone, bay, "free") for bay in ("P1", "P2", "P3")], FREE)
    zone.bays.park(BAY)
    verdict.fact("a car: the agent and central say", await _both(zone, BAY, "occupied"), ["occupied", "occupied"])
    verdict.fact("the others stay free", [await _both(zone, bay, "free") for bay in ("P1", "P3")], FREE[:2])
    pages = [await zone.shown(root, "/parking") for root in (zone.edge_url, zone.central_url)]
    verdict.fact("both pages name the bay", [BAY in text for text in pages], [True, True])

    await zone.nodes[NODE].kill()
    zone.bays.leave(BAY)
    silence = asyncio.create_task(_states_until(zone, BAY, "unknown"))
    zone.bays.blind("P3")
    verdict.fact("a covered sensor", await _both(zone, "P3", "unknown"), ["unknown", "unknown"])
    zone.bays.blind("P3", blind=False)
    verdict.fact("a clean sensor", await _both(zone, "P3", "free"), ["free", "free"])
    verdict.fact("a silent node: states on the way", await silence, ["occupied", "unknown"])
    verdict.fact("a silent node: the agent and central say", await _both(zone, BAY, "unknown"), ["unknown"] * 2)

    await zone.start_node(NODE)
    verdict.fact("the node is back", await _both(zone, BAY, "free"), ["free", "free"])
    verdict.fact("not reported to the centre", await zone.evidence.unreported(), "none")


FREE = [["free", "free"]] * 3


async def _both(zone: Zone, bay: str, state: str, within_s: float = 15) -> list[str]:
    """Return what the agent and central say of a bay, as soon as both say `state`."""
    seen = ["", ""]

    async def look() -> bool:
        seen[:] = [await _agent_says(zone, bay), await _central_says(zone, bay)]
        return seen == [state, state]

    with contextlib.suppress(DidNotHappen):
        await until(f"{bay} is {state}", look, within_s)
    return list(seen)


async def _states_until(zone: Zone, bay: str, last: str) -> list[str]:
    """Return the states that the agent's board goes through until `last`."""
    seen: list[str] = []

    async def look() -> bool:
        state = await _agent_says(zone, bay)
        if not seen or seen[-1] != state:
            seen.append(state)
        return state == last

    with contextlib.suppress(DidNotHappen):
        await until(f"{bay} is {last}", look, 20)
    return seen


async def _agent_says(zone: Zone, bay: str) -> str:
    bays = (await zone.evidence.state())["bays"]
    return next((str(each["state"]) for each in bays if each["bay"] == bay), "")


async def _central_says(zone: Zone, bay: str) -> str:
    bays = await zone.evidence.central("bays")
    return next((str(each["state"]) for each in bays if each["bay"] == bay), "")
