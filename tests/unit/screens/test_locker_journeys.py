"""What citizens, staff and couriers do at the lockers over HTTP, with the real bank behind the pages."""

import re
from html import unescape
from typing import Any

import pytest

from edge.drivers import Card, Qr
from edge.locker_session import Session, State
from wire import credential, entry, orders, sign
from wire.happenings import (
    CompartmentBlocked,
    CompartmentUnblocked,
    DepositBegun,
    Deposited,
    InspectionBegun,
    InspectionEnded,
    MisplacementReported,
    OrderTaken,
    PickupLapsed,
    PickupReserved,
    Settled,
    Taken,
)
from wire.seal import unseal

PHONE, PIN = "13812345678", "246810"
ID_NUMBER = "990000199003070021"


async def deposited(stage: Any, item: str = "户口簿", **fields: str):
    """Staff lay an item in and leave; return its pickup number and its compartment."""
    await stage.sign_in(button="choose_deposit")
    await stage.press("/locker", "describe", **{"item": item, "size": "S", "phone": PHONE, **fields})
    await stage.press("/locker", "confirm")
    compartment = await stage.open_door()
    page = (await stage.through_door("deposited")).text
    await stage.press("/locker", "leave")
    found = re.search(r'class="answer">(\d{4})<', page)
    return found[1] if found else "", compartment


def qr_of(stage: Any, words: Any, item: str, issue: int = 1, device: str = "zone-01"):
    """What the centre's QR code for this item says."""
    said = credential.Credential(
        bank=credential.bank_mark(device),
        item=credential.item_mark(item),
        issue=issue,
        not_before=stage.zone.journal.clock.now() - 3_600_000,
        valid_h=72,
        level=0,
        holder=bytes(6),
    )
    return credential.encode(said, sign.signer(words.KEY))


# --- citizens: fetch ---


def test_a_qr_code_before_the_scanner_at_home_opens_the_door(play: Any, words: Any) -> None:
    async def scene(stage: Any) -> None:
        _, compartment = await deposited(stage)
        assert await stage.state("/locker") == "home"
        stage.scanner.held.put_nowait(qr_of(stage, words, "户口簿"))
        await stage.until(lambda: stage.zone.scans._last != "")
        part = await stage.client.get("/locker/scans")
        assert 'data-now="collecting"' in part.text
        assert 'data-turn="' in part.text
        assert await stage.open_door() == compartment
        await stage.through_door("collected")
        assert stage.happened(PickupReserved)[0].by == "qr"

    play(scene)


def test_a_qr_code_of_another_bank_or_a_forged_one_opens_nothing_and_costs_no_try(play: Any, words: Any) -> None:
    async def scene(stage: Any) -> None:
        await deposited(stage)
        forged = qr_of(stage, words, "户口簿")[:-4] + "AAAA"
        for text, said in ((qr_of(stage, words, "户口簿", device="zone-02"), "不在这组柜子里"), (forged, "打不开柜门")):
            await stage.press("/locker", "choose_pickup")
            page = (await stage.press("/locker", "scan", qr=text)).text
            assert 'data-state="sorry"' in page
            assert said in page
            assert text not in page
            await stage.press("/locker", "back")
        assert len(stage.doors.pulses) == 1
        assert stage.zone.lockers.bank.tries == {}

    play(scene)


