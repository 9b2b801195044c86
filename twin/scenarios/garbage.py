"""乱码：主题、串口、网页都收到垃圾 / Junk on every topic, serial line and route: nothing crashes, counters rise."""

import asyncio
import secrets
from random import Random

from twin import junk
from twin.acts import deposit, fetch, hand_over_of, pulses
from twin.pestering import pester
from twin.provisioned import BAYS, ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone
from wire import topics
from wire.link import Link

DEVICES = (ZONE, "nobody")
_END = "zone24/1/nobody/down/end"


async def play(zone: Zone, verdict: Verdict) -> None:
    """A pickup begins, junk comes from everywhere, and the pickup ends as if nothing had been."""
    seed = secrets.randbelow(10**6)
    zone.say(f"seed {seed}")
    random = Random(seed)  # noqa: S311 - to be played again
    waiting = await deposit(zone)
    await hand_over_of(zone, waiting.item, 1)
    pids, before, counted = zone.pids(), pulses(zone), await _counts(zone)

    await _onto_topics(zone, random)
    await _onto_lines(zone, random)
    answers = await pester(zone, random)
    verdict.fact(f"HTTP: answers that are no answers (of {answers.count}, seed {seed})", answers.broken, [])
    verdict.fact("HTTP: junk that was taken", answers.taken, [])
    verdict.fact("HTTP: refusals without a sentence", answers.mute, [])

    for name in counted:
        verdict.fact(f"counter rises: {name}", await _rises(zone, name, counted[name]))
    verdict.fact("pulses by junk", pulses(zone) - before, 0)
    verdict.fact("doors opened by junk", [d.number for d in zone.cabinet.doors.values() if d.is_open], [])
    verdict.fact("programs that were started anew", [n for n, pid in zone.pids().items() if pids[n] != pid], [])
    verdict.fact("the pickup ends", await fetch(zone, waiting), waiting.item)
    again = await deposit(zone)
    verdict.fact("another one works from end to end", await fetch(zone, again), again.item)
    verdict.fact("central: handovers", len(await hand_over_of(zone, again.item, 2)), 2)
    bays = (await zone.evidence.state())["bays"]
    cars = ["occupied" if bay.car else "free" for bay in zone.bays.bays.values()]
    verdict.fact("bays after junk", [bay["state"] for bay in bays], cars)
    verdict.fact("not reported to the centre", await zone.evidence.unreported(), "none")
    verdict.fact("forks at central", zone.evidence.forks(), 0)


async def _onto_topics(zone: Zone, random: Random) -> None:
    ways = (topics.journal, topics.status, topics.telemetry, topics.receipt, topics.down_journal)
    names = [way(device) for way in ways for device in DEVICES]
    names += [way(node) for way in (topics.node_event, topics.node_heartbeat) for node in (*BAYS.values(), "nobody")]
    names += ["zone24/1", "zone24/1/zone-01/up/journal/more", "zone24/1/-/up/status", "zone24/2/zone-01/up/journal"]
    async with Link("127.0.0.1", zone.ports.broker, f"junk-{secrets.token_hex(4)}") as link:
        link.subscribe(_END)
        await until("a client with junk is connected", link.up.is_set)
        for name in names:
            for payload in junk.payloads(random):
                link.publish(name, payload)
            link.publish(_END, b"end")  # after fewer than 20, above which paho lets messages overtake each other
            await asyncio.wait_for(link.receive(), 10)


async def _onto_lines(zone: Zone, random: Random) -> None:
    """To the board as if the agent had sent it, and to the agent as if board, printer, reader and scanner had."""
    for data in junk.bus(random):
        zone.bus.far.write(data)
        zone.bus.near.write(data)
        zone.printer.tty.write(junk.noise(random, 20))
        zone.reader.tty.write(junk.noise(random, 60))
        zone.scanner.tty.write(junk.noise(random, 60) + b"\r")


async def _counts(zone: Zone) -> dict[str, int]:
    """Return every counter that junk must raise."""
    agent, central = (await zone.evidence.state())["counts"], await zone.evidence.central("counts")
    return {
        "agent: bad frames": agent["bad_frames"],
        "agent: bad messages": agent["bad_messages"],
        "central: bad messages": central["bad_messages"],
        "phone: refused SMS": zone.phone.refused,
        "lock board: damaged frames": zone.lock_board.words_with("damaged frames"),
    }


async def _rises(zone: Zone, name: str, before: int) -> bool:
    async def look() -> bool:
        return (await _counts(zone))[name] > before

    await until(f"{name} rises", look)
    return True
