"""The power fails, or the agent is killed, at every point of a deposit and a pickup."""

from typing import Any

import pytest

from locker.compartment import Use
from locker.door import Door
from locker.step import Open

PICKUP = ["PickupReserved", "PickupOpened", "Taken"]
DEPOSIT = ["DepositBegun", "DepositOpened", "Deposited"]


def test_after_a_restart_the_use_is_known_and_no_door_is(zone: Any):
    zone.put_in()
    zone.deposit("paper-2")
    zone.restart()
    assert [c.use for c in zone.bank.compartments.values()] == [Use.HOLDING, Use.FREE, Use.FILLING, Use.FREE]
    assert {c.door for c in zone.bank.compartments.values()} == {Door.UNKNOWN}


@pytest.mark.parametrize("board", ["remembers", "forgot"])
@pytest.mark.parametrize("seen", range(3), ids=["ordered", "opened", "closed"])
def test_a_deposit_that_was_interrupted_ends_once(zone: Any, seen: int, board: str):
    zone.deposit()
    moves = (zone.opens, zone.closes)
    for move in moves[:seen]:
        move(1)
    zone.now += 3_600_000
    zone.restart()
    if board == "remembers":
        for move in moves[seen:]:
            move(1)
    elif seen == 0:
        zone.contacts(1)
    zone.contacts()
    assert zone.kinds() == DEPOSIT
    assert zone[1].use is Use.HOLDING


@pytest.mark.parametrize("seen", range(3), ids=["reserved", "opened", "closed"])
def test_a_pickup_that_was_interrupted_ends_once_and_opens_once(zone: Any, seen: int):
    compartment, number, code = zone.put_in()
    opened = [zone.pick_up(number, code).effects]
    for move in [zone.opens, zone.closes][:seen]:
        move(compartment)
    zone.restart()
    opened.append(zone.pick_up(number, code).effects)
    for move in [zone.opens, zone.closes][seen:]:
        move(compartment)
    zone.contacts()
    opened.append(zone.pick_up(number, code).effects)
    assert [kind for kind in zone.kinds() if kind in PICKUP] == PICKUP
    assert sum(effects == (Open(compartment),) for effects in opened) == 1


def test_a_pickup_that_never_opened_lapses_after_the_restart_and_the_code_holds(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.now += 3_600_000
    zone.restart()
    zone.contacts()
    assert zone.wait(9.9).record == (), "the deadline starts again"
    zone.wait(0.1)
    assert zone.kinds()[-1] == "PickupLapsed"
    assert zone.alarms() == set(), "nobody knows whether the order reached the door"
    assert zone.pick_up(number, code).effects == (Open(compartment),)


def test_a_deposit_of_which_nothing_is_known_is_abandoned(zone: Any):
    zone.deposit()
    zone.restart()
    zone.contacts()
    zone.wait(10)
    assert zone.kinds()[-1] == "DepositAbandoned"


def test_a_break_in_while_the_agent_was_down_is_told_afterwards(zone: Any):
    zone.put_in()
    zone.now += 60_000
    zone.restart()
    zone.opens(1)
    zone.closes(1)
    assert zone.kinds()[-4:] == ["DoorForced", "AlarmRaised", "DoorClosed", "AlarmCleared"]
