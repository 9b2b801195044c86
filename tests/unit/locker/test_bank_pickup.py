from dataclasses import replace
from typing import Any

import pytest

from locker.bank import Bank
from locker.compartment import Compartment, Place, Use
from locker.door import Door, ImpossibleHappening
from locker.step import Open, Refuse
from wire.happenings import CodeRefused, PickupLapsed, PickupOpened, PickupReserved, Taken

WRONG = "00000000"


def test_the_right_code_is_recorded_and_then_opens_its_door(zone: Any):
    compartment, number, code = zone.put_in()
    step = zone.pick_up(number, code)
    assert step.record == (
        PickupReserved(
            item="paper-1", compartment=compartment, attempt=1, screen="left", by="code", receiver="citizen ****5678"
        ),
    )
    assert step.effects == (Open(compartment),)


def test_the_citizen_has_the_item_when_the_door_is_closed(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    assert zone.opens(compartment).record == (
        PickupOpened(item="paper-1", compartment=compartment, receiver="citizen ****5678"),
    )
    assert zone.closes(compartment).record == (
        Taken(item="paper-1", compartment=compartment, receiver="citizen ****5678"),
    )
    assert (zone[compartment].use, zone[compartment].items) == (Use.FREE, ())


def test_contacts_that_repeat_themselves_are_no_news(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.opens(compartment)
    before = zone.bank
    for _ in range(3):
        assert zone.opens(compartment).bank is before or zone.bank == before
    zone.closes(compartment)
    zone.contacts()
    assert zone.kinds().count("PickupOpened") == zone.kinds().count("Taken") == 1


def test_a_wrong_code_opens_nothing_and_is_counted(zone: Any):
    _, number, _ = zone.put_in()
    step = zone.pick_up(number, WRONG)
    assert step.effects == (Refuse("wrong_code"),)
    assert step.record == (CodeRefused(number=number, why="wrong_code", tries=1, screen="left"),)


def test_an_unknown_number_is_answered_like_a_wrong_code_and_counts_like_one(zone: Any):
    _, number, code = zone.put_in()
    unknown, wrong = zone.pick_up("4321", code), zone.pick_up(number, WRONG)
    assert unknown.effects == wrong.effects
    assert [step.record[0].tries for step in (unknown, wrong)] == [1, 2]
    assert unknown.record[0].why == "unknown_number"


def test_what_is_no_pickup_number_is_not_written_down(zone: Any):
    step = zone.pick_up("13800005678", WRONG)
    assert step.record == (CodeRefused(number="", why="unknown_number", tries=1, screen="left"),)


@pytest.mark.parametrize("junk", ["", "1" * 10_000, "\ud800", "１２３４５６７８", "1234567"])
def test_junk_is_a_wrong_code(zone: Any, junk: str):
    _, number, _ = zone.put_in()
    assert zone.pick_up(number, junk).effects == (Refuse("wrong_code"),)
    assert zone.pick_up(junk, junk).effects == (Refuse("wrong_code"),)


def test_the_code_of_another_item_is_a_wrong_code(zone: Any):
    _, number, _ = zone.put_in("paper-1")
    _, _, other = zone.put_in("paper-2")
    assert zone.pick_up(number, other).effects == (Refuse("wrong_code"),)


def test_the_sixth_wrong_code_locks_the_screen_for_a_minute(zone: Any):
    _, number, code = zone.put_in()
    zone.wrong(5)
    assert zone.pick_up(number, WRONG).effects == (Refuse("wrong_code"),)
    assert zone.pick_up(number, code).effects == (Refuse("locked_out", zone.now + 60_000),)
    zone.wait(60)
    assert zone.pick_up(number, code).effects[0] == Open(1)


def test_while_a_screen_is_locked_nothing_is_counted_or_recorded(zone: Any):
    _, number, code = zone.put_in()
    zone.wrong(6)
    entries = len(zone.journal)
    for given in (code, WRONG, "junk"):
        assert zone.pick_up(number, given).refused.reason == "locked_out"
    assert len(zone.journal) == entries
    zone.wait(60)
    assert zone.pick_up(number, WRONG).record[0].tries == 7


def test_pulling_the_plug_buys_no_tries(zone: Any):
    _, number, code = zone.put_in()
    zone.wrong(6)
    zone.restart()
    assert zone.pick_up(number, code).effects == (Refuse("locked_out", zone.now + 60_000),)


def test_a_right_code_forgives_the_wrong_ones_before_it_also_after_a_restart(zone: Any):
    _, number, code = zone.put_in()
    zone.wrong(5)
    zone.pick_up(number, code)
    zone.restart()
    assert zone.pick_up("4321", WRONG).record[0].tries == 1


def test_each_screen_counts_for_itself(zone: Any):
    _, number, code = zone.put_in()
    zone.wrong(6, screen="left")
    assert zone.pick_up(number, code, screen="right").effects == (Open(1),)
    assert zone.pick_up(number, code, screen="left").refused.reason == "locked_out"


def test_ten_wrong_codes_in_a_row_are_an_alarm_until_a_right_one(zone: Any):
    _, number, code = zone.put_in()
    for _ in range(10):
        zone.wait(3600)
        zone.wrong(1)
    assert zone.alarms() == {"code_guessing: screen left"}
    zone.wait(3600)
    zone.wrong(1)
    zone.wait(3600)
    zone.pick_up(number, code)
    assert zone.alarms() == set()
    assert zone.kinds().count("AlarmRaised") == 1


def test_a_code_is_spent_as_soon_as_the_door_stands_open(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.opens(compartment)
    step = zone.pick_up(number, code)
    assert step.effects == (Refuse("spent"),)
    assert step.record == (CodeRefused(number=number, why="spent", tries=0, screen="left"),)


class KeepsTheCodeOfWhatIsOpen(Bank):
    def under(self, number: str) -> Compartment | None:
        found = super().under(number)
        return found and replace(found, opened=False, use=Use.HOLDING)


def test_a_bank_that_keeps_the_code_of_what_is_open_is_found(zone_of: Any):
    with pytest.raises((AssertionError, ImpossibleHappening)):
        test_a_code_is_spent_as_soon_as_the_door_stands_open(zone_of(bank=KeepsTheCodeOfWhatIsOpen))


def test_a_spent_code_says_so_after_restarts_and_locks_nobody_out(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.opens(compartment)
    zone.closes(compartment)
    zone.restart()
    assert {zone.pick_up(number, code).refused for _ in range(20)} == {Refuse("spent")}
    assert zone.bank.tries == {}


def test_a_wrong_code_for_a_spent_number_learns_nothing(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.opens(compartment)
    zone.closes(compartment)
    assert zone.pick_up(number, WRONG).effects == (Refuse("wrong_code"),)


def test_the_same_code_twice_while_its_door_opens_pulses_once(zone: Any):
    _, number, code = zone.put_in()
    zone.pick_up(number, code)
    step = zone.pick_up(number, code)
    assert (step.effects, step.record) == ((Refuse("busy"),), ())


def test_a_door_that_does_not_open_keeps_the_item_and_the_code(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    lapsed = zone.wait(10).record
    assert lapsed[0] == PickupLapsed(item="paper-1", compartment=compartment, why="not_opened")
    assert zone.alarms() == {"door_stuck: door 1"}
    assert zone.pick_up(number, code).record[0].attempt == 2


def test_the_second_attempt_clears_the_alarm_when_the_door_opens(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.wait(10)
    zone.pick_up(number, code)
    zone.opens(compartment)
    zone.closes(compartment)
    assert zone.kinds()[-3:] == ["PickupOpened", "AlarmCleared", "Taken"]
    assert zone.alarms() == set()


def stuck(zone: Any) -> tuple[int, str, str]:
    compartment, number, code = zone.put_in()
    for attempt in (1, 2, 3):
        assert zone.pick_up(number, code).record[0].attempt == attempt
        zone.wait(10)
    return compartment, number, code


def test_after_three_attempts_the_door_is_left_to_a_technician(zone: Any):
    _, number, code = stuck(zone)
    step = zone.pick_up(number, code)
    assert (step.effects, step.record) == ((Refuse("stuck"),), ())
    zone.restart()
    assert zone.pick_up(number, code).effects == (Refuse("stuck"),)
    assert zone.kinds().count("AlarmRaised") == 1, "one alarm, not three"


def test_a_stuck_door_that_moves_opens_again_for_its_code(zone: Any):
    compartment, number, code = stuck(zone)
    zone.opens(compartment)
    assert "door_stuck: door 1" not in zone.alarms()
    zone.closes(compartment)
    assert zone.alarms() == set()
    assert zone.pick_up(number, code).record[0].attempt == 1


def test_attempts_without_an_alarm_never_trap_an_item(zone: Any):
    _, number, code = zone.put_in()
    for _ in range(5):
        assert zone.pick_up(number, code).effects[0] == Open(1)
        zone.restart()  # nobody knows whether the bolt moved, so the door is not called stuck
        zone.wait(10)
    assert zone.alarms() == set()


@pytest.mark.parametrize("door", [Door.UNKNOWN, Door.CLOSED, Door.OPEN, Door.STUCK])
def test_whatever_is_known_of_the_door_the_right_code_orders_it_open(zone: Any, door: Door):
    compartment, number, code = zone.put_in()
    if door is Door.STUCK:
        zone.pick_up(number, code)
        zone.wait(10)
    else:
        zone.restart()
        if door is not Door.UNKNOWN:
            zone.contacts(*((compartment,) if door is Door.OPEN else ()))
    assert zone[compartment].door is door
    assert zone.pick_up(number, code).effects == (Open(compartment),)


def test_a_door_that_stands_open_already_counts_as_opened(zone: Any):
    compartment, number, code = zone.put_in()
    zone.opens(compartment)
    assert zone.alarms() == {"break_in: door 1"}
    zone.pick_up(number, code)
    zone.closes(compartment)
    assert zone.kinds()[-5:] == ["PickupReserved", "PickupOpened", "Taken", "DoorClosed", "AlarmCleared"]
    assert zone.alarms() == set()


def test_an_opening_that_comes_too_late_is_no_pickup(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.wait(10)
    zone.opens(compartment)
    zone.closes(compartment)
    assert "PickupOpened" not in zone.kinds()
    assert "DoorForced" in zone.kinds()
    assert zone[compartment].use is Use.HOLDING


def test_a_closing_whose_opening_was_never_seen_is_no_pickup(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.closes(compartment)
    assert "Taken" not in zone.kinds()
    zone.wait(10)
    assert zone[compartment].use is Use.HOLDING
    assert zone.pick_up(number, code).effects == (Open(compartment),)


def test_two_citizens_at_two_doors_do_not_disturb_each_other(zone: Any):
    one, two = zone.put_in("paper-1"), zone.put_in("paper-2")
    zone.pick_up(one[1], one[2])
    zone.pick_up(two[1], two[2], screen="right")
    zone.opens(two[0])
    zone.opens(one[0])
    zone.closes(one[0])
    assert (zone[one[0]].use, zone[two[0]].use) == (Use.FREE, Use.EMPTYING)


def test_a_thousand_spent_numbers_are_remembered(zone_of: Any):
    zone = zone_of((Place(1, "S"),))
    first = None
    for n in range(1001):
        compartment, number, code = zone.put_in(f"paper-{n}")
        first = first or (number, code)
        zone.pick_up(number, code)
        zone.opens(compartment)
        zone.closes(compartment)
    assert len(zone.bank.spent.numbers) == 1000
    assert zone.pick_up(*first).record[0].why == "unknown_number"
    assert zone.pick_up(number, code).effects == (Refuse("spent"),)
