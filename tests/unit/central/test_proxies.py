"""Somebody else fetches an item: named by its owner and nobody else, and taken back whatever the bank has heard."""

import json
from typing import Any

import pytest

from central import commands
from locker import pickup
from tests.unit.central.office_forms import answered, laid_in, refused, sent
from wire.happenings import OrderTaken, Reissued

OWN, OTHERS, THIEFS = "11010519491231002X", "110105198001010011", "110105197001010012"
PROXY = {"do": "proxy", "phone": "13900001234"}
REVOKE = {"do": "revoke"}

pytestmark = pytest.mark.usefixtures("given_staff")


def card(client: Any, number: str) -> str:
    return pickup.holder(client.app.state.centre.registry.mac("zone-01"), number)


def link(client: Any, desk: Any) -> str:
    ((person,),) = desk.rows("SELECT coalesce(principal, person) FROM item")
    return f"/item/{client.app.state.centre.people.token('zone-01', 'X1', person)}"


@pytest.fixture
def page(client: Any, desk: Any, zone: Any) -> str:
    laid_in(client, zone)
    return link(client, desk)


@pytest.fixture
def carded(client: Any, desk: Any, zone: Any) -> str:
    """The page of an item that needs the ID card."""
    laid_in(client, zone, level=2, holder=card(client, OWN))
    return link(client, desk)


def ordered(desk: Any) -> list[tuple[str, int, str, str]]:
    rows = desk.rows('SELECT body, state FROM "order" JOIN down ON down."order" = "order".id ORDER BY epoch, seq')
    said = [(json.loads(body), state) for body, state in rows]
    return [(body["why"], body["issue"], body.get("holder", ""), state) for body, state in said]


def reissued(client: Any, issue: int, why: str, phone: str, holder: str = "") -> Reissued:
    return Reissued(
        item="X1", compartment=1, number="1001", issue=issue, why=why, by="citizen ****5678", holder=holder,
        phone=client.app.state.centre.people.sealed(phone), phone_tail=phone[-4:],
    )  # fmt: skip


def named(client: Any, holder: str = "") -> Reissued:
    return reissued(client, 2, "proxy", "13900001234", holder)


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


# --- the owner's own card ---


def test_the_owner_of_a_carded_item_names_a_proxy_with_both_numbers(client: Any, desk: Any, carded: str):
    assert 'name="own_number"' in client.get(carded).text
    assert client.post(carded, data=PROXY | {"id_number": OTHERS, "own_number": OWN.lower()}).status_code == 303
    assert ordered(desk) == [("proxy", 2, card(client, OTHERS), "waiting")]
    assert OWN.encode() not in desk.rows('SELECT body FROM "order"')[0][0]


@pytest.mark.parametrize("numbers", [{}, {"id_number": THIEFS}, {"own_number": OWN}])
def test_a_number_that_is_missing_is_asked_for(client: Any, desk: Any, carded: str, numbers: dict[str, str]):
    refused(client.post(carded, data=PROXY | numbers), "您本人和代取人的身份证")
    assert ordered(desk) == []


def test_a_link_alone_names_nobody_and_the_record_has_no_number(client: Any, desk: Any, carded: str):
    refused(client.post(carded, data=PROXY | {"id_number": THIEFS, "own_number": THIEFS}), "与登记的不一致")
    assert ordered(desk) == []
    assert desk.rows("SELECT act, detail, done FROM audit") == [("proxy", "wrong_card", 0)]
    assert THIEFS not in str(desk.rows("SELECT * FROM audit"))


def test_after_six_wrong_numbers_the_right_one_waits_too(client: Any, desk: Any, carded: str):
    right = PROXY | {"id_number": OTHERS, "own_number": OWN}
    for _ in range(6):
        refused(client.post(carded, data=right | {"own_number": THIEFS}), "与登记的不一致")
    refused(client.post(carded, data=right), "请稍候再试")
    client.app.state.centre.store.clock.turn(60_000)
    assert client.post(carded, data=right).status_code == 303