def test_a_scan_goes_to_whoever_touched_the_screen_last(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.press("/locker", "choose_staff")
        async with stage.browser() as other:
            await other.post("/locker", data={"do": "choose_return"})
            stage.scanner.held.put_nowait("2001")
            await stage.until(lambda: stage.zone.scans._last != "")
            await stage.client.get("/locker/scans")
            assert stage.zone.scans._last == "2001"
            async with stage.browser() as third:
                answer = await third.get("/locker/scans")
                assert "set-cookie" not in answer.headers
            await stage.client.get("/locker")
            await stage.client.get("/locker/scans")
            assert 'value="2001"' in (await stage.client.get("/locker")).text
            assert stage.zone.scans._last == ""

    play(scene)


def test_the_tail_of_the_phone_is_asked_for_where_staff_wanted_it(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, _ = await deposited(stage, level="1")
        await stage.press("/locker", "choose_pickup")
        page = (await stage.press("/locker", "pick_up", number=number, code=stage.code("户口簿"))).text
        assert 'data-state="tail"' in page
        assert stage.code("户口簿") not in page
        page = (await stage.press("/locker", "tail", tail="0000")).text
        assert 'data-state="tail"' in page
        assert "后四位不对" in page
        await stage.press("/locker", "tail", tail="5678")
        assert await stage.state("/locker") == "collecting"
        await stage.through_door("collected")

    play(scene)


def test_who_shows_a_qr_code_may_mistype_the_tail_at_a_screen_that_others_locked(play: Any, words: Any) -> None:
    async def scene(stage: Any) -> None:
        await deposited(stage, level="1")
        for _ in range(6):
            await stage.press("/locker", "choose_pickup")
            page = (await stage.press("/locker", "pick_up", number="9999", code="00000000")).text
        assert 'data-state="sorry"' in page
        await stage.press("/locker", "back")
        assert 'data-state="tail"' in (await stage.press("/locker", "scan", qr=qr_of(stage, words, "户口簿"))).text
        page = (await stage.press("/locker", "tail", tail="0000")).text
        assert 'data-state="tail"' in page
        assert "后四位不对" in page
        assert "还可以试" not in page
        await stage.press("/locker", "tail", tail="5678")
        assert await stage.state("/locker") == "collecting"

    play(scene)


def test_a_claim_is_kept_only_while_more_proof_is_asked_for(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, _ = await deposited(stage, level="1")
        await stage.press("/locker", "choose_pickup")
        await stage.press("/locker", "pick_up", number=number, code=stage.code("户口簿"))
        claims = next(
            route.endpoint.__self__._claims
            for router in (getattr(route, "original_router", route) for route in stage.app.routes)
            for route in getattr(router, "routes", [router])
            if getattr(route, "path", "") == "/locker"
        )
        assert len(claims) == 1
        await stage.press("/locker", "back")
        await stage.client.get("/locker")
        assert len(claims) == 0
        page = (await stage.press("/locker", "tail", tail="5678")).text
        assert 'data-state="pickup"' in page
        assert len(stage.doors.pulses) == 1

    play(scene)


def test_the_id_card_is_read_where_staff_wanted_it_and_its_number_is_nowhere(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, _ = await deposited(stage, level="2", id_number=ID_NUMBER)
        begun = stage.happened(DepositBegun)[0]
        assert (begun.level, len(begun.holder)) == (2, 12)
        await stage.press("/locker", "choose_pickup")
        page = (await stage.press("/locker", "pick_up", number=number, code=stage.code("户口簿"))).text
        assert 'data-state="card"' in page
        assert "读卡区没有身份证" in (await stage.press("/locker", "card")).text
        stage.reader.breaks = True
        assert "没有读出来" in (await stage.press("/locker", "card")).text
        stage.reader.breaks = False
        stage.reader.card = Card("李四", "990000198001010018")
        page = (await stage.press("/locker", "card")).text
        assert "不是取件人的" in page
        assert "990000198001010018" not in page
        stage.reader.card = Card("张三", ID_NUMBER)
        await stage.press("/locker", "card")
        await stage.through_door("collected")
        for _, signed in stage.zone.journal.read(0):
            assert ID_NUMBER.encode() not in signed.data

    play(scene)


def test_without_a_reader_the_citizen_is_told_where_to_go(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, _ = await deposited(stage, level="2", id_number=ID_NUMBER)
        object.__setattr__(stage.zone, "reader", None)
        await stage.press("/locker", "choose_pickup")
        await stage.press("/locker", "pick_up", number=number, code=stage.code("户口簿"))
        page = (await stage.press("/locker", "card")).text
        assert 'data-state="sorry"' in page
        assert "到窗口领取" in page

    play(scene)


@pytest.mark.parametrize("id_number", ["", "123", "990000199003070022", "99000019900307002X"])
def test_an_id_number_that_cannot_be_one_would_keep_the_item_from_its_owner(play: Any, id_number: str) -> None:
    async def scene(stage: Any) -> None:
        await stage.sign_in(button="choose_deposit")
        page = (
            await stage.press("/locker", "describe", item="X", size="S", phone=PHONE, level="2", id_number=id_number)
        ).text
        assert 'data-state="describe"' in page

    play(scene)


def test_several_items_of_one_person_lie_together_and_leave_together(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, compartment = await deposited(stage)
        await stage.sign_in()
        await stage.press("/locker", "menu", to="add")
        page = (await stage.press("/locker", "describe", item="身份证", size="S", phone=PHONE, into=number)).text
        assert "和这个取件号放在一起" in page
        await stage.press("/locker", "confirm")
        assert await stage.open_door() == compartment
        page = (await stage.through_door("deposited")).text
        assert number in page
        await stage.press("/locker", "leave")
        await stage.press("/locker", "choose_pickup")
        page = (await stage.press("/locker", "pick_up", number=number, code=stage.code("户口簿"))).text
        assert "2 件物品" in page
        await stage.through_door("collected")
        assert {taken.item for taken in stage.happened(Taken)} == {"户口簿", "身份证"}

    play(scene)


def test_somebody_elses_item_is_no_place_to_add_to(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, _ = await deposited(stage)
        await stage.sign_in()
        await stage.press("/locker", "menu", to="add")
        await stage.press("/locker", "describe", item="身份证", size="S", phone="13900001111", into=number)
        page = (await stage.press("/locker", "confirm")).text
        assert "不能和别人的物品放在一起" in page
        assert len(stage.doors.pulses) == 1

    play(scene)


def test_who_finds_something_else_is_told_to_leave_it_and_call(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, compartment = await deposited(stage)
        await stage.press("/locker", "choose_pickup")
        await stage.press("/locker", "pick_up", number=number, code=stage.code("户口簿"))
        await stage.open_door()
        page = (await stage.press("/locker", "misplaced")).text
        assert "您没有取走任何物品" in page
        assert "0000-12345" in page
        assert stage.happened(MisplacementReported)[0].by == "citizen ****5678"
        stage.doors.open.discard(compartment)
        await stage.until(lambda: bool(stage.happened(PickupLapsed)))
        assert not stage.happened(Taken)
        assert [item.id for item in stage.zone.lockers.bank.compartments[compartment].items] == ["户口簿"]
        await stage.press("/locker", "back")
        await stage.press("/locker", "choose_pickup")
        page = (await stage.press("/locker", "pick_up", number=number, code=stage.code("户口簿", 2))).text
        assert "位置正在核对" in page

    play(scene)


def test_before_the_door_stands_open_nobody_has_found_anything_and_the_page_says_whom_to_call(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, compartment = await deposited(stage)
        stage.doors.jammed.add(compartment)
        await stage.press("/locker", "choose_pickup")
        await stage.press("/locker", "pick_up", number=number, code=stage.code("户口簿"))
        page = (await stage.press("/locker", "misplaced")).text
        assert "只有柜门开着的时候" in page
        assert "0000-12345" in page
        assert not stage.happened(MisplacementReported)

    play(scene)


# --- citizens: papers, loans ---


async def papers_handed_in(stage: Any, case: str = "SL-2026-7"):
    await stage.doors_known()
    await stage.press("/locker", "choose_papers")
    await stage.press("/locker", "papers", label="补交的材料")
    page = (await stage.press("/locker", "papers", label="补交的材料", phone=PHONE, case=case)).text
    assert 'data-state="check"' in page
    await stage.press("/locker", "confirm")
    return (await stage.through_door("receipt")).text


def test_papers_are_handed_in_at_night_with_a_receipt_that_anybody_can_check(play: Any, words: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.zone.desk.ready()
        page = await papers_handed_in(stage)
        (begun,), (laid_in,) = stage.happened(DepositBegun), stage.happened(Deposited)
        assert (begun.purpose, begun.case, begun.label) == ("papers", "SL-2026-7", "补交的材料")
        assert begun.giver == "citizen ****5678"
        assert unseal(words.KEY, begun.phone) == PHONE
        assert PHONE not in page
        line = unescape(re.search(r'data-receipt="([^"]+)"', page)[1])
        (signed,) = entry.unpack(line.encode() + b"\n")
        assert sign.verifier(sign.public_key(words.KEY))(signed.data, signed.signature)
        assert entry.decode(signed.data).happening() == laid_in
        assert "<svg" in page
        assert laid_in.number in page
        await stage.until(lambda: len(stage.printer.slips) == 1)
        assert [each.text for each in stage.printer.slips[0] if isinstance(each, Qr)] == [line]
        assert not any(PHONE in each.text for each in stage.printer.slips[0])

    play(scene)


def test_a_receipt_is_printed_once_however_often_the_page_is_looked_at(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await papers_handed_in(stage)
        for _ in range(3):
            await stage.client.get("/locker")
            await stage.client.get("/locker/part")
        await stage.until(lambda: len(stage.printer.slips) == 1)
        assert len(stage.printer.slips) == 1

    play(scene)


def test_a_printer_without_paper_takes_the_receipt_from_nobody(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.printer.breaks = "no_paper"
        assert "data-receipt" in await papers_handed_in(stage)
        assert await stage.state("/locker") == "receipt"

    play(scene)


def test_papers_are_collected_by_staff_and_by_nobody_else(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await papers_handed_in(stage)
        await stage.press("/locker", "leave")
        item = stage.happened(Deposited)[0].item
        await stage.sign_in("2001", "choose_courier")
        await stage.press("/locker", "menu", to="collect")
        page = (await stage.press("/locker", "collect", item=item)).text
        assert "不由您领取" in page
        await stage.press("/locker", "leave")
        await stage.sign_in()
        page = (await stage.press("/locker", "menu", to="collect")).text
        assert "补交的材料" in page
        await stage.press("/locker", "collect", item=item)
        page = (await stage.through_door("collected")).text
        assert stage.happened(Taken)[0].receiver == "staff 1001"
        assert 'data-state="collect"' in (await stage.press("/locker", "next_item")).text

    play(scene)


def test_an_article_is_lent_for_a_phone_and_comes_back_with_its_tail(play: Any, words: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.sign_in()
        await stage.press("/locker", "menu", to="loan")
        await stage.press("/locker", "describe", item="bank-1", label="充电宝", size="S")
        await stage.press("/locker", "confirm")
        await stage.through_door("deposited")
        await stage.press("/locker", "leave")
        page = (await stage.press("/locker", "choose_loan")).text
        assert "充电宝" in page
        assert 'data-state="loan_phone"' in (await stage.press("/locker", "loan", item="bank-1")).text
        page = (await stage.press("/locker", "loan", item="bank-1", phone=PHONE)).text
        assert "充电宝" in page
        assert "138****5678" in page
        await stage.press("/locker", "confirm")
        page = (await stage.through_door("lent")).text
        assert "24 小时" in page
        assert unseal(words.KEY, stage.happened(PickupReserved)[0].phone) == PHONE
        await stage.press("/locker", "leave")
        await stage.press("/locker", "choose_return")
        assert "没有找到借用登记" in (await stage.press("/locker", "give_back", item="0000")).text
        await stage.press("/locker", "give_back", item="5678")
        await stage.through_door("returned")
        assert stage.zone.lockers.bank.loans == {}

    play(scene)


def test_nothing_to_borrow_is_said_with_a_next_step(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.doors_known()
        page = (await stage.press("/locker", "choose_loan")).text
        assert "抱歉，现在没有可以借的物品" in page
        assert "咨询台" in page

    play(scene)


def test_who_needs_a_low_compartment_gets_one(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.doors_known()
        page = (await stage.press("/locker", "low")).text
        assert "✓ 低位格口" in page
        await papers_handed_in(stage)
        assert stage.doors.pulses == [3]
        await stage.press("/locker", "leave")
        await stage.press("/locker", "low")
        await stage.press("/locker", "choose_papers")
        await stage.press("/locker", "papers", label="申请材料", phone=PHONE)
        page = (await stage.press("/locker", "confirm")).text
        assert "没有空的低位格口了" in page

    play(scene)


# --- staff ---


def test_an_item_is_recalled_by_who_laid_it_in_and_by_nobody_else(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await deposited(stage)
        await stage.sign_in("1002")
        page = (await stage.press("/locker", "menu", to="mine")).text
        assert "户口簿" not in page
        assert "不由您领取" in (await stage.press("/locker", "recall", item="户口簿")).text
        await stage.press("/locker", "leave")
        await stage.sign_in()
        assert "户口簿" in (await stage.press("/locker", "menu", to="mine")).text
        await stage.press("/locker", "recall", item="户口簿")
        await stage.through_door("collected")
        assert stage.happened(PickupReserved)[0].by == "recall"
        assert 'data-state="mine"' in (await stage.press("/locker", "next_item")).text

    play(scene)


def test_a_misplaced_item_is_kept_from_everybody_until_it_is_settled(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, _ = await deposited(stage)
        await stage.sign_in()
        await stage.press("/locker", "menu", to="mine")
        page = (await stage.press("/locker", "misplaced", item="户口簿")).text
        assert 'data-state="why"' in page
        page = (await stage.press("/locker", "misplaced", item="户口簿", note="放进了别的格口")).text
        assert "暂停领取" in page
        assert stage.happened(MisplacementReported)[0].by == "staff 1001"
        await stage.press("/locker", "leave")
        await stage.press("/locker", "choose_pickup")
        page = (await stage.press("/locker", "pick_up", number=number, code=stage.code("户口簿"))).text
        assert "位置正在核对" in page

    play(scene)


def test_a_compartment_is_blocked_with_a_reason_and_used_again(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.sign_in()
        page = (await stage.press("/locker", "menu", to="compartments")).text
        assert page.count('data-look="free"') == 6
        page = (await stage.press("/locker", "compartment", compartment="1")).text
        assert "1 号格口" in page
        assert 'data-state="why"' in (await stage.press("/locker", "block", compartment="1")).text
        page = (await stage.press("/locker", "block", compartment="1", why="里面需要清洁")).text
        assert "已停用" in page
        assert "里面需要清洁" in page
        assert stage.happened(CompartmentBlocked)[0].by == "staff 1001"
        page = (await stage.press("/locker", "menu", to="compartments")).text
        assert 'data-look="blocked"' in page
        page = (await stage.press("/locker", "unblock", compartment="1")).text
        assert "已启用" in page
        assert len(stage.happened(CompartmentUnblocked)) == 1

    play(scene)


def test_an_empty_compartment_is_looked_into_by_one_and_an_occupied_one_by_two(play: Any) -> None:
    async def scene(stage: Any) -> None:
        _, occupied = await deposited(stage)
        await stage.sign_in()
        await stage.press("/locker", "menu", to="compartments")
        await stage.press("/locker", "inspect", compartment="2", why="清洁")
        assert await stage.state("/locker") == "inspecting"
        page = (await stage.through_door("compartment")).text
        assert "已检查" in page
        page = (await stage.press("/locker", "inspect", compartment=str(occupied), why="核对里面的物品")).text
        assert 'data-state="witness"' in page
        assert len(stage.happened(InspectionBegun)) == 1
        assert "不能是您自己" in (await stage.press("/locker", "witness", badge="1001", pin=PIN)).text
        assert "快递员的工号" in (await stage.press("/locker", "witness", badge="2001", pin=PIN)).text
        assert "工号或密码不对" in (await stage.press("/locker", "witness", badge="1002", pin="000000")).text
        await stage.press("/locker", "witness", badge="1002", pin=PIN)
        assert await stage.open_door() == occupied
        await stage.through_door("compartment")
        begun = stage.happened(InspectionBegun)[1]
        assert (begun.by, begun.witness, begun.why) == ("staff 1001", "staff 1002", "核对里面的物品")
        assert len(stage.happened(InspectionEnded)) == 2

    play(scene)


def test_a_door_that_stays_shut_for_an_inspection_is_said_so(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.doors.jammed.add(2)
        await stage.sign_in()
        await stage.press("/locker", "menu", to="compartments")
        await stage.press("/locker", "inspect", compartment="2", why="清洁")
        page = (await stage.becomes("/locker", "sorry", within_s=20)).text
        assert "登记没有变" in page
        assert 'data-state="compartment"' in (await stage.press("/locker", "back")).text

    play(scene)


def test_what_a_contact_does_not_tell_is_claimed_by_the_giver_and_settled_by_two(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.doors.jammed |= {1, 2, 3, 4, 5, 6}
        await stage.sign_in(button="choose_deposit")
        await stage.press("/locker", "describe", item="户口簿", size="S", phone=PHONE)
        await stage.press("/locker", "confirm")
        page = (await stage.press("/locker", "misplaced")).text
        assert "要等两位工作人员看过里面" in page
        assert not stage.happened(Deposited)
        await stage.press("/locker", "leave")
        await stage.press("/locker", "choose_staff")
        await stage.press("/locker", "sign_in", badge="1001", pin=PIN)
        page = (await stage.press("/locker", "menu", to="compartments")).text
        assert 'data-look="trouble"' in page
        page = (await stage.press("/locker", "compartment", compartment="1")).text
        assert "查看后登记" in page
        await stage.press("/locker", "settle", compartment="1", gone="0")
        page = (await stage.press("/locker", "witness", badge="1002", pin=PIN)).text
        assert "已按两位工作人员看到的情况登记" in page
        assert [(each.by, each.witness) for each in stage.happened(Settled)] == [("staff 1001", "staff 1002")]
        assert len(stage.happened(Deposited)) == 1

    play(scene)


def test_a_deposit_at_a_stuck_door_goes_on_at_another_and_the_page_says_which(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.doors.jammed.add(1)
        await stage.sign_in(button="choose_deposit")
        await stage.press("/locker", "describe", item="户口簿", size="S", phone=PHONE)
        await stage.press("/locker", "confirm")
        await stage.until(lambda: stage.doors.pulses == [1, 2], within_s=20)
        page = (await stage.client.get("/locker")).text
        assert "1 号的柜门没有打开" in page
        assert re.search(r'class="answer">2 号<', page)
        await stage.through_door("deposited")

    play(scene)


# --- couriers ---


def manifest(stage: Any, *items: str):
    stage.zone.journal.append(OrderTaken(order="a" * 32, outcome="done", epoch=1, seq=1))
    stage.zone.manifests.give(
        orders.GiveManifest(
            order="a" * 32,
            actor="staff 1001",
            courier="courier 2001",
            until=stage.zone.journal.clock.now() + 3_600_000,
            items=tuple(
                orders.ManifestItem(item=item, label=f"证书 {item}", size="S", phone="sealed", phone_tail="5678")
                for item in items
            ),
        )
    )


def test_a_courier_scans_item_after_item_and_sees_what_is_left(play: Any) -> None:
    async def scene(stage: Any) -> None:
        manifest(stage, "EMS-1", "EMS-2", "EMS-3")
        page = (await stage.sign_in("2001", "choose_courier")).text
        assert 'data-state="courier"' in page
        assert 'data-left="3"' in page
        for done, (item, door) in enumerate((("EMS-1", 1), ("EMS-2", 2), ("EMS-3", 4)), 1):  # 3 is the low one
            page = (await stage.press("/locker", "courier_item", item=item)).text
            assert 'data-state="depositing"' in page
            await stage.open_door()
            page = (await stage.press("/locker", "courier_item", item="EMS-9")).text
            assert "请先关好这个柜门" in page
            page = (await stage.through_door("courier")).text
            assert f'data-left="{3 - done}"' in page
            assert f"已存入 {door} 号格口" in page
        assert [begun.giver for begun in stage.happened(DepositBegun)] == ["courier 2001"] * 3
        page = (await stage.press("/locker", "menu", to="summary")).text
        assert 'data-laid-in="3"' in page
        assert 'data-left="0"' in page

    play(scene)


def test_an_unknown_item_goes_to_a_compartment_of_its_own_for_staff(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.sign_in("2001", "choose_courier")
        page = (await stage.press("/locker", "courier_item", item="SF-77")).text
        assert 'data-state="unknown"' in page
        assert "不在您的清单上" in page
        assert not stage.doors.pulses
        await stage.press("/locker", "unknown", size="M")
        assert await stage.open_door() == 4
        await stage.through_door("courier")
        (begun,) = stage.happened(DepositBegun)
        assert (begun.purpose, begun.giver, begun.phone) == ("quarantine", "courier 2001", "")
        await stage.press("/locker", "leave")
        await stage.sign_in()
        page = (await stage.press("/locker", "menu", to="collect")).text
        assert "SF-77" in page
        assert "待查物品" in page

    play(scene)


def test_a_courier_scans_with_the_scanner_alone(play: Any) -> None:
    async def scene(stage: Any) -> None:
        manifest(stage, "EMS-1")
        await stage.sign_in("2001", "choose_courier")
        stage.scanner.held.put_nowait("EMS-1")
        await stage.until(lambda: stage.zone.scans._last != "")
        assert 'data-now="depositing"' in (await stage.client.get("/locker/scans")).text
        await stage.through_door("courier")

    play(scene)


def test_a_courier_takes_what_is_to_be_delivered(play: Any, words: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.sign_in()
        await stage.press("/locker", "menu", to="delivery")
        await stage.press(
            "/locker", "describe", item="证书-9", label="证书", size="S", phone=PHONE, address="幸福路 1 号"
        )
        page = (await stage.press("/locker", "confirm")).text
        assert "幸福路" not in page
        await stage.through_door("deposited")
        begun = stage.happened(DepositBegun)[0]
        assert unseal(words.KEY, begun.address) == "幸福路 1 号"
        await stage.press("/locker", "leave")
        await stage.sign_in("2001", "choose_courier")
        page = (await stage.press("/locker", "menu", to="collect")).text
        assert "证书" in page
        await stage.press("/locker", "collect", item="证书-9")
        page = (await stage.through_door("deliveries")).text
        assert "取走" in page
        page = (await stage.press("/locker", "menu", to="summary")).text
        assert 'data-taken="1"' in page
        assert stage.happened(Taken)[0].receiver == "courier 2001"

    play(scene)


# --- every page ---


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_there_in_both_languages(play: Any, lang: str) -> None:
    async def scene(stage: Any) -> None:
        await deposited(stage)
        await stage.press("/locker", "choose_pickup")
        (visit,) = stage.visits("/locker")._visits.values()
        for state in State:
            for role in ("", "staff", "courier"):
                visit.session = Session(
                    state, lang, role=role, badge="1001", name="", compartment=1, asked="block", trouble="stuck"
                )
                if state in (State.DEPOSITING, State.COLLECTING, State.INSPECTING):
                    visit.session = Session(state, lang, role=role)
                answer = await stage.client.get("/locker")
                assert answer.status_code == 200, (state, role)
                page = answer.text
                assert f'data-state="{state}"' in page
                assert page.count("<h1") == 1
                if lang == "en":
                    shown = re.sub(r"<title>.*?</title>|value=\"[^\"]*\"|户口簿|中文|0000-12345", "", page)
                    assert not re.findall(r"[\u4e00-\u9fff]+", shown), (state, re.findall(r"[\u4e00-\u9fff]+", shown))

    play(scene)


def test_a_list_that_is_too_long_goes_on_and_begins_again(play: Any) -> None:
    async def scene(stage: Any) -> None:
        for number in range(5):
            await deposited(stage, f"证书-{number}")
        await stage.sign_in()
        first = (await stage.press("/locker", "menu", to="mine")).text
        second = (await stage.press("/locker", "more")).text
        assert [f"证书-{n}" in first for n in range(5)] == [True, True, True, True, False]
        assert [f"证书-{n}" in second for n in range(5)] == [False, False, False, False, True]
        assert (await stage.press("/locker", "more")).text.count("证书-0") == first.count("证书-0")

    play(scene)
