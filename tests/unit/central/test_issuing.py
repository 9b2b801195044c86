"""A number belongs to one ticket, and a ticket counts only with evidence of paper."""

import concurrent.futures
import itertools
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from central import issuing, schema
from central.config import Service
from central.days import day_of
from central.store import Work
from wire.errors import Refused
from wire.happenings import TicketPrinted, TicketReleased, TicketReserved

HOUSEHOLD = Service(id="household", prefix="A", zh="户籍业务", en="Household registration")
SOCIAL = Service(id="social", prefix="B", zh="社保业务", en="Social security")
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
CHINA_MS = 8 * 60 * MINUTE


def reserve(desk: Any, ticket: str, service: Service = HOUSEHOLD, device: str = "zone-01") -> issuing.Reserved:
    def job(work: Work) -> issuing.Reserved:
        known = issuing.reserved(work, ticket, device, service.id)
        return known or issuing.reserve(work, ticket, device, service, person=None, lang="zh")

    return desk.store.submit(job).result(60)


def lease(desk: Any, block: str, count: int = 20, device: str = "zone-01") -> issuing.Block:
    return desk.store.submit(lambda work: issuing.lease(work, block, device, HOUSEHOLD, count)).result(10)


def said(ticket: str, number: str, source: str, day: str, device_service: str = "household") -> TicketReserved:
    return TicketReserved(
        ticket=ticket, service=device_service, number=number, day=day, source=source, phone="", phone_tail=""
    )


def states(desk: Any) -> list[Any]:
    return desk.rows("SELECT number, state FROM ticket ORDER BY ordinal")


def standing(desk: Any) -> list[Any]:
    return [row[0] for row in desk.rows("SELECT alarm FROM alarm WHERE cleared IS NULL")]


def test_numbers_rise_by_one_for_each_service(desk: Any):
    numbers = [reserve(desk, f"t{n}").number for n in range(3)] + [reserve(desk, "t9", SOCIAL).number]
    assert numbers == ["A001", "A002", "A003", "B001"]


def test_every_day_of_china_begins_with_one(desk: Any, clock: Any):
    first = reserve(desk, "t1")
    clock.turn(24 * 60 * MINUTE)
    second = reserve(desk, "t2")
    assert (first.number, second.number) == ("A001", "A001")
    assert first.day < second.day


def test_the_same_ticket_again_gets_the_same_number(desk: Any):
    assert reserve(desk, "t1") == reserve(desk, "t1")
    assert reserve(desk, "t2").number == "A002"


def test_a_ticket_of_another_device_or_service_is_refused(desk: Any):
    reserve(desk, "t1")
    for changed in ({"device": "zone-02"}, {"service": SOCIAL}):
        with pytest.raises(Refused) as refused:
            reserve(desk, "t1", **changed)
        assert refused.value.reason == "other_ticket"


def test_ahead_counts_who_waits_and_who_is_just_getting_paper(desk: Any, zone: Any):
    first = reserve(desk, "t1")
    assert (first.ahead, reserve(desk, "t2").ahead) == (0, 1)
    desk.tell(zone, TicketReleased(ticket="t1", why="no_paper"))
    assert reserve(desk, "t2").ahead == 0


def test_eight_threads_with_a_hundred_numbers_each_get_eight_hundred_numbers(desk: Any):
    ids = [f"{thread}-{number}" for thread in range(8) for number in range(100)]
    with concurrent.futures.ThreadPoolExecutor(8) as racers:
        numbers = list(racers.map(lambda ticket: reserve(desk, ticket).number, ids))
    assert sorted(numbers) == [f"A{number:03d}" for number in range(1, 801)]


def test_the_race_above_would_show_a_counter_that_reads_and_then_writes(desk: Any):
    """The control: the same race over the obvious wrong way must double numbers, else the race proves nothing."""
    counter = schema.number.c
    row = (counter.service == "naive") & (counter.day == "d") & (counter.series == "s")
    begin = insert(schema.number).values(service="naive", day="d", series="s", last=0)
    desk.store.submit(lambda work: work.connection.execute(begin)).result(10)

    def take(_: int) -> int:
        with desk.store.reading() as connection:
            last = connection.execute(select(counter.last).where(row)).scalar_one()
        change = update(schema.number).where(row).values(last=last + 1)
        desk.store.submit(lambda work: work.connection.execute(change)).result(60)
        return last + 1

    with concurrent.futures.ThreadPoolExecutor(8) as racers:
        numbers = list(racers.map(take, range(800)))
    assert len(set(numbers)) < len(numbers)


def test_a_block_is_of_numbers_that_nobody_else_gets(desk: Any):
    blocks = [lease(desk, "b1"), lease(desk, "b2", device="zone-02")]
    lent = [set(range(block.first, block.last + 1)) for block in blocks]
    assert [len(numbers) for numbers in lent] == [20, 20]
    assert not lent[0] & lent[1]
    assert reserve(desk, "t1").number == "A001"


def test_the_same_block_again_is_the_same_block(desk: Any):
    assert lease(desk, "b1") == lease(desk, "b1")
    with pytest.raises(Refused):
        lease(desk, "b1", device="zone-02")


def test_only_a_printed_ticket_waits(desk: Any, zone: Any):
    got = reserve(desk, "t1")
    desk.tell(zone, said("t1", got.number, "centre", got.day))
    assert states(desk) == [("A001", "reserved")]
    desk.tell(zone, TicketPrinted(ticket="t1", evidence="GS r"))
    assert states(desk) == [("A001", "waiting")]


