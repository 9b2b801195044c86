"""委托代取：换码、收回、各用各的码 / Somebody else may fetch it, with a code of their own, for as long as one wants."""

from twin.account import accounted
from twin.acts import Waiting, deposit, fetch, hand_over_of, new_phone, pickup_sms, pulses, scan, sms_with
from twin.office import read_link
from twin.people import read_pickup
from twin.verdict import Verdict
from twin.waiting import until
from twin.zone import Zone


async def play(zone: Zone, verdict: Verdict) -> None:
    """A citizen names a proxy, takes it back, names another one; every code but the last opens nothing."""
    waiting = await deposit(zone)
    await hand_over_of(zone, waiting.item, 1)
    sms = await sms_with(zone, waiting.phone, waiting.code)
    path = read_link(sms.text) or "/item/none"
    first, second = new_phone(), new_phone()

    async with zone.receiver(path) as receiver:
        qr = await receiver.qr()
    by_first = await _named(zone, waiting, path, first)
    verdict.fact("the first proxy has another code", by_first.code == waiting.code, False)
    await _opens_nothing(zone, verdict, "the citizen's own code meanwhile", waiting)

    await _scanned_in_vain(zone, verdict, qr)
    async with zone.receiver(path) as receiver:
        page = await receiver.take_back()
        verdict.fact("taking it back: the page", page.status, 200)
    await _issues(zone, waiting, 2)
    own_sms = await until("a new code for the citizen", lambda: _other_code(zone, waiting))
    own = Waiting(waiting.item, waiting.phone, waiting.door, *own_sms)
    await _opens_nothing(zone, verdict, "the first proxy's code afterwards", by_first)

    by_second = await _named(zone, waiting, path, second)
    await _opens_nothing(zone, verdict, "the citizen's second code", own)
    verdict.fact("the second proxy gets", await fetch(zone, by_second), waiting.item)
    await _opens_nothing(zone, verdict, "the second proxy's code again", by_second)
    issues = [(each["issue"], each["why"]) for each in _reissued(zone, waiting)]
    verdict.fact("codes, one after the other", issues, [(2, "proxy"), (3, "proxy_revoked"), (4, "proxy")])
    told = await sms_with(zone, waiting.phone, "取走")
    verdict.fact("the citizen is told that it was fetched", "本人" in told.text)
    await accounted(zone, verdict, {waiting.item: f"citizen ****{second[-4:]}"})


async def _scanned_in_vain(zone: Zone, verdict: Verdict, qr: str) -> None:
    """The QR code that the citizen's page showed before, and one with a character changed."""
    before = pulses(zone)
    other = ("1" if qr[40] == "0" else "0").join((qr[:40], qr[41:]))
    for code in (qr, other):
        async with zone.citizen() as citizen:
            await citizen.begin_pickup()
            await scan(zone, citizen, code)
    why = [
        each["why"] for each in zone.evidence.happenings("code_refused") if each["why"] not in ("wrong_code", "spent")
    ]
    verdict.fact("QR codes: the old one, and a changed one", why, ["old_issue", "forged"])
    verdict.fact("QR codes: pulses", pulses(zone) - before, 0)


async def _named(zone: Zone, waiting: Waiting, path: str, phone: str) -> Waiting:
    """Name a proxy on the citizen's page, and return what that one has by SMS."""
    async with zone.receiver(path) as receiver:
        await receiver.name_proxy(phone)
    number, code = await pickup_sms(zone, phone)
    return Waiting(waiting.item, phone, waiting.door, number, code)


def _other_code(zone: Zone, waiting: Waiting) -> tuple[str, str] | None:
    found = [read_pickup(sms.text) for sms in zone.phone.to(waiting.phone)]
    return next((sms for sms in found if sms and sms.code != waiting.code), None)


def _reissued(zone: Zone, waiting: Waiting) -> list[dict[str, object]]:
    return zone.evidence.happenings("reissued", item=waiting.item)


async def _issues(zone: Zone, waiting: Waiting, count: int) -> None:
    await until(f"{count} codes were given out anew", lambda: len(_reissued(zone, waiting)) == count)


async def _opens_nothing(zone: Zone, verdict: Verdict, whose: str, waiting: Waiting) -> None:
    before = pulses(zone)
    async with zone.citizen() as citizen:
        page = await citizen.pick_up(waiting.number, waiting.code)
    verdict.fact(f"{whose}: opens", page.state == "collecting" or pulses(zone) > before, False)
