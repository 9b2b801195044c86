"""双向快递：结果免费送达，材料由快递送回 / Results go out by courier for nothing, and papers come back the same way."""

from twin.account import accounted
from twin.acts import empty, lay_in, must, new_item, new_phone, sms_with
from twin.office import read_delivery
from twin.provisioned import BADGE, COURIER_BADGE, ZONE
from twin.verdict import Verdict
from twin.zone import Zone

ADDRESS = "示范市样例区不打烊路24号"
COURIER = f"courier {COURIER_BADGE}"


async def play(zone: Zone, verdict: Verdict) -> None:
    """Staff lay a result in for delivery; the courier takes it to its citizen, and brings papers back for staff."""
    result, phone = new_item(), new_phone()
    citizen = f"citizen ****{phone[-4:]}"
    hands = [await _sent(zone, result, phone)]
    hands.append(await _fetched_by_courier(zone, verdict, result))
    hands.append(await _delivered(zone, verdict, result, phone))
    verdict.fact("who had it, one after the other", hands, [f"bank {ZONE}", COURIER, citizen])
    verdict.fact("its handovers", zone.evidence.ledger().kinds(result), ["release", "accept"] * 3)
    verdict.fact("files with the address", zone.evidence.files_with(ADDRESS), [])
    papers = await _papers_back(zone, verdict)
    await accounted(zone, verdict, {result: citizen, papers: f"staff {BADGE}"})


async def _sent(zone: Zone, item: str, phone: str) -> str:
    async with zone.staff() as staff:
        must(await staff.send(item, "S", phone, ADDRESS), "depositing")
        await lay_in(zone, item)
        await staff.sees("deposited")
    return zone.evidence.ledger().custodians[item]


async def _fetched_by_courier(zone: Zone, verdict: Verdict, item: str) -> str:
    async with zone.courier() as courier:
        await courier.sign_in()
        must(await courier.collect(item), "collecting")
        door = next(door.number for door in zone.cabinet.doors.values() if door.inside == item)
        verdict.fact("the courier takes out", await empty(zone, door), item)
        await courier.sees("deliveries")
    return zone.evidence.ledger().custodians[item]


async def _delivered(zone: Zone, verdict: Verdict, item: str, phone: str) -> str:
    sms = await sms_with(zone, phone, "收件码")
    code = read_delivery(sms.text) or ""
    async with zone.deliverer() as courier:
        page = await courier.look()
        verdict.fact("the courier reads where it goes", ADDRESS in page.text)
        wrong = await courier.deliver(item, f"{(int(code) + 1) % 10**6:06}")
        verdict.fact("with a wrong code it stays with the courier", wrong.status, 409)
        verdict.fact("… and so says the record", zone.evidence.ledger().custodians[item], COURIER)
        right = await courier.deliver(item, code)
        verdict.fact("with the citizen's code it is handed over", right.status, 200)
        page = await courier.look()
        verdict.fact("the address is still shown afterwards", ADDRESS in page.text, False)
    return zone.evidence.ledger().custodians[item]


async def _papers_back(zone: Zone, verdict: Verdict) -> str:
    papers = new_item()
    async with zone.courier() as courier:
        await courier.sign_in()
        must(await courier.lay_in(papers), "unknown")
        must(await courier.leave_unknown("S", back=True), "depositing")
        door = await lay_in(zone, papers)
        await courier.sees("courier")
    purposes = [each["purpose"] for each in zone.evidence.happenings("deposited", item=papers)]
    verdict.fact("the way back: for the office", purposes, ["return"])
    async with zone.staff() as staff:
        must(await staff.collect(papers), "collecting")
        verdict.fact("the way back: staff get", await empty(zone, door), papers)
        await staff.sees("collected")
    return papers
