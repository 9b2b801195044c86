"""What journals tell of items: one custodian each, cases for what does not add up, and people who are told in time."""

import json
from typing import Any

import pytest

from central import cases, reminders
from central.config import Lockers
from central.people import token_mark
from wire.happenings import (
    CompartmentBlocked,
    CompartmentReserved,
    CompartmentUnblocked,
    Corrected,
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositMoved,
    DepositOpened,
    DoorForced,
    MisplacementReported,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Reissued,
    ReservationEnded,
    Settled,
    Taken,
)

HOUR = 3_600_000
CITIZEN = "citizen ****5678"


def begun(item: str = "X1", giver: str = "staff 1", **more: Any) -> DepositBegun:
    said = {"label": "护照", "compartment": 1, "size": "S", "number": "1001", "phone": "", "phone_tail": "5678"}
    return DepositBegun(item=item, giver=giver, **(said | more))


def laid_in(item: str = "X1", giver: str = "staff 1", **more: Any) -> list[Any]:
    purpose = more.get("purpose", "pickup")
    return [
        begun(item, giver, **more),
        DepositOpened(item=item, compartment=1, giver=giver),
        Deposited(item=item, compartment=1, number="1001", issue=1, giver=giver, purpose=purpose),
    ]


def taken_out(item: str = "X1", receiver: str = CITIZEN, by: str = "code", **more: Any) -> list[Any]:
    return [
        PickupReserved(item=item, compartment=1, attempt=1, by=by, receiver=receiver, **more),
        PickupOpened(item=item, compartment=1, receiver=receiver),
        Taken(item=item, compartment=1, receiver=receiver, due=more.get("due", 0)),
    ]


def custodian(desk: Any, item: str = "X1") -> Any:
    rows = desk.rows(f"SELECT custodian FROM custody WHERE item = '{item}'")
    return rows[0][0] if rows else None


def standing(desk: Any) -> list[Any]:
    return desk.rows('SELECT kind, item FROM "case" WHERE closed IS NULL ORDER BY id')


def told(desk: Any) -> list[Any]:
    return [row[0] for row in desk.rows("SELECT kind FROM sms ORDER BY created, id")]


def sweep(desk: Any, what: Any = cases.sweep) -> None:
    desk.store.submit(what).result(10)


def test_a_deposit_that_moved_to_another_door_ends_there(desk: Any, zone: Any):
    first, opened, last = laid_in()
    moved = [DepositMoved(item="X1", compartment=1, to=4), DepositOpened(item="X1", compartment=4, giver="staff 1")]
    desk.tell(zone, first, *moved, Deposited(item="X1", compartment=4, number="1001", issue=1, giver="staff 1"))
    assert desk.rows("SELECT compartment, state FROM item") == [(4, "waiting")]
    assert standing(desk) == []
    assert (opened.compartment, last.compartment) == (1, 1)


def test_an_abandoned_deposit_stays_with_its_giver(desk: Any, zone: Any):
    desk.tell(zone, begun(), DepositAbandoned(item="X1", compartment=1, why="not_opened"))
    desk.tell(zone, *laid_in()[:2], DepositAbandoned(item="X1", compartment=1, why="cancelled"))
    assert custodian(desk) == "staff 1"
    assert standing(desk) == []
    assert desk.rows("SELECT count(*) FROM handover") == [(0,)]


def test_an_item_that_comes_back_goes_the_same_way_again(desk: Any, zone: Any):
    desk.tell(zone, *laid_in(), *taken_out(), *laid_in(giver="staff 2"))
    assert custodian(desk) == "bank zone-01"
    assert standing(desk) == []
    assert desk.rows("SELECT giver, receiver FROM handover ORDER BY id")[-1] == ("staff 2", "bank zone-01")


@pytest.mark.parametrize(
    ("after_ms", "found"), [(cases.LONE_AFTER_MS, []), (cases.LONE_AFTER_MS + 1, [("lone_leg", "X1")])]
)
def test_a_leg_that_stays_alone_is_a_case_after_a_quarter_of_an_hour(
    desk: Any, zone: Any, clock: Any, after_ms: int, found: Any
):
    zone.wall = clock.now
    desk.tell(zone, *laid_in()[:2])
    clock.turn(after_ms)
    sweep(desk)
    sweep(desk)
    assert standing(desk) == found


