"""The compartment's table, written out once more by hand: every stage x every happening."""

from dataclasses import replace
from typing import get_args

import pytest

from locker.compartment import (
    STAGES,
    USES,
    Compartment,
    CompartmentHappening,
    Use,
    after,
    is_of_compartment,
    moved_in,
    stage_name,
)
from locker.contents import Item, Reservation, Taking
from locker.door import Door, ImpossibleHappening
from wire.happenings import (
    AlarmRaised,
    CompartmentBlocked,
    CompartmentReserved,
    CompartmentUnblocked,
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositMoved,
    DepositOpened,
    DoorClosed,
    DoorForced,
    InspectionBegun,
    InspectionEnded,
    InspectionOpened,
    MisplacementReported,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Redirected,
    Reissued,
    ReservationEnded,
    Settled,
    Taken,
)

ITEM = Item("paper-1", "", "1000", "staff 1001", "5678", issue=1)
MORE = Item("paper-2", "", "1000", "staff 1002", "5678", issue=1)
INSIDE = {"item": "paper-1", "compartment": 1}
BEGUN = DepositBegun(
    label="", size="S", number="1000", giver="staff 1001", phone="sealed", phone_tail="5678", into="1000", **INSIDE
)
HAPPENINGS: tuple[CompartmentHappening, ...] = (
    BEGUN,
    DepositOpened(**INSIDE),
    DepositMoved(to=2, **INSIDE),
    DepositAbandoned(why="cancelled", **INSIDE),
    Deposited(number="1000", issue=1, giver="staff 1001", **INSIDE),
    PickupReserved(attempt=2, **INSIDE),
    PickupOpened(**INSIDE),
    PickupLapsed(why="not_opened", **INSIDE),
    Taken(receiver="citizen ****5678", **INSIDE),
    Reissued(number="1000", issue=2, why="reissue", by="staff 1001", **INSIDE),
    Redirected(purpose="delivery", by="citizen ****5678", **INSIDE),
    MisplacementReported(by="staff 1001", note="", **INSIDE),
    Settled(compartment=1, gone=False, by="staff 1001", witness="staff 1002", why=""),
    InspectionBegun(compartment=1, by="staff 1001", witness="staff 1002", why=""),
    InspectionOpened(compartment=1),
    InspectionEnded(compartment=1, why="closed"),
    CompartmentReserved(reservation="r1", compartment=1, size="S", by="staff 1001", until=9),
    ReservationEnded(reservation="r1", compartment=1, why="used"),
    CompartmentBlocked(compartment=1, why="smell", by="staff 1001"),
    CompartmentUnblocked(compartment=1, by="staff 1001"),
    DoorForced(compartment=1),
    DoorClosed(compartment=1),
)
OF_THE_ITEM = HAPPENINGS[1:12]
WAITING = Taking("code", "citizen ****5678", ("paper-1",))
GOING = Taking("code", "citizen ****5678", (), ("paper-1",))
HELD = Compartment(1, "S", use=Use.HOLDING, items=(ITEM,))
COMPARTMENTS = {
    "free": Compartment(1, "S"),
    "reserved": Compartment(1, "S", use=Use.RESERVED, reserved=Reservation("r1", "staff 1001", 9)),
    "filling": Compartment(1, "S", use=Use.FILLING, arriving=ITEM),
    "filling_opened": Compartment(1, "S", use=Use.FILLING, opened=True, arriving=ITEM),
    "holding": HELD,
    "adding": replace(HELD, use=Use.ADDING, items=(MORE,), arriving=ITEM),
    "adding_opened": replace(HELD, use=Use.ADDING, items=(MORE,), arriving=ITEM, opened=True),
    "emptying": replace(HELD, use=Use.EMPTYING, taking=WAITING),
    "emptying_opened": replace(HELD, use=Use.EMPTYING, opened=True, taking=GOING),
    "inspecting": replace(HELD, use=Use.INSPECTING, was=(Use.HOLDING, False)),
    "inspecting_opened": replace(HELD, use=Use.INSPECTING, opened=True, was=(Use.HOLDING, False)),
}
ALWAYS = {"DoorClosed": "same", "CompartmentBlocked": "same", "CompartmentUnblocked": "same"}
LOOK = {"InspectionBegun": "inspecting", "Settled": "same"}
DOUBT = {"MisplacementReported": "same", "DoorForced": "same"}
EXPECTED: dict[str, dict[str, str]] = {
    "free": {"DepositBegun": "filling", "CompartmentReserved": "reserved", "DoorForced": "same", **LOOK, **ALWAYS},
    "reserved": {"ReservationEnded": "free", "DoorForced": "same", **LOOK, **ALWAYS},
    "filling": {
        "DepositOpened": "filling_opened",
        "DepositMoved": "free",
        "DepositAbandoned": "free",
        **DOUBT,
        **LOOK,
        **ALWAYS,
    },
    "filling_opened": {
        "Deposited": "holding", "DepositMoved": "free", "DepositAbandoned": "free", **LOOK, **ALWAYS,
    },
    "holding": {
        "DepositBegun": "adding", "PickupReserved": "emptying", "Reissued": "same", "Redirected": "same",
        **DOUBT, **LOOK, **ALWAYS,
    },
    "adding": {
        "DepositOpened": "adding_opened", "DepositAbandoned": "holding", **DOUBT, **LOOK, **ALWAYS,
    },
    "adding_opened": {"Deposited": "holding", "DepositAbandoned": "holding", **LOOK, **ALWAYS},
    "emptying": {"PickupOpened": "emptying_opened", "PickupLapsed": "holding", **ALWAYS},
    "emptying_opened": {
        "Taken": "free", "PickupLapsed": "holding", "MisplacementReported": "same", **LOOK, **ALWAYS,
    },
    "inspecting": {"InspectionOpened": "inspecting_opened", "InspectionEnded": "holding", "Reissued": "same", **ALWAYS},
    "inspecting_opened": {"InspectionEnded": "holding", "Reissued": "same", **ALWAYS},
}  # fmt: skip
FOR_OTHERS = {"DepositMoved": {"free"}, "Reissued": {"adding", "adding_opened"}, "PickupOpened": {"emptying_opened"}}
"""Possible, but not with this one item: tests of their own."""


