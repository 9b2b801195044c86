"""Custody moves with both legs and no other way; what contradicts is told and moves nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.chain import CENTRE_BANK, Chain, follow
from wire.legs import Leg

BANK = "bank zone-01"
GENESIS = "0" * 64
HELD = Chain("d1", BANK)
GIVEN = Leg("release", "X1", "staff 1", BANK, "zone-01 door 1", GENESIS)
KEPT = Leg("accept", "X1", "staff 1", BANK, "zone-01 door 1", "d0")
LET_GO = Leg("release", "X1", BANK, "citizen ****5678", "zone-01 door 1", "d1")
GONE = Leg("accept", "X1", BANK, "citizen ****5678", "zone-01 door 1", "d2")


def told(*legs: Leg) -> list[Any]:
    chain, verdicts = Chain(), []
    for number, leg in enumerate(legs):
        chain, verdict = follow(chain, leg, f"d{number}", bank=BANK)
        verdicts.append(verdict)
    return verdicts


def test_an_item_moves_when_both_legs_are_there():
    verdicts = told(GIVEN, KEPT, LET_GO, GONE)
    assert [verdict.custodian for verdict in verdicts] == [None, BANK, None, "citizen ****5678"]
    assert [verdict.wrong for verdict in verdicts] == [""] * 4


def test_a_withdrawn_release_leaves_the_item_where_it_was():
    back = Leg("withdraw", "X1", "staff 1", BANK, "zone-01 door 1", "d0")
    again = GIVEN._replace(before="d1")
    assert [verdict.wrong for verdict in told(GIVEN, back, again, KEPT._replace(before="d2"))] == [""] * 4


@pytest.mark.parametrize(
    ("chain", "leg", "says"),
    [
        (Chain(), KEPT._replace(before=GENESIS), "without a release"),
        (Chain("d0", "", GIVEN), KEPT._replace(giver="staff 2"), "accepted by"),
        (Chain("d0", "", GIVEN), KEPT._replace(receiver="staff 2"), "not this bank's"),
        (Chain("d0", "", GIVEN), GIVEN._replace(before="d0"), "while it was released"),
        (HELD, GIVEN._replace(before="d1"), "released by staff 1"),
        (Chain("d1", "staff 1"), LET_GO, "released by bank zone-01"),
        (HELD, LET_GO._replace(before="d9"), "another leg before"),
        (HELD, Leg("correct", "X1", "", "staff 9", "", "d1"), "not this bank's"),
        (Chain("d1", "staff 1"), Leg("correct", "X1", "", "missing", "", "d1"), "not this bank's"),
        (Chain(), Leg("release", "X1", "staff 1", "staff 2", "counter 1", GENESIS), "not this bank's"),
        (HELD, LET_GO._replace(before=GENESIS), "another leg before"),
    ],
)
def test_what_contradicts_moves_nothing(chain: Chain, leg: Leg, says: str):
    _, verdict = follow(chain, leg, "d5", bank=BANK)
    assert says in verdict.wrong
    assert verdict.custodian is None


def test_people_correct_whatever_was_written():
    corrected = Leg("correct", "X1", "", "staff 2", "", "d1")
    chain, verdict = follow(Chain("d1", BANK, LET_GO), corrected, "d2", bank=CENTRE_BANK)
    assert (verdict.custodian, verdict.wrong, chain.held_by, chain.open) == ("staff 2", "", "staff 2", None)


def test_a_bank_may_say_that_what_it_had_is_not_there():
    chain, verdict = follow(HELD, Leg("correct", "X1", "", "missing", "", "d1"), "d2", bank=BANK)
    assert (verdict.custodian, verdict.wrong, chain.held_by) == ("missing", "", "missing")


def test_an_older_device_that_chains_nothing_is_understood():
    legs = [leg._replace(before="") for leg in (GIVEN, KEPT, LET_GO, GONE)]
    legs[0], legs[2] = legs[0]._replace(giver=""), legs[2]._replace(receiver="")
    assert [verdict.custodian for verdict in told(*legs)] == [None, BANK, None, "citizen ****5678"]


names = st.sampled_from(["staff 1", "courier 2", BANK, "citizen ****5678"])
legs = st.tuples(st.sampled_from(["release", "accept", "withdraw"]), names, names)


@given(st.lists(st.tuples(legs, st.booleans()), max_size=12))
def test_nothing_moves_but_by_a_release_and_its_own_acceptance(steps: list[Any]):
    chain = Chain()
    for number, ((kind, giver, receiver), chained) in enumerate(steps):
        before = (chain.head or GENESIS) if chained else "f" * 64
        was = chain
        leg = Leg(kind, "X1", giver, receiver, "d", before)
        chain, verdict = follow(chain, leg, f"{number:064}", bank=BANK)
        if verdict.custodian is not None:
            assert kind == "accept"
            assert was.open is not None
            assert (was.open.giver, was.open.receiver, was.head) == (giver, receiver, before)
