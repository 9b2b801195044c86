"""取号：小票、叫号、大屏、短信、过号作废 / A ticket is printed, called on display and by SMS, and void when missed."""

from twin.acts import Ticket, call_until, sms_with, take_ticket, ticket_at_central
from twin.display import Display
from twin.verdict import Verdict
from twin.zone import Zone

COUNTER = "1"


async def play(zone: Zone, verdict: Verdict) -> None:
    """Two people take numbers; the first is called and does not come, the second is called and served."""
    async with Display(zone.central_url, "/hall") as hall:
        first, second = await take_ticket(zone, "household"), await take_ticket(zone, "household", lang="en")
        verdict.fact("the number on the slip", first.number in first.slip)
        verdict.fact("a whole phone number on a slip", [t.phone in t.slip for t in (first, second)], [False, False])
        verdict.fact("the second slip is in English too", "Household registration" in second.slip)
        verdict.fact("the second number is the next one", _ordinal(second) - _ordinal(first), 1)
        for name, ticket in (("first", first), ("second", second)):
            verdict.fact(f"central: the {name} waits", await ticket_at_central(zone, ticket, "waiting"), "waiting")
        evidence = [printed["evidence"] != "" for printed in zone.evidence.happenings("ticket_printed")]
        verdict.fact("tickets with evidence of paper", evidence, [True, True])

        verdict.fact("called first", await call_until(zone, COUNTER, first), first.number)
        verdict.fact("the hall shows it within a second", first.number in await hall.shows(first.number))
        sms = await sms_with(zone, first.phone, first.number)
        verdict.fact("the SMS says where to go", "1号窗口" in sms.text)

        async with zone.counter(COUNTER) as counter:
            await counter.say("no_show")
            verdict.fact("central: the first is void", await ticket_at_central(zone, first, "void"), "void")
            told = await sms_with(zone, first.phone, "重新取号")
            verdict.fact("who did not come is told to take a new number", first.number in told.text)

            verdict.fact("called second", await call_until(zone, COUNTER, second), second.number)
            verdict.fact("the hall shows the second", second.number in await hall.shows(second.number))
            sms = await sms_with(zone, second.phone, second.number)
            verdict.fact("the second SMS is in English", "Counter 1" in sms.text)
            await counter.say("finish")
        verdict.fact("central: the second is served", await ticket_at_central(zone, second, "finished"), "finished")
        verdict.fact("times the hall's page was loaded", hall.loads, 1)
    verdict.fact("SMS to each of them", [len(zone.phone.to(t.phone)) for t in (first, second)], [2, 1])
    verdict.fact("not reported to the centre", await zone.evidence.unreported(), "none")
    verdict.fact("files with a phone number", zone.evidence.files_with(first.phone), [])


def _ordinal(ticket: Ticket) -> int:
    return int(ticket.number.lstrip("ABC"))
