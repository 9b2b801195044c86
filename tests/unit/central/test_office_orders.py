"""What the office orders from afar: doors, compartments, manifests."""

import json
from typing import Any

import pytest

from tests.unit.central.office_forms import (
    AUTH,
    BOTH,
    CENTRE_KEY,
    as_,
    refused,
)
from wire import entry
from wire.entry import Status

pytestmark = pytest.mark.usefixtures("given_staff")

# --- orders ---

OPEN = {"do": "open", "device": "zone-01", "compartment": "1", "why": "检修"}


def seen(client: Any, boot: int, *, online: bool = True) -> None:
    from central.centre_link import heard

    centre = client.app.state.centre
    status = Status(v=1, device="zone-01", online=online, boot=boot)
    centre.store.submit(lambda work: heard(work, status, retained=False)).result(10)


def test_a_door_is_opened_from_afar_by_two_for_half_a_minute_and_one_boot(client: Any, desk: Any):
    seen(client, 7)
    assert client.post("/orders", data=OPEN | BOTH).status_code == 303
    assert desk.rows('SELECT kind, actor, witness, not_after - created, fence FROM "order"') == [
        ("open_compartment", "staff 1001", "staff 1002", 30_000, 7)
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"badge2": "1001"}, "两名工作人员"),
        ({"badge2": "2001"}, "不由您的岗位"),
        ({"pin2": "1"}, "工号或密码不对"),
        ({"compartment": "7"}, "没有7号格口"),
        ({"device": "zone-09"}, "没有这个取件柜"),
        ({"why": " "}, "原因"),
    ],
)
def test_a_door_is_not_opened_from_afar(client: Any, desk: Any, change: dict[str, str], sentence: str):
    seen(client, 7)
    refused(client.post("/orders", data=OPEN | BOTH | change), sentence)
    assert desk.rows('SELECT count(*) FROM "order"') == [(0,)]


def test_a_device_that_is_away_is_not_ordered_to_open(client: Any):
    refused(client.post("/orders", data=OPEN | BOTH), "不在线")
    seen(client, 7)
    seen(client, 7, online=False)
    refused(client.post("/orders", data=OPEN | BOTH), "不在线")


def test_a_device_fetches_its_orders_over_http_with_its_token(client: Any, zone: Any):
    client.post("/orders", data={"do": "block", "device": "zone-01", "compartment": "2", "why": "锁坏了"} | as_("1001"))
    assert client.get("/v1/orders?epoch=0&after=0").status_code == 401
    answer = client.get("/v1/orders?epoch=0&after=0", headers=AUTH)
    (signed,) = entry.unpack(answer.content)
    said = entry.decode(signed.data)
    assert CENTRE_KEY(signed.data, signed.signature)
    assert client.get(f"/v1/orders?epoch={said.epoch}&after=1", headers=AUTH).status_code == 204
    assert [line["kind"] for line in client.get("/v1/orders").json()] == ["block_compartment"]


def test_a_manifest_goes_down_in_parts_that_fit(client: Any, desk: Any):
    lines = "\n".join(f"P{n},证件{n},s,1380000{n:04}" for n in range(30))
    form = {"do": "manifest", "device": "zone-01", "courier": "2001", "items": lines} | as_("1001")
    assert client.post("/orders", data=form).status_code == 303
    assert desk.rows('SELECT kind, state FROM "order"') == [("give_manifest", "waiting")] * 3
    assert "13800000001" not in str(desk.rows('SELECT body FROM "order"'))


def test_a_manifest_says_what_each_receiver_has_to_prove(client: Any, desk: Any):
    proofs = ("", ",", ",尾号", "， TAIL", ",11010519491231002X", ",11010519491231002x")
    lines = "\n".join(f"P{n},证件,S,13800001111{proof}" for n, proof in enumerate(proofs))
    form = {"do": "manifest", "device": "zone-01", "courier": "2001", "items": lines} | as_("1001")
    assert client.post("/orders", data=form).status_code == 303
    ((body,),) = desk.rows('SELECT body FROM "order"')
    items = json.loads(body)["items"]
    assert [item.get("level", 0) for item in items] == [0, 0, 1, 1, 2, 2]
    assert [bool(item.get("holder")) for item in items] == [False] * 4 + [True] * 2
    assert {item["phone_tail"] for item in items} == {"1111"}


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ("", "空的"),
        ("P1,证件", "第1行"),
        ("P1,证件,S,13800001111\nP1,x,S,13800001111", "重复"),
        ("P1,a,X,13800001111", "第1行"),
        ("P1,a,S,13800001111,身份证", "第1行"),
        ("P1,a,S,13800001111,1101051949123100", "身份证号码"),
    ],
)
def test_a_manifest_with_mistakes_is_told(client: Any, items: str, sentence: str):
    form = {"do": "manifest", "device": "zone-01", "courier": "2001", "items": items} | as_("1001")
    refused(client.post("/orders", data=form), sentence)


def test_a_compartment_is_reserved_and_given_back(client: Any, desk: Any):
    form = {"do": "reserve", "device": "zone-01", "size": "M", "low": "true", "hours": "2"} | as_("1001")
    assert client.post("/orders", data=form).status_code == 303
    form = {"do": "cancel", "device": "zone-01", "reservation": "r1"} | as_("1001")
    assert client.post("/orders", data=form).status_code == 303
    assert [row[0] for row in desk.rows('SELECT kind FROM "order" ORDER BY created, kind DESC')] == [
        "reserve_compartment", "cancel_reservation",
    ]  # fmt: skip
