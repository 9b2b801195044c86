"""夜间交材料：封存时间、回执可验、员工收取 / Papers at any hour: a sealed time, a receipt; only staff take them."""

from twin.account import accounted
from twin.acts import empty, lay_in, must, new_phone, pulses, sms_with
from twin.proof import ReceiptSlip, verified
from twin.provisioned import BADGE, ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone

PAPERS, CASE = "补交的材料", "R2026-0107"


async def play(zone: Zone, verdict: Verdict) -> None:
    """A citizen hands papers in, checks the receipt without asking anybody, and staff collect them."""
    phone, slips = new_phone(), len(zone.printer.slips)
    async with zone.citizen() as citizen:
        must(await citizen.hand_in(PAPERS, phone, CASE), "depositing")
        door = await lay_in(zone, PAPERS)
        await citizen.sees("receipt")
    begun = zone.evidence.happenings("deposit_begun", purpose="papers")
    item = str(begun[0]["item"])
    citizen_name = f"citizen ****{phone[-4:]}"
    verdict.fact("whose papers, and of which file", [(b["giver"], b["case"]) for b in begun], [(citizen_name, CASE)])
    await sms_with(zone, phone, "材料")
    await until("a slip", lambda: len(zone.printer.slips) > slips)
    await _receipt(zone, verdict, item)

    shown = (await zone.evidence.central("handovers"))["handovers"]
    mine = [(leg["giver"], leg["receiver"]) for leg in shown if leg["item"] == item]
    verdict.fact("central: from whom the bank has them", mine, [(citizen_name, f"bank {ZONE}")])
    await _collected(zone, verdict, item, door)
    await accounted(zone, verdict, {item: f"staff {BADGE}"})


async def _receipt(zone: Zone, verdict: Verdict, item: str) -> None:
    slip = ReceiptSlip.on(zone.printer.slips[-1])
    verdict.fact("the slip has a code", slip is not None)
    if slip is None:
        return
    told = await verified(zone, slip.text)
    verdict.fact("the receipt holds, by the public key alone", told.code, 0)
    words = [word for word in (item, ZONE) if word not in told.words]
    verdict.fact("what it does not name", words, [])
    deposited = zone.evidence.happenings("deposited", item=item)
    verdict.fact("it is the very entry of the journal", slip.body, deposited[0])
    changed = await verified(zone, slip.changed())
    verdict.fact("with one character changed it does not hold", changed.code, 1)
    verdict.fact("… and it is named as changed", "CHANGED" in changed.words)


async def _collected(zone: Zone, verdict: Verdict, item: str, door: int) -> None:
    before = pulses(zone)
    async with zone.courier() as courier:
        await courier.sign_in()
        page = await courier.browser.press("menu", to="collect")
        verdict.fact("a courier is offered them", item in page.text, False)
    verdict.fact("pulses for the courier", pulses(zone) - before, 0)
    async with zone.staff() as staff:
        must(await staff.collect(item), "collecting")
        verdict.fact("staff get", await empty(zone, door), PAPERS)
        await staff.sees("collected")