def test_a_lone_leg_ends_as_a_case_when_the_other_one_comes_however_late(desk: Any, zone: Any, clock: Any):
    desk.tell(zone, *laid_in()[:2])
    clock.turn(7 * 24 * HOUR)
    sweep(desk)
    assert custodian(desk) == "staff 1"
    desk.tell(zone, laid_in()[2])
    assert standing(desk) == []
    assert custodian(desk) == "bank zone-01"
    assert desk.rows('SELECT closed_why FROM "case"') == [("accept",)]


def test_legs_that_contradict_are_a_case_and_move_nothing(desk: Any, zone: Any):
    desk.tell(zone, *laid_in())
    desk.tell(zone, Taken(item="X1", compartment=1, receiver=CITIZEN))
    assert custodian(desk) == "bank zone-01"
    assert standing(desk) == [("contradiction", "X1")]
    assert desk.rows("SELECT count(*) FROM handover") == [(1,)]


def test_a_journal_that_arrives_late_takes_nothing_back(desk: Any, zone: Any, new_zone: Any, registered: Any):
    registered("zone-02")
    other = new_zone("zone-02")
    zone.wall, other.wall = desk.clock.now - 3 * HOUR, desk.clock.now - HOUR
    late = zone.write(*laid_in(), *taken_out(receiver="staff 1", by="collect"))
    desk.tell(other, *laid_in())
    desk.take(late)
    assert custodian(desk) == "bank zone-02"


def test_two_banks_that_hold_the_same_item_are_a_case_until_one_lets_it_go(
    desk: Any, zone: Any, new_zone: Any, registered: Any
):
    registered("zone-02")
    desk.tell(zone, *laid_in())
    desk.tell(new_zone("zone-02"), *laid_in())
    sweep(desk)
    assert standing(desk) == [("contradiction", "X1")]
    desk.tell(zone, *taken_out())
    sweep(desk)
    assert standing(desk) == []


@pytest.mark.parametrize(("inside", "found"), [(True, [("tampered", "X1")]), (False, [])])
def test_a_forced_door_is_a_case_where_something_lies_behind_it(desk: Any, zone: Any, inside: bool, found: Any):
    desk.tell(zone, *laid_in(), *([] if inside else taken_out()), DoorForced(compartment=1), DoorForced(compartment=2))
    assert standing(desk) == found


def test_a_misplaced_item_is_a_case_until_it_is_taken(desk: Any, zone: Any):
    desk.tell(zone, *laid_in(), MisplacementReported(item="X1", compartment=1, by="staff 1", note="在3号格口"))
    assert standing(desk) == [("misplaced", "X1")]
    desk.tell(zone, *taken_out(receiver="staff 1", by="recall"))
    assert standing(desk) == []
    assert desk.rows("SELECT misplaced FROM item") == [(0,)]


def found_something_else(*items: str) -> list[Any]:
    """What the bank writes when the citizen says so at the open door, and closes it."""
    mine = [{"item": item, "compartment": 1} for item in items]
    return [
        PickupReserved(**mine[0], attempt=1, by="code", receiver=CITIZEN),
        *(PickupOpened(**each, receiver=CITIZEN) for each in mine),
        *(MisplacementReported(**each, by=CITIZEN, note="里面不是要取的物品") for each in mine),
        *(PickupLapsed(**each, why="wrong_inside") for each in mine),
        Reissued(item=items[0], compartment=1, number="1001", issue=2, why="reissue", by=CITIZEN),
    ]


def settled(gone: bool) -> Settled:
    return Settled(compartment=1, gone=gone, by="staff 1", witness="staff 2", why="看过")


def test_who_finds_something_else_leaves_it_with_the_bank_and_a_case(desk: Any, zone: Any):
    desk.tell(zone, *laid_in(phone=desk.sealed("13800005678")), *found_something_else("X1"))
    assert custodian(desk) == "bank zone-01"
    assert standing(desk) == [("misplaced", "X1")]
    assert desk.rows("SELECT state, misplaced, issue, opened FROM item") == [("waiting", 1, 2, None)]
    assert told(desk) == ["pickup"], "no code for what nobody can find"
    assert desk.rows('SELECT detail FROM "case"') == [(f"{CITIZEN}: 里面不是要取的物品",)]