@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda happening: type(happening).__name__)
@pytest.mark.parametrize("stage", COMPARTMENTS)
def test_every_stage_meets_every_happening(stage: str, happening: CompartmentHappening):
    compartment, kind = COMPARTMENTS[stage], type(happening).__name__
    expected = EXPECTED[stage].get(kind)
    if expected is None:
        with pytest.raises(ImpossibleHappening):
            after(compartment, happening, 5)
        return
    then = after(compartment, happening, 5)
    assert stage_name(then.stage) == (stage if expected == "same" else expected)
    assert then.occupied or stage in ("free", "reserved") or then.use is Use.FREE


def test_the_expected_table_has_every_pair():
    assert {type(happening) for happening in HAPPENINGS} == set(get_args(CompartmentHappening))
    assert list(COMPARTMENTS) == [stage_name(stage) for stage in STAGES] == list(EXPECTED)
    pairs = {(stage, kind) for stage, row in EXPECTED.items() for kind in row}
    pairs |= {(stage, kind) for kind, stages in FOR_OTHERS.items() for stage in stages}
    assert {(stage_name(stage), kind.__name__) for stage, kind in USES} == pairs


def test_every_happening_of_a_compartment_is_known_for_one_and_no_other():
    assert all(is_of_compartment(happening) for happening in HAPPENINGS)
    assert not is_of_compartment(AlarmRaised(alarm="break_in", about="door 1"))


@pytest.mark.parametrize("door", Door)
def test_no_happening_of_the_record_touches_the_door(door: Door):
    for stage, row in EXPECTED.items():
        for happening in HAPPENINGS:
            if type(happening).__name__ in row:
                assert after(replace(COMPARTMENTS[stage], door=door), happening, 5).door is door


