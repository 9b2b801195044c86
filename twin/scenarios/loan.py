"""借用：借出、到期提醒、归还 / A power bank is lent, its borrower is reminded when it is due, and it comes back."""

from twin.account import accounted
from twin.acts import empty, lay_in, must, new_item, new_phone, sms_with
from twin.provisioned import BADGE, ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone

ALTERED = True
ARTICLE = "充电宝"
HOUR_S = 3600
LENT_FOR_S = 24 * HOUR_S


async def play(zone: Zone, verdict: Verdict) -> None:
    """Staff offer an article, a citizen borrows it for longer than a day, and it is there for the next one."""
    article, phone, next_phone = new_item(), new_phone(), new_phone()
    async with zone.staff() as staff:
        must(await staff.offer(article, ARTICLE, "S"), "depositing")
        door = await lay_in(zone, article)
        await staff.sees("deposited")
    verdict.fact("lent", await _borrow(zone, article, phone, door), article)
    citizen = f"citizen ****{phone[-4:]}"
    verdict.fact("who has it now", zone.evidence.ledger().custodians[article], citizen)
    due = [leg["due"] > 0 for leg in zone.evidence.happenings("taken", item=article)]
    verdict.fact("the record says by when it is due", due, [True])
    out = await until("central knows the loan", lambda: _out(zone, article))
    verdict.fact("central: to whom it is lent", out["receiver"][-4:], phone[-4:])
    async with zone.citizen() as other:
        page = await other.look_for_loans()
        verdict.fact("what is lent is offered meanwhile", ARTICLE in page.text, False)

    before = len(zone.phone.to(phone))
    zone.world.later(LENT_FOR_S + HOUR_S)
    reminded = await sms_with(zone, phone, "归还", 30)
    verdict.fact("the reminder names the article", ARTICLE in reminded.text)
    verdict.fact("one reminder", len(zone.phone.to(phone)) - before, 1)

    async with zone.citizen() as giver:
        must(await giver.give_back(phone[-4:]), "depositing")
        door = await lay_in(zone, article)
        await giver.sees("returned")
    verdict.fact("back with the bank", zone.evidence.ledger().custodians[article], f"bank {ZONE}")

    async def none_out() -> bool:
        return await _out(zone, article) is None

    verdict.fact("central: the loan is over", await until("central knows the return", none_out))
    verdict.fact("lent to the next one", await _borrow(zone, article, next_phone, door), article)
    kinds = zone.evidence.ledger().kinds(article)
    verdict.fact("its handovers", kinds, ["release", "accept"] * 4)
    givers = [leg.giver for leg in zone.evidence.ledger().legs[article] if leg.kind == "accept"]
    verdict.fact("who gave it, in order", givers, [f"staff {BADGE}", f"bank {ZONE}", citizen, f"bank {ZONE}"])
    await accounted(zone, verdict, {article: f"citizen ****{next_phone[-4:]}"}, 30)


async def _borrow(zone: Zone, article: str, phone: str, door: int) -> str:
    async with zone.citizen() as citizen:
        must(await citizen.borrow(article, phone), "collecting")
        taken = await empty(zone, door)
        await citizen.sees("lent")
    return taken


async def _out(zone: Zone, article: str) -> dict[str, str] | None:
    """Return the loan of this article that is out, as central says."""
    loans = await zone.evidence.central("loans")
    return next((loan for loan in loans if loan["item"] == article and loan["returned"] is None), None)
