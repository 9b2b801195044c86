"""QR codes: right bank, right item, newest issue, in time, or nothing opens. And the proofs that a level asks for."""

import itertools
from typing import Any

import pytest

from locker.bank import Bank
from locker.step import Open, Refuse, Step
from wire.credential import Credential, bank_mark, item_mark
from wire.happenings import CodeRefused, Happening, PickupReserved, Reissued

HOUR = 3_600_000
CARD = "a1b2c3d4e5f6"
BEGINS = 1_800_000_000_000


def credential(item: str = "paper-1", issue: int = 1, **more: Any) -> Credential:
    known = {"bank": bank_mark("zone-01"), "not_before": BEGINS, "valid_h": 72, "level": 0}
    return Credential(item=item_mark(item), issue=issue, **{**known, **more})


def show(zone: Any, shown: Credential | None = None, **more: Any) -> Step:
    known = {"device": "zone-01", "screen": "left", "wall": BEGINS + HOUR, "clock_good": True}
    return zone.ask("present", shown or credential(), **{**known, **more})


def test_a_good_qr_code_opens_its_door_once(zone: Any):
    compartment, number, code = zone.put_in()
    step = show(zone)
    assert step.effects == (Open(compartment),)
    assert (step.record[0].by, step.record[0].receiver) == ("qr", "citizen ****5678")
    assert show(zone).effects == (Refuse("busy"),)
    zone.opens(compartment)
    assert show(zone).effects == (Refuse("spent"),)
    zone.closes(compartment)
    assert show(zone).effects == (Refuse("spent"),)
    assert zone.pick_up(number, code).effects == (Refuse("spent"),)


def test_what_was_refused_is_recorded_with_its_why_and_adds_no_tries(zone: Any):
    zone.put_in()
    zone.wrong(2)
    step = show(zone, credential(bank=bank_mark("zone-02")))
    assert step.record == (CodeRefused(number="", why="foreign", tries=2, screen="left"),)
    assert zone.ask("refuse_forged", "left").record[0].why == "forged"
    assert zone.bank.tries["left"].wrong == 2


def test_the_qr_path_is_never_locked_out_and_forgives_no_wrong_codes(zone: Any):
    compartment, number, code = zone.put_in()
    zone.wrong(6)
    assert zone.pick_up(number, code).refused.reason == "locked_out"
    assert show(zone).effects == (Open(compartment),)
    assert zone.bank.tries["left"].wrong == 6


def test_any_number_of_forged_codes_locks_nobody_out(zone: Any):
    compartment, number, code = zone.put_in()
    for _ in range(30):
        zone.ask("refuse_forged", "left")
    assert zone.alarms() == set()
    assert zone.pick_up(number, code).effects == (Open(compartment),)


@pytest.mark.parametrize(
    ("wall", "reason"),
    [
        (BEGINS - 1, "too_early"),
        (BEGINS, None),
        (BEGINS + (72 + 24) * HOUR - 1, None),
        (BEGINS + (72 + 24) * HOUR, "expired"),
    ],
)
@pytest.mark.parametrize("clock_good", [True, False])
def test_it_opens_in_its_time_and_a_day_longer_where_the_time_is_known(
    zone: Any, wall: int, reason: str | None, clock_good: bool
):
    zone.put_in()
    step = show(zone, wall=wall, clock_good=clock_good)
    if reason and clock_good:
        assert step.effects == (Refuse(reason),)
        assert step.record == (CodeRefused(number="1000", why=reason, tries=0, screen="left"),)
    else:
        assert step.effects == (Open(1),)


def test_a_newer_code_is_believed_and_voids_the_older_ones(zone: Any):
    compartment, number, code = zone.put_in()
    step = show(zone, credential(issue=3))
    assert step.record[0] == Reissued(
        item="paper-1", compartment=compartment, number=number, issue=3, why="newer_qr", by="centre"
    )
    assert step.effects == (Open(compartment),)
    zone.wait(10)
    assert show(zone, credential(issue=2)).effects == (Refuse("old_issue"),)
    assert zone.pick_up(number, code).effects == (Refuse("wrong_code"),)
    assert show(zone, credential(issue=3)).effects == (Open(compartment),)


def test_a_newer_code_that_comes_too_early_voids_nothing(zone: Any):
    compartment, number, code = zone.put_in()
    assert show(zone, credential(issue=2), wall=BEGINS - 1).refused.reason == "too_early"
    assert zone.pick_up(number, code).effects == (Open(compartment),)


def test_a_newer_code_brings_its_own_card(zone: Any):
    compartment, _, _ = zone.put_in(level=2, holder=CARD)
    newer = credential(issue=2, level=2, holder=bytes.fromhex("0a" * 6))
    assert show(zone, newer).refused == Refuse("needs_card")
    assert zone[compartment].lead.issue == 2, "from now on the older ones are void"
    assert show(zone, newer, holder=CARD).refused == Refuse("wrong_card")
    assert show(zone, newer, holder="0a" * 6).effects == (Open(compartment),)


