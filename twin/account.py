"""What has to be true at the end of every play that moves items: nothing lost, nothing doubled, nothing forged."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from twin.verdict import Verdict
from twin.waiting import until

if TYPE_CHECKING:
    from twin.zone import Zone


async def accounted(zone: "Zone", verdict: Verdict, custodians: Mapping[str, str], within_s: float = 10) -> None:
    """Note whether both copies agree to the byte, every signature holds, and each item has this one custodian."""
    verdict.fact("not reported to the centre", await zone.evidence.unreported(within_s), "none")
    verdict.fact("forks at central", zone.evidence.forks(), 0)
    ledger = zone.evidence.ledger()
    verdict.fact("entries that do not verify", ledger.wrong, [])
    verdict.fact("by the legs, who has what", {item: ledger.custodians.get(item) for item in custodians}, custodians)
    at_central = {item: zone.evidence.custodian(item) for item in custodians}
    verdict.fact("by central, who has what", at_central, custodians)
    verdict.fact("SMS that came twice", zone.evidence.doubled_sms(), [])


async def alarm_stands(zone: "Zone", alarm: str, about: str = "") -> str:
    """Return what a standing alarm of this kind is about, as soon as central shows one (about this)."""

    async def look() -> str | None:
        found = [str(each["about"]) for each in await zone.evidence.alarms(alarm)]
        return next((each for each in found if not about or each == about), None)

    return await until(f"central shows an alarm {alarm} {about}", look)


async def alarm_is_over(zone: "Zone", alarm: str) -> bool:
    """Wait until no alarm of this kind stands at central."""

    async def look() -> bool:
        return not await zone.evidence.alarms(alarm)

    return await until(f"central shows no alarm {alarm}", look)


async def case_stands(zone: "Zone", kind: str, item: str = "", within_s: float = 10) -> str:
    """Return the kind of the case about this item, as soon as it stands at central."""

    async def look() -> bool:
        return any((case["kind"], case["item"]) == (kind, item) for case in await zone.evidence.cases())

    await until(f"central opens a case {kind} about {item}", look, within_s)
    return kind
