"""Who is called, why, and what they are told."""

import concurrent.futures
import json
from typing import Any

import pytest

from central import calling, issuing, reading
from central.config import Counter, Service
from central.store import Work
from wire.errors import Refused
from wire.happenings import TicketPrinted

ONE = Counter(id="1", zh="1号窗口", en="Counter 1", services=("household", "social"))
TWO = Counter(id="2", zh="2号窗口", en="Counter 2", services=("social",))
PREFIX = {"household": "A", "social": "B"}


def act(desk: Any, action: Any, counter: Counter = ONE) -> None:
    desk.store.submit(lambda work: action(work, counter)).result(10)


def wait(desk: Any, zone: Any, ticket: str, service: str = "household", *, at: int = 0, phone: str = "") -> None:
    def job(work: Work) -> None:
        person = desk.people.keep(work, phone) if phone else None
        offered = Service(id=service, prefix=PREFIX[service], zh="", en="")
        issuing.reserve(work, ticket, zone.device, offered, person=person, lang="zh")

    desk.store.submit(job).result(10)
    zone.wall += at
    desk.tell(zone, TicketPrinted(ticket=ticket, evidence="GS r"))


def state(desk: Any, ticket: str) -> Any:
    return desk.rows(f"SELECT state, counter FROM ticket WHERE ticket = '{ticket}'")[0]


def refused(desk: Any, action: Any, counter: Counter = ONE) -> str:
    with pytest.raises(Refused) as said:
        act(desk, action, counter)
    assert said.value.sentence.endswith("。")
    return said.value.reason


def notices(desk: Any) -> list[Any]:
    return desk.rows("SELECT kind FROM sms ORDER BY created, id")


def test_who_waited_longest_is_called(desk: Any, zone: Any):
    wait(desk, zone, "t1", at=100)
    wait(desk, zone, "t2", at=-200)  # its paper came out before
    act(desk, calling.call)
    assert state(desk, "t2") == ("called", "1")
    assert state(desk, "t1") == ("waiting", None)


def test_a_counter_calls_for_its_own_services_only(desk: Any, zone: Any):
    wait(desk, zone, "t1", "household")
    wait(desk, zone, "t2", "social", at=50)
    act(desk, calling.call, TWO)
    assert state(desk, "t2") == ("called", "2")
    assert refused(desk, calling.call, Counter(id="3", zh="", en="", services=())) == "nobody_waiting"


def test_one_person_is_at_a_counter_at_a_time(desk: Any, zone: Any):
    for ticket in ("t1", "t2"):
        wait(desk, zone, ticket)
    act(desk, calling.call)
    assert refused(desk, calling.call) == "still_called"
    act(desk, calling.finish)
    act(desk, calling.call)
    assert state(desk, "t2") == ("called", "1")


@pytest.mark.parametrize("action", [calling.recall, calling.no_show, calling.finish])
def test_nothing_can_be_done_with_nobody(desk: Any, action: Any):
    assert refused(desk, action) == "nobody_called"


def test_a_ticket_is_called_once_by_two_counters_that_press_at_once(desk: Any, zone: Any):
    counters = [Counter(id=f"c{n}", zh="", en="", services=("social",)) for n in range(8)]
    for number in range(4):
        wait(desk, zone, f"t{number}", "social")

    def press(counter: Counter) -> bool:
        try:
            act(desk, calling.call, counter)
        except Refused:
            return False
        return True

    with concurrent.futures.ThreadPoolExecutor(8) as racers:
        assert sum(racers.map(press, counters)) == 4
    assert len(set(desk.rows("SELECT counter FROM ticket WHERE state = 'called'"))) == 4


def test_a_no_show_is_void_and_is_told_to_take_a_new_number(desk: Any, zone: Any, clock: Any):
    wait(desk, zone, "t1", phone="13800005678")
    act(desk, calling.call)
    clock.turn(1)
    act(desk, calling.no_show)
    assert state(desk, "t1") == ("void", "1")
    assert notices(desk) == [("called",), ("void",)]
    assert refused(desk, calling.no_show) == "nobody_called"
    assert notices(desk) == [("called",), ("void",)]


def test_who_gave_no_phone_is_called_without_sms(desk: Any, zone: Any):
    wait(desk, zone, "t1")
    act(desk, calling.call)
    assert notices(desk) == []


def test_a_recall_calls_and_tells_again_but_a_second_press_does_not(desk: Any, zone: Any, clock: Any):
    wait(desk, zone, "t1", phone="13800005678")
    act(desk, calling.call)
    act(desk, calling.recall)
    assert len(notices(desk)) == 1
    clock.turn(calling.AGAIN_AFTER_MS)
    act(desk, calling.recall)
    assert len(notices(desk)) == 2
    assert desk.rows("SELECT again FROM call ORDER BY id") == [(0,), (1,)]


def test_a_call_says_what_it_saw(desk: Any, zone: Any):
    for number in range(3):
        wait(desk, zone, f"t{number}", at=10)
    act(desk, calling.call)
    ((number, since, others),) = desk.rows("SELECT number, since, others FROM call")
    assert (number, since, others) == ("A001", zone.wall - 20, 2)


def test_the_hall_shows_the_newest_call_first_and_each_ticket_once(desk: Any, zone: Any, clock: Any):
    for number in range(7):
        wait(desk, zone, f"t{number}", at=1, phone="13800005678")
    for _ in range(7):
        act(desk, calling.call)
        clock.turn(calling.AGAIN_AFTER_MS)
        act(desk, calling.recall)
        act(desk, calling.finish)
    with desk.store.reading() as connection:
        shown = reading.last_calls(connection, 5)
    assert [line["number"] for line in shown] == ["A007", "A006", "A005", "A004", "A003"]
    assert {line["tail"] for line in shown} == {"5678"}


def test_what_a_notice_is_made_of_has_no_phone(desk: Any, zone: Any):
    wait(desk, zone, "t1", phone="13800005678")
    act(desk, calling.call)
    ((facts,),) = desk.rows("SELECT facts FROM sms")
    assert json.loads(facts)["number"] == "A001"
    assert "1380" not in facts


@pytest.mark.parametrize("do", ["finish", "no_show", "recall", "call"])
def test_a_page_that_is_behind_moves_nobody_elses_ticket(desk: Any, zone: Any, do: str):
    wait(desk, zone, "t1", at=0)
    wait(desk, zone, "t2", at=100)
    act(desk, calling.call)
    act(desk, calling.finish)
    act(desk, calling.call)
    for seen in ("t1", ""):  # the page still shows the ticket before, or nobody
        assert refused(desk, lambda work, counter, seen=seen: calling.act(work, counter, do, seen)) == "page_behind"
    assert state(desk, "t2") == ("called", "1")


def test_a_page_that_is_right_finishes_who_it_shows(desk: Any, zone: Any):
    wait(desk, zone, "t1")
    act(desk, lambda work, counter: calling.act(work, counter, "call", ""))
    act(desk, lambda work, counter: calling.act(work, counter, "finish", "t1"))
    assert state(desk, "t1") == ("finished", "1")
