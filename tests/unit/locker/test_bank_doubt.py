"""What a contact does not tell: moved deposits, the giver's word, inspections, and what two people settle."""

from typing import Any

import pytest

from locker.bank import Bank
from locker.compartment import Place, Use
from locker.door import Door
from locker.governor import BY_CENTRE, BY_PEOPLE, HOUR, Governor
from locker.step import Open, Refuse, Step
from wire.happenings import (
    Corrected,
    DepositAbandoned,
    Deposited,
    DepositMoved,
    DepositOpened,
    InspectionBegun,
    InspectionEnded,
    InspectionOpened,
    PickupLapsed,
    Reissued,
    Settled,
    Taken,
)

TWO = {"by": "staff 1001", "witness": "staff 1002", "why": "looked"}


def settle(zone: Any, compartment: int, gone: bool, **more: Any) -> Any:
    return zone.ask("settle", compartment, gone=gone, **{**TWO, **more})


def inspect(zone: Any, compartment: int, **more: Any) -> Any:
    return zone.ask("inspect", compartment, **{**TWO, **more})


def kinds(record: Any) -> list[str]:
    return [type(happening).__name__ for happening in record]


# --- a door that does not open ---


def test_a_deposit_goes_on_at_another_door_when_its_own_does_not_open(zone: Any):
    zone.deposit()
    assert zone.wait(9.999).record == ()
    step = zone.wait(0.001)
    assert step.effects == (Open(3),)
    assert step.record[0] == DepositMoved(item="paper-1", compartment=1, to=3)
    assert (zone[1].use, zone[1].door) == (Use.FREE, Door.STUCK)
    assert zone.alarms() == {"door_stuck: door 1"}
    assert kinds(zone.goes_through(3)) == ["DepositOpened", "Deposited"]
    assert zone.pick_up("1000", zone.code(3)).effects == (Open(3),), "the number is the same"


def test_it_moves_twice_and_then_stays_with_its_giver(zone_of: Any):
    zone = zone_of(Place(n, "S") for n in range(1, 5))
    zone.deposit()
    assert [zone.wait(10).effects for _ in range(3)] == [(Open(2),), (Open(3),), ()]
    assert zone.kinds().count("DepositMoved") == 2
    assert zone.kinds()[-2:] == ["DepositAbandoned", "AlarmRaised"]


def test_two_deposits_that_move_at_once_do_not_meet(zone_of: Any):
    zone = zone_of(Place(n, "S") for n in range(1, 5))
    zone.deposit("paper-1")
    zone.deposit("paper-2")
    assert zone.wait(10).effects == (Open(3), Open(4))


def test_whoever_needs_a_low_door_is_moved_to_a_low_one(zone_of: Any):
    zone = zone_of((Place(1, "S", low=True), Place(2, "S"), Place(3, "L", low=True)))
    zone.deposit(low=True)
    assert zone.wait(10).effects == (Open(3),)


def test_after_a_restart_no_other_door_opens_for_somebody_who_may_have_left(zone: Any):
    zone.deposit()
    zone.restart()
    zone.contacts()
    step = zone.wait(10)
    assert (kinds(step.record), step.effects) == (["DepositAbandoned"], ())


def test_a_door_that_opens_after_its_deposit_moved_on_is_a_break_in(zone: Any):
    zone.deposit()
    zone.wait(10)
    assert "DoorForced" in kinds(zone.opens(1).record)


# --- a door that nobody saw ---


def test_the_word_of_the_giver_puts_nothing_inside_and_keeps_everybody_away(zone: Any):
    zone.deposit()
    zone.closes(1)  # shut within milliseconds, or a dead contact
    assert kinds(zone.claims(1).record) == ["MisplacementReported", "CompartmentBlocked"]
    assert zone[1].items == ()
    assert kinds(zone.wait(3600).record) == ["AlarmRaised"], "no deadline ends it"
    zone.restart()
    zone.contacts()
    zone.wait(10)
    assert (zone[1].use, zone[1].claimed) == (Use.FILLING, True)
    assert zone.deposit("paper-2").effects == (Open(3),)
    assert zone.pick_up("1000", zone.code_of("paper-1", 1)).effects == (Refuse("wrong_code"),)


