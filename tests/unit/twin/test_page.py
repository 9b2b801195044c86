"""The page of a zone whose programs are switches: what it shows, what its buttons do, what it says to junk."""

import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from twin.backup import Backup
from twin.bays import Bays
from twin.cabinet import Cabinet
from twin.layout import columns
from twin.line import Line
from twin.page import PARTS, Link, app
from twin.phone import Phone
from twin.printer import Paper, Printer
from twin.reader import Reader
from twin.scanner import Scanner

BUTTONS = [
    "/door/1/force",
    "/door/1/put",
    "/door/1/take",
    "/door/1/close",
    "/door/2/jam",
    "/door/2/free",
    "/door/2/contact-open",
    "/door/2/contact-closed",
    "/door/2/contact-dead",
    "/door/2/contact-works",
    "/printer/take-paper",
    "/printer/load-paper",
    "/printer/nearly-out",
    "/printer/off",
    "/printer/on",
    "/reader/lay-card",
    "/reader/lift-card",
    "/network/cut",
    "/network/mend",
    "/phone/break",
    "/phone/repair",
    "/agent/kill",
    "/agent/start",
    "/central/kill",
    "/central/start",
    "/central/restore",
    "/backup/take",
    "/bay/P1/park",
    "/bay/P1/leave",
    "/bay/P1/cover",
    "/bay/P1/clean",
    "/node/node-1/off",
    "/node/node-1/on",
]


class Program:
    """A program that only says whether it runs."""

    runs = True

    async def start(self) -> None:
        self.runs = True

    async def kill(self) -> None:
        self.runs = False


@pytest.fixture
def zone(tmp_path: Path) -> Any:
    return SimpleNamespace(
        name="一号自助服务区",
        cabinet=Cabinet(("S", "S", "S", "M", "M", "L")),
        printer=Printer(tmp_path / "printer"),
        reader=Reader(tmp_path / "reader"),
        scanner=Scanner(tmp_path / "scanner"),
        backup=Backup(tmp_path / "central.db", tmp_path / "kept.db"),
        phone=Phone(),
        bays=Bays({"P1": "node-1"}),
        lines=(Line("127.0.0.1", 1), Line("127.0.0.1", 2)),
        agent=Program(),
        central=Program(),
        nodes={"node-1": Program()},
        links=[Link("取件柜", "Lockers", "http://127.0.0.1:1/locker")],
    )


@pytest.fixture
def browser(zone: Any) -> Iterator[TestClient]:
    made = app(zone)
    serve = made.router.lifespan_context

    @asynccontextmanager
    async def with_metal(served: Any) -> Any:
        async with AsyncExitStack() as stack:
            for thing in (zone.cabinet, zone.printer, zone.reader, zone.scanner, zone.bays, *zone.lines):
                await stack.enter_async_context(thing)
            await stack.enter_async_context(serve(served))
            yield

    made.router.lifespan_context = with_metal
    with TestClient(made, follow_redirects=False) as browser:
        yield browser


def test_the_page_shows_the_zone_and_the_way_to_every_other_page(browser: TestClient) -> None:
    html = browser.get("/").text
    for word in ("自助取件柜", "Pickup lockers", "1001", "246810", "http://127.0.0.1:1/locker", "P1", "卡住门锁"):
        assert word in html
    for part in PARTS:
        assert f'data-live="/part/{part}"' in html
        assert browser.get(f"/part/{part}").text.strip() in html


@pytest.mark.parametrize("path", BUTTONS)
def test_every_button_goes_back_to_the_page(path: str, browser: TestClient, zone: Any, tmp_path: Path) -> None:
    if path in ("/door/1/put", "/door/1/take", "/door/1/close"):
        zone.cabinet.force(1)
    if path == "/door/1/take":
        zone.cabinet.put(1)
    if path == "/bay/P1/leave":
        zone.bays.park("P1")
    sqlite3.connect(tmp_path / "central.db").close()
    if path == "/central/restore":
        zone.backup.take()
    answer = browser.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/").status_code == 200


