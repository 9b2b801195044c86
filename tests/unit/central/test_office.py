"""What people do at the office: under their own badge, by two where it takes two, and all of it on record."""

from typing import Any

import pytest

from central import cases
from tests.unit.central.office_forms import (
    BOTH,
    CENTRE_KEY,
    PIN,
    as_,
    code_of,
    custodian,
    laid_in,
    refused,
    sent,
    taken_by,
)
from wire import entry
from wire.entry import Signed
from wire.happenings import Taken

pytestmark = pytest.mark.usefixtures("given_staff")

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


# --- who may not ---


def test_a_citizens_code_does_not_accept_for_a_member_of_staff(client: Any, desk: Any, zone: Any):
    laid_in(client, zone, purpose="delivery")
    taken_by(client, zone, "courier 2001")
    code = code_of(client, desk)
    form = {**RELEASE, "item": "X1", "label": "", **as_("2001")}
    assert client.post("/custody", data=form).status_code == 303
    refused(client.post("/custody", data={"do": "accept", "item": "X1", "code": code}), "工号和密码")
    assert custodian(desk) == "courier 2001"


def test_both_badges_of_a_refused_act_stand_in_the_audit(client: Any):
    form = {"do": "open", "device": "zone-01", "compartment": "3", "why": "x", **BOTH, "pin2": "000000"}
    assert client.post("/orders", data=form).status_code == 409
    (line,) = client.get("/v1/audit").json()
    assert (line["actor"], line["witness"], line["done"]) == ("badge 1001", "badge 1002", False)


@pytest.mark.parametrize("path", ["/custody", "/courier", "/orders"])
def test_a_pin_in_the_field_of_the_badge_is_neither_shown_nor_written(client: Any, desk: Any, path: str):
    form = {"/custody": RELEASE, "/courier": {"do": "list"}, "/orders": {"do": "block", "why": "x"}}[path]
    refused(client.post(path, data=form | {"badge": PIN, "pin": "1001", "badge2": PIN}), "工号或密码不对")
    assert desk.rows("SELECT actor, witness FROM audit") == [("badge ?", "badge ?")]
    refused(client.post("/custody", data=RELEASE | {"to": PIN} | as_("1001")), "没有这个工号")


def test_a_courier_who_gets_a_delivery_over_the_counter_sees_its_address(client: Any, zone: Any):
    laid_in(client, zone, "delivery", address=client.app.state.centre.people.sealed("幸福路1号"))
    taken_by(client, zone, "staff 1001")
    over = RELEASE | {"item": "X1", "role": "courier", "to": "2001"}
    assert client.post("/custody", data=over | as_("1001")).status_code == 303
    assert client.post("/custody", data={"do": "accept", "item": "X1"} | as_("2001")).status_code == 303
    assert "幸福路1号" in client.post("/courier", data={"do": "list"} | as_("2001")).text
