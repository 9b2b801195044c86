from typing import Any

import pytest

from locker.bank import Bank
from locker.compartment import Place, Use
from locker.door import Door, ImpossibleHappening
from locker.step import Open, Refuse
from wire.happenings import DepositAbandoned, Deposited, DepositOpened, DoorForced


def test_a_deposit_is_recorded_and_then_a_door_is_ordered_open(zone: Any):
    step = zone.deposit()
    assert step.effects == (Open(1),)
    begun = step.record[0]
    assert (begun.compartment, begun.number, begun.giver, begun.phone, begun.phone_tail) == (
        1, "1000", "staff 1001", "sealed", "5678",
    )  # fmt: skip
    assert (zone[1].use, zone[1].door) == (Use.FILLING, Door.OPENING)


def test_the_item_is_in_when_the_door_was_closed_on_it(zone: Any):
    zone.deposit()
    assert zone.opens(1).record == (DepositOpened(item="paper-1", compartment=1, giver="staff 1001"),)
    assert zone.closes(1).record == (
        Deposited(item="paper-1", compartment=1, number="1000", issue=1, giver="staff 1001"),
    )
    assert (zone[1].use, zone[1].door) == (Use.HOLDING, Door.CLOSED)


def test_before_the_door_opened_a_closed_contact_is_no_news(zone: Any):
    zone.deposit()
    assert zone.closes(1).record == ()
    assert zone[1].door is Door.OPENING


@pytest.mark.parametrize(("size", "compartment"), [("S", 1), ("M", 3), ("L", 4)])
def test_the_smallest_that_is_large_enough_is_chosen(zone: Any, size: str, compartment: int):
    assert zone.deposit(size=size).effects == (Open(compartment),)


def test_when_the_small_ones_are_full_a_larger_one_serves(zone: Any):
    chosen = [zone.deposit(f"paper-{n}").effects[0] for n in range(5)]
    assert chosen == [Open(1), Open(3), Open(4), Open(2), Refuse("no_compartment")], "the low one last"


def test_the_order_in_which_compartments_are_configured_does_not_matter(zone_of: Any):
    zone = zone_of((Place(9, "L"), Place(2, "S"), Place(1, "S")))
    assert zone.deposit().effects == (Open(1),)


def test_a_larger_item_never_gets_a_smaller_compartment(zone: Any):
    zone.put_in("big", "L")
    assert zone.deposit("bigger", "L").effects == (Refuse("no_compartment"),)


@pytest.mark.parametrize("closed", [True, False])
def test_an_item_that_is_inside_or_on_its_way_is_not_taken_twice(zone: Any, closed: bool):
    zone.deposit()
    zone.opens(1)
    if closed:
        zone.closes(1)
    step = zone.deposit()
    assert (step.effects, step.record) == ((Refuse("already_here"),), ())


def test_a_refused_deposit_changes_nothing(zone: Any):
    zone.put_in()
    before = zone.bank
    assert zone.deposit().bank == before


@pytest.mark.parametrize("trouble", ["open", "forced", "stuck", "left open"])
def test_a_door_that_is_not_in_order_is_never_chosen(zone_of: Any, trouble: str):
    zone = zone_of((Place(1, "S"),))
    if trouble == "open":
        zone.restart()
        zone.contacts(1)
    elif trouble == "forced":
        zone.opens(1)
        zone.restart()  # now only the alarm remembers
    else:
        zone.deposit()
        if trouble == "left open":
            zone.opens(1)
            zone.cancel(1)
            zone.wait(60)
        else:
            zone.wait(10)
        zone.restart()
    assert zone.deposit("paper-2").effects == (Refuse("no_compartment"),)


def test_an_unknown_door_may_be_chosen(zone: Any):
    zone.restart()
    assert zone[1].door is Door.UNKNOWN
    assert zone.deposit().effects == (Open(1),)