@pytest.mark.parametrize("happening", OF_THE_ITEM, ids=lambda happening: type(happening).__name__)
def test_a_happening_of_another_item_is_impossible(happening: CompartmentHappening):
    kind = type(happening).__name__
    for stage, row in EXPECTED.items():
        if kind in row:
            with pytest.raises(ImpossibleHappening, match=r"paper-1|not-this-one"):
                after(COMPARTMENTS[stage], other(happening), 5)


def other(happening: CompartmentHappening) -> CompartmentHappening:
    fields = {name: getattr(happening, name) for name in happening.__struct_fields__}
    return type(happening)(**{**fields, "item": "not-this-one"})


def test_a_happening_that_ends_another_reservation_is_impossible():
    with pytest.raises(ImpossibleHappening, match="compartment 1 is reserved"):
        after(COMPARTMENTS["reserved"], ReservationEnded(reservation="r2", compartment=1, why="used"), 5)


def test_what_joins_another_number_is_impossible():
    with pytest.raises(ImpossibleHappening, match="compartment 1 is holding"):
        after(HELD, DepositBegun(**{**fields_of(BEGUN), "into": "1001"}), 5)


def fields_of(happening: DepositBegun) -> dict[str, object]:
    return {name: getattr(happening, name) for name in happening.__struct_fields__}


def test_only_what_begins_or_ends_a_use_starts_its_deadline_anew():
    quiet = {
        "CompartmentBlocked",
        "CompartmentUnblocked",
        "DoorForced",
        "DoorClosed",
        "MisplacementReported",
        "Redirected",
        "Reissued",
    }
    for stage, row in EXPECTED.items():
        for happening in HAPPENINGS:
            kind = type(happening).__name__
            if kind in row:
                assert after(COMPARTMENTS[stage], happening, 5).since == (0 if kind in quiet else 5), (stage, kind)


def test_the_item_keeps_what_the_record_says_of_it():
    begun = after(COMPARTMENTS["free"], BEGUN, 1)
    assert begun.arriving == replace(ITEM, issue=0)
    held = after(after(begun, HAPPENINGS[1], 2), HAPPENINGS[4], 3)
    assert (held.items, held.arriving) == ((ITEM,), None)
    assert after(held, PickupReserved(attempt=3, **INSIDE), 4).attempts == 3


def test_a_deposit_goes_on_in_a_free_compartment_and_nowhere_else():
    moved = DepositMoved(item="paper-1", compartment=2, to=1)
    then = moved_in(COMPARTMENTS["free"], ITEM, moved, 5)
    assert (then.use, then.arriving, then.since) == (Use.FILLING, replace(ITEM, moves=1), 5)
    for stage, compartment in COMPARTMENTS.items():
        if stage != "free":
            with pytest.raises(ImpossibleHappening):
                moved_in(compartment, ITEM, moved, 5)


def two(**more: object) -> Compartment:
    return replace(HELD, items=(ITEM, MORE), **more)


def test_of_two_items_the_first_that_is_taken_leaves_the_door_open_for_the_second():
    taking = after(two(), PickupReserved(attempt=1, **INSIDE), 1)
    assert taking.taking == Taking("code", "citizen ****5678", ("paper-1", "paper-2"))
    for item in ("paper-1", "paper-2"):
        taking = after(taking, PickupOpened(item=item, compartment=1), 2)
        assert taking.stage == (Use.EMPTYING, True)
    one = after(taking, Taken(item="paper-1", compartment=1, receiver="x"), 3)
    assert (one.stage, one.items) == ((Use.EMPTYING, True), (MORE,))
    assert after(one, Taken(item="paper-2", compartment=1, receiver="x"), 3).stage == (Use.FREE, False)


def test_no_item_goes_out_twice_through_one_opening():
    with pytest.raises(ImpossibleHappening):
        after(COMPARTMENTS["emptying_opened"], PickupOpened(**INSIDE), 3)
    with pytest.raises(ImpossibleHappening):
        after(two(use=Use.EMPTYING, taking=WAITING), PickupOpened(item="paper-2", compartment=1), 3)


