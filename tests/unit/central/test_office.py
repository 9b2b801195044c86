"""What people do at the office: under their own badge, by two where it takes two, and all of it on record."""

import json
import re
from typing import Any

import pytest

from central import cases, commands
from wire import entry, sign
from wire.entry import Signed, Status
from wire.happenings import DepositBegun, Deposited, DepositOpened, PickupOpened, PickupReserved, Reissued, Taken

TOKEN = "f" * 64
AUTH = {"Authorization": f"Bearer {TOKEN}"}
CENTRE_KEY = sign.verifier(sign.public_key(bytes(range(1, 33))))
PIN = "123456"
PHONE = "13800005678"


pytestmark = pytest.mark.usefixtures("given_staff")


def as_(badge: str, pin: str = PIN) -> dict[str, str]:
    return {"badge": badge, "pin": pin}


BOTH = {"badge": "1001", "pin": PIN, "badge2": "1002", "pin2": PIN}


def sent(client: Any, zone: Any, *happenings: Any) -> None:
    assert client.post("/v1/sync", content=entry.pack(zone.write(*happenings)), headers=AUTH).status_code == 200


def laid_in(client: Any, zone: Any, purpose: str = "pickup", phone: str = PHONE, level: int = 0, **more: Any) -> None:
    sealed = client.app.state.centre.people.sealed(phone)
    begun = DepositBegun(
        item="X1", label="护照", compartment=1, size="S", number="1001", giver="staff 1001", phone=sealed,
        phone_tail=phone[-4:], purpose=purpose, level=level, **more,
    )  # fmt: skip
    last = Deposited(item="X1", compartment=1, number="1001", issue=1, giver="staff 1001", purpose=purpose)
    sent(client, zone, begun, DepositOpened(item="X1", compartment=1, giver="staff 1001"), last)


def taken_by(client: Any, zone: Any, receiver: str) -> None:
    sent(
        client, zone, PickupReserved(item="X1", compartment=1, attempt=1, by="collect", receiver=receiver),
        PickupOpened(item="X1", compartment=1, receiver=receiver), Taken(item="X1", compartment=1, receiver=receiver),
    )  # fmt: skip


def code_of(client: Any, desk: Any) -> str:
    ((person,),) = desk.rows("SELECT person FROM item WHERE device = 'zone-01'")
    return str(client.app.state.centre.people.delivery_code("X1", person))


def custodian(desk: Any) -> Any:
    return desk.rows("SELECT custodian FROM custody")[0][0]


def refused(answer: Any, sentence: str) -> None:
    assert answer.status_code == 409
    assert sentence in answer.text
    assert PIN not in answer.text


# --- a counter ---

RELEASE = {"do": "release", "item": "F7", "label": "卷宗", "role": "staff", "to": "1002", "place": "1号窗口"}


def test_an_item_goes_over_the_counter_with_both_badges(client: Any, desk: Any):
    assert client.post("/custody", data=RELEASE | as_("1001")).status_code == 303
    assert custodian(desk) == "staff 1001"
    assert "卷宗" in client.get("/custody/part").text
    refused(client.post("/custody", data={"do": "accept", "item": "F7"} | as_("2001")), "工作人员1002")
    assert client.post("/custody", data={"do": "accept", "item": "F7"} | as_("1002")).status_code == 303
    assert custodian(desk) == "staff 1002"
    assert desk.rows("SELECT device, giver, receiver, place FROM handover") == [
        ("central", "staff 1001", "staff 1002", "1号窗口")
    ]


def test_the_centres_own_journal_is_signed_numbered_and_chained_like_a_devices(client: Any, desk: Any):
    client.post("/custody", data=RELEASE | as_("1001"))
    client.post("/custody", data={"do": "accept", "item": "F7"} | as_("1002"))
    rows = [
        Signed(*row) for row in desk.rows("SELECT data, signature FROM entry WHERE device = 'central' ORDER BY seq")
    ]
    first, second = (entry.decode(row.data) for row in rows)
    assert all(CENTRE_KEY(row.data, row.signature) for row in rows)
    assert (first.seq, first.prev, second.seq, second.prev) == (1, entry.GENESIS, 2, entry.digest(rows[0].data))
    assert second.happening().before == entry.digest(rows[0].data)


def test_only_who_has_an_item_can_give_it(client: Any):
    client.post("/custody", data=RELEASE | as_("1001"))
    client.post("/custody", data={"do": "accept", "item": "F7"} | as_("1002"))
    refused(client.post("/custody", data=RELEASE | as_("1001")), "工作人员1002保管")


