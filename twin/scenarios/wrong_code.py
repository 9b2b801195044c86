"""错码：不开门、计数、锁定 / Wrong codes open nothing, are counted, and lock the screen when there are too many."""

from twin.acts import Waiting, deposit, fetch, pulses
from twin.verdict import Verdict
from twin.zone import Zone

FREE = 5
"""Wrong codes in a row without a wait; the one after them locks the screen."""


async def play(zone: Zone, verdict: Verdict) -> None:
    """Somebody guesses; the citizen still gets the item; somebody guesses until the screen is locked."""
    waiting, other = await deposit(zone), await deposit(zone)
    before, refused_before = pulses(zone), await _refused(zone)
    wrong = [await _try(zone, waiting.number, _wrong(waiting, by)) for by in (1, 2)]
    wrong.append(await _try(zone, _number_of_nobody(waiting, other), waiting.code))
    verdict.fact("states after wrong codes", [state for state in wrong if state == "collecting"], [])
    verdict.fact("pulses for wrong codes", pulses(zone) - before, 0)
    verdict.fact("the agent counts them", await _refused(zone) - refused_before, 3)
    kinds = [refusal["why"] for refusal in zone.evidence.happenings("code_refused")]
    verdict.fact("the journal tells them apart", kinds, ["wrong_code", "wrong_code", "unknown_number"])
    verdict.fact("no wrong code is in a file", zone.evidence.files_with(_wrong(waiting, 1)), [])
    verdict.fact("what the right code gives afterwards", await fetch(zone, waiting), waiting.item)

    before = pulses(zone)
    for by in range(1, FREE + 2):
        await _try(zone, other.number, _wrong(other, by))
    verdict.fact(
        "the page after the right code at a locked screen", await _try(zone, other.number, other.code), "sorry"
    )
    verdict.fact("pulses at a locked screen", pulses(zone) - before, 0)
    verdict.fact("the item is still there", zone.cabinet.doors[other.door].inside, other.item)
    verdict.fact("wrong codes in the journal", len(zone.evidence.happenings("code_refused")), 3 + FREE + 1)
    verdict.fact("not reported to the centre", await zone.evidence.unreported(), "none")


async def _try(zone: Zone, number: str, code: str) -> str:
    async with zone.citizen() as citizen:
        return (await citizen.pick_up(number, code)).state


async def _refused(zone: Zone) -> int:
    return int((await zone.evidence.state())["counts"]["refused_codes"])


def _wrong(waiting: Waiting, by: int) -> str:
    """Return a code that is wrong by so much."""
    return f"{(int(waiting.code) + by) % 10**8:08}"


def _number_of_nobody(*waiting: Waiting) -> str:
    taken = {each.number for each in waiting}
    return next(str(number) for number in range(9000, 9999) if str(number) not in taken)
