"""A citizen's page about an item: a code again, a new one, where it is."""

from typing import Any

import pytest

from tests.unit.central.office_forms import (
    PHONE,
    answered,
    laid_in,
    refused,
    sent,
    taken_by,
)
from wire.happenings import MisplacementReported

pytestmark = pytest.mark.usefixtures("given_staff")


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


def test_what_is_in_doubt_gets_no_new_code_and_no_proxy(client: Any, desk: Any, zone: Any, page: str):
    sent(client, zone, MisplacementReported(item="X1", compartment=1, by="staff 1001", note=""))
    for form in ({"do": "new_code"}, {"do": "proxy", "phone": "13900001234"}):
        refused(client.post(page, data=form), "位置正在核对")
    assert desk.rows('SELECT count(*) FROM "order"') == [(0,)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_code_goes_out_again_in_the_language_of_the_page(client: Any, desk: Any, page: str, lang: str):
    client.post(page, data={"do": "resend"}, headers={"Cookie": f"lang={lang}"})
    assert desk.rows("SELECT lang FROM sms WHERE id LIKE 'resend:%'") == [(lang,)]


def test_a_refused_new_code_is_told_by_page_and_sms(client: Any, desk: Any, zone: Any, page: str):
    client.post(page, data={"do": "new_code"})
    assert "正在换新取件码" in client.get(page).text
    answered(client, desk, zone, "busy")
    assert "取件码没有换成" in client.get(page).text
    assert sorted(desk.rows("SELECT kind FROM sms")) == [("pickup",), ("unchanged",)]


def test_of_what_was_taken_meanwhile_no_code_is_told_as_refused(client: Any, desk: Any, zone: Any, page: str):
    client.post(page, data={"do": "new_code"})
    taken_by(client, zone, "staff 1001")
    answered(client, desk, zone, "no_such_item")
    assert ("unchanged",) not in desk.rows("SELECT kind FROM sms")