@pytest.mark.parametrize("purpose", ["papers", "delivery", "return", "quarantine", "loan"])
def test_only_what_waits_for_a_citizen_is_fetched_with_a_code(zone: Any, purpose: str):
    _, number, code = zone.put_in(purpose=purpose)
    assert show(zone).effects == (Refuse("not_here"),)
    assert zone.pick_up(number, code).effects == (Refuse("wrong_code"),)


def test_the_stricter_level_holds_of_what_the_deposit_and_the_code_ask(zone: Any):
    zone.put_in(level=1)
    assert show(zone).effects == (Refuse("needs_tail"),)
    asked = credential(level=2, holder=bytes.fromhex(CARD))
    assert show(zone, asked, tail="5678").effects == (Refuse("needs_card"),)
    assert show(zone, asked, holder=CARD).effects == (Open(1),)


@pytest.mark.parametrize(
    ("level", "wrong", "right", "asks", "says"),
    [
        (1, {"tail": "5679"}, {"tail": "5678"}, "needs_tail", "wrong_tail"),
        (2, {"holder": "0a" * 6}, {"holder": CARD}, "needs_card", "wrong_card"),
        (2, {"holder": "０" * 12, "tail": "5678"}, {"holder": CARD}, "needs_card", "wrong_card"),
    ],
)
@pytest.mark.parametrize("path", ["code", "qr"])
def test_a_level_asks_for_more_and_takes_nothing_else(
    zone: Any, *, level: int, wrong: dict[str, str], right: dict[str, str], asks: str, says: str, path: str
):
    _, number, code = zone.put_in(level=level, holder=CARD)

    def ask(**proof: str) -> Step:
        return zone.pick_up(number, code, **proof) if path == "code" else show(zone, **proof)

    step = ask()
    assert (step.effects, step.record) == ((Refuse(asks),), ()), "the code was right: nothing to write down"
    refused = ask(**wrong)
    assert refused.effects == (Refuse(says),)
    where = "left" if path == "code" else f"qr {number}"
    assert refused.record == (CodeRefused(number=number, why=says, tries=1, screen=where),)
    assert ask(**right).effects == (Open(1),)


class NeedsNoProof(Bank):
    def pick_up(self, **asked: Any) -> Step:
        step = super().pick_up(**asked)
        lacks = step.refused is not None and step.refused.reason.startswith("needs")
        return super().pick_up(**asked, tail="5678", holder=CARD) if lacks else step


@pytest.mark.parametrize("level", [1, 2])
def test_a_bank_that_needs_no_proof_is_found(zone_of: Any, level: int):
    with pytest.raises(AssertionError):
        test_a_level_asks_for_more_and_takes_nothing_else(
            zone_of(bank=NeedsNoProof), level=level, wrong={}, right={}, asks="", says="", path="code"
        )


def test_a_photographed_qr_code_gives_no_endless_guesses_at_the_tail(zone: Any):
    zone.put_in(level=1, phone_tail="5678")
    for wrong in range(6):
        assert show(zone, tail=f"{wrong:04d}").effects == (Refuse("wrong_tail"),), wrong
    until = zone.now + 60_000
    assert show(zone, tail="5678").effects == (Refuse("locked_out", until),), "not even the right one"
    assert show(zone).effects == (Refuse("needs_tail"),)
    zone.now = until - 1
    assert show(zone, tail="5678").refused.reason == "locked_out"
    zone.now = until
    assert show(zone, tail="5678").effects == (Open(1),)
    assert zone.bank.tries == {}, "forgiven"


def test_guesses_after_a_qr_code_keep_nobody_elses_code_waiting(zone: Any):
    _, number, code = zone.put_in(level=1, phone_tail="5678")
    for wrong in range(10):
        show(zone, tail=f"{wrong:04d}")
        zone.now += 3_600_000
    assert zone.bank.stands("code_guessing", f"screen qr {number}")
    assert zone.pick_up(number, code, tail="5678").effects == (Open(1),)


def test_wrong_tails_lock_a_screen_as_wrong_codes_do(zone: Any):
    _, number, code = zone.put_in(level=1)
    for _ in range(6):
        zone.pick_up(number, code, tail="0000")
    assert zone.pick_up(number, code, tail="5678").refused.reason == "locked_out"


@pytest.mark.parametrize(("level", "more", "reason"), [(1, {"phone_tail": ""}, "needs_tail"), (2, {}, "needs_card")])
def test_nothing_is_laid_in_that_nobody_could_ever_fetch(zone: Any, level: int, more: dict[str, str], reason: str):
    assert zone.deposit(level=level, **more).effects == (Refuse(reason),)


