"""A citizen wants an item brought, and may take the wish back: asked for at the centre, decided by the bank."""

from typing import Any

import msgspec
import pytest

from wire import entry, orders
from wire.happenings import (
    DepositBegun,
    Deposited,
    DepositOpened,
    MisplacementReported,
    OrderTaken,
    PickupOpened,
    PickupReserved,
    Redirected,
    Reissued,
    Taken,
)

PIN = "123456"
PHONE = "13800005678"
CITIZEN = "citizen ****5678"
ADDRESS = "幸福路1号2单元"
DELIVER = {"do": "deliver", "address": ADDRESS}
BACK = {"do": "undeliver"}

pytestmark = pytest.mark.usefixtures("given_staff")


def sent(client: Any, zone: Any, *happenings: Any) -> None:
    auth = {"Authorization": f"Bearer {'f' * 64}"}
    assert client.post("/v1/sync", content=entry.pack(zone.write(*happenings)), headers=auth).status_code == 200


def laid_in(client: Any, zone: Any, item: str = "X1", **more: Any) -> None:
    begun = DepositBegun(
        item=item, label="护照", compartment=1, size="S", number="1001", giver="staff 1001", phone_tail=PHONE[-4:],
        phone=client.app.state.centre.people.sealed(PHONE), **more,
    )  # fmt: skip
    last = Deposited(item=item, compartment=1, number="1001", issue=1, giver="staff 1001")
    sent(client, zone, begun, DepositOpened(item=item, compartment=1, giver="staff 1001"), last)


def link(client: Any, desk: Any) -> str:
    ((person,),) = desk.rows("SELECT coalesce(principal, person) FROM item WHERE item = 'X1'")
    return f"/item/{client.app.state.centre.people.token('zone-01', 'X1', person)}"


@pytest.fixture
def page(client: Any, desk: Any, zone: Any) -> str:
    laid_in(client, zone)
    return link(client, desk)


def given(desk: Any) -> list[tuple[str, str]]:
    """Return the way and the state of every redirection that was ordered, the first one first."""
    rows = desk.rows(
        'SELECT body, state FROM "order" JOIN down ON down."order" = "order".id WHERE kind = \'redirect\' ORDER BY seq'
    )
    return [(orders.read(msgspec.Raw(body)).purpose, state) for body, state in rows]


def answered(client: Any, desk: Any, zone: Any, outcome: str = "done", issue: int = 2) -> None:
    """The bank has taken the order that waits."""
    ((body, epoch, seq),) = desk.rows(
        'SELECT body, epoch, seq FROM "order" JOIN down ON down."order" = "order".id WHERE state = \'waiting\''
    )
    order = orders.read(msgspec.Raw(body))
    mine = {"item": "X1", "compartment": 1, "by": CITIZEN, "order": order.order}
    news = [Reissued(number="1001", issue=issue, why="redirected", **mine), Redirected(purpose=order.purpose, **mine)]
    taken = OrderTaken(order=order.order, outcome=outcome, epoch=epoch, seq=seq)
    sent(client, zone, *(news if outcome == "done" else []), taken)


def told(desk: Any) -> list[str]:
    return sorted(row[0] for row in desk.rows("SELECT kind FROM sms"))


def address_is_kept(desk: Any) -> bool:
    return desk.rows("SELECT address IS NOT NULL FROM item WHERE item = 'X1'") == [(1,)]


def refused(answer: Any, sentence: str) -> None:
    assert answer.status_code == 409
    assert sentence in answer.text


def test_a_wish_goes_to_the_bank_without_the_address_and_the_code_stays_good_until_then(
    client: Any, desk: Any, page: str
):
    assert client.post(page, data=DELIVER).status_code == 303
    assert given(desk) == [("delivery", "waiting")]
    assert ADDRESS.encode() not in desk.rows('SELECT body FROM "order"')[0][0]
    assert ADDRESS not in str(desk.rows("SELECT * FROM item"))
    shown = client.get(page).text
    assert "正在送往取件柜" in shown
    assert "<svg" in shown, "until the bank has taken it, the code opens"
    assert told(desk) == ["pickup"]