def test_an_item_is_in_one_handover_at_a_time(client: Any):
    client.post("/custody", data=RELEASE | as_("1001"))
    refused(client.post("/custody", data=RELEASE | as_("1001")), "已在交接中")


def test_the_giver_and_nobody_else_takes_a_release_back(client: Any, desk: Any):
    client.post("/custody", data=RELEASE | as_("1001"))
    back = {"do": "withdraw", "item": "F7", "why": "送错"}
    refused(client.post("/custody", data=back | as_("1002")), "只有交出人")
    assert client.post("/custody", data=back | as_("1001")).status_code == 303
    refused(client.post("/custody", data={"do": "accept", "item": "F7"} | as_("1002")), "没有等待确认")
    assert custodian(desk) == "staff 1001"


def test_an_item_that_nobody_knows_needs_a_name(client: Any):
    refused(client.post("/custody", data=RELEASE | {"label": ""} | as_("1001")), "填写物品名称")


@pytest.mark.parametrize(("badge", "pin"), [("1001", "000000"), ("9999", PIN), ("", ""), ("1001", "")])
def test_a_wrong_badge_or_pin_does_nothing_and_is_written_down(client: Any, desk: Any, badge: str, pin: str):
    refused(client.post("/custody", data=RELEASE | as_(badge, pin)), "工号或密码不对")
    assert desk.rows("SELECT count(*) FROM entry") == [(0,)]
    assert desk.rows("SELECT act, done FROM audit") == [("release", 0)]


def test_guessing_a_pin_has_to_wait(client: Any):
    for _ in range(6):
        client.post("/custody", data=RELEASE | as_("1001", "000000"))
    refused(client.post("/custody", data=RELEASE | as_("1001")), "秒后再试")
    assert client.post("/custody", data=RELEASE | as_("1002") | {"to": "1001"}).status_code == 303


def test_a_citizen_accepts_over_the_counter_with_the_code_of_their_phone(client: Any, desk: Any, zone: Any):
    laid_in(client, zone)
    taken_by(client, zone, "staff 1001")
    client.post("/custody", data=RELEASE | {"item": "X1", "role": "citizen", "to": ""} | as_("1001"))
    assert "handing" in str(desk.rows("SELECT kind FROM sms"))
    refused(client.post("/custody", data={"do": "accept", "item": "X1", "code": "000000x"}), "收件码不对")
    accept = {"do": "accept", "item": "X1", "code": code_of(client, desk)}
    assert client.post("/custody", data=accept).status_code == 303
    assert custodian(desk) == "citizen ****5678"


# --- a courier at the door ---


def test_a_courier_sees_what_to_bring_where_and_the_citizens_code_accepts(client: Any, desk: Any, zone: Any):
    address = client.app.state.centre.people.sealed("幸福路1号")
    laid_in(client, zone, "delivery", address=address)
    taken_by(client, zone, "courier 2001")
    listed = client.post("/courier", data={"do": "list"} | as_("2001"))
    assert "幸福路1号" in listed.text
    deliver = {"do": "deliver", "item": "X1"} | as_("2001")
    refused(client.post("/courier", data=deliver | {"code": "12"}), "收件码不对")
    done = client.post("/courier", data=deliver | {"code": code_of(client, desk)})
    assert (done.status_code, 'data-done="deliver"' in done.text) == (200, True)
    assert custodian(desk) == "citizen ****5678"
    kinds = [row[0] for row in desk.rows("SELECT kind FROM entry WHERE device = 'central' ORDER BY seq")]
    assert kinds == ["released", "accepted"]
    assert {"delivering", "delivered"} <= {row[0] for row in desk.rows("SELECT kind FROM sms")}


def test_a_delivery_code_cannot_be_guessed(client: Any, desk: Any, zone: Any):
    laid_in(client, zone, "delivery")
    taken_by(client, zone, "courier 2001")
    deliver = {"do": "deliver", "item": "X1"} | as_("2001")
    for number in range(6):
        client.post("/courier", data=deliver | {"code": f"x{number}"})
    refused(client.post("/courier", data=deliver | {"code": code_of(client, desk)}), "多次不对")


def test_the_couriers_page_is_for_couriers(client: Any):
    refused(client.post("/courier", data={"do": "list"} | as_("1001")), "不由您的岗位")


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


# --- cases and corrections ---


