"""Orders of the centre: done once, never late, never by a bank that cannot tell the time."""

from typing import Any

import pytest

from locker.compartment import Use
from locker.governor import BY_CENTRE
from locker.obeying import _DO, EARLIEST
from locker.step import Open, Step
from wire.happenings import OrderTaken
from wire.orders import (
    OPEN_WITHIN_MS,
    BlockCompartment,
    CancelReservation,
    GiveManifest,
    OpenCompartment,
    Order,
    Redirect,
    Reissue,
    ReserveCompartment,
    UnblockCompartment,
)

BOOT = 7
WALL = 1_800_000_000_000
TWO = {"actor": "staff 1001", "witness": "staff 1002"}


def named(number: int = 1) -> dict[str, Any]:
    return {"order": f"{number:032x}", **TWO}


def opening(number: int = 1, compartment: int = 1, **more: Any) -> OpenCompartment:
    known = {"not_after": WALL + OPEN_WITHIN_MS, "fence": BOOT, "why": "noise"}
    return OpenCompartment(compartment=compartment, **{**named(number), **known, **more})


def obey(zone: Any, order: Order, **more: Any) -> Step:
    return zone.ask("obey", order, **{"epoch": 5, "seq": 9, "wall": WALL, "clock_good": True, "boot": BOOT, **more})


def outcome(step: Step) -> str:
    last = step.record[-1]
    assert isinstance(last, OrderTaken)
    return last.outcome


def test_an_order_to_open_is_an_inspection_and_answered_with_its_place(zone: Any):
    zone.put_in()
    step = obey(zone, opening())
    assert step.effects == (Open(1),)
    begun, taken = step.record
    assert (begun.by, begun.witness, begun.order) == ("staff 1001", "staff 1002", f"{1:032x}")
    assert taken == OrderTaken(order=f"{1:032x}", outcome="done", epoch=5, seq=9)
    assert zone[1].use is Use.INSPECTING


@pytest.mark.parametrize("restarts", [True, False])
def test_an_order_is_taken_once_whatever_journal_it_comes_in(zone: Any, restarts: bool):
    obey(zone, opening())
    zone.goes_through(1)
    if restarts:
        zone.restart()
        zone.contacts()
    step = obey(zone, opening(), epoch=6, seq=1)
    assert (step.record, step.effects) == ((), ())


@pytest.mark.parametrize(
    ("not_after", "expected"),
    [
        (0, "late"),
        (WALL - 1, "late"),
        (WALL, "done"),
        (WALL + OPEN_WITHIN_MS, "done"),
        (WALL + EARLIEST, "done"),
        (WALL + EARLIEST + 1, "early"),
    ],
)
def test_nothing_opens_late_or_by_a_clock_that_runs_behind(zone: Any, not_after: int, expected: str):
    step = obey(zone, opening(not_after=not_after))
    assert outcome(step) == expected
    assert bool(step.effects) == (expected == "done")


@pytest.mark.parametrize(
    ("fence", "expected"), [(BOOT, "done"), (BOOT - 1, "fenced"), (BOOT + 1, "fenced"), (0, "fenced")]
)
def test_an_opening_that_was_ordered_before_a_restart_never_happens_after_it(zone: Any, fence: int, expected: str):
    assert outcome(obey(zone, opening(fence=fence))) == expected


def test_a_bank_that_cannot_tell_the_time_opens_nothing_from_afar(zone: Any):
    step = obey(zone, opening(), clock_good=False)
    assert (outcome(step), step.effects) == ("clock_unsure", ())
    block = BlockCompartment(compartment=1, why="smell", **named(2))
    assert outcome(obey(zone, block, clock_good=False)) == "done", "what does not grow old needs no clock"


def test_an_order_of_any_kind_is_fenced_and_grows_old_where_it_says_so(zone: Any):
    for n, (more, expected) in enumerate(
        [({"fence": BOOT + 1}, "fenced"), ({"not_after": WALL - 1}, "late"), ({"not_after": WALL}, "done")]
    ):
        assert outcome(obey(zone, BlockCompartment(compartment=1, why="smell", **named(n), **more))) == expected


def test_the_centre_opens_three_doors_an_hour_and_people_theirs_besides(zone: Any):
    for n in range(BY_CENTRE):
        assert outcome(obey(zone, opening(n))) == "done"
        zone.goes_through(1)
    assert outcome(obey(zone, opening(9))) == "governed"
    step = zone.ask("inspect", 1, by="staff 1001", witness="staff 1002", why="noise")
    assert step.effects == (Open(1),)


def test_the_centre_too_needs_two_people_for_what_is_occupied(zone: Any):
    zone.put_in()
    assert outcome(obey(zone, opening(1, witness="staff 1001"))) == "needs_witness"
    assert outcome(obey(zone, opening(2, witness=""))) == "needs_witness"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (BlockCompartment(compartment=1, why="smell", **named()), "done"),
        (BlockCompartment(compartment=9, why="smell", **named()), "no_such_compartment"),
        (UnblockCompartment(compartment=1, **named()), "done"),
        (ReserveCompartment(reservation="r1", size="S", until=WALL + 1, **named()), "done"),
        (ReserveCompartment(reservation="r1", size="S", until=WALL - 1, **named()), "late"),
        (CancelReservation(reservation="r1", **named()), "no_reservation"),
        (Reissue(item="paper-1", issue=2, why="proxy", **named()), "done"),
        (Reissue(item="paper-1", issue=1, why="proxy", **named()), "old_issue"),
        (Reissue(item="paper-2", issue=2, why="proxy", **named()), "no_such_item"),
        (Redirect(item="paper-1", purpose="delivery", **named()), "done"),
        (Redirect(item="paper-2", purpose="delivery", **named()), "no_such_item"),
        (GiveManifest(courier="courier 2001", until=WALL, items=(), **named()), "done"),
        (GiveManifest(courier="courier 2001", until=WALL - 1, items=(), **named()), "late"),
        (opening(compartment=9), "no_such_compartment"),
    ],
)
def test_what_came_of_an_order_stands_in_the_answer(zone: Any, order: Order, expected: str):
    zone.put_in()
    zone.now = WALL
    step = obey(zone, order)
    assert outcome(step) == expected
    assert step.refused is None, "nobody stands there to be told"
    assert zone.folded().resumed(WALL) == zone.bank.resumed(WALL)


def test_every_kind_of_order_is_obeyed():
    assert set(_DO) == set(Order.__args__)


def test_the_latest_thousand_orders_are_remembered(zone: Any):
    for n in range(1001):
        obey(zone, UnblockCompartment(compartment=1, **named(n)))
    assert len(zone.bank.orders) == 1000
    assert obey(zone, UnblockCompartment(compartment=1, **named(1))).record == ()
