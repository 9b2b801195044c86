from typing import Any

import pytest

from locker.compartment import Use
from locker.door import Door
from locker.step import Refuse
from wire.happenings import AlarmCleared, AlarmRaised, DoorClosed, DoorForced


@pytest.mark.parametrize("held", [True, False])
def test_an_opening_without_a_command_is_a_break_in_until_the_door_is_closed(zone: Any, held: bool):
    if held:
        zone.put_in()
    assert zone.opens(1).record == (
        DoorForced(compartment=1),
        AlarmRaised(alarm="break_in", about="door 1"),
    )
    assert zone.opens(1).record == ()
    assert zone.closes(1).record == (DoorClosed(compartment=1), AlarmCleared(alarm="break_in", about="door 1"))


def test_the_item_behind_a_forced_door_keeps_its_place_in_the_record(zone: Any):
    compartment, number, code = zone.put_in()
    zone.opens(compartment)
    zone.closes(compartment)
    assert zone[compartment].use is Use.HOLDING
    assert zone.pick_up(number, code).refused is None


def test_a_door_left_open_for_a_minute_is_an_alarm_until_it_is_closed(zone: Any):
    zone.deposit()
    zone.opens(1)
    assert zone.wait(59.999).record == ()
    assert zone.wait(0.001).record == (AlarmRaised(alarm="door_left_open", about="door 1"),)
    assert zone.wait(60).record == ()
    assert zone.closes(1).record[1:] == (AlarmCleared(alarm="door_left_open", about="door 1"),)
    assert zone[1].use is Use.HOLDING


def test_a_door_without_a_compartment_is_nobodys(zone: Any):
    before = zone.bank
    assert zone.opens(17).record == ()
    assert zone.bank is before


def test_a_silent_board_makes_every_door_unknown_and_is_one_alarm(zone: Any):
    assert zone.lost().record == (AlarmRaised(alarm="lock_board_silent", about="lock board"),)
    assert {compartment.door for compartment in zone.bank.compartments.values()} == {Door.UNKNOWN}
    assert zone.lost().record == ()
    assert zone.found().record == (AlarmCleared(alarm="lock_board_silent", about="lock board"),)
    assert zone.found().record == ()


def test_while_the_board_is_silent_nothing_new_is_begun(zone: Any):
    _, number, code = zone.put_in()
    zone.lost()
    assert zone.deposit("paper-2").effects == (Refuse("board_silent"),)
    step = zone.pick_up(number, code)
    assert (step.effects, step.record) == ((Refuse("board_silent"),), ())
    assert zone.pick_up(number, "00000000").refused.reason == "wrong_code", "a silent board is no oracle"
    zone.found()
    assert zone.pick_up(number, code).refused is None


@pytest.mark.parametrize("seen", ["moves", "contact"])
def test_what_happened_while_the_board_was_silent_is_caught_up(zone: Any, seen: str):
    zone.deposit()
    zone.lost()
    zone.wait(300)
    zone.found()
    if seen == "moves":
        zone.opens(1)
        zone.closes(1)
    else:
        zone.contacts(1)
        zone.closes(1)
    zone.contacts()
    assert zone.kinds()[-2:] == ["DepositOpened", "Deposited"]


def test_no_deadline_runs_while_the_board_is_silent(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.lost()
    assert zone.wait(3600).record == ()
    zone.found()
    zone.contacts()
    assert zone.wait(9.9).record == ()
    assert [type(happening).__name__ for happening in zone.wait(0.1).record] == ["PickupLapsed"]
    assert zone[compartment].use is Use.HOLDING


def test_a_stuck_door_stays_an_alarm_when_the_board_was_silent_in_between(zone: Any):
    zone.deposit()
    zone.wait(10)
    zone.lost()
    zone.found()
    zone.contacts()
    assert zone.alarms() == {"door_stuck: door 1"}


def test_a_free_compartment_whose_unknown_door_is_found_open_is_no_break_in(zone: Any):
    zone.restart()
    zone.contacts(2)
    assert zone.kinds() == []
    zone.wait(60)
    assert zone.alarms() == {"door_left_open: door 2"}


def test_an_item_whose_unknown_door_is_found_open_is_a_break_in(zone: Any):
    compartment, _, _ = zone.put_in()
    zone.restart()
    zone.contacts(compartment)
    assert zone.alarms() == {"break_in: door 1"}


def test_a_break_in_that_a_restart_interrupted_is_told_once_and_ends(zone: Any):
    zone.put_in()
    zone.opens(1)
    zone.restart()
    zone.contacts(1)
    assert zone.kinds().count("DoorForced") == 1
    zone.contacts()
    assert zone.kinds()[-2:] == ["DoorClosed", "AlarmCleared"]


def test_alarms_of_others_are_not_the_banks(zone: Any):
    other = AlarmRaised(alarm="paper_out", about="printer")
    assert zone.bank.after(other, 1) == zone.bank