def test_two_people_correct_who_has_an_item_and_what_was_written_stays(client: Any, desk: Any, zone: Any):
    laid_in(client, zone)
    sent(client, zone, Taken(item="X1", compartment=1, receiver="citizen ****5678"))
    before = desk.rows("SELECT data FROM entry WHERE device = 'zone-01' ORDER BY seq")
    assert 'data-case="contradiction"' in client.get("/handovers/part").text
    form = {"do": "correct", "item": "X1", "custodian": "staff 1001", "why": "现场核对"}
    refused(client.post("/cases", data=form | BOTH | {"badge2": "1001"}), "两名工作人员")
    refused(client.post("/cases", data=form | BOTH | {"custodian": "somebody"}), "保管人")
    assert client.post("/cases", data=form | BOTH).status_code == 303
    assert custodian(desk) == "staff 1001"
    assert [case["closed"] is None for case in client.get("/v1/cases").json()] == [False]
    assert desk.rows("SELECT data FROM entry WHERE device = 'zone-01' ORDER BY seq") == before


def test_a_case_is_closed_once_with_what_was_found(client: Any, desk: Any):
    desk.store.submit(lambda work: cases.open_case(work, "tampered", "zone-01", item="X1", about="door 1")).result(10)
    form = {"do": "close", "case": "1", "why": "物品在"} | as_("1001")
    assert client.post("/cases", data=form).status_code == 303
    refused(client.post("/cases", data=form), "已经办结")
    assert desk.rows('SELECT closed_why FROM "case"') == [("staff 1001: 物品在",)]


def test_the_audit_can_be_asked_for_one_person(client: Any):
    client.post("/custody", data=RELEASE | as_("1001"))
    client.post("/custody", data={"do": "accept", "item": "F7"} | as_("1002"))
    assert {act["actor"] for act in client.get("/v1/audit", params={"actor": "staff 1002"}).json()} == {"staff 1002"}
    assert 'data-actor="staff 1001"' in client.get("/audit/part", params={"actor": "staff 1001"}).text


# --- the citizen's page ---


@pytest.fixture
def page(client: Any, desk: Any, zone: Any) -> str:
    laid_in(client, zone)
    ((person,),) = desk.rows("SELECT person FROM item")
    return f"/item/{client.app.state.centre.people.token('zone-01', 'X1', person)}"


def test_a_citizen_sees_where_the_item_is_and_no_phone_or_code(client: Any, desk: Any, page: str):
    for path in (page, f"{page}/part"):
        answer = client.get(path)
        assert "1号格口" in answer.text
        assert "<svg" in answer.text
        assert PHONE not in answer.text
    assert page.removeprefix("/item/") not in str(desk.rows("SELECT * FROM item")), "the database alone opens no page"


@pytest.mark.parametrize("token", ["a" * 32, "x", "A" * 32, "a" * 31])
def test_a_link_that_is_none_says_what_to_do(client: Any, page: str, token: str):
    for answer in (client.get(f"/item/{token}"), client.post(f"/item/{token}", data={"do": "resend"})):
        assert 400 <= answer.status_code < 500
        assert "抱歉" in answer.text


def test_a_new_code_is_ordered_from_the_bank_and_only_once_at_a_time(client: Any, desk: Any, zone: Any, page: str):
    assert client.post(page, data={"do": "new_code"}).status_code == 303
    refused(client.post(page, data={"do": "new_code"}), "正在送往取件柜")
    assert desk.rows('SELECT kind, item, actor FROM "order"') == [("reissue", "X1", "citizen ****5678")]
    assert desk.rows("SELECT kind FROM sms") == [("pickup",)]


def test_a_proxy_is_named_and_taken_back(client: Any, desk: Any, zone: Any, page: str):
    refused(client.post(page, data={"do": "revoke"}), "没有委托")
    refused(client.post(page, data={"do": "proxy", "phone": "12"}), "手机号")
    assert client.post(page, data={"do": "proxy", "phone": "13900001234"}).status_code == 303
    sealed = client.app.state.centre.people.sealed("13900001234")
    said = {"item": "X1", "compartment": 1, "number": "1001", "by": "citizen ****5678"}
    desk.rows('SELECT 1 FROM "order"')
    desk.store.submit(lambda work: work.connection.exec_driver_sql("UPDATE \"order\" SET state = 'taken'")).result(10)
    sent(client, zone, Reissued(issue=2, why="proxy", phone=sealed, phone_tail="1234", **said))
    shown = client.get(page).text
    assert "1234" in shown
    assert "<svg" not in shown, "while somebody else has the right, this page opens nothing"
    assert client.post(page, data={"do": "revoke"}).status_code == 303
    assert "13900001234" not in str(desk.rows('SELECT body FROM "order"'))