def test_a_leg_that_stayed_alone_ends_and_the_doubt_stays(desk: Any, zone: Any, clock: Any):
    zone.wall = clock.now
    first, opened, reported, *last = found_something_else("X1")
    desk.tell(zone, *laid_in(), first, opened)
    clock.turn(cases.LONE_AFTER_MS + 1)
    sweep(desk)
    desk.tell(zone, reported, *last)
    assert standing(desk) == [("misplaced", "X1")]


def test_what_two_people_find_is_told_with_the_newest_code(desk: Any, zone: Any):
    phone = desk.sealed("13800005678")
    desk.tell(zone, *laid_in(phone=phone), *laid_in("X2", phone=phone, into="1001"))
    desk.tell(zone, *found_something_else("X1", "X2"))
    assert standing(desk) == [("misplaced", "X1"), ("misplaced", "X2")]
    desk.tell(zone, settled(gone=False))
    assert standing(desk) == []
    assert desk.rows("SELECT misplaced, flagged FROM item") == [(0, 0), (0, 0)]
    assert sorted(told(desk)) == ["added", "found", "pickup"]
    ((facts,),) = desk.rows("SELECT facts FROM sms WHERE kind = 'found'")
    assert (json.loads(facts)["item"], json.loads(facts)["issue"]) == ("X1", 2)


def test_what_two_people_do_not_find_is_missing_and_its_citizen_told(desk: Any, zone: Any):
    desk.tell(zone, *laid_in(phone=desk.sealed("13800005678")), *found_something_else("X1"))
    gone = Corrected(item="X1", custodian="missing", why="看过", by="staff 1", witness="staff 2")
    desk.tell(zone, settled(gone=True), gone)
    assert custodian(desk) == "missing"
    assert desk.rows("SELECT state FROM item") == [("missing",)]
    assert sorted(told(desk)) == ["missing", "pickup"]


def test_two_people_who_look_at_another_compartment_say_nothing_of_this_one(desk: Any, zone: Any):
    desk.tell(zone, *laid_in(), *found_something_else("X1"))
    desk.tell(zone, Settled(compartment=2, gone=False, by="staff 1", witness="staff 2", why="看过"))
    assert standing(desk) == [("misplaced", "X1")]


def test_a_device_cannot_write_what_people_found_out(desk: Any, zone: Any):
    """`Corrected` is for the centre's own journal; a device that sends one is kept, and its bank stays what it was."""
    desk.tell(zone, *laid_in())
    desk.tell(zone, Corrected(item="X1", custodian="staff 9", why="x", by="staff 9", witness="staff 8"))
    assert custodian(desk) == "bank zone-01"
    assert standing(desk) == [("contradiction", "X1")]


def test_reservations_and_blocks_are_shown_while_they_hold(desk: Any, zone: Any):
    kept = CompartmentReserved(reservation="r1", compartment=2, size="M", by="staff 1", until=desk.clock.now + HOUR)
    desk.tell(zone, kept, CompartmentBlocked(compartment=3, why="锁坏了", by="staff 1"))
    assert desk.rows("SELECT compartment, ended FROM reservation") == [(2, None)]
    assert desk.rows("SELECT compartment, why FROM blocked") == [(3, "锁坏了")]
    ended = ReservationEnded(reservation="r1", compartment=2, why="used")
    desk.tell(zone, ended, CompartmentUnblocked(compartment=3, by="staff 2"))
    assert desk.rows("SELECT why, ended IS NULL FROM reservation") == [("used", 0)]
    assert desk.rows("SELECT count(*) FROM blocked") == [(0,)]


# --- who is told ---