def test_a_ticket_without_paper_is_released(desk: Any, zone: Any):
    got = reserve(desk, "t1")
    desk.tell(zone, said("t1", got.number, "centre", got.day), TicketReleased(ticket="t1", why="no_paper"))
    assert states(desk) == [("A001", "released")]


def test_a_number_of_a_block_counts_though_the_centre_never_saw_the_ticket(desk: Any, zone: Any):
    block = lease(desk, "b1")
    number = f"A{block.first}"
    desk.tell(zone, said("t1", number, "block", block.day), TicketPrinted(ticket="t1", evidence="GS r"))
    assert states(desk) == [(number, "waiting")]
    assert standing(desk) == []


@pytest.mark.parametrize(
    ("number", "source", "why"),
    [
        ("A5021", "block", "after the block"),
        ("A5000", "block", "before it"),
        ("B5001", "block", "another prefix"),
        ("A05001", "block", "not as it is printed"),
        ("A５００１", "block", "digits of another script"),
        ("A", "block", "no digits"),
        ("A5001", "centre", "never reserved"),
        ("A001", "centre", "never reserved"),
    ],
)
def test_a_number_that_the_centre_never_gave_is_an_alarm_and_does_not_wait(
    desk: Any, zone: Any, number: str, source: str, why: str
):
    block = lease(desk, "b1")
    desk.tell(zone, said("t1", number, source, block.day), TicketPrinted(ticket="t1", evidence="GS r"))
    assert states(desk) == [], why
    assert standing(desk) == ["foreign_number"]


def test_a_number_of_another_devices_block_is_foreign(desk: Any, zone: Any):
    block = lease(desk, "b1", device="zone-02")
    desk.tell(zone, said("t1", f"A{block.first}", "block", block.day))
    assert standing(desk) == ["foreign_number"]


def test_a_number_of_yesterdays_block_is_foreign_today(desk: Any, zone: Any, clock: Any):
    block = lease(desk, "b1")
    tomorrow = day_of(clock.now + 24 * 60 * MINUTE)
    desk.tell(zone, said("t1", f"A{block.first}", "block", tomorrow))
    assert standing(desk) == ["foreign_number"]


def test_one_number_of_a_block_is_good_for_one_ticket(desk: Any, zone: Any):
    block = lease(desk, "b1")
    desk.tell(zone, *(said(ticket, f"A{block.first}", "block", block.day) for ticket in ("t1", "t2")))
    assert len(states(desk)) == 1
    assert standing(desk) == ["foreign_number"]


def test_a_device_cannot_print_anothers_ticket(desk: Any, new_zone: Any, registered: Any):
    registered("zone-02")
    reserve(desk, "t1")
    desk.tell(new_zone("zone-02"), TicketPrinted(ticket="t1", evidence="GS r"))
    assert states(desk) == [("A001", "reserved")]


def test_a_number_that_is_not_printed_for_ten_minutes_is_released(desk: Any, clock: Any):
    reserve(desk, "t1")
    clock.turn(10 * MINUTE)
    desk.store.submit(issuing.sweep).result(10)
    assert states(desk) == [("A001", "reserved")]
    clock.turn(1)
    desk.store.submit(issuing.sweep).result(10)
    assert states(desk) == [("A001", "released")]


def test_paper_counts_however_late_the_centre_hears_of_it(desk: Any, zone: Any, clock: Any):
    reserve(desk, "t1")
    clock.turn(60 * MINUTE)
    desk.store.submit(issuing.sweep).result(10)
    desk.tell(zone, TicketPrinted(ticket="t1", evidence="GS r"))
    assert states(desk) == [("A001", "waiting")]
    assert desk.rows("SELECT waiting FROM ticket") == [(zone.wall,)]


def test_who_was_not_called_for_half_a_day_waits_no_more(desk: Any, zone: Any, clock: Any):
    reserve(desk, "t1")
    desk.tell(zone, TicketPrinted(ticket="t1", evidence="GS r"))
    clock.turn(12 * 60 * MINUTE)
    desk.store.submit(issuing.sweep).result(10)
    assert states(desk) == [("A001", "void")]


def test_two_people_never_wait_under_one_number_over_midnight(desk: Any, zone: Any, clock: Any):
    clock.turn(DAY - (clock.now + CHINA_MS) % DAY - MINUTE)  # a minute before midnight in China
    reserve(desk, "t1")
    desk.tell(zone, TicketPrinted(ticket="t1", evidence="GS r"))
    desk.store.submit(issuing.sweep).result(10)
    assert states(desk) == [("A001", "waiting")]
    clock.turn(MINUTE)
    desk.store.submit(issuing.sweep).result(10)
    reserve(desk, "t2")
    desk.tell(zone, TicketPrinted(ticket="t2", evidence="GS r"))
    assert sorted(states(desk)) == [("A001", "void"), ("A001", "waiting")]


def test_a_day_of_china_begins_eight_hours_before_that_of_greenwich():
    midnight = 1_795_017_600_000 - 1_795_017_600_000 % 86_400_000 + 16 * 3_600_000
    days = [day_of(midnight - 1), day_of(midnight)]
    assert all(a < b for a, b in itertools.pairwise(days))
