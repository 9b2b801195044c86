"""An SMS is sent once, in the words of the person, again while the gateway is away, and never too late to be of use."""

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from central import delivery, notices
from central.delivery import Delivery
from central.notices import Facts
from locker import pickup
from wire.happenings import DepositBegun, Deposited, Taken

FACTS = Facts("A001", service="household", counter="1")


class Gateway:
    """A gateway that answers what `answers` says, 200 when that is used up."""

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.answers: list[int] = []
        outer = self

        class Asked(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.answers.pop(0) if outer.answers else 200
                if status == 200:
                    outer.taken.append(json.loads(body))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Asked)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sms"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def deliver(desk: Any, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sends what is due now, once."""
    sms = type(desk.site.config.sms)(url=gateway.url)
    config = type(desk.site.config)(**{**vars(desk.site.config), "sms": sms})

    async def once() -> None:
        worker = Delivery(config, desk.store, desk.registry, desk.people, desk.counts)
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            await worker._round(client)

    return lambda: asyncio.run(once())


def due(desk: Any, kind: Any = "called", facts: Facts = FACTS, lang: str = "zh", id_: str = "n1") -> None:
    def job(work: Any) -> None:
        person = desk.people.keep(work, "13800005678")
        notices.notify(work, id_, kind, facts, person=person, lang=lang)

    desk.store.submit(job).result(10)


def outcomes(desk: Any) -> list[Any]:
    return desk.rows("SELECT outcome, tries FROM sms")


def standing(desk: Any) -> list[Any]:
    return [row[0] for row in desk.rows("SELECT alarm FROM alarm WHERE cleared IS NULL")]


def test_a_notice_is_sent_once(desk: Any, gateway: Gateway, deliver: Any):
    due(desk)
    deliver()
    deliver()
    assert gateway.taken == [
        {"id": "n1", "to": "13800005678", "text": "【示范市政务服务中心】A001号，请到1号窗口办理户籍业务。"}
    ]
    assert outcomes(desk) == [("sent", 0)]


def test_a_notice_is_due_once_for_each_id(desk: Any):
    due(desk)
    due(desk)
    assert len(outcomes(desk)) == 1


def test_a_notice_speaks_the_language_of_the_person(desk: Any, gateway: Gateway, deliver: Any):
    due(desk, lang="en")
    deliver()
    assert "come to Counter 1 for Household registration" in gateway.taken[0]["text"]


def test_while_the_gateway_is_away_it_is_tried_again_ever_more_slowly(
    desk: Any, gateway: Gateway, deliver: Any, clock: Any
):
    due(desk)
    gateway.answers = [500, 503, 429]
    for tries in (1, 2, 3):
        deliver()
        assert outcomes(desk) == [("", tries)]
        deliver()  # not yet
        assert outcomes(desk) == [("", tries)]
        clock.turn(delivery.pause_ms(tries))
    assert standing(desk) == ["sms_gateway_silent"]
    deliver()
    assert outcomes(desk) == [("sent", 3)]
    assert [message["id"] for message in gateway.taken] == ["n1"]
    assert standing(desk) == []


def test_a_notice_that_the_gateway_refuses_is_an_alarm_and_is_not_tried_again(
    desk: Any, gateway: Gateway, deliver: Any, clock: Any
):
    due(desk)
    gateway.answers = [400]
    deliver()
    clock.turn(delivery.LONGEST_PAUSE_MS)
    deliver()
    assert gateway.taken == []
    assert outcomes(desk) == [("refused", 0)]
    assert standing(desk) == ["sms_refused"]


@pytest.mark.parametrize("kind", notices.LASTS)
def test_a_notice_that_is_too_late_is_not_sent(desk: Any, gateway: Gateway, deliver: Any, clock: Any, kind: Any):
    due(desk, kind)
    clock.turn(notices.LASTS[kind])
    deliver()
    assert gateway.taken == []
    assert outcomes(desk) == [("expired", 0)]


def test_the_pickup_code_is_the_one_that_the_bank_knows(desk: Any, zone: Any, gateway: Gateway, deliver: Any):
    begun = DepositBegun(
        item="X1", label="护照", compartment=3, size="S", number="1001", giver="王敏",
        phone=desk.sealed("13900001234"), phone_tail="1234",
    )  # fmt: skip
    desk.tell(zone, begun, Deposited(item="X1", compartment=3, number="1001", issue=2, giver="王敏"))
    deliver()
    ((message),) = gateway.taken
    code = pickup.code(desk.registry.mac("zone-01"), "X1", 2)
    assert message["to"] == "13900001234"
    for fact in ("护照", "一号自助服务区3号格口", "取件号1001", f"取件码{code}"):
        assert fact in message["text"]
    assert code not in str(desk.rows("SELECT facts FROM sms"))
    desk.tell(zone, Taken(item="X1", compartment=3, receiver="citizen ****1234"))
    deliver()
    assert "取走" in gateway.taken[1]["text"]


def test_without_the_banks_key_the_notice_waits_and_somebody_is_told(
    desk: Any, folder: Any, gateway: Gateway, deliver: Any, clock: Any
):
    key = folder / "secrets" / "zone-01.bank.key"
    kept = key.read_bytes()
    key.unlink()
    due(desk, "pickup", Facts("1001", device="zone-01", item="X1", issue=1))
    for tries in (1, 2, 3):
        deliver()
        clock.turn(delivery.pause_ms(tries))
    assert standing(desk) == ["bank_key_missing"]
    key.write_bytes(kept)
    deliver()
    assert outcomes(desk) == [("sent", 3)]
    assert standing(desk) == []


def test_a_person_who_was_forgotten_is_told_nothing(desk: Any, gateway: Gateway, deliver: Any):
    due(desk)
    desk.store.submit(lambda work: work.connection.exec_driver_sql("DELETE FROM person")).result(10)
    deliver()
    assert gateway.taken == []
    assert outcomes(desk) == [("refused", 0)]


def test_pauses_grow_and_end():
    pauses = [delivery.pause_ms(tries) for tries in range(1, 40)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (delivery.FIRST_PAUSE_MS, delivery.LONGEST_PAUSE_MS)


def test_a_key_that_is_not_the_databases_delays_and_does_not_crash(desk: Any, gateway: Gateway, deliver: Any):
    due(desk)
    box, desk.people._box = desk.people._box, AESGCM(bytes(32))
    for _ in range(delivery.SILENT_AFTER):
        deliver()
        desk.clock.turn(60_000)
    assert standing(desk) == ["field_key_wrong"]
    desk.people._box = box
    deliver()
    assert len(gateway.taken) == 1
    assert standing(desk) == []