def test_a_recall_takes_only_what_its_giver_laid_in():
    recalled = after(
        two(), PickupReserved(item="paper-1", compartment=1, attempt=1, by="recall", receiver="staff 1001"), 1
    )
    assert recalled.taking == Taking("recall", "staff 1001", ("paper-1",))
    opened = after(recalled, PickupOpened(**INSIDE), 2)
    then = after(opened, Taken(receiver="staff 1001", **INSIDE), 3)
    assert (then.stage, then.items, then.taking) == ((Use.HOLDING, False), (MORE,), None)


def test_only_what_goes_out_through_this_opening_can_turn_out_to_be_something_else():
    opened = replace(two(), use=Use.EMPTYING, opened=True, taking=GOING)
    reported = after(opened, MisplacementReported(by="citizen ****5678", note="", **INSIDE), 2)
    assert (reported.stage, reported.taking) == ((Use.EMPTYING, True), replace(GOING, wrong=("paper-1",)))
    assert [item.misplaced for item in reported.items] == [True, False]
    with pytest.raises(ImpossibleHappening):
        after(opened, MisplacementReported(item="paper-2", compartment=1, by="citizen ****5678", note=""), 2)


def test_an_item_goes_another_way_only_where_it_lies_alone():
    redirected = Redirected(purpose="delivery", by="citizen ****5678", **INSIDE)
    assert after(HELD, redirected, 5).items == (replace(ITEM, purpose="delivery"),)
    with pytest.raises(ImpossibleHappening):
        after(two(), redirected, 5)


def test_a_new_code_is_one_for_all_that_lie_together():
    reissued = Reissued(
        item="paper-2", compartment=1, number="1000", issue=7, why="proxy", by="x", phone_tail="4321", holder="0a" * 6
    )
    then = after(replace(HELD, items=(replace(ITEM, issue=8), MORE)), reissued, 1)
    assert [item.issue for item in then.items] == [9, 7], "each has one that it never had"
    assert {(item.phone_tail, item.holder) for item in then.items} == {("4321", "0a" * 6)}


@pytest.mark.parametrize(("gone", "left"), [(True, ["paper-2"]), (False, ["paper-1", "paper-2"])])
def test_only_what_was_reported_can_turn_out_to_be_gone(gone: bool, left: list[str]):
    reported = after(two(), MisplacementReported(by="staff 1001", note="", **INSIDE), 1)
    assert [item.misplaced for item in reported.items] == [True, False]
    settled = Settled(compartment=1, gone=gone, by="a", witness="b", why="")
    then = after(reported, settled, 2)
    assert [item.id for item in then.items] == left
    assert not any(item.misplaced for item in then.items)
    alone = after(HELD, MisplacementReported(by="staff 1001", note="", **INSIDE), 1)
    assert after(alone, settled, 2).use is (Use.FREE if gone else Use.HOLDING)


@pytest.mark.parametrize("stage", [stage for stage, row in EXPECTED.items() if "InspectionBegun" in row])
def test_an_inspection_leads_back_to_what_it_interrupted(stage: str):
    before = replace(COMPARTMENTS[stage], since=5)
    looking = after(before, InspectionBegun(compartment=1, by="a", witness="b", why=""), 5)
    assert looking.stage == (Use.INSPECTING, False)
    opened = after(looking, InspectionOpened(compartment=1), 5)
    for inspected in (looking, opened):
        then = after(inspected, InspectionEnded(compartment=1, why="closed"), 5)
        assert replace(then, was=before.was) == before


def test_a_compartment_is_at_rest_when_nobody_was_promised_its_door():
    at_rest = {stage for stage, compartment in COMPARTMENTS.items() if compartment.at_rest}
    assert at_rest == {"free", "reserved", "holding"}
    waiting = {stage for stage, compartment in COMPARTMENTS.items() if compartment.awaits_opening}
    assert waiting == {"filling", "adding", "emptying", "inspecting"}
    claimed = replace(COMPARTMENTS["filling"], arriving=replace(ITEM, misplaced=True))
    assert (claimed.claimed, claimed.at_rest, claimed.awaits_opening) == (True, True, False)


def test_a_receiver_is_named_by_the_tail_of_the_phone_alone():
    assert ITEM.receiver == "citizen ****5678"
