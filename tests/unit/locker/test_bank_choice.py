"""Low compartments, reservations and blocked ones: who gets which compartment."""

from typing import Any

import pytest

from locker.compartment import Place, Use
from locker.step import Open, Refuse
from wire.happenings import CompartmentBlocked, CompartmentReserved, CompartmentUnblocked, ReservationEnded

HOUR = 3_600_000


def reserve(zone: Any, name: str = "r1", size: str = "S", low: bool = False, hours: int = 1) -> Any:
    until = zone.now + hours * HOUR
    return zone.ask("reserve", reservation=name, size=size, low=low, by="staff 1001", until=until)


def test_whoever_needs_a_low_compartment_gets_one_also_when_it_is_larger(zone_of: Any):
    zone = zone_of((Place(1, "S"), Place(2, "L", low=True), Place(3, "M", low=True)))
    assert zone.deposit(low=True).effects == (Open(3),)
    assert zone.deposit("paper-2", low=True).effects == (Open(2),)
    assert zone.deposit("paper-3", low=True).effects == (Refuse("no_low_compartment"),)
    assert zone.deposit("paper-4").effects == (Open(1),)


def test_the_low_ones_are_kept_for_those_who_need_them_as_long_as_another_fits(zone_of: Any):
    zone = zone_of((Place(1, "S", low=True), Place(2, "L"), Place(3, "M", low=True)))
    chosen = [zone.deposit(f"paper-{n}").effects[0] for n in range(4)]
    assert chosen == [Open(2), Open(1), Open(3), Refuse("no_compartment")]


def test_a_reserved_compartment_waits_for_its_deposit(zone: Any):
    assert reserve(zone).record == (
        CompartmentReserved(reservation="r1", compartment=1, size="S", by="staff 1001", until=zone.now + HOUR),
    )
    assert zone[1].use is Use.RESERVED
    assert zone.deposit("paper-2").effects == (Open(3),)
    step = zone.deposit("paper-1", reservation="r1")
    assert step.record[0] == ReservationEnded(reservation="r1", compartment=1, why="used")
    assert (step.record[1].compartment, step.effects) == (1, (Open(1),))


@pytest.mark.parametrize("trouble", ["blocked", "open", "too small", "not low"])
def test_a_reservation_holds_also_when_its_compartment_will_not_do(zone_of: Any, trouble: str):
    zone = zone_of((Place(1, "S"), Place(2, "M", low=True)))
    reserve(zone)
    if trouble == "blocked":
        zone.ask("block", 1, "smell", "staff 1001")
    elif trouble == "open":
        zone.opens(1)
    size, low = ("M", False) if trouble == "too small" else ("S", trouble == "not low")
    step = zone.deposit(size=size, low=low, reservation="r1")
    assert step.effects == (Open(2),)
    assert zone[1].use is Use.FREE
    assert zone.bank.kept_for("r1") is None


def test_a_reservation_whose_deposit_finds_no_compartment_is_kept(zone_of: Any):
    zone = zone_of((Place(1, "S"),))
    reserve(zone)
    assert zone.deposit(size="M", reservation="r1").effects == (Refuse("no_compartment"),)
    assert zone.deposit(size="S", low=True, reservation="r1").effects == (Refuse("no_low_compartment"),)
    assert zone[1].use is Use.RESERVED


def test_a_reservation_is_over_at_its_moment_and_not_before(zone: Any):
    reserve(zone)
    assert zone.wait(3599.999).record == ()
    assert zone.wait(0.001).record == (ReservationEnded(reservation="r1", compartment=1, why="expired"),)
    assert zone.deposit(reservation="r1").effects == (Refuse("no_reservation"),)
    assert zone[1].use is Use.FREE


def test_a_reservation_is_over_by_the_time_of_day_where_that_is_another(zone: Any):
    reserve(zone)
    step = zone.bank.tick(zone.now, zone.now + HOUR)
    assert [h.why for h in step.record] == ["expired"]


def test_a_reservation_survives_a_restart_and_ends_while_nobody_looked(zone: Any):
    reserve(zone)
    zone.restart()
    assert zone[1].use is Use.RESERVED
    zone.now += 2 * HOUR
    zone.restart()
    assert [h.why for h in zone.wait(0).record] == ["expired"]


def test_a_reservation_is_made_once(zone: Any):
    reserve(zone)
    assert reserve(zone).effects == (Refuse("already_reserved"),)
    assert reserve(zone, "r2").effects == ()
    assert zone[3].use is Use.RESERVED


def test_what_would_end_before_it_begins_is_not_reserved(zone: Any):
    assert reserve(zone, hours=0).effects == (Refuse("too_late"),)


def test_there_is_nothing_to_reserve_when_all_is_taken(zone_of: Any):
    zone = zone_of((Place(1, "S"),))
    assert reserve(zone, low=True).effects == (Refuse("no_low_compartment"),)
    assert reserve(zone, size="M").effects == (Refuse("no_compartment"),)


def test_a_cancelled_reservation_lets_the_compartment_go(zone: Any):
    reserve(zone)
    step = zone.ask("cancel_reservation", "r1")
    assert step.record == (ReservationEnded(reservation="r1", compartment=1, why="cancelled"),)
    assert zone.ask("cancel_reservation", "r1").effects == (Refuse("no_reservation"),)


def test_an_opening_of_a_reserved_compartment_is_a_break_in(zone: Any):
    reserve(zone)
    zone.opens(1)
    assert zone.alarms() == {"break_in: door 1"}


def test_nothing_new_is_laid_into_a_blocked_compartment_until_it_is_unblocked(zone: Any):
    step = zone.ask("block", 1, "smell", "staff 1001")
    assert step.record == (CompartmentBlocked(compartment=1, why="smell", by="staff 1001"),)
    assert zone[1].blocked == "smell"
    assert zone.deposit().effects == (Open(3),)
    assert zone.ask("unblock", 1, "staff 1002").record == (CompartmentUnblocked(compartment=1, by="staff 1002"),)
    assert zone.deposit("paper-2").effects == (Open(1),)


def test_what_lies_in_a_blocked_compartment_may_be_fetched(zone: Any):
    compartment, number, code = zone.put_in()
    zone.ask("block", compartment, "smell", "staff 1001")
    zone.restart()
    assert zone.pick_up(number, code).effects == (Open(compartment),)
    zone.goes_through(compartment)
    assert zone.deposit("paper-2").effects == (Open(3),), "it stays blocked"


def test_blocking_what_is_blocked_is_no_news(zone: Any):
    assert zone.ask("unblock", 1, "staff 1001").record == ()
    zone.ask("block", 1, "smell", "staff 1001")
    assert zone.ask("block", 1, "noise", "staff 1002").record == ()


@pytest.mark.parametrize("ask", [("block", 9, "smell", "staff 1001"), ("unblock", 9, "staff 1001")])
def test_there_is_no_blocking_what_is_not_there(zone: Any, ask: tuple[Any, ...]):
    assert zone.ask(*ask).effects == (Refuse("no_such_compartment"),)
