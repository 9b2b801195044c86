"""The compartment's table, written out once more by hand: every use x every happening."""

from dataclasses import replace
from typing import get_args

import pytest

from locker.compartment import STAGES, USES, Compartment, CompartmentHappening, Item, Use, after
from locker.door import Door, ImpossibleHappening
from wire.happenings import (
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositOpened,
    DoorClosed,
    DoorForced,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Taken,
)

ITEM = Item("paper-1", "", "1000", "staff 1001", "5678", issue=1, attempts=1)
INSIDE = {"item": "paper-1", "compartment": 1}
HAPPENINGS: tuple[CompartmentHappening, ...] = (
    DepositBegun(label="", size="S", number="1000", giver="staff 1001", phone="sealed", phone_tail="5678", **INSIDE),
    DepositOpened(**INSIDE),
    DepositAbandoned(why="cancelled", **INSIDE),
    Deposited(number="1000", issue=1, giver="staff 1001", **INSIDE),
    PickupReserved(attempt=2, **INSIDE),
    PickupOpened(**INSIDE),
    PickupLapsed(why="not_opened", **INSIDE),
    Taken(receiver="citizen ****5678", **INSIDE),
    DoorForced(compartment=1),
    DoorClosed(compartment=1),
)
COMPARTMENTS = {
    "free": Compartment(1, "S"),
    "filling": Compartment(1, "S", use=Use.FILLING, item=ITEM),
    "filling, opened": Compartment(1, "S", use=Use.FILLING, opened=True, item=ITEM),
    "holding": Compartment(1, "S", use=Use.HOLDING, item=ITEM),
    "emptying": Compartment(1, "S", use=Use.EMPTYING, item=ITEM),
    "emptying, opened": Compartment(1, "S", use=Use.EMPTYING, opened=True, item=ITEM),
}
ALWAYS = {"DoorClosed": "same"}
EXPECTED: dict[str, dict[str, str]] = {
    "free": {"DepositBegun": "filling", "DoorForced": "free", **ALWAYS},
    "filling": {"DepositOpened": "filling, opened", "DepositAbandoned": "free", **ALWAYS},
    "filling, opened": {"Deposited": "holding", "DepositAbandoned": "free", **ALWAYS},
    "holding": {"PickupReserved": "emptying", "DoorForced": "holding", **ALWAYS},
    "emptying": {"PickupOpened": "emptying, opened", "PickupLapsed": "holding", **ALWAYS},
    "emptying, opened": {"Taken": "free", **ALWAYS},
}


@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda happening: type(happening).__name__)
@pytest.mark.parametrize("stage", COMPARTMENTS)
def test_every_use_meets_every_happening(stage: str, happening: CompartmentHappening):
    compartment = COMPARTMENTS[stage]
    expected = EXPECTED[stage].get(type(happening).__name__)
    if expected is None:
        with pytest.raises(ImpossibleHappening):
            after(compartment, happening, 5)
        return
    then = after(compartment, happening, 5)
    meant = compartment if expected == "same" else COMPARTMENTS[expected]
    assert (then.use, then.opened) == (meant.use, meant.opened)
    assert (then.item is None) == (meant.item is None)
    assert then.since == 5


def test_the_expected_table_has_every_pair():
    assert {type(happening) for happening in HAPPENINGS} == set(get_args(CompartmentHappening))
    assert {(c.use, c.opened) for c in COMPARTMENTS.values()} == set(STAGES)
    assert len(USES) == sum(map(len, EXPECTED.values()))


@pytest.mark.parametrize("door", Door)
def test_no_happening_of_the_record_touches_the_door(door: Door):
    for stage, row in EXPECTED.items():
        for happening in HAPPENINGS:
            if type(happening).__name__ in row:
                assert after(replace(COMPARTMENTS[stage], door=door), happening, 5).door is door


@pytest.mark.parametrize("happening", HAPPENINGS[1:8], ids=lambda happening: type(happening).__name__)
def test_a_happening_of_another_item_is_impossible(happening: CompartmentHappening):
    stage = next(stage for stage, row in EXPECTED.items() if type(happening).__name__ in row)
    other = replace(ITEM, id="paper-2")
    with pytest.raises(ImpossibleHappening, match="paper-2, not paper-1"):
        after(replace(COMPARTMENTS[stage], item=other), happening, 5)


def test_the_item_keeps_what_the_record_says_of_it():
    begun = after(COMPARTMENTS["free"], HAPPENINGS[0], 1)
    assert begun.item == Item("paper-1", "", "1000", "staff 1001", "5678", issue=0, attempts=0)
    held = after(after(begun, HAPPENINGS[1], 2), HAPPENINGS[3], 3)
    assert held.item == replace(ITEM, attempts=0)
    assert after(held, PickupReserved(attempt=3, **INSIDE), 4).item == replace(ITEM, attempts=3)


def test_a_receiver_is_named_by_the_tail_of_the_phone_alone():
    assert ITEM.receiver == "citizen ****5678"
