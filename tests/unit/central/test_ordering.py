"""An order is written once, sent in order until the device has it, and survives the centre's restarts."""

from typing import Any

import pytest
from sqlalchemy import select

from central import ordering, schema
from central.ordering import Ordering, new_epoch
from wire import entry, orders, sign
from wire.entry import GENESIS
from wire.happenings import OrderTaken

KEY = bytes(range(1, 33))
VERIFY = sign.verifier(sign.public_key(KEY))


def begun(desk: Any) -> Ordering:
    def job(work: Any) -> Ordering:
        made = Ordering(sign.signer(KEY), new_epoch(work.connection, work.now))
        made.begin(work)
        return made

    return desk.store.submit(job).result(10)


@pytest.fixture
def down(desk: Any) -> Ordering:
    return begun(desk)


def block(number: int, **more: Any) -> orders.BlockCompartment:
    return orders.BlockCompartment(order=f"{number:032x}", actor="staff 1", compartment=number, why="锁坏了", **more)


def give(desk: Any, down: Ordering, *given: Any) -> None:
    for one in given:
        desk.store.submit(lambda work, one=one: down.give(work, "zone-01", one)).result(10)


def waiting(desk: Any, down: Ordering) -> list[Any]:
    """Return the entries that are sent to the device now, checked as the device checks them."""
    with desk.store.reading() as connection:
        batch = down.waiting(connection).get("zone-01", b"")
    signed = entry.unpack(batch) if batch else []
    assert all(VERIFY(one.data, one.signature) for one in signed)
    return [entry.decode(one.data) for one in signed]


def answer(desk: Any, zone: Any, said: Any, outcome: str = "done") -> None:
    order = orders.id_of(said.body)
    desk.tell(zone, OrderTaken(order=order, outcome=outcome, epoch=said.epoch, seq=said.seq))


def states(desk: Any) -> list[Any]:
    return desk.rows('SELECT state, outcome FROM "order" ORDER BY id')


def test_orders_are_numbered_chained_and_signed(desk: Any, down: Ordering):
    give(desk, down, block(1), block(2))
    first, second = waiting(desk, down)
    assert (first.device, first.epoch, first.seq, first.prev) == ("zone-01", down.epoch, 1, GENESIS)
    with desk.store.reading() as connection:
        data = connection.execute(select(schema.down.c.data).order_by(schema.down.c.seq)).scalars().first()
    assert (second.seq, second.prev) == (2, entry.digest(data))
    assert orders.read(first.body) == block(1)


def test_the_same_bytes_go_out_until_the_device_has_them(desk: Any, zone: Any, down: Ordering):
    give(desk, down, block(1), block(2))
    assert waiting(desk, down) == waiting(desk, down)
    first, second = waiting(desk, down)
    answer(desk, zone, first)
    assert waiting(desk, down) == [second]
    answer(desk, zone, second, "no_such_compartment")
    assert waiting(desk, down) == []
    assert states(desk) == [("taken", "done"), ("refused", "no_such_compartment")]


def test_what_waits_goes_into_the_next_starts_journal_under_its_id(desk: Any, zone: Any, down: Ordering, clock: Any):
    give(desk, down, block(1), block(2))
    answer(desk, zone, waiting(desk, down)[0])
    clock.turn(60_000)
    again = begun(desk)
    (only,) = waiting(desk, again)
    assert again.epoch > down.epoch
    assert (only.epoch, only.seq, only.prev, orders.id_of(only.body)) == (again.epoch, 1, GENESIS, block(2).order)


def test_an_epoch_is_always_above_the_one_before_even_if_the_clock_was_turned_back(desk: Any, clock: Any):
    first = begun(desk)
    give(desk, first, block(1))
    clock.turn(-3_600_000)
    second = begun(desk)
    give(desk, second, block(2))
    assert begun(desk).epoch > second.epoch > first.epoch


def test_an_answer_to_the_journal_of_before_ends_the_order_and_moves_no_place(desk: Any, zone: Any, down: Ordering):
    give(desk, down, block(1))
    (old,) = waiting(desk, down)
    desk.clock.turn(1)
    again = begun(desk)
    give(desk, again, block(2))
    answer(desk, zone, old)
    assert states(desk)[0] == ("taken", "done")
    assert [said.seq for said in waiting(desk, again)] == [1, 2], "the journal has no gap for a device to fall into"


def test_an_order_that_grew_too_old_ends_and_is_not_sent(desk: Any, down: Ordering, clock: Any):
    give(desk, down, block(1, not_after=clock.now + 30_000))
    clock.turn(30_000)
    desk.store.submit(ordering.sweep).result(10)
    assert states(desk) == [("waiting", "")]
    clock.turn(1)
    desk.store.submit(ordering.sweep).result(10)
    assert states(desk) == [("expired", "")]
    assert waiting(desk, down) == []


def test_an_old_order_goes_along_where_a_later_one_waits_behind_it(desk: Any, zone: Any, down: Ordering, clock: Any):
    give(desk, down, block(1, not_after=clock.now + 30_000))
    clock.turn(60_000)
    desk.store.submit(ordering.sweep).result(10)
    give(desk, down, block(2))
    first, second = waiting(desk, down)
    answer(desk, zone, first, "late")
    answer(desk, zone, second)
    assert states(desk) == [("expired", "late"), ("taken", "done")]
    answer(desk, zone, first, "late")
    assert desk.rows('SELECT kind, count FROM "case"') == [("late_order", 1)]


def test_a_device_that_did_it_in_time_says_so_later(desk: Any, zone: Any, down: Ordering, clock: Any):
    give(desk, down, block(1, not_after=clock.now + 30_000))
    (said,) = waiting(desk, down)
    clock.turn(60_000)
    desk.store.submit(ordering.sweep).result(10)
    answer(desk, zone, said)
    assert states(desk) == [("taken", "done")]


@pytest.mark.parametrize("outcome", ordering.REFUSED_TOO_LATE)
def test_an_order_that_was_refused_as_late_is_a_case(desk: Any, zone: Any, down: Ordering, outcome: str):
    give(desk, down, block(1))
    answer(desk, zone, waiting(desk, down)[0], outcome)
    assert desk.rows('SELECT kind, detail FROM "case"') == [("late_order", f"block_compartment: {outcome}")]


def test_another_device_cannot_answer(desk: Any, new_zone: Any, down: Ordering, registered: Any):
    registered("zone-02")
    give(desk, down, block(1))
    (said,) = waiting(desk, down)
    answer(desk, new_zone("zone-02"), said)
    assert states(desk) == [("waiting", "")]
    assert len(waiting(desk, down)) == 1


def test_a_batch_holds_what_fits(desk: Any, down: Ordering):
    give(desk, down, *[block(number) for number in range(1, 300)])
    said = waiting(desk, down)
    assert 50 < len(said) < 299
    assert [one.seq for one in said] == list(range(1, len(said) + 1))


def test_an_order_and_its_outcome_stand_in_the_audit(desk: Any, zone: Any, down: Ordering):
    give(desk, down, block(3))
    answer(desk, zone, waiting(desk, down)[0])
    assert desk.rows("SELECT act, actor, device, done FROM audit ORDER BY id") == [
        ("ordered block_compartment", "staff 1", "zone-01", 1),
        ("did block_compartment", "staff 1", "zone-01", 1),
    ]
