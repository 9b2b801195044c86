"""Who has an item: every stand of an item x every kind of leg; and whole journals, by any number of devices."""

import hashlib
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from locker.custody import HANDOVERS, Custody, Held, Stand
from locker.door import ImpossibleHappening
from wire.entry import GENESIS
from wire.legs import Kind, Leg, leg_of

BANK = "bank zone-01"
CITIZEN = "citizen ****5678"


def leg(kind: Kind, giver: str = "staff 1001", receiver: str = BANK, before: str = "", item: str = "paper-1") -> Leg:
    return Leg(kind, item, giver, receiver, "zone-01 door 1", before)


LEGS: dict[Kind, Leg] = {
    "release": leg("release"),
    "accept": leg("accept"),
    "withdraw": leg("withdraw", giver=""),
    "correct": leg("correct", giver="", receiver="missing"),
}
STANDS = {
    Stand.UNKNOWN: Held(),
    Stand.HELD: Held(Stand.HELD, "staff 1001"),
    Stand.RELEASED: Held(Stand.RELEASED, "staff 1001", LEGS["release"], "zone-01"),
}
EXPECTED: dict[Stand, dict[str, tuple[Stand, str]]] = {
    Stand.UNKNOWN: {
        "release": (Stand.RELEASED, "staff 1001"), "withdraw": (Stand.UNKNOWN, ""), "correct": (Stand.HELD, "missing"),
    },
    Stand.HELD: {
        "release": (Stand.RELEASED, "staff 1001"),
        "withdraw": (Stand.HELD, "staff 1001"),
        "correct": (Stand.HELD, "missing"),
    },
    Stand.RELEASED: {
        "release": (Stand.RELEASED, "staff 1001"),
        "accept": (Stand.HELD, BANK),
        "withdraw": (Stand.HELD, "staff 1001"),
        "correct": (Stand.HELD, "missing"),
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("stand", Stand)
def test_every_stand_meets_every_leg(stand: Stand, kind: Kind):
    expected = EXPECTED[stand].get(kind)
    if expected is None:
        with pytest.raises(ImpossibleHappening, match="item paper-1 is"):
            STANDS[stand].after(LEGS[kind], "zone-01")
        return
    then = STANDS[stand].after(LEGS[kind], "zone-01")
    assert (then.stand, then.custodian) == expected
    assert (then.release is not None) == (then.stand is Stand.RELEASED)


def test_the_expected_table_has_every_pair():
    assert {(stand, kind) for stand, row in EXPECTED.items() for kind in row} == set(HANDOVERS)


@pytest.mark.parametrize(
    "accepted",
    [leg("accept", giver="staff 1002"), leg("accept", receiver="bank zone-02"), leg("accept", "x", "y")],
    ids=["another giver", "another receiver", "others"],
)
def test_an_acceptance_of_another_handover_is_impossible(accepted: Leg):
    with pytest.raises(ImpossibleHappening, match="released by staff 1001"):
        STANDS[Stand.RELEASED].after(accepted, "zone-01")


def test_an_acceptance_in_another_journal_is_impossible():
    with pytest.raises(ImpossibleHappening):
        STANDS[Stand.RELEASED].after(LEGS["accept"], "central")


def test_what_a_bank_has_only_that_bank_gives_away():
    held = Held(Stand.HELD, BANK)
    assert held.after(leg("release", BANK, CITIZEN), "zone-01").stand is Stand.RELEASED
    for giver, journal in (("staff 1001", "central"), ("bank zone-02", "zone-02"), (CITIZEN, "zone-01")):
        with pytest.raises(ImpossibleHappening, match="held by bank zone-01"):
            held.after(leg("release", giver, "staff 1002"), journal)


def test_what_a_bank_does_not_have_it_gives_to_nobody():
    with pytest.raises(ImpossibleHappening, match="held by staff 1001"):
        STANDS[Stand.HELD].after(leg("release", BANK, CITIZEN), "zone-01")


@pytest.mark.parametrize("custodian", [CITIZEN, "staff 1002", "missing"])
def test_people_hand_things_on_without_telling_us(custodian: str):
    then = Held(Stand.HELD, custodian).after(leg("release"), "zone-01")
    assert then.custodian == "staff 1001"


@pytest.mark.parametrize("before", ["", GENESIS, "a" * 64, "b" * 64])
def test_a_leg_names_the_one_before_it(before: str):
    held = Held().after(leg("release", before=GENESIS), "zone-01", "a" * 64)
    if before in ("", "a" * 64):
        assert held.after(leg("accept", before=before), "zone-01", "c" * 64).custodian == BANK
    else:
        with pytest.raises(ImpossibleHappening, match="a leg in the journal of zone-01 is missing"):
            held.after(leg("accept", before=before), "zone-01", "c" * 64)


def test_a_first_leg_that_names_one_before_it_is_not_the_first():
    with pytest.raises(ImpossibleHappening, match="is missing"):
        Held().after(leg("release", before="a" * 64), "zone-01", "b" * 64)


def test_every_journal_has_a_chain_of_its_own():
    held = Held()
    for journal, here in (("zone-01", BANK), ("zone-02", "bank zone-02")):
        held = held.after(leg("release", "staff 1001", here, GENESIS), journal, journal)
        held = held.after(leg("accept", "staff 1001", here, journal), journal, journal + "+")
        held = held.after(leg("release", here, CITIZEN, journal + "+"), journal, journal + "++")
        held = held.after(leg("accept", here, CITIZEN, journal + "++"), journal, journal + "+++")
    assert held.custodian == CITIZEN


def test_an_entry_of_an_older_version_names_less_and_hands_over_all_the_same():
    held = Held().after(leg("release", giver=""), "zone-01").after(LEGS["accept"], "zone-01")
    assert held.custodian == BANK
    assert (
        held.after(leg("release", BANK, ""), "zone-01").after(leg("accept", BANK, CITIZEN), "zone-01").custodian
        == CITIZEN
    )


def test_an_item_goes_from_hand_to_hand_and_others_stay(zone: Any):
    zone.put_in("paper-2")
    compartment, number, code = zone.put_in("paper-1")
    zone.pick_up(number, code)
    zone.goes_through(compartment)
    custody, hands = Custody(), []
    for happening, _ in zone.journal:
        told = leg_of("zone-01", happening)
        custody = custody.after(told, "zone-01") if told else custody
        hands.append(custody.custodian("paper-1"))
    assert list(dict.fromkeys(hands)) == ["", "staff 1001", BANK, CITIZEN]
    assert custody.custodian("paper-2") == BANK


# --- any journals: what is written honestly is never impossible, and one leg that is left out is always found ---

PLACES = ("zone-01", "zone-02", "central")
PEOPLE = ("staff 1001", "courier 2001", CITIZEN)


class AnyHandovers(RuleBasedStateMachine):
    """One item that honest people carry about; the model knows in whose hands it really is."""

    def __init__(self, custody: Callable[[], Held]) -> None:
        super().__init__()
        self.held = custody()
        self.really = "staff 1001"
        self.under_way: tuple[str, str, str] | None = None
        self.heads: dict[str, str] = {}
        self.legs: list[tuple[Leg, str, str]] = []

    def write(self, kind: Kind, journal: str, giver: str, receiver: str) -> None:
        told = Leg(kind, "paper-1", giver, receiver, journal, self.heads.get(journal, GENESIS))
        digest = hashlib.sha256(repr((told, len(self.legs))).encode()).hexdigest()
        self.held = self.held.after(told, journal, digest)
        self.heads[journal] = digest
        self.legs.append((told, journal, digest))

    @precondition(lambda self: self.under_way is None)
    @rule(journal=st.sampled_from(PLACES), person=st.sampled_from(PEOPLE))
    def somebody_gives(self, journal: str, person: str) -> None:
        giver, receiver = self.really, person
        if journal != "central":
            bank = f"bank {journal}"
            receiver = person if giver == bank else bank
        if giver == receiver or (giver.startswith("bank ") and giver != f"bank {journal}"):
            return
        self.write("release", journal, giver, receiver)
        self.under_way = journal, giver, receiver

    @precondition(lambda self: self.under_way is not None)
    @rule(ends=st.sampled_from(["accept", "accept", "withdraw", "release"]))
    def it_goes_on(self, ends: Kind) -> None:
        assert self.under_way is not None
        journal, giver, receiver = self.under_way
        self.write(ends, journal, giver, receiver)
        if ends == "accept":
            self.really = receiver
        if ends != "release":
            self.under_way = None

    @precondition(lambda self: self.under_way is None and not self.really.startswith("bank "))
    @rule(person=st.sampled_from(PEOPLE))
    def people_hand_it_on_unseen(self, person: str) -> None:
        self.really = person

    @rule(person=st.sampled_from(PEOPLE))
    def people_find_out_who_has_it(self, person: str) -> None:
        self.write("correct", "central", "", person)
        self.really, self.under_way = person, None

    @precondition(lambda self: len(self.legs) > 1)
    @rule(data=st.data())
    def a_leg_is_left_out(self, data: st.DataObject) -> None:
        left_out = data.draw(st.integers(0, len(self.legs) - 2))
        if all(journal != self.legs[left_out][1] for _, journal, _ in self.legs[left_out + 1 :]):
            return  # the last one of its journal: the journal's own chain tells that
        with pytest.raises(ImpossibleHappening):
            fold([told for at, told in enumerate(self.legs) if at != left_out])

    @invariant()
    def there_is_one_custodian_and_the_record_knows_who(self) -> None:
        seen = self.held.custodian
        assert seen == self.really or not (seen.startswith("bank ") or self.really.startswith("bank "))
        assert (self.held.release is not None) == (self.under_way is not None)

    @rule()
    def the_record_is_read_again(self) -> None:
        assert fold(self.legs) == self.held


def fold(legs: list[tuple[Leg, str, str]]) -> Held:
    held = Held()
    for told in legs:
        held = held.after(*told)
    return held


def play(custody: Callable[[], Held], **how: Any) -> None:
    chosen = settings(stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), **how)
    run_state_machine_as_test(lambda: AnyHandovers(custody), settings=chosen)


def test_honest_handovers_are_possible_and_a_leg_that_is_left_out_is_found():
    play(Held, max_examples=100)


class MovesWithOneLeg(Held):
    def after(self, leg: Leg, journal: str, digest: str = "") -> Held:
        then = super().after(leg, journal, digest)
        custodian = leg.receiver if leg.kind == "release" else then.custodian
        return MovesWithOneLeg(then.stand, custodian, then.release, then.journal, then.heads)


def test_a_custody_that_moves_with_one_leg_is_found():
    with pytest.raises((AssertionError, ImpossibleHappening)):
        play(MovesWithOneLeg, max_examples=100, database=None, phases=[Phase.generate], report_multiple_bugs=False)
