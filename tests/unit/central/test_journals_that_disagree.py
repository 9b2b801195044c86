"""Two journals tell of one item: which speaks last, what only people can say, and what they have said stays said."""

from typing import Any

import pytest

from central import cases
from tests.unit.central.test_custody import CITIZEN, HOUR, custodian, laid_in, standing, sweep, taken_out


@pytest.fixture
def other(new_zone: Any, registered: Any) -> Any:
    registered("zone-02")
    return new_zone("zone-02")


def close_all(desk: Any) -> None:
    for (id_,) in desk.rows('SELECT id FROM "case" WHERE closed IS NULL'):
        sweep(desk, lambda work, id_=id_: cases.close_case(work, id_, "staff 1: looked"))


def test_a_late_journal_without_a_clock_takes_nothing_away_and_is_a_case(desk: Any, zone: Any, other: Any):
    zone.clock_good = False
    late = zone.write(*laid_in(giver="staff 9"), *taken_out(receiver="staff 8", by="collect"))
    desk.tell(other, *laid_in())
    desk.take(late)
    assert custodian(desk) == "bank zone-02"
    assert ("contradiction", "X1") in standing(desk)


def test_a_journal_without_a_clock_is_followed_where_it_goes_on_from_who_has_it(desk: Any, zone: Any, other: Any):
    other.clock_good = False
    desk.tell(zone, *laid_in(), *taken_out(receiver="staff 2", by="collect"))
    desk.tell(other, *laid_in(giver="staff 2"), *taken_out())
    assert custodian(desk) == CITIZEN
    assert standing(desk) == []


@pytest.mark.parametrize(("written_ms", "wins"), [(0, True), (-1, False)])
def test_what_arrived_without_a_clock_is_older_than_what_is_written_after_it_arrived(
    desk: Any, zone: Any, other: Any, written_ms: int, wins: bool
):
    zone.clock_good = False
    desk.tell(zone, *laid_in(giver="staff 9"))
    other.wall = desk.clock.now + written_ms
    desk.clock.turn(HOUR)
    desk.tell(other, *laid_in())
    assert custodian(desk) == ("bank zone-02" if wins else "bank zone-01")
    assert (("contradiction", "X1") in standing(desk)) is not wins


def test_what_people_closed_stays_closed_until_it_is_laid_in_again(desk: Any, zone: Any, other: Any, clock: Any):
    desk.tell(zone, *laid_in())
    desk.tell(other, *laid_in())
    sweep(desk)
    assert standing(desk) == [("contradiction", "X1")]
    close_all(desk)
    for _ in range(2):
        sweep(desk)
    assert standing(desk) == []
    desk.tell(zone, *taken_out())
    sweep(desk)
    clock.turn(HOUR)
    zone.wall = clock.now
    desk.tell(zone, *laid_in())
    sweep(desk)
    assert standing(desk) == [("contradiction", "X1")], "another deposit is another question"
