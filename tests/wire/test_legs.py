"""Which happenings are legs, and that every one of them has a place for what came before."""

import pytest

from wire import happenings as h
from wire.legs import Leg, LegHappening, is_leg, leg_of

DEVICE = "zone-01"
DIGEST = "d" * 64


def test_the_legs_are_the_happenings_with_a_before():
    with_before = {kind for kind in h.Happening.__args__ if "before" in kind.__struct_fields__}
    assert set(LegHappening.__args__) == with_before
    assert all("item" in kind.__struct_fields__ for kind in with_before)


SAID = {"item": "A", "giver": "staff 1", "receiver": "courier 2", "place": "counter 1", "before": DIGEST}


@pytest.mark.parametrize(
    ("happening", "leg"),
    [
        (
            h.DepositOpened(item="A", compartment=3, giver="staff 1", before=DIGEST),
            Leg("release", "A", "staff 1", "bank zone-01", "zone-01 door 3", DIGEST),
        ),
        (
            h.Deposited(item="A", compartment=3, number="0427", issue=1, giver="staff 1", before=DIGEST),
            Leg("accept", "A", "staff 1", "bank zone-01", "zone-01 door 3", DIGEST),
        ),
        (
            h.DepositAbandoned(item="A", compartment=3, why="cancelled", before=DIGEST),
            Leg("withdraw", "A", "", "bank zone-01", "zone-01 door 3", DIGEST),
        ),
        (
            h.PickupOpened(item="A", compartment=3, receiver="citizen ****5678", before=DIGEST),
            Leg("release", "A", "bank zone-01", "citizen ****5678", "zone-01 door 3", DIGEST),
        ),
        (
            h.Taken(item="A", compartment=3, receiver="citizen ****5678", before=DIGEST),
            Leg("accept", "A", "bank zone-01", "citizen ****5678", "zone-01 door 3", DIGEST),
        ),
        (
            h.PickupLapsed(item="A", compartment=3, why="settled", before=DIGEST),
            Leg("withdraw", "A", "bank zone-01", "", "zone-01 door 3", DIGEST),
        ),
        (h.Released(**SAID), Leg("release", *SAID.values())),
        (h.Accepted(**SAID), Leg("accept", *SAID.values())),
        (h.Withdrawn(**SAID, why="x"), Leg("withdraw", *SAID.values())),
        (
            h.Corrected(item="A", custodian="staff 1", why="x", by="y", witness="z", before=DIGEST),
            Leg("correct", "A", "", "staff 1", "", DIGEST),
        ),
    ],
    ids=lambda one: type(one).__name__,
)
def test_every_leg_says_who_gives_what_to_whom_and_where(happening: h.Happening, leg: Leg):
    assert is_leg(happening)
    assert leg_of(DEVICE, happening) == leg


def test_a_code_that_opens_nothing_hands_nothing_over():
    refused = h.CodeRefused(number="0427", why="wrong_code", tries=1, screen="locker")
    assert not is_leg(refused)
    assert leg_of(DEVICE, refused) is None