def test_the_state_follows_the_buttons(browser: TestClient) -> None:
    for path in ("/door/2/force", "/door/2/put", "/door/3/jam", "/printer/take-paper", "/network/cut", "/agent/kill"):
        browser.post(path)
    for path in ("/bay/P1/park", "/node/node-1/off", "/reader/lay-card", "/central/kill"):
        browser.post(path)
    state = browser.get("/v1/twin").json()
    assert [(door["is_open"], door["jammed"]) for door in state["doors"][1:3]] == [(True, False), (False, True)]
    assert state["doors"][1]["inside"] == "文件袋"
    assert (state["printer"]["paper"], state["printer"]["online"]) == (Paper.OUT.value, False)
    assert (state["network"], state["agent"], state["central"]) == ("cut", "killed", "killed")
    assert state["bays"] == [{"bay": "P1", "node": "node-1", "car": True, "blind": False, "node_runs": False}]
    assert state["reader"]["card"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/door/9/close", 404),
        ("POST", "/door/x/close", 404),
        ("POST", "/door/-1/jam", 404),
        ("POST", "/door/٣/jam", 404),
        ("POST", "/door/1/explode", 404),
        ("POST", "/door/1/close", 409),
        ("POST", "/door/1/take", 409),
        ("POST", "/bay/P1/leave", 409),
        ("POST", "/bay/P9/park", 404),
        ("POST", "/node/node-9/off", 404),
        ("POST", "/node/node-1/explode", 404),
        ("POST", "/agent/explode", 404),
        ("POST", "/nothing/here", 404),
        ("GET", "/part/nothing", 404),
        ("GET", "/slip/99.svg", 404),
        ("GET", "/slip/x.svg", 404),
        ("GET", "/nothing", 404),
        ("GET", "/door/1/close", 405),
        ("DELETE", "/sms", 405),
        ("POST", "/sms", 400),
    ],
)
def test_junk_is_answered_with_a_sentence(browser: TestClient, method: str, path: str, status: int) -> None:
    answer = browser.request(method, path, content=b"\xff\x00 junk")
    assert answer.status_code == status
    assert len(answer.json()["detail"]) > 8


def test_what_is_typed_at_the_scanner_goes_to_the_agent(browser: TestClient, zone: Any) -> None:
    answer = browser.post("/scanner/show", data={"code": "取件 A+B&C"})
    assert (answer.status_code, zone.scanner.shown) == (303, "取件 A+B&C")
    assert "取件 A+B&amp;C" in browser.get("/part/scanner").text


@pytest.mark.parametrize("body", [b"", b"code=", b"x=1", b"\xff\xfe", b"code=%ff", b"code=" + b"a" * 30_000])
def test_what_is_no_code_is_told(body: bytes, browser: TestClient, zone: Any) -> None:
    answer = browser.post("/scanner/show", content=body)
    assert answer.status_code in (400, 409)
    assert len(answer.json()["detail"]) > 8
    assert zone.scanner.shown == ""


def test_a_contact_that_lies_is_shown_as_what_it_says(browser: TestClient) -> None:
    assert "总说开" not in browser.get("/part/trouble").text
    browser.post("/door/2/contact-open")
    assert "总说开" in browser.get("/part/trouble").text
    assert [door["contact"] for door in browser.get("/v1/twin").json()["doors"][:2]] == ["works", "open"]


def test_without_a_backup_nothing_is_restored_and_central_goes_on(browser: TestClient, zone: Any) -> None:
    answer = browser.post("/central/restore")
    assert (answer.status_code, zone.central.runs) == (409, True)
    assert "备份" in answer.json()["detail"]


def test_an_sms_arrives_on_the_phone_as_text_not_as_markup(browser: TestClient) -> None:
    sms = {"id": "a", "to": "13800005678", "text": "取件号 1234 <script>"}
    assert browser.post("/sms", json=sms).json() == {"id": "a"}
    html = browser.get("/part/phone").text
    assert "取件号 1234" in html
    assert "<script>" not in html


def test_an_endless_sms_is_refused_early(browser: TestClient) -> None:
    assert browser.post("/sms", content=b"x" * 1_000_000).status_code == 400


def test_a_gateway_that_is_out_of_order_takes_nothing(browser: TestClient, zone: Any) -> None:
    browser.post("/phone/break")
    assert browser.post("/sms", json={"id": "a", "to": "1", "text": "x"}).status_code == 503
    assert not zone.phone.messages


def test_compartments_stand_in_columns_of_about_the_same_height() -> None:
    def numbers(*sizes: str) -> list[list[int]]:
        return [[door.number for door in column] for column in columns(Cabinet(sizes).doors.values())]

    assert numbers("S", "S", "S", "M", "M", "L") == [[1, 2, 3, 4], [5, 6]]
    assert numbers("L") == [[1]]
    assert [number for column in numbers(*"SMLSMLSMLSML") for number in column] == list(range(1, 13))
