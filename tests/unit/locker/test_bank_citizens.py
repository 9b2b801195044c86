"""What citizens say about their item: that a courier shall bring it, and that something else lies behind the door."""

from typing import Any

import pytest

from locker.caring import OTHER_INSIDE
from locker.compartment import Use
from locker.step import Open, Refuse
from wire.credential import Credential, bank_mark, item_mark
from wire.happenings import (
    CompartmentBlocked,
    Corrected,
    MisplacementReported,
    PickupLapsed,
    Redirected,
    Reissued,
    Settled,
    Taken,
)

CITIZEN = "citizen ****5678"
TWO = {"by": "staff 1001", "witness": "staff 1002", "why": "looked"}


def redirect(zone: Any, way: str = "delivery", item: str = "paper-1") -> Any:
    return zone.ask("redirect", item, way, by=CITIZEN, order="0a")


def courier_collects(zone: Any, item: str = "paper-1") -> Any:
    return zone.ask("collect", item, by="courier 2001", role="courier")


def kinds(record: Any) -> list[str]:
    return [type(happening).__name__ for happening in record]


# --- another way to get it ---


def test_a_courier_and_no_code_fetches_what_a_citizen_wants_delivered(zone: Any):
    compartment, number, code = zone.put_in()
    assert courier_collects(zone).effects == (Refuse("not_yours"),)
    assert redirect(zone).record == (
        Reissued(
            item="paper-1", compartment=compartment, number=number, issue=2, why="redirected", by=CITIZEN, order="0a"
        ),
        Redirected(item="paper-1", compartment=compartment, purpose="delivery", by=CITIZEN, order="0a"),
    )
    zone.restart()
    zone.contacts()
    assert zone.pick_up(number, code).effects == (Refuse("wrong_code"),)
    assert zone.pick_up(number, zone.code(compartment)).effects == (Refuse("wrong_code"),), "nor does the next one"
    assert courier_collects(zone).effects == (Open(compartment),)
    assert kinds(zone.goes_through(compartment)) == ["PickupOpened", "Taken"]


def test_no_qr_code_opens_for_what_a_courier_shall_have(zone: Any):
    zone.put_in()
    redirect(zone)
    for issue in (1, 2, 3):
        shown = Credential(bank_mark("zone-01"), item_mark("paper-1"), issue, 0, 24, 0)
        step = zone.ask("present", shown, device="zone-01", screen="left", wall=zone.now, clock_good=True)
        assert step.effects == (Refuse("not_here"),)


def test_the_wish_is_taken_back_and_a_third_code_opens(zone: Any):
    compartment, number, code = zone.put_in()
    redirect(zone)
    second = zone.code(compartment)
    assert kinds(redirect(zone, "pickup").record) == ["Reissued", "Redirected"]
    assert courier_collects(zone).effects == (Refuse("not_yours"),)
    for old in (code, second):
        assert zone.pick_up(number, old).effects == (Refuse("wrong_code"),)
    assert zone.pick_up(number, zone.code(compartment)).effects == (Open(compartment),)


def test_it_is_too_late_to_take_it_back_once_a_courier_is_at_the_door(zone: Any):
    compartment, _, _ = zone.put_in()
    redirect(zone)
    courier_collects(zone)
    assert redirect(zone, "pickup").effects == (Refuse("busy"),)
    zone.goes_through(compartment)
    assert redirect(zone, "pickup").effects == (Refuse("no_such_item"),)


def test_asking_for_the_way_that_it_goes_already_is_no_news(zone: Any):
    zone.put_in()
    assert (redirect(zone, "pickup").record, redirect(zone, "pickup").effects) == ((), ())


def test_what_lies_with_others_goes_no_other_way(zone: Any):
    compartment, number, code = zone.put_in()
    zone.goes_through(zone.deposit("paper-2", into=number).effects[0].compartment)
    for item in ("paper-1", "paper-2"):
        step = redirect(zone, item=item)
        assert (step.effects, step.record) == ((Refuse("not_alone"),), ())
    assert zone.pick_up(number, code).effects == (Open(compartment),)