class BelievesTheGiver(Bank):
    def claim_deposit(self, parcel: Any, compartment: int, now: int) -> Step:
        step = super().claim_deposit(parcel, compartment, now)
        if not step.record:
            return step
        seen = step.bank.settle(compartment, gone=False, by="a", witness="b", why="", now=now)
        return Step(seen.bank, step.record + seen.record)


def test_a_bank_that_believes_the_giver_is_found(zone_of: Any):
    with pytest.raises(AssertionError):
        test_the_word_of_the_giver_puts_nothing_inside_and_keeps_everybody_away(zone_of(bank=BelievesTheGiver))


@pytest.mark.parametrize("gone", [True, False])
def test_two_people_look_and_settle_what_the_giver_said(zone: Any, gone: bool):
    zone.deposit()
    zone.claims(1)
    zone.wait(10)
    assert inspect(zone, 1).effects == (Open(1),)
    zone.goes_through(1)
    assert zone[1].claimed, "looking decides nothing"
    step = settle(zone, 1, gone)
    settled = Settled(compartment=1, gone=gone, by="staff 1001", witness="staff 1002", why="looked")
    if gone:
        assert step.record == (settled, DepositAbandoned(item="paper-1", compartment=1, why="settled"))
        assert zone[1].use is Use.FREE
    else:
        assert step.record == (
            settled,
            DepositOpened(item="paper-1", compartment=1, giver="staff 1001"),
            Deposited(item="paper-1", compartment=1, number="1000", issue=1, giver="staff 1001"),
        )
        assert zone.pick_up("1000", zone.code(1)).effects[0] in (Open(1), Refuse("stuck"))


def test_a_claimed_door_that_opens_by_itself_is_a_break_in_and_no_deposit(zone: Any):
    zone.deposit()
    zone.claims(1)
    zone.wait(10)
    assert "DoorForced" in kinds(zone.opens(1).record)
    assert "Deposited" not in kinds(zone.closes(1).record)


def test_the_giver_may_say_it_when_the_deposit_has_gone_on_elsewhere(zone: Any):
    zone.deposit()
    zone.wait(10)
    step = zone.claims(1)
    assert step.record[0] == DepositMoved(item="paper-1", compartment=3, to=1)
    assert step.effects == ()
    assert (zone[1].claimed, zone[3].use) == (True, Use.FREE)


def test_also_while_the_second_door_stands_open(zone: Any):
    zone.deposit()
    zone.wait(10)
    zone.opens(3)
    zone.claims(1)
    assert zone[1].claimed
    assert kinds(zone.closes(3).record) == []
    assert zone[3].use is Use.FREE


def test_and_when_the_deposit_was_abandoned(zone_of: Any):
    zone = zone_of((Place(1, "S"),))
    zone.deposit()
    zone.wait(10)
    assert zone.bank.holding("paper-1") is None
    assert kinds(zone.claims(1).record) == ["DepositBegun", "MisplacementReported", "CompartmentBlocked"]
    settle(zone, 1, gone=False)
    assert [item.id for item in zone[1].items] == ["paper-1"]


def test_nobody_claims_a_compartment_whose_door_was_seen_or_that_is_anothers(zone: Any):
    assert zone.claims(1).effects == (Refuse("too_late"),), "it never was to open"
    assert zone.claims(9).effects == (Refuse("no_such_compartment"),)
    zone.deposit()
    zone.opens(1)
    assert zone.claims(1).effects == (Refuse("door_open"),)
    zone.closes(1)
    assert zone.claims(1).effects == (Refuse("too_late"),), "it is inside already"
    assert zone.claims(1, "paper-2").effects == (Refuse("too_late"),)


def test_saying_it_twice_is_no_news_and_taking_it_back_is_too_late(zone: Any):
    zone.deposit()
    zone.claims(1)
    assert zone.claims(1).record == ()
    assert zone.cancel(1).effects == (Refuse("too_late"),)


def test_what_was_to_join_others_is_claimed_too_and_the_others_wait_for_staff(zone: Any):
    compartment, number, code = zone.put_in()
    zone.deposit("paper-2", into=number)
    zone.claims(compartment, "paper-2")
    assert zone.pick_up(number, code).effects == (Refuse("misplaced"),)
    settle(zone, compartment, gone=True)
    zone.wait(10)
    assert zone.pick_up(number, code).effects == (Open(compartment),)