@pytest.mark.parametrize(
    ("purpose", "receiver", "kinds"),
    [
        ("pickup", CITIZEN, ["pickup", "taken"]),
        ("pickup", "staff 1", ["pickup", "recalled"]),
        ("papers", "staff 1", ["papers", "papers_taken"]),
        ("delivery", "courier 2", ["delivering"]),
        ("return", "staff 1", []),
        ("quarantine", "staff 1", []),
    ],
)
def test_a_person_is_told_what_concerns_them(desk: Any, zone: Any, purpose: str, receiver: str, kinds: list[str]):
    desk.tell(zone, *laid_in(purpose=purpose, phone=desk.sealed("13800005678")), *taken_out(receiver=receiver))
    assert sorted(told(desk)) == sorted(kinds)


def test_one_more_item_in_the_same_compartment_is_told_without_a_new_code(desk: Any, zone: Any):
    phone = desk.sealed("13800005678")
    desk.tell(zone, *laid_in(phone=phone), *laid_in("X2", phone=phone, into="1001"))
    assert sorted(told(desk)) == ["added", "pickup"]


def test_a_new_code_is_told_when_the_bank_has_it(desk: Any, zone: Any):
    desk.tell(zone, *laid_in(phone=desk.sealed("13800005678")))
    desk.tell(zone, Reissued(item="X1", compartment=1, number="1001", issue=2, why="reissue", by=CITIZEN))
    assert sorted(told(desk)) == ["pickup", "reissued"]
    assert desk.rows("SELECT issue FROM item") == [(2,)]


def test_a_proxy_is_told_and_loses_the_right_again(desk: Any, zone: Any):
    def tails() -> Any:
        return desk.rows("SELECT person.tail FROM item JOIN person ON ref = item.person")

    def issued(issue: int, why: str, phone: str) -> Reissued:
        return Reissued(
            item="X1", compartment=1, number="1001", issue=issue, why=why, by=CITIZEN, phone=desk.sealed(phone)
        )

    desk.tell(zone, *laid_in(phone=desk.sealed("13800005678")))
    desk.tell(zone, issued(2, "proxy", "13900001234"))
    assert tails() == [("1234",)]
    desk.tell(zone, issued(3, "proxy_revoked", "13800005678"))
    assert tails() == [("5678",)]
    assert sorted(told(desk)) == ["pickup", "proxy", "reissued"]
    assert desk.rows("SELECT principal FROM item") == [(None,)]


def test_who_does_not_come_is_reminded_once_a_day(desk: Any, zone: Any, clock: Any):
    zone.wall = clock.now
    desk.tell(zone, *laid_in(phone=desk.sealed("13800005678")))
    for hours, reminders_ in ((24, 0), (1, 1), (1, 1), (24, 2)):
        clock.turn(hours * HOUR)
        sweep(desk, lambda work: reminders.sweep(work, Lockers()))
        assert told(desk).count("overdue") == reminders_
    desk.tell(zone, *taken_out())
    clock.turn(48 * HOUR)
    sweep(desk, lambda work: reminders.sweep(work, Lockers()))
    assert told(desk).count("overdue") == 2


def test_a_loan_is_reminded_before_it_is_due_and_daily_when_it_is_late(desk: Any, zone: Any, clock: Any):
    zone.wall = clock.now
    due, phone = clock.now + 5 * HOUR, desk.sealed("13800005678")
    desk.tell(zone, *laid_in(purpose="loan"), *taken_out(by="loan", phone=phone, phone_tail="5678", due=due))
    seen = []
    for hours in (3, 1.5, 0.4, 0.2, 1, 24):
        clock.turn(int(hours * HOUR))
        sweep(desk, lambda work: reminders.sweep(work, Lockers()))
        seen.append((told(desk).count("loan_due"), told(desk).count("loan_overdue")))
    assert seen == [(0, 0), (1, 0), (1, 0), (1, 1), (1, 1), (1, 2)]
    desk.tell(zone, *laid_in(purpose="loan", giver=CITIZEN))
    assert told(desk).count("returned") == 1
    assert desk.rows("SELECT count(*) FROM loan WHERE returned IS NULL") == [(0,)]