# --- everything that can be wrong, in every state that a bank can be brought to ---


def fetched(zone: Any) -> None:
    _, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.goes_through(1)


def fetched_and_back(zone: Any) -> None:
    fetched(zone)
    zone.put_in()


def reissued(zone: Any) -> None:
    zone.put_in()
    zone.ask("reissue", "paper-1", issue=2, why="proxy", by="staff 1001")


def never(zone: Any) -> None:
    """Nothing was ever laid in."""


STATES = {"fetched": fetched, "fetched and back": fetched_and_back, "reissued": reissued, "never there": never}
AFTERWARDS = {
    "at once": lambda _: None,
    "after a restart": lambda zone: zone.restart(),
    "after a hundred days": lambda zone: (setattr(zone, "now", zone.now + 2400 * HOUR), zone.restart()),
    "after the clock was turned back": lambda zone: (setattr(zone, "now", 5), zone.restart()),
}
ISSUES = {"fetched": range(3), "fetched and back": (0, 1), "reissued": (0, 1), "never there": range(3)}
WALLS = (0, BEGINS - 1, BEGINS, BEGINS + 96 * HOUR, 2**53)


def openings(zone: Any, state: str, afterwards: str) -> int:
    """Count what opens for old codes, by number and by QR, at whatever time it is."""
    STATES[state](zone)
    AFTERWARDS[afterwards](zone)
    count = 0
    for issue, wall, good in itertools.product(ISSUES[state], WALLS, (True, False)):
        step = zone.bank.present(
            credential(issue=issue), device="zone-01", screen="s", now=zone.now, wall=wall, clock_good=good
        )
        count += any(isinstance(effect, Open) for effect in step.effects)
    for issue, number in itertools.product(ISSUES[state], range(1000, 1010)):
        code = zone.code_of("paper-1", issue)
        step = zone.bank.pick_up(number=str(number), code=code, screen="s", code_of=zone.code_of, now=zone.now)
        count += any(isinstance(effect, Open) for effect in step.effects)
    return count


@pytest.mark.parametrize("afterwards", AFTERWARDS)
@pytest.mark.parametrize("state", STATES)
def test_an_old_code_opens_nothing_ever_again(zone: Any, state: str, afterwards: str):
    assert openings(zone, state, afterwards) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"bank": bank_mark("zone-02")},
        {"bank": b"\0\0\0\0"},
        {"item": item_mark("paper-2")},
        {"item": bytes(8)},
        {"issue": 0},
        {"not_before": BEGINS + 2 * HOUR},
        {"not_before": BEGINS - 97 * HOUR, "valid_h": 72},
        {"not_before": BEGINS - 24 * HOUR, "valid_h": 0},
        {"level": 1},
        {"level": 2, "holder": bytes.fromhex(CARD)},
        {"level": 255},
    ],
    ids=str,
)
def test_a_code_that_is_wrong_in_one_thing_opens_nothing(zone: Any, wrong: dict[str, Any]):
    zone.put_in()
    step = show(zone, credential()._replace(**wrong))
    assert step.refused is not None
    assert not any(isinstance(effect, Open) for effect in step.effects)


class CountsFromOne(Bank):
    def next_issue(self, item: str) -> int:
        return 1


class ForgetsTheIssue(Bank):
    def after(self, happening: Happening, at: int) -> Bank:
        return self if isinstance(happening, Reissued) else super().after(happening, at)


class KeepsWhatWasTaken(Bank):
    def after(self, happening: Happening, at: int) -> Bank:
        then = super().after(happening, at)
        return then.with_compartment(self.compartment(1)) if isinstance(happening, PickupReserved) else then


@pytest.mark.parametrize("afterwards", AFTERWARDS)
@pytest.mark.parametrize(
    ("bug", "state"),
    [(CountsFromOne, "fetched and back"), (ForgetsTheIssue, "reissued"), (KeepsWhatWasTaken, "fetched")],
)
def test_a_bank_that_forgets_what_was_spent_is_found(zone_of: Any, bug: type[Bank], state: str, afterwards: str):
    assert openings(zone_of(bank=bug), state, afterwards) > 0


def test_an_item_that_comes_back_after_a_thousand_others_gets_no_old_code(zone: Any):
    _, number, code = zone.put_in("old")
    zone.pick_up(number, code)
    zone.goes_through(1)
    for n in range(1001):
        _, other, right = zone.put_in(f"paper-{n}")
        zone.pick_up(other, right)
        zone.goes_through(1)
    assert "old" not in zone.bank.spent.issues, "it is forgotten"
    zone.put_in("old")
    assert zone[1].lead.issue == 2
    assert show(zone, credential("old", 1)).effects == (Refuse("old_issue"),)