def test_a_door_that_does_not_open_leaves_the_item_with_its_giver_when_no_other_fits(zone_of: Any):
    zone = zone_of((Place(1, "L"), Place(2, "S")))
    zone.deposit(size="M")
    assert zone.wait(9.999).record == ()
    abandoned = zone.wait(0.001).record[0]
    assert abandoned == DepositAbandoned(item="paper-1", compartment=1, why="not_opened")
    assert zone[1].use is Use.FREE
    assert zone.alarms() == {"door_stuck: door 1"}
    assert zone.deposit().effects == (Open(2),), "it can be laid in elsewhere"


def test_a_giver_who_takes_it_back_before_the_door_opened_has_it(zone: Any):
    zone.deposit()
    assert zone.cancel(1).record == (DepositAbandoned(item="paper-1", compartment=1, why="cancelled"),)
    assert zone[1].use is Use.FREE


def test_a_door_that_opens_after_it_was_taken_back_is_no_break_in(zone: Any):
    zone.deposit()
    zone.cancel(1)
    assert zone.opens(1).record == ()
    assert zone[1].door is Door.OPEN
    assert zone.deposit("paper-2").effects == (Open(3),), "not while it stands open"
    assert zone.closes(1).record == ()
    assert zone.deposit("paper-3").effects == (Open(1),)


def test_a_door_that_never_opens_after_it_was_taken_back_is_stuck(zone: Any):
    zone.deposit()
    zone.cancel(1)
    zone.wait(10)
    assert zone[1].door is Door.STUCK
    assert zone.alarms() == {"door_stuck: door 1"}


def test_a_giver_who_takes_it_back_from_the_open_compartment_has_it_at_once(zone: Any):
    zone.deposit()
    zone.opens(1)
    zone.cancel(1)
    zone.restart()
    zone.contacts()
    assert zone.kinds() == ["DepositBegun", "DepositOpened", "DepositAbandoned"]
    assert zone[1].use is Use.FREE


def test_what_was_deposited_cannot_be_taken_back_without_a_code(zone: Any):
    zone.put_in()
    assert zone.cancel(1).effects == (Refuse("too_late"),)
    assert zone.cancel(2).effects == (Refuse("too_late"),)


def test_there_is_no_taking_back_from_a_compartment_that_does_not_exist(zone: Any):
    with pytest.raises(ImpossibleHappening, match="no compartment 9"):
        zone.cancel(9)


def test_numbers_are_not_used_again_while_they_are_in_use_or_remembered(zone: Any):
    numbers = []
    for n in range(12):
        compartment, number, code = zone.put_in(f"paper-{n}")
        numbers.append(number)
        zone.pick_up(number, code)
        zone.opens(compartment)
        zone.closes(compartment)
    assert numbers == [str(1000 + n) for n in range(12)]


def test_a_number_in_use_survives_nine_thousand_others(zone: Any):
    zone.put_in("old")
    zone.bank = zone.bank.__class__(zone.bank.compartments, last_number=9999)
    assert zone.deposit("new").record[0].number == "1001"


def test_an_item_that_comes_back_gets_another_code(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.opens(compartment)
    zone.closes(compartment)
    _, again, other_code = zone.put_in()
    assert again != number
    assert other_code != code
    assert zone.journal[-1][0].issue == 2


def test_an_item_that_was_never_laid_in_has_no_code(zone: Any, zone_of: Any):
    zone.deposit()
    assert zone.pick_up("1000", zone_of().put_in()[2]).effects == (Refuse("wrong_code"),)
    assert zone.journal[-1][0].why == "unknown_number"


def test_a_happening_of_a_door_that_the_bank_lacks_is_not_its_journal(zone: Any):
    with pytest.raises(ImpossibleHappening, match="no compartment 7"):
        zone.bank.after(DoorForced(compartment=7), 1)


def test_the_fold_does_not_depend_on_how_the_bank_was_subclassed(zone: Any):
    zone.put_in()
    assert type(zone.folded()) is Bank
