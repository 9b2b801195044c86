"""Who has an item: every pair of hands x every happening."""

from typing import Any, get_args

import pytest

from locker.custody import HANDOVERS, Custodian, Custody, Hands, ItemHappening
from locker.door import ImpossibleHappening
from wire.happenings import (
    AlarmRaised,
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositOpened,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Taken,
)

INSIDE: Any = {"item": "paper-1", "compartment": 1}
HAPPENINGS: tuple[ItemHappening, ...] = (
    DepositBegun(label="", size="S", number="1000", giver="staff 1001", phone="", phone_tail="5678", **INSIDE),
    DepositOpened(**INSIDE),
    DepositAbandoned(why="cancelled", **INSIDE),
    Deposited(number="1000", issue=1, giver="staff 1001", **INSIDE),
    PickupReserved(attempt=1, **INSIDE),
    PickupOpened(**INSIDE),
    PickupLapsed(why="not_opened", **INSIDE),
    Taken(receiver="citizen ****5678", **INSIDE),
)
GIVER = Custodian(Hands.GIVER, "staff 1001")
BANK = Custodian(Hands.BANK, "zone-01")
RECEIVER = Custodian(Hands.RECEIVER, "citizen ****5678")
STAYS_IN = {"PickupReserved": BANK, "PickupOpened": BANK, "PickupLapsed": BANK}
EXPECTED: dict[Custodian | None, dict[str, Custodian]] = {
    None: {"DepositBegun": GIVER},
    GIVER: {"DepositBegun": GIVER, "DepositOpened": GIVER, "DepositAbandoned": GIVER, "Deposited": BANK},
    BANK: {"Taken": RECEIVER, **STAYS_IN},
    RECEIVER: {"DepositBegun": GIVER},
}


@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda happening: type(happening).__name__)
@pytest.mark.parametrize("before", EXPECTED, ids=str)
def test_every_custodian_meets_every_happening(before: Custodian | None, happening: ItemHappening):
    custody = Custody("zone-01", {"paper-1": before} if before else {})
    expected = EXPECTED[before].get(type(happening).__name__)
    if expected is None:
        with pytest.raises(ImpossibleHappening, match="item paper-1 is with"):
            custody.after(happening)
    else:
        assert custody.after(happening).of == {"paper-1": expected}


def test_the_expected_table_has_every_pair():
    assert {type(happening) for happening in HAPPENINGS} == set(get_args(ItemHappening))
    assert {before.hands for before in EXPECTED if before} == set(Hands)
    assert len(HANDOVERS) == sum(map(len, EXPECTED.values()))


def test_what_is_not_about_an_item_moves_none():
    custody = Custody("zone-01", {"paper-1": BANK})
    assert custody.after(AlarmRaised(alarm="break_in", about="door 1")) is custody


def test_an_item_goes_from_hand_to_hand_and_others_stay(zone: Any):
    zone.put_in("paper-2")
    compartment, number, code = zone.put_in("paper-1")
    zone.pick_up(number, code)
    zone.opens(compartment)
    zone.closes(compartment)
    custody, hands = Custody("zone-01"), []
    for happening, _ in zone.journal:
        custody = custody.after(happening)
        hands.append(custody.of.get("paper-1"))
    assert list(dict.fromkeys(hands)) == [None, GIVER, BANK, RECEIVER]
    assert custody.of["paper-2"] == BANK
