"""Several items of one person in one compartment: one code, one opening."""

from typing import Any

import pytest

from locker.compartment import Place, Use
from locker.step import Open, Refuse
from wire.happenings import DepositAbandoned, Reissued


def add(zone: Any, item: str, number: str, **more: Any) -> None:
    compartment = zone.deposit(item, into=number, **more).effects[0].compartment
    zone.goes_through(compartment)


def test_an_item_joins_what_lies_under_a_number_and_has_that_number(zone: Any):
    compartment, number, code = zone.put_in("paper-1")
    step = zone.deposit("paper-2", into=number, giver="staff 1002")
    assert step.effects == (Open(compartment),)
    assert (step.record[0].number, step.record[0].into) == (number, number)
    assert zone[compartment].use is Use.ADDING
    zone.goes_through(compartment)
    assert [item.id for item in zone[compartment].items] == ["paper-1", "paper-2"]
    assert zone.code(compartment) == code, "the citizen's code stays good"


def test_one_opening_hands_over_all(zone: Any):
    compartment, number, code = zone.put_in("paper-1")
    add(zone, "paper-2", number)
    zone.pick_up(number, code)
    opened, closed = zone.opens(compartment).record, zone.closes(compartment).record
    assert [(type(h).__name__, h.item) for h in (*opened, *closed)] == [
        ("PickupOpened", "paper-1"), ("PickupOpened", "paper-2"), ("Taken", "paper-1"), ("Taken", "paper-2"),
    ]  # fmt: skip
    assert zone[compartment].use is Use.FREE
    assert zone.pick_up(number, code).effects == (Refuse("spent"),)


def test_a_number_that_was_joined_is_not_counted_as_given_out(zone: Any):
    _, number, _ = zone.put_in("paper-1")
    add(zone, "paper-2", number)
    assert zone.put_in("paper-3")[1] == str(int(number) + 1)


@pytest.mark.parametrize("more", [{"phone_tail": "4321"}, {"purpose": "delivery"}, {"holder": "0a" * 6, "level": 2}])
def test_nobody_joins_an_item_of_somebody_else(zone: Any, more: dict[str, Any]):
    _, number, _ = zone.put_in("paper-1", level=2, holder="0b" * 6)
    step = zone.deposit("paper-2", into=number, **more)
    assert (step.effects, step.record) == ((Refuse("not_same_person"),), ())


def test_there_is_no_joining_a_number_that_nobody_has(zone: Any):
    assert zone.deposit("paper-2", into="1000").effects == (Refuse("no_such_number"),)
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    assert zone.deposit("paper-2", into=number).effects == (Refuse("busy"),)
    zone.goes_through(compartment)
    assert zone.deposit("paper-2", into=number).effects == (Refuse("no_such_number"),)


def test_what_is_too_large_joins_nothing(zone: Any):
    _, number, _ = zone.put_in()
    assert zone.deposit("paper-2", "M", into=number).effects == (Refuse("no_compartment"),)


def test_nothing_joins_behind_a_door_that_is_not_in_order(zone: Any):
    compartment, number, _ = zone.put_in()
    zone.opens(compartment)
    assert zone.deposit("paper-2", into=number).effects == (Refuse("door_open"),)
    zone.closes(compartment)
    zone.ask("block", compartment, "smell", "staff 1001")
    assert zone.deposit("paper-2", into=number).effects == (Refuse("blocked"),)


def test_an_item_that_does_not_join_in_time_stays_with_its_giver_and_the_others_inside(zone: Any):
    compartment, number, code = zone.put_in()
    zone.deposit("paper-2", into=number)
    lapsed = zone.wait(10).record[0]
    assert lapsed == DepositAbandoned(item="paper-2", compartment=compartment, why="not_opened"), "it moves nowhere"
    assert [item.id for item in zone[compartment].items] == ["paper-1"]
    assert zone.pick_up(number, code).effects == (Open(compartment),)


def test_whoever_takes_an_item_back_leaves_the_others_inside(zone: Any):
    compartment, number, code = zone.put_in()
    zone.deposit("paper-2", into=number)
    zone.cancel(compartment)
    assert zone[compartment].use is Use.HOLDING
    assert zone.pick_up(number, code).effects == (Refuse("busy"),), "the bolt is moving for the other one"
    zone.goes_through(compartment)
    assert zone.pick_up(number, code).effects == (Open(compartment),)


def test_nobody_fetches_while_something_is_added(zone: Any):
    compartment, number, code = zone.put_in()
    zone.deposit("paper-2", into=number)
    for move in (None, zone.opens):
        if move:
            move(compartment)
        assert zone.pick_up(number, code).effects == (Refuse("busy"),)


def test_a_giver_recalls_only_the_own_item_and_the_other_gets_a_new_code(zone: Any):
    compartment, number, code = zone.put_in("paper-1")
    add(zone, "paper-2", number, giver="staff 1002")
    zone.ask("collect", "paper-1", by="staff 1001", role="giver")
    record = zone.goes_through(compartment)
    assert [h.item for h in record] == ["paper-1", "paper-1", "paper-2"]
    assert record[-1] == Reissued(
        item="paper-2", compartment=compartment, number=number, issue=2, why="reissue", by="staff 1001"
    )
    assert zone.pick_up(number, code).effects == (Refuse("wrong_code"),), "it was the recalled item's"
    assert zone.pick_up(number, zone.code(compartment)).effects == (Open(compartment),)


def test_a_recall_of_what_came_later_leaves_the_code_good(zone: Any):
    compartment, number, code = zone.put_in("paper-1")
    add(zone, "paper-2", number, giver="staff 1002")
    zone.ask("collect", "paper-2", by="staff 1002", role="giver")
    assert len(zone.goes_through(compartment)) == 2
    assert zone.pick_up(number, code).effects == (Open(compartment),)


def test_while_one_is_recalled_the_code_is_not_called_spent(zone: Any):
    compartment, number, code = zone.put_in("paper-1")
    add(zone, "paper-2", number, giver="staff 1002")
    zone.ask("collect", "paper-2", by="staff 1002", role="giver")
    zone.opens(compartment)
    assert zone.pick_up(number, code).effects == (Refuse("busy"),)


def test_the_strictest_item_says_what_is_asked_for(zone: Any):
    compartment, number, code = zone.put_in("paper-1")
    add(zone, "paper-2", number, level=1)
    assert zone.pick_up(number, code).effects == (Refuse("needs_tail"),)
    assert zone.pick_up(number, code, tail="5678").effects == (Open(compartment),)


def test_an_item_that_comes_back_to_its_old_company_gets_no_old_code(zone_of: Any):
    zone = zone_of((Place(1, "S"), Place(2, "S")))
    compartment, number, code = zone.put_in("paper-2")
    zone.pick_up(number, code)
    zone.goes_through(compartment)
    _, number, _ = zone.put_in("paper-1")
    add(zone, "paper-2", number)
    assert [item.issue for item in zone[1].items] == [1, 2]