def test_when_the_bank_has_it_the_page_waits_for_a_courier_and_shows_no_code(
    client: Any, desk: Any, zone: Any, page: str
):
    client.post(page, data=DELIVER)
    answered(client, desk, zone)
    assert told(desk) == ["pickup", "redirected"], "and no code to anybody"
    assert desk.rows("SELECT purpose, issue, state FROM item") == [("delivery", 2, "waiting")]
    shown = client.get(page).text
    assert "已申请送达，等待快递员" in shown
    assert "<svg" not in shown
    refused(client.post(page, data={"do": "new_code"}), "无法办理")
    assert "等待快递员来取" in client.get("/handovers/part").text


def test_only_the_courier_who_has_the_item_sees_the_address(client: Any, desk: Any, zone: Any, page: str):
    badge = {"do": "list", "badge": "2001", "pin": PIN}
    client.post(page, data=DELIVER)
    answered(client, desk, zone)
    assert ADDRESS not in client.post("/courier", data=badge).text
    courier = {"item": "X1", "compartment": 1, "receiver": "courier 2001"}
    sent(
        client, zone, PickupReserved(attempt=1, by="collect", **courier), PickupOpened(**courier), Taken(**courier)
    )  # fmt: skip
    assert ADDRESS in client.post("/courier", data=badge).text
    for other in (page, "/handovers", "/v1/handovers", "/orders", "/v1/orders", "/audit", "/v1/audit"):
        assert ADDRESS not in client.get(other).text, other
    assert told(desk) == ["delivering", "pickup", "redirected"]
    refused(client.post(page, data=BACK), "没有等待快递员来取")


def test_a_wish_is_taken_back_and_a_new_code_goes_out(client: Any, desk: Any, zone: Any, page: str):
    client.post(page, data=DELIVER)
    answered(client, desk, zone)
    assert client.post(page, data=BACK).status_code == 303
    assert "新的取件码会发到您的手机" in client.get(page).text
    answered(client, desk, zone, issue=3)
    assert told(desk) == ["pickup", "pickup_again", "redirected"]
    assert desk.rows("SELECT purpose, issue FROM item") == [("pickup", 3)]
    assert not address_is_kept(desk)
    assert "<svg" in client.get(page).text


def test_a_wish_that_is_still_on_its_way_can_be_taken_back_too(client: Any, desk: Any, page: str):
    client.post(page, data=DELIVER)
    assert client.post(page, data=BACK).status_code == 303
    assert given(desk) == [("delivery", "waiting"), ("pickup", "waiting")]
    refused(client.post(page, data=BACK), "没有等待快递员来取")
    refused(client.post(page, data=DELIVER), "正在送往取件柜")


@pytest.mark.parametrize("outcome", ["busy", "not_alone", "no_such_item", "not_understood"])
def test_a_wish_that_the_bank_refuses_is_told_and_its_address_forgotten(
    client: Any, desk: Any, zone: Any, page: str, outcome: str
):
    client.post(page, data=DELIVER)
    assert address_is_kept(desk)
    answered(client, desk, zone, outcome)
    assert not address_is_kept(desk)
    shown = client.get(page).text
    assert "送达没有安排成" in shown
    assert "<svg" in shown
    assert client.post(page, data=DELIVER).status_code == 303, "and may be asked for again"


def test_a_bank_that_will_not_take_it_back_keeps_the_address_for_the_courier(
    client: Any, desk: Any, zone: Any, page: str
):
    client.post(page, data=DELIVER)
    answered(client, desk, zone)
    client.post(page, data=BACK)
    answered(client, desk, zone, "busy")
    assert address_is_kept(desk)
    assert "快递员可能已经在柜前" in client.get(page).text
    assert client.post(page, data=BACK).status_code == 303, "and may be asked again: the door may not have opened"