def test_the_card_of_a_proxy_is_asked_for_where_the_item_needs_one(client: Any, zone: Any, desk: Any):
    laid_in(client, zone, level=2, holder="001122334455")
    ((person,),) = desk.rows("SELECT person FROM item")
    page = f"/item/{client.app.state.centre.people.token('zone-01', 'X1', person)}"
    refused(client.post(page, data={"do": "proxy", "phone": "13900001234"}), "身份证")
    form = {"do": "proxy", "phone": "13900001234", "id_number": "11010519491231002X"}
    assert client.post(page, data=form).status_code == 303
    ((body,),) = desk.rows('SELECT body FROM "order"')
    assert re.search(rb'"holder":"[0-9a-f]{12}"', body)
    assert b"11010519491231002X" not in body


def test_a_delivery_is_asked_for_and_the_office_sees_it(client: Any, desk: Any, page: str):
    refused(client.post(page, data={"do": "deliver", "address": "x"}), "完整的收件地址")
    assert client.post(page, data={"do": "deliver", "address": "幸福路1号2单元"}).status_code == 303
    assert "申请送达" in client.get("/handovers/part").text
    assert "幸福路" not in client.get("/v1/handovers").text


def test_an_sms_goes_out_again_once_in_ten_minutes(client: Any, desk: Any, page: str):
    for _ in range(3):
        client.post(page, data={"do": "resend"})
    assert desk.rows("SELECT count(*) FROM sms WHERE id LIKE 'resend:%'") == [(1,)]


def test_an_item_that_is_gone_can_be_seen_and_not_changed(client: Any, zone: Any, page: str):
    taken_by(client, zone, "citizen ****5678")
    assert 'data-state="taken"' in client.get(page).text
    refused(client.post(page, data={"do": "new_code"}), "不在柜内")


# --- who may not ---


def test_a_citizens_code_does_not_accept_for_a_member_of_staff(client: Any, desk: Any, zone: Any):
    laid_in(client, zone, purpose="delivery")
    taken_by(client, zone, "courier 2001")
    code = code_of(client, desk)
    form = {**RELEASE, "item": "X1", "label": "", **as_("2001")}
    assert client.post("/custody", data=form).status_code == 303
    refused(client.post("/custody", data={"do": "accept", "item": "X1", "code": code}), "工号和密码")
    assert custodian(desk) == "courier 2001"


def test_a_proxy_can_be_taken_back_however_many_codes_there_were_today(client: Any, desk: Any, zone: Any, page: str):
    done = "UPDATE \"order\" SET state = 'taken'"
    for _ in range(commands.MOST_NEW_CODES):
        assert client.post(page, data={"do": "proxy", "phone": "13900001234"}).status_code == 303
        desk.store.submit(lambda work: work.connection.exec_driver_sql(done)).result(10)
    sealed = client.app.state.centre.people.sealed("13900001234")
    named = Reissued(item="X1", compartment=1, number="1001", issue=2, why="proxy", by="citizen ****5678", phone=sealed)
    sent(client, zone, named)
    refused(client.post(page, data={"do": "new_code"}), "次数已用完")
    assert client.post(page, data={"do": "revoke"}).status_code == 303


def test_what_a_citizen_asked_for_and_was_refused_stands_in_the_audit(client: Any, desk: Any, page: str):
    client.post(page, data={"do": "resend"})
    client.post(page, data={"do": "new_code"})
    client.post(page, data={"do": "new_code"})
    acts = [(line["act"], line["actor"], line["done"]) for line in client.get("/v1/audit?item=X1").json()]
    who = "citizen ****5678"
    assert acts[::-1] == [
        ("asked for the code again", who, True),
        ("ordered reissue", who, True),
        ("new_code", who, False),
    ]


def test_both_badges_of_a_refused_act_stand_in_the_audit(client: Any):
    form = {"do": "open", "device": "zone-01", "compartment": "3", "why": "x", **BOTH, "pin2": "000000"}
    assert client.post("/orders", data=form).status_code == 409
    (line,) = client.get("/v1/audit").json()
    assert (line["actor"], line["witness"], line["done"]) == ("badge 1001", "badge 1002", False)
