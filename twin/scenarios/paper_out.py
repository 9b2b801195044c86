"""缺纸：不取号，告诉人怎么办 / Without paper no number is taken, and the screen says what to do instead."""

from twin.acts import take_ticket, ticket_at_central
from twin.printer import Paper
from twin.provisioned import CENTRE_PHONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone

SERVICE = "tax"


async def play(zone: Zone, verdict: Verdict) -> None:
    """The paper is out before a ticket, then it ends in the middle of one; with new paper the next number comes."""
    first = await take_ticket(zone, SERVICE)
    slips = len(zone.printer.slips)
    zone.printer.take_paper()
    text = await _refused(zone)
    verdict.fact("without paper the screen apologises", "抱歉" in text)
    verdict.fact("it says whom to call", CENTRE_PHONE in text)
    verdict.fact("slips without paper", len(zone.printer.slips) - slips, 0)
    verdict.fact("numbers reserved without paper", len(zone.evidence.happenings("ticket_reserved")), 1)
    verdict.fact("central: an alarm about the paper", await _alarm(zone, stands=True), "paper_out")

    zone.printer.load_paper()
    verdict.fact("central: the alarm is over with new paper", await _alarm(zone, stands=False), "none")
    second = await take_ticket(zone, SERVICE)
    verdict.fact("no number was lost", int(second.number[1:]) - int(first.number[1:]), 1)

    zone.printer.rows_left = 3
    text = await _refused(zone)
    verdict.fact("paper that ends in the middle: the screen apologises", "抱歉" in text)
    released = zone.evidence.happenings("ticket_released")
    verdict.fact("the half printed number is released", [each["why"] for each in released], ["no_paper"])
    zone.printer.load_paper(Paper.PLENTY)
    half = [ticket for ticket in await zone.evidence.central("tickets") if ticket["ticket"] == released[0]["ticket"]]
    await until("central knows the release", lambda: _released(zone, released[0]["ticket"]))
    verdict.fact("half printed numbers that wait", [ticket for ticket in half if ticket["state"] == "waiting"], [])
    for name, ticket in (("first", first), ("second", second)):
        verdict.fact(f"central: the {name} waits", await ticket_at_central(zone, ticket, "waiting"), "waiting")
    verdict.fact("not reported to the centre", await zone.evidence.unreported(), "none")


async def _refused(zone: Zone) -> str:
    async with zone.visitor() as visitor:
        page = await visitor.take_ticket(SERVICE, "13800138000")
        return page.text if page.state == "sorry" else f"{page.state}: {page.text}"


async def _released(zone: Zone, ticket: str) -> bool:
    tickets = await zone.evidence.central("tickets")
    return any(each["ticket"] == ticket and each["state"] == "released" for each in tickets)


async def _alarm(zone: Zone, *, stands: bool) -> str:
    """Return the standing alarm about the paper, "none" when there is none."""

    async def look() -> str | None:
        alarms = [a["alarm"] for a in await zone.evidence.central("alarms") if a["about"] == "printer" and _active(a)]
        return next(iter(alarms), "none") if bool(alarms) is stands else None

    return await until("an alarm about the paper" if stands else "no alarm about the paper", look)


def _active(alarm: dict[str, object]) -> bool:
    return alarm.get("cleared") is None