def test_an_address_is_kept_encrypted_and_can_be_read_with_the_key(desk: Any, zone: Any, site: Any):
    desk.tell(zone, *laid_in(purpose="delivery", address=desk.sealed("幸福路1号")))
    ((kept,),) = desk.rows("SELECT address FROM item")
    assert "幸福路".encode() not in kept
    assert desk.people.text(kept, "address zone-01 X1") == "幸福路1号"
    assert not [file for file in site.folder.glob("central.db*") if "幸福路".encode() in file.read_bytes()]


def test_an_address_that_cannot_be_opened_is_an_alarm_and_no_hindrance(desk: Any, zone: Any):
    assert desk.tell(zone, *laid_in(purpose="delivery", address="AAAA")).upto == 3
    assert desk.rows("SELECT alarm FROM alarm") == [("phone_unreadable",)]


# --- clocks, machines and people that are not as they should be ---


def test_within_one_journal_a_clock_that_was_turned_back_holds_nothing_up(desk: Any, zone: Any):
    desk.tell(zone, *laid_in())
    zone.wall -= 2 * HOUR
    desk.tell(zone, *taken_out())
    assert custodian(desk) == CITIZEN
    assert standing(desk) == []


def test_a_lone_leg_is_a_case_also_after_an_earlier_case_was_closed_by_people(desk: Any, zone: Any, clock: Any):
    desk.tell(zone, *laid_in(), Taken(item="X1", compartment=1, receiver=CITIZEN))
    ((id_,),) = desk.rows('SELECT id FROM "case"')
    sweep(desk, lambda work: cases.close_case(work, id_, "staff 1: looked"))
    zone.wall = clock.now
    desk.tell(zone, begun(), DepositOpened(item="X1", compartment=1, giver=CITIZEN))
    clock.turn(cases.LONE_AFTER_MS + 1)
    sweep(desk)
    assert ("lone_leg", "X1") in standing(desk)


def test_a_new_machine_begins_every_items_chain_anew(desk: Any, zone: Any, new_zone: Any, registered: Any):
    desk.tell(zone, *laid_in(purpose="loan"), *taken_out(by="loan", due=desk.clock.now + HOUR))
    registered("zone-01", epoch=2)
    other = new_zone(epoch=2)
    other.wall = desk.clock.now
    desk.tell(other, *laid_in(giver=CITIZEN, purpose="loan"))
    assert standing(desk) == []
    assert custodian(desk) == "bank zone-01"


def test_an_item_that_staff_took_back_is_the_owners_again_and_not_the_proxys(desk: Any, zone: Any):
    sealed, other = desk.sealed("13800005678"), desk.sealed("13900001234")
    named = Reissued(item="X1", compartment=1, number="1001", issue=2, why="proxy", by=CITIZEN, phone=other)
    desk.tell(zone, *laid_in(phone=sealed))
    ((owner,),) = desk.rows("SELECT person FROM item")
    desk.tell(zone, named, *taken_out(receiver="staff 1", by="recall"))
    assert desk.rows("SELECT person, principal FROM item") == [(owner, None)]


def test_the_owner_is_reminded_and_not_the_proxy_who_has_no_page(desk: Any, zone: Any, clock: Any):
    sealed, other = desk.sealed("13800005678"), desk.sealed("13900001234")
    named = Reissued(item="X1", compartment=1, number="1001", issue=2, why="proxy", by=CITIZEN, phone=other)
    desk.tell(zone, *laid_in(phone=sealed), named)
    clock.turn(25 * HOUR)
    sweep(desk, lambda work: reminders.sweep(work, Lockers()))
    tails = "SELECT tail FROM sms JOIN person ON person.ref = sms.person WHERE kind = 'overdue'"
    assert desk.rows(tails) == [("5678",)]


def test_a_phone_that_was_wrong_loses_the_page_with_the_code(desk: Any, zone: Any):
    desk.tell(zone, *laid_in(phone=desk.sealed("13800005678")))
    before = desk.rows("SELECT person, mark FROM item")[0]
    right = desk.sealed("13900001234")
    desk.tell(
        zone, Reissued(item="X1", compartment=1, number="1001", issue=2, why="reissue", by="staff 1", phone=right)
    )
    after = desk.rows("SELECT person, mark FROM item")[0]
    assert after[0] != before[0]
    assert after[1] == token_mark(desk.people.token("zone-01", "X1", after[0]))