def test_what_is_taken_back_needs_the_owners_card_again_and_not_the_thiefs(
    client: Any, desk: Any, zone: Any, carded: str
):
    client.post(carded, data=PROXY | {"id_number": OTHERS, "own_number": OWN})
    answered(client, desk, zone, "done", named(client, card(client, OTHERS)))
    assert client.post(carded, data=REVOKE | {"id_number": THIEFS}).status_code == 303
    assert ordered(desk)[-1] == ("proxy_revoked", 3, card(client, OWN), "waiting")


# --- a bank that is cut off ---


def test_a_proxy_that_the_bank_has_not_heard_of_is_taken_back_at_once(client: Any, desk: Any, page: str):
    client.post(page, data=PROXY)
    assert "委托正在送往取件柜" in client.get(page).text
    assert client.post(page, data=REVOKE).status_code == 303
    assert ordered(desk) == [("proxy", 2, "", "cancelled"), ("proxy_revoked", 3, "", "waiting")]
    assert "正在收回委托" in client.get(page).text
    refused(client.post(page, data=REVOKE), "现在没有委托")
    assert [line["state"] for line in client.get("/v1/orders").json()].count("cancelled") == 1
    assert "已撤销" in client.get("/orders/part").text


@pytest.mark.parametrize("heard", [True, False], ids=["of both", "of the second alone"])
def test_whatever_the_bank_hears_of_the_owner_fetches_it_and_keeps_the_page(
    client: Any, desk: Any, zone: Any, page: str, heard: bool
):
    client.post(page, data=PROXY)
    ((first, epoch),) = desk.rows('SELECT "order", epoch FROM down')
    client.post(page, data=REVOKE)
    told = [named(client), OrderTaken(order=first, outcome="done", epoch=epoch, seq=1)] if heard else []
    answered(client, desk, zone, "done", *told, reissued(client, 3, "proxy_revoked", "13800005678"))
    assert [line[-1] for line in ordered(desk)] == ["taken" if heard else "cancelled", "taken"]
    assert link(client, desk) == page
    assert "<svg" in client.get(page).text
    tails = desk.rows("SELECT tail, principal FROM item JOIN person ON ref = item.person")
    assert tails == [("5678", None)]


def test_what_was_cancelled_is_not_put_into_the_next_starts_journal(client: Any, desk: Any, page: str):
    client.post(page, data=PROXY)
    client.post(page, data=REVOKE)
    ordering = type(client.app.state.centre.ordering)(lambda _data: b"", client.app.state.centre.store.clock() + 1)
    desk.store.submit(ordering.begin).result(10)
    assert desk.rows(f"SELECT count(*) FROM down WHERE epoch = {ordering.epoch}") == [(1,)]


@pytest.mark.parametrize("outcome", ["busy", "old_issue"])
def test_a_proxy_that_the_bank_refused_is_told(client: Any, desk: Any, zone: Any, page: str, outcome: str):
    client.post(page, data=PROXY)
    answered(client, desk, zone, outcome)
    assert "委托没有办成" in client.get(page).text
    assert desk.rows("SELECT tail FROM sms JOIN person ON ref = person WHERE kind = 'unchanged'") == [("5678",)]
    assert client.post(page, data=PROXY).status_code == 303, "and may be asked for again"


def test_a_proxy_that_could_not_be_taken_back_is_told_to_the_owner(client: Any, desk: Any, zone: Any, page: str):
    client.post(page, data=PROXY)
    answered(client, desk, zone, "done", named(client))
    client.post(page, data=REVOKE)
    answered(client, desk, zone, "busy")
    assert "委托还没有收回" in client.get(page).text
    assert desk.rows("SELECT tail FROM sms JOIN person ON ref = person WHERE kind = 'unchanged'") == [("5678",)]


# --- who gets the code ---


def test_while_a_proxy_fetches_it_the_page_says_to_whom_a_new_code_goes(client: Any, zone: Any, page: str):
    assert "尾号 1234" not in client.get(f"{page}?done=new_code").text
    sent(client, zone, named(client))
    assert 'data-to="1234"' in client.get(page).text
    assert "新的取件码会发给手机尾号 1234 的代取人" in client.get(f"{page}?done=new_code").text
