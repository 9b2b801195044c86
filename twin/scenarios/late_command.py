"""迟到的指令：过时、重启后、重复、伪造都不开门 / Orders to open that are late, stale, repeated, forged open nothing."""

import secrets

from twin.account import accounted, case_stands
from twin.acts import Waiting, deposit, fetch, pulses, reach_in
from twin.held import Held
from twin.provisioned import BADGE, WITNESS_BADGE, ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone
from wire import topics
from wire.link import Link
from wire.orders import OPEN_WITHIN_MS

ALTERED = True
ORDERS = "/down/journal"
WHY = "核对物品"


async def play(zone: Zone, verdict: Verdict) -> None:
    """The office has an occupied compartment opened; then the same order comes at every wrong moment."""
    waiting = await deposit(zone)
    done = await _in_time(zone, verdict, waiting)
    before = pulses(zone)
    late = await _held_back(zone, waiting)
    zone.world.later(OPEN_WITHIN_MS / 1000 + 1)
    zone.broker_line.let_go()
    verdict.fact("a late order: what the bank says", await _outcome(zone, 2), "late")

    stale = await _held_back(zone, waiting)
    await zone.agent.kill()
    zone.broker_line.let_go()
    await zone.start_agent()
    verdict.fact("an order from before a restart: what the bank says", await _outcome(zone, 3), "fenced")
    verdict.fact("an order from before a restart: a case", await case_stands(zone, "late_order"), "late_order")

    bad = (await zone.evidence.state())["counts"]["bad_messages"]
    await _send(zone, done, late, stale, _changed(done, waiting.door))

    async def counted() -> bool:
        return bool((await zone.evidence.state())["counts"]["bad_messages"] > bad)

    verdict.fact("a changed order is counted", await until("the agent counts a bad message", counted))
    verdict.fact("orders taken, repeated ones included", len(_taken(zone)), 3)
    verdict.fact("pulses by any of them", pulses(zone) - before, 0)
    verdict.fact("the item lies where it lay", zone.cabinet.doors[waiting.door].inside, waiting.item)
    orders = sorted((o["state"], o["outcome"]) for o in await zone.evidence.central("orders"))
    verdict.fact(
        "central: how many were done, of so many", [[s for s, _ in orders].count("taken"), len(orders)], [1, 3]
    )
    verdict.fact("its citizen gets it", await fetch(zone, waiting), waiting.item)
    await accounted(zone, verdict, {waiting.item: f"citizen ****{waiting.phone[-4:]}"}, 30)


async def _in_time(zone: Zone, verdict: Verdict, waiting: Waiting) -> Held:
    """Have the door opened as it should be, and return the order as it travelled."""
    before = pulses(zone)
    held = await _held_back(zone, waiting)
    zone.broker_line.let_go()
    door = zone.cabinet.doors[waiting.door]
    await until("the door opens", lambda: door.is_open)
    await reach_in(zone, waiting.door)
    zone.cabinet.close(waiting.door)
    verdict.fact("in time: what the bank says", await _outcome(zone, 1), "done")
    verdict.fact("in time: pulses", pulses(zone) - before, 1)
    seen = [(each["by"], each["witness"]) for each in zone.evidence.happenings("inspection_begun")]
    verdict.fact("in time: by two people", seen, [(f"staff {BADGE}", f"staff {WITNESS_BADGE}")])
    await until("the inspection ends", lambda: zone.evidence.happenings("inspection_ended"))
    return held


async def _held_back(zone: Zone, waiting: Waiting) -> Held:
    """Let the office order an opening, and keep the order on the line."""
    zone.broker_line.hold(ORDERS)
    async with zone.office() as office:
        await office.open_door(ZONE, waiting.door, WHY)
    await until("the order is on the line", lambda: zone.broker_line.held)
    return zone.broker_line.held[0]


async def _outcome(zone: Zone, count: int) -> str:
    """Return what the bank said of the newest of so many orders."""
    await until(f"{count} orders were taken", lambda: len(_taken(zone)) >= count, 30)
    return _taken(zone)[-1]


def _taken(zone: Zone) -> list[str]:
    return [str(each["outcome"]) for each in zone.evidence.happenings("order_taken")]


def _changed(order: Held, door: int) -> Held:
    """Return the order for another door, under the signature of this one."""
    own, other = f'"compartment":{door}'.encode(), f'"compartment":{door % 6 + 1}'.encode()
    return order._replace(payload=order.payload.replace(own, other))


async def _send(zone: Zone, *messages: Held) -> None:
    """Send what was on the line before once more, as somebody could who listened."""
    async with Link("127.0.0.1", zone.ports.broker, f"again-{secrets.token_hex(4)}") as link:
        await until("somebody who listened is connected", link.up.is_set)
        for message in messages:
            link.publish(topics.down_journal(ZONE), message.payload)