def test_a_change_at_a_time_is_on_its_way(client: Any, page: str):
    client.post(page, data={"do": "new_code"})
    refused(client.post(page, data=DELIVER), "正在送往取件柜")


def test_a_new_code_waits_for_the_wish(client: Any, page: str):
    client.post(page, data=DELIVER)
    refused(client.post(page, data={"do": "new_code"}), "正在送往取件柜")


@pytest.mark.parametrize("address", ["", "    ", "幸福路1"])
def test_an_address_is_whole(client: Any, page: str, address: str):
    refused(client.post(page, data={"do": "deliver", "address": address}), "完整的收件地址")


def test_what_lies_with_others_is_not_delivered_alone(client: Any, desk: Any, zone: Any, page: str):
    laid_in(client, zone, "X2", into="1001")
    refused(client.post(page, data=DELIVER), "不能单独送达")
    assert (given(desk), address_is_kept(desk)) == ([], False)


@pytest.mark.parametrize(("level", "goes"), [(0, True), (1, True), (2, False)])
def test_what_needs_the_id_card_is_given_to_no_courier(client: Any, desk: Any, zone: Any, level: int, goes: bool):
    laid_in(client, zone, level=level, holder="001122334455" if level == 2 else "")
    answer = client.post(link(client, desk), data=DELIVER)
    if goes:
        assert answer.status_code == 303
    else:
        refused(answer, "须持身份证")


def test_while_a_proxy_may_fetch_it_nobody_sends_it_elsewhere(client: Any, desk: Any, zone: Any, page: str):
    sealed = client.app.state.centre.people.sealed("13900001234")
    proxy = Reissued(
        item="X1", compartment=1, number="1001", issue=2, why="proxy", by=CITIZEN, phone=sealed, phone_tail="1234"
    )
    sent(client, zone, proxy)
    refused(client.post(page, data=DELIVER), "请先收回委托")


def test_what_is_in_doubt_is_not_sent(client: Any, zone: Any, page: str):
    sent(client, zone, MisplacementReported(item="X1", compartment=1, by="staff 1001", note=""))
    refused(client.post(page, data=DELIVER), "位置正在核对")


def test_five_changes_of_mind_a_day_and_taking_a_wish_back_is_always_free(client: Any, desk: Any, zone: Any, page: str):
    issue = 1
    for form in (DELIVER, BACK, DELIVER, BACK, DELIVER, BACK):
        issue += 1
        assert client.post(page, data=form).status_code == 303
        answered(client, desk, zone, issue=issue)
    refused(client.post(page, data=DELIVER), "次数已用完")


def test_what_was_wished_for_an_item_that_came_back_later_is_no_wish_of_now(
    client: Any, desk: Any, zone: Any, page: str
):
    client.post(page, data=DELIVER)
    answered(client, desk, zone)
    courier = {"item": "X1", "compartment": 1, "receiver": "courier 2001"}
    sent(
        client, zone, PickupReserved(attempt=1, by="collect", **courier), PickupOpened(**courier), Taken(**courier)
    )  # fmt: skip
    clock = client.app.state.centre.store.clock
    clock.turn(1)
    zone.wall = clock()
    laid_in(client, zone)
    again = link(client, desk)
    assert "等待快递员" not in client.get(again).text
    refused(client.post(again, data=BACK), "没有等待快递员来取")


def test_who_did_what_stands_in_the_audit(client: Any, desk: Any, zone: Any, page: str):
    client.post(page, data=DELIVER)
    answered(client, desk, zone)
    assert [
        row for row in desk.rows("SELECT act, actor, item, detail FROM audit ORDER BY id") if "redirect" in row[0]
    ] == [
        ("ordered redirect", CITIZEN, "X1", "X1: delivery"),
        ("did redirect", CITIZEN, "X1", "done"),
    ]
    assert "改变领取方式" in client.get("/orders/part").text
