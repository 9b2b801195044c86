"""取件：存入、短信、取走，第二次不开门 / An item is handed in, announced by SMS, and fetched, once."""

from twin.acts import deposit, fetch, hand_over_of, pulses
from twin.provisioned import BADGE
from twin.verdict import Verdict
from twin.zone import Zone

GIVER = f"staff {BADGE}"


async def play(zone: Zone, verdict: Verdict) -> None:
    """Staff hand an item in; its citizen fetches it with what the SMS says, and then tries again."""
    before = pulses(zone)
    waiting = await deposit(zone)
    door = zone.cabinet.doors[waiting.door]
    verdict.fact("pulses for the deposit", pulses(zone) - before, 1)
    verdict.fact("the item lies behind a closed door", [door.inside, door.is_open], [waiting.item, False])
    verdict.fact("SMS to its citizen", len(zone.phone.to(waiting.phone)), 1)
    first = await hand_over_of(zone, waiting.item, 1)
    verdict.fact("central: from whom the bank has it", first[0]["giver"], GIVER)

    verdict.fact("what the citizen took", await fetch(zone, waiting), waiting.item)
    verdict.fact("pulses for the pickup", pulses(zone) - before - 1, 1)
    verdict.fact("the compartment is empty and closed", [door.inside, door.is_open], [None, False])
    legs = await hand_over_of(zone, waiting.item, 2)
    verdict.fact("central: who handed over, in order", [leg["giver"] for leg in legs], [GIVER, legs[0]["receiver"]])
    verdict.fact("central: the citizen by the end of the phone", legs[1]["receiver"][-4:], waiting.phone[-4:])
    verdict.fact("central: through which compartment", [leg["compartment"] for leg in legs], [waiting.door] * 2)

    shown = await zone.shown(zone.central_url, "/handovers")
    words = (waiting.item, f"工作人员 {BADGE}", f"****{waiting.phone[-4:]}")
    verdict.fact("central's page does not name", [word for word in words if word not in shown], [])
    uses = {each["compartment"]: each["use"] for each in (await zone.evidence.state())["lockers"]}
    verdict.fact("the agent: the compartment is free again", uses[waiting.door], "free")

    await _again(zone, verdict, waiting.number, waiting.code)
    verdict.fact("not reported to the centre", await zone.evidence.unreported(), "none")
    verdict.fact("files with the phone number", zone.evidence.files_with(waiting.phone), [])
    verdict.fact("files with the pickup code", zone.evidence.files_with(waiting.code), [])


async def _again(zone: Zone, verdict: Verdict, number: str, code: str) -> None:
    before = pulses(zone)
    async with zone.citizen() as citizen:
        page = await citizen.pick_up(number, code)
    verdict.fact("the second use opens", page.state == "collecting", False)
    verdict.fact("the second use is told why", "已经用过" in page.text)
    verdict.fact("pulses for the second use", pulses(zone) - before, 0)
    refused = zone.evidence.happenings("code_refused", number=number)
    verdict.fact("why the second use was refused", [refusal["why"] for refusal in refused], ["spent"])
