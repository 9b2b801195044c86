"""快递投递：扫一件投一件，清单可离线核对 / A courier lays in item after item by a manifest; strangers go to staff."""

import re

from twin.account import accounted
from twin.acts import (
    Waiting,
    empty,
    fetch,
    fetch_with_qr,
    lay_in,
    must,
    new_item,
    new_phone,
    pickup_sms,
    pulses,
    scan,
    sms_with,
)
from twin.browser import Page
from twin.office import read_link
from twin.people import Courier
from twin.provisioned import BADGE, COURIER_BADGE, ZONE
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone

COURIER = f"courier {COURIER_BADGE}"
SIZES = ("S", "S", "M")


async def play(zone: Zone, verdict: Verdict) -> None:
    """The office announces three items; the courier brings them and one that nobody knows."""
    known = {new_item(): new_phone() for _ in SIZES}
    stranger = new_item()
    await _announced(zone, verdict, known)
    before = pulses(zone)
    async with zone.courier() as courier:
        must(await courier.sign_in(), "courier")
        doors = await _laid_in(zone, courier, known)
        await _again(zone, verdict, courier, next(iter(known)))
        door = await _stranger(zone, verdict, courier, stranger)
        page = await courier.browser.press("menu", to="summary")
        verdict.fact("the courier's proof: laid in, taken out, left over", _counts(page), ["4", "0", "0"])
    verdict.fact("pulses, one an item", pulses(zone) - before, 4)
    verdict.fact("what lies where", {zone.cabinet.doors[doors[i]].inside for i in known} == set(known))
    orders = {each["order"] for each in zone.evidence.happenings("deposit_begun", purpose="pickup")}
    verdict.fact("all of them by one manifest", [len(orders), "" in orders], [1, False])

    for at, (item, phone) in enumerate(known.items(), 1):
        number, code = await pickup_sms(zone, phone)
        waiting = Waiting(item, phone, doors[item], number, code)
        taken = await (_fetch_with_qr(zone, waiting) if at == 1 else fetch(zone, waiting))
        verdict.fact(f"citizen {at} gets", taken, item)
    async with zone.staff() as staff:
        must(await staff.collect(stranger), "collecting")
        verdict.fact("staff get the stranger", await empty(zone, door), stranger)
        await staff.sees("collected")
    custodians = {item: f"citizen ****{phone[-4:]}" for item, phone in known.items()}
    await accounted(zone, verdict, {**custodians, stranger: f"staff {BADGE}"})


async def _fetch_with_qr(zone: Zone, waiting: Waiting) -> str:
    """Fetch it with the code on the page that the SMS links to."""
    sms = await sms_with(zone, waiting.phone, waiting.code)
    async with zone.receiver(read_link(sms.text) or "/item/none") as receiver:
        return await fetch_with_qr(zone, waiting, await receiver.qr())


async def _announced(zone: Zone, verdict: Verdict, known: dict[str, str]) -> None:
    lines = [f"{item},证书,{size},{phone}" for (item, phone), size in zip(known.items(), SIZES, strict=True)]
    async with zone.office() as office:
        page = await office.give_manifest(ZONE, COURIER_BADGE, *lines)
        verdict.fact("the office's page takes the manifest", page.status, 200)

    def taken() -> list[object]:
        return [*zone.evidence.happenings("order_taken", outcome="done")]

    await until("the bank has the manifest", taken)


async def _laid_in(zone: Zone, courier: Courier, items: dict[str, str]) -> dict[str, int]:
    """Lay the items in, the first one typed and the others scanned; return the doors."""
    doors: dict[str, int] = {}
    for item in items:
        page = await scan(zone, courier, item) if doors else await courier.lay_in(item)
        must(page, "depositing")
        doors[item] = await lay_in(zone, item)
        await courier.sees("courier")
    return doors


async def _again(zone: Zone, verdict: Verdict, courier: Courier, item: str) -> None:
    before = pulses(zone)
    page = await courier.lay_in(item)
    verdict.fact("a second time: a door opens", page.state == "depositing" or pulses(zone) > before, False)
    must(await courier.browser.press("back"), "courier")


async def _stranger(zone: Zone, verdict: Verdict, courier: Courier, item: str) -> int:
    must(await courier.lay_in(item), "unknown")
    must(await courier.leave_unknown("S"), "depositing")
    door = await lay_in(zone, item)
    await courier.sees("courier")
    purposes = [each["purpose"] for each in zone.evidence.happenings("deposited", item=item)]
    verdict.fact("what nobody announced is for staff", purposes, ["quarantine"])
    givers = [each["giver"] for each in zone.evidence.happenings("deposited", item=item)]
    verdict.fact("from whom", givers, [COURIER])
    return door


def _counts(page: Page) -> list[str]:
    """Return how many were laid in, taken out, and are left, as the page says."""
    return re.findall(r"^(\d+) 件$", page.text, re.MULTILINE)
