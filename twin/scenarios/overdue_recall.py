"""逾期与取回：提醒、只有存件人能取回 / An item waits too long: a reminder, then only its giver takes it back."""

from twin.account import accounted
from twin.acts import Waiting, deposit, empty, hand_over_of, must, pulses, sms_with
from twin.provisioned import BADGE, WITNESS_BADGE
from twin.verdict import Verdict
from twin.zone import Zone

ALTERED = True
DAY_S = 86_400
OVERDUE_DAYS = 8


async def play(zone: Zone, verdict: Verdict) -> None:
    """Nobody comes for eight days; a colleague cannot take it back, its giver can, and the code is void."""
    waiting = await deposit(zone)
    await hand_over_of(zone, waiting.item, 1)
    zone.world.later(OVERDUE_DAYS * DAY_S)
    reminder = await sms_with(zone, waiting.phone, f"{OVERDUE_DAYS}天", 30)
    verdict.fact(
        "the reminder has number and code", [w in reminder.text for w in (waiting.number, waiting.code)], [True] * 2
    )
    verdict.fact("one reminder", len([s for s in zone.phone.to(waiting.phone) if "存放" in s.text]), 1)

    before = pulses(zone)
    async with zone.colleague() as colleague:
        page = await colleague.go("mine")
        verdict.fact("a colleague is offered it", waiting.item in page.text, False)
    verdict.fact("pulses for the colleague", pulses(zone) - before, 0)
    async with zone.staff() as staff:
        must(await staff.recall(waiting.item), "collecting")
        verdict.fact("its giver gets", await empty(zone, waiting.door), waiting.item)
        await staff.sees("collected")
    told = await sms_with(zone, waiting.phone, "收回")
    verdict.fact("its citizen is told", "作废" in told.text)
    by = [(each["by"], each["receiver"]) for each in zone.evidence.happenings("pickup_reserved", item=waiting.item)]
    verdict.fact("by what right it was opened", by, [("recall", f"staff {BADGE}")])

    before = pulses(zone)
    async with zone.citizen() as citizen:
        page = await citizen.pick_up(waiting.number, waiting.code)
    verdict.fact("its code opens afterwards", page.state == "collecting", False)
    verdict.fact("pulses for the void code", pulses(zone) - before, 0)
    await _at_the_counter(zone, verdict, waiting)
    await accounted(zone, verdict, {waiting.item: f"staff {WITNESS_BADGE}"}, 30)


async def _at_the_counter(zone: Zone, verdict: Verdict, waiting: Waiting) -> None:
    """Its giver gives it to a colleague, who keeps it for the citizen: both say so, or it does not move."""
    async with zone.other_office() as colleague:
        page = await colleague.accept(waiting.item)
        verdict.fact("accepted before it was given", page.status == 200, False)
    async with zone.office() as giver:
        await giver.release(waiting.item, WITNESS_BADGE, "1号窗口")
    verdict.fact("given and not yet accepted", zone.evidence.ledger().custodians[waiting.item], f"staff {BADGE}")
    async with zone.other_office() as colleague:
        page = await colleague.accept(waiting.item)
        verdict.fact("accepted by the colleague", page.status, 200)