def test_nothing_joins_what_a_courier_shall_have(zone: Any):
    _, number, _ = zone.put_in()
    redirect(zone)
    assert zone.deposit("paper-2", into=number).effects == (Refuse("not_same_person"),)


@pytest.mark.parametrize(("level", "refused"), [(0, False), (1, False), (2, True)])
def test_the_id_card_that_a_level_asks_for_is_shown_to_no_courier(zone: Any, level: int, refused: bool):
    zone.put_in(level=level, holder="a1b2c3d4e5f6")
    assert redirect(zone).effects == ((Refuse("needs_card"),) if refused else ())


@pytest.mark.parametrize("purpose", ["papers", "quarantine", "return", "loan"])
def test_only_what_is_for_a_citizen_goes_another_way(zone: Any, purpose: str):
    zone.put_in(purpose=purpose)
    assert redirect(zone).effects == (Refuse("no_such_item"),)


def test_what_is_in_doubt_or_in_use_goes_no_other_way(zone: Any):
    compartment, number, code = zone.put_in()
    zone.ask("report_misplaced", "paper-1", by="staff 1001", note="")
    assert redirect(zone).effects == (Refuse("misplaced"),)
    zone.ask("settle", compartment, gone=False, **TWO)
    zone.pick_up(number, code)
    assert redirect(zone).effects == (Refuse("busy"),)


# --- something else inside ---


def at_the_door(zone: Any, *more: str) -> tuple[int, str, str]:
    """A citizen has typed the code, and the door stands open."""
    compartment, number, code = zone.put_in()
    for item in more:
        zone.goes_through(zone.deposit(item, into=number).effects[0].compartment)
    zone.pick_up(number, code)
    zone.opens(compartment)
    return compartment, number, code


def finds_something_else(zone: Any, item: str = "paper-1") -> Any:
    return zone.ask("report_wrong_inside", item)


def test_who_finds_something_else_has_taken_nothing_when_the_door_closes(zone: Any):
    compartment, number, code = at_the_door(zone)
    assert finds_something_else(zone).record == (
        MisplacementReported(item="paper-1", compartment=compartment, by=CITIZEN, note=OTHER_INSIDE),
        CompartmentBlocked(compartment=compartment, why=OTHER_INSIDE, by=CITIZEN),
    )
    assert zone.closes(compartment).record == (
        PickupLapsed(item="paper-1", compartment=compartment, why="wrong_inside"),
        Reissued(item="paper-1", compartment=compartment, number=number, issue=2, why="reissue", by=CITIZEN),
    )
    assert (zone[compartment].use, zone[compartment].blocked) == (Use.HOLDING, OTHER_INSIDE)
    assert zone.pick_up(number, code).effects == (Refuse("wrong_code"),), "that one was spent"
    assert zone.pick_up(number, zone.code(compartment)).effects == (Refuse("misplaced"),)
    assert redirect(zone).effects == (Refuse("misplaced"),)


def test_a_restart_before_the_door_closes_forgets_nothing(zone: Any):
    compartment, _, _ = at_the_door(zone)
    finds_something_else(zone)
    zone.restart()
    assert kinds(zone.closes(compartment).record) == ["PickupLapsed", "Reissued"]
    assert zone[compartment].lead.misplaced


def test_all_that_goes_out_through_one_opening_stays(zone: Any):
    compartment, _, _ = at_the_door(zone, "paper-2")
    assert kinds(finds_something_else(zone).record) == [
        "MisplacementReported", "MisplacementReported", "CompartmentBlocked",
    ]  # fmt: skip
    assert kinds(zone.closes(compartment).record) == ["PickupLapsed", "PickupLapsed", "Reissued"]
    assert [item.id for item in zone[compartment].items] == ["paper-1", "paper-2"]