# --- a contact that lies ---


@pytest.mark.parametrize("gone", [True, False])
def test_a_deposit_whose_door_never_closes_for_its_contact_is_settled(zone: Any, gone: bool):
    zone.deposit()
    zone.opens(1)
    zone.wait(60)
    record = settle(zone, 1, gone).record
    assert kinds(record) == ["Settled", "DepositAbandoned" if gone else "Deposited"]
    assert zone[1].use is (Use.FREE if gone else Use.HOLDING)
    assert zone.deposit("paper-2").effects == (Open(3),), "not behind a door that seems open"


@pytest.mark.parametrize("gone", [True, False])
def test_a_pickup_whose_door_never_closes_for_its_contact_is_settled(zone: Any, gone: bool):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.opens(compartment)
    record = settle(zone, compartment, gone).record[1:]
    if gone:
        assert record == (Taken(item="paper-1", compartment=compartment, receiver="citizen ****5678"),)
        return
    assert record == (
        PickupLapsed(item="paper-1", compartment=compartment, why="settled"),
        Reissued(item="paper-1", compartment=compartment, number=number, issue=2, why="reissue", by="staff 1001"),
    )
    assert zone.pick_up(number, code).effects == (Refuse("wrong_code"),), "that one was spent"
    assert zone.pick_up(number, zone.code(compartment)).effects == (Open(compartment),)


def test_something_added_to_others_is_settled_without_them(zone: Any):
    compartment, number, _ = zone.put_in()
    zone.deposit("paper-2", into=number)
    zone.opens(compartment)
    settle(zone, compartment, gone=True)
    assert [item.id for item in zone[compartment].items] == ["paper-1"]


@pytest.mark.parametrize("gone", [True, False])
def test_a_misplaced_item_is_found_or_missing(zone: Any, gone: bool):
    compartment, number, code = zone.put_in()
    zone.ask("report_misplaced", "paper-1", by="staff 1001", note="")
    record = settle(zone, compartment, gone).record[1:]
    if gone:
        assert record == (
            Corrected(item="paper-1", custodian="missing", why="looked", by="staff 1001", witness="staff 1002"),
        )
        assert zone[compartment].use is Use.FREE
        assert zone.pick_up(number, code).effects == (Refuse("spent"),)
    else:
        assert record == ()
        assert zone.pick_up(number, code).effects == (Open(compartment),)


def test_of_several_only_the_reported_one_can_be_missing(zone: Any):
    compartment, number, code = zone.put_in()
    zone.goes_through(zone.deposit("paper-2", into=number).effects[0].compartment)
    zone.ask("report_misplaced", "paper-1", by="staff 1001", note="")
    assert kinds(settle(zone, compartment, gone=True).record) == ["Settled", "Corrected", "Reissued"]
    assert zone.pick_up(number, code).effects == (Refuse("wrong_code"),)
    assert zone.pick_up(number, zone.code(compartment)).effects == (Open(compartment),)


def test_what_was_missing_may_be_handed_in_again(zone: Any):
    compartment, _, _ = zone.put_in()
    zone.ask("report_misplaced", "paper-1", by="staff 1001", note="")
    settle(zone, compartment, gone=True)
    zone.put_in()
    assert zone[3].lead.issue == 2


@pytest.mark.parametrize("alone", [{"witness": "staff 1001"}, {"witness": ""}, {"by": ""}])
def test_nobody_settles_alone(zone: Any, alone: dict[str, str]):
    zone.deposit()
    zone.opens(1)
    step = settle(zone, 1, gone=True, **alone)
    assert (step.effects, step.record) == ((Refuse("needs_witness"),), ())


def test_there_is_nothing_to_settle_about_what_nobody_doubts(zone: Any):
    zone.put_in()
    for compartment in (1, 2):
        assert settle(zone, compartment, gone=True).effects == (Refuse("nothing_to_settle"),)
    assert settle(zone, 9, gone=True).effects == (Refuse("no_such_compartment"),)
    zone.deposit("paper-2")
    assert settle(zone, 3, gone=True).effects == (Refuse("busy"),), "its door may open yet"


# --- looking inside ---