def test_saying_it_twice_is_no_news(zone: Any):
    at_the_door(zone)
    finds_something_else(zone)
    assert finds_something_else(zone).record == ()


def test_only_at_the_open_door_can_it_be_said(zone: Any):
    assert finds_something_else(zone).effects == (Refuse("too_late"),)
    compartment, number, code = zone.put_in()
    assert finds_something_else(zone).effects == (Refuse("too_late"),)
    zone.pick_up(number, code)
    assert finds_something_else(zone).effects == (Refuse("busy"),), "nobody has seen what is behind it"
    zone.goes_through(compartment)
    assert finds_something_else(zone).effects == (Refuse("too_late"),)


def test_two_people_find_the_right_one_and_the_newest_code_opens(zone: Any):
    compartment, number, _ = at_the_door(zone)
    finds_something_else(zone)
    zone.closes(compartment)
    settled = Settled(compartment=compartment, gone=False, **TWO)
    assert zone.ask("settle", compartment, gone=False, **TWO).record == (settled,)
    assert zone.pick_up(number, zone.code(compartment)).effects == (Open(compartment),)


def test_two_people_find_that_it_is_not_there_and_nobody_is_said_to_have_taken_it(zone: Any):
    compartment, _, _ = at_the_door(zone)
    finds_something_else(zone)
    zone.closes(compartment)
    zone.ask("settle", compartment, gone=True, **TWO)
    missing = Corrected(item="paper-1", custodian="missing", why="looked", by="staff 1001", witness="staff 1002")
    assert zone.journal[-1][0] == missing
    assert zone[compartment].use is Use.FREE
    assert not any(isinstance(happening, Taken) for happening, _ in zone.journal)


@pytest.mark.parametrize("gone", [True, False])
def test_two_people_also_settle_it_behind_a_contact_that_never_closes(zone: Any, gone: bool):
    compartment, _, _ = at_the_door(zone)
    finds_something_else(zone)
    record = zone.ask("settle", compartment, gone=gone, **TWO).record
    assert kinds(record) == ["PickupLapsed", "Reissued", "Settled", *(["Corrected"] if gone else [])]
    assert zone[compartment].use is (Use.FREE if gone else Use.HOLDING)
    assert gone or not zone[compartment].lead.misplaced


def test_the_giver_recalls_it_and_this_time_it_is_taken(zone: Any):
    compartment, _, _ = at_the_door(zone)
    finds_something_else(zone)
    zone.closes(compartment)
    assert zone.ask("collect", "paper-1", by="staff 1001", role="giver").effects == (Open(compartment),)
    assert kinds(zone.goes_through(compartment)) == ["PickupOpened", "Taken"]


@pytest.mark.parametrize(("purpose", "person", "role"), [
    ("delivery", "courier 2001", "courier"), ("papers", "staff 1002", "staff"),
])  # fmt: skip
def test_couriers_and_staff_say_it_too(zone: Any, purpose: str, person: str, role: str):
    compartment, _, _ = zone.put_in(purpose=purpose)
    zone.ask("collect", "paper-1", by=person, role=role)
    zone.opens(compartment)
    assert finds_something_else(zone).record[0].by == person
    assert zone.closes(compartment).record == (
        PickupLapsed(item="paper-1", compartment=compartment, why="wrong_inside"),
    )


def test_what_nobody_borrowed_is_no_loan(zone: Any):
    compartment, _, _ = zone.put_in(purpose="loan")
    zone.ask("lend", "paper-1", phone="sealed", phone_tail="9999", due=zone.now + 1)
    zone.opens(compartment)
    finds_something_else(zone)
    zone.closes(compartment)
    assert zone.bank.loans == {}
    again = zone.ask("lend", "paper-1", phone="sealed", phone_tail="9999", due=zone.now + 1)
    assert again.effects == (Refuse("misplaced"),)