def test_two_people_look_inside_and_what_lay_inside_lies_inside(zone: Any):
    compartment, number, code = zone.put_in()
    step = inspect(zone, compartment)
    assert step.effects == (Open(compartment),)
    assert step.record == (
        InspectionBegun(compartment=compartment, by="staff 1001", witness="staff 1002", why="looked"),
    )
    assert zone.pick_up(number, code).effects == (Refuse("busy"),)
    assert zone.goes_through(compartment) == [
        InspectionOpened(compartment=compartment),
        InspectionEnded(compartment=compartment, why="closed"),
    ]
    assert zone.pick_up(number, code).effects == (Open(compartment),)


@pytest.mark.parametrize("alone", [{"witness": "staff 1001"}, {"witness": ""}])
def test_one_person_alone_looks_only_where_nothing_lies(zone: Any, alone: dict[str, str]):
    zone.put_in()
    assert inspect(zone, 1, **alone).effects == (Refuse("needs_witness"),)
    assert inspect(zone, 2, **alone).effects == (Open(2),)


def test_an_inspection_whose_door_does_not_open_ends(zone: Any):
    inspect(zone, 1)
    assert zone.wait(10).record[0] == InspectionEnded(compartment=1, why="not_opened")
    assert zone[1].use is Use.FREE


def test_an_inspection_keeps_a_reservation(zone: Any):
    zone.ask("reserve", reservation="r1", size="S", low=False, by="staff 1001", until=zone.now + HOUR)
    inspect(zone, 1)
    assert zone.ask("cancel_reservation", "r1").effects == (Refuse("busy"),)
    assert zone.deposit(reservation="r1").effects == (Refuse("busy"),)
    zone.goes_through(1)
    assert zone.deposit(reservation="r1").effects == (Open(1),)


def test_nobody_looks_where_somebody_is_busy_or_nothing_is_known(zone: Any):
    zone.deposit()
    assert inspect(zone, 1).effects == (Refuse("busy"),)
    zone.cancel(1)
    assert inspect(zone, 1).effects == (Refuse("busy"),), "the bolt is moving"
    assert inspect(zone, 9).effects == (Refuse("no_such_compartment"),)
    zone.lost()
    assert inspect(zone, 2).effects == (Refuse("board_silent"),)


def test_an_inspection_behind_a_contact_that_lies_ends_with_what_it_was_for(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.opens(compartment)
    assert kinds(inspect(zone, compartment).record) == ["InspectionBegun", "InspectionOpened"]
    assert kinds(settle(zone, compartment, gone=True).record) == ["InspectionEnded", "Settled", "Taken"]
    inspect(zone, 2)
    zone.opens(2)
    assert kinds(settle(zone, 2, gone=True).record) == ["InspectionEnded", "Settled"]
    assert zone[2].use is Use.FREE


def test_people_open_six_doors_an_hour_by_hand_and_no_more(zone: Any):
    for _ in range(BY_PEOPLE):
        assert inspect(zone, 2).effects == (Open(2),)
        zone.goes_through(2)
    begun = zone.now
    refused = inspect(zone, 2)
    assert (refused.effects, refused.record) == ((Refuse("governed", begun + HOUR),), ())
    zone.restart()
    zone.contacts()
    assert inspect(zone, 2).refused.reason == "governed", "pulling the plug opens none"
    zone.wait(3599.999)
    assert inspect(zone, 2).refused.reason == "governed"
    zone.wait(0.001)
    assert inspect(zone, 2).effects == (Open(2),)


def test_the_centre_and_people_are_counted_apart():
    governor = Governor()
    for n in range(BY_CENTRE):
        assert governor.allows(n, centre=True)
        governor = governor.after(n, centre=True)
    assert not governor.allows(HOUR - 1, centre=True)
    assert governor.allows(HOUR, centre=True)
    assert governor.allows(5, centre=False)
    assert governor.until(centre=True) == HOUR


def test_only_the_latest_are_kept_and_a_clock_turned_back_lengthens_no_wait():
    governor = Governor()
    for n in range(100):
        governor = governor.after(n * HOUR, centre=False)
    assert len(governor.people) == BY_PEOPLE
    resumed = Governor(people=(5 * HOUR,) * BY_PEOPLE).resumed(HOUR)
    assert not resumed.allows(2 * HOUR - 1, centre=False)
    assert resumed.allows(2 * HOUR, centre=False)
