"""Deposit and pickup over HTTP, with the real bank behind them and doors that the test opens and closes."""

import re
from typing import Any

from wire.happenings import CodeRefused, DepositAbandoned, DepositBegun, Deposited, PickupOpened, Taken
from wire.seal import unseal

ITEM, PHONE, BADGE, PIN = "身份证-0001", "13812345678", "1001", "246810"


async def signed_in(stage: Any):
    await stage.press("/locker", "choose_deposit")
    return await stage.press("/locker", "sign_in", badge=BADGE, pin=PIN)


async def doors_known(stage: Any):
    await stage.until(lambda: all(c.door.value == "closed" for c in stage.zone.lockers.bank.compartments.values()))


async def door_open(stage: Any):
    """Return the number of the door that stands open, as the page says it."""
    await stage.until(lambda: any(c.opened for c in stage.zone.lockers.bank.compartments.values()))
    return int(re.search(r'class="answer">(\d+) 号<', (await stage.client.get("/locker")).text)[1])


async def deposited(stage: Any, item: str = ITEM, size: str = "S"):
    """Lay an item in and return its pickup number and compartment."""
    await doors_known(stage)
    if await stage.state("/locker") != "describe":
        await signed_in(stage)
    await stage.press("/locker", "describe", item=item, size=size, phone=PHONE)
    page = await stage.press("/locker", "confirm")
    assert 'data-state="depositing"' in page.text
    number = await door_open(stage)
    stage.doors.open.discard(number)
    page = await stage.becomes("/locker", "deposited")
    return re.search(r'class="answer">(\d{4})<', page.text)[1], number


def test_an_item_goes_in_and_the_screen_shows_its_number_but_never_its_code(play: Any, words: Any) -> None:
    async def scene(stage: Any) -> None:
        number, compartment = await deposited(stage)
        page = (await stage.client.get("/locker")).text
        assert compartment == 1
        assert stage.code(ITEM) not in page
        assert PHONE not in page
        (begun,) = stage.happened(DepositBegun)
        assert (begun.item, begun.size, begun.number, begun.giver) == (ITEM, "S", number, "staff 1001")
        assert unseal(words.KEY, begun.phone) == PHONE
        assert len(stage.happened(Deposited)) == 1
        await stage.press("/locker", "choose_deposit")
        assert await stage.state("/locker") == "describe"

    play(scene)


def test_the_check_page_shows_everything_before_a_door_opens(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await doors_known(stage)
        await signed_in(stage)
        page = (await stage.press("/locker", "describe", item=ITEM, size="M", phone="138 1234-5678")).text
        assert 'data-state="check"' in page
        assert ITEM in page
        assert "138****5678" in page
        assert "中" in page
        assert not stage.doors.pulses
        page = (await stage.press("/locker", "back")).text
        assert f'value="{ITEM}"' in page
        assert f'value="{PHONE}"' in page

    play(scene)


def test_the_right_code_opens_the_door_once_and_the_page_thanks(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, compartment = await deposited(stage)
        await stage.press("/locker", "leave")
        await stage.press("/locker", "choose_pickup")
        page = await stage.press("/locker", "pick_up", number=number, code=stage.code(ITEM))
        assert 'data-state="collecting"' in page.text
        assert "请取出物品并关好柜门" in page.text
        assert await door_open(stage) == compartment
        assert 'data-door="open"' in (await stage.client.get("/locker/part")).text
        stage.doors.open.discard(compartment)
        page = await stage.becomes("/locker", "collected")
        assert "谢谢" in page.text
        assert stage.happened(Taken)[0].receiver == "citizen ****5678"
        await stage.press("/locker", "leave")
        await stage.press("/locker", "choose_pickup")
        page = await stage.press("/locker", "pick_up", number=number, code=stage.code(ITEM))
        assert 'data-state="sorry"' in page.text
        assert "已经用过" in page.text
        assert len(stage.happened(PickupOpened)) == 1
        assert stage.doors.pulses == [compartment, compartment]

    play(scene)


def test_a_wrong_code_opens_nothing_and_says_how_often_one_may_try(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, _ = await deposited(stage)
        await stage.press("/locker", "leave")
        await stage.press("/locker", "choose_pickup")
        for left in (5, 4, 3, 2, 1):
            page = (await stage.press("/locker", "pick_up", number=number, code="00000000")).text
            assert f"还可以试 {left} 次" in page
            assert "00000000" not in page
        page = (await stage.press("/locker", "pick_up", number=number, code="00000000")).text
        assert 'data-state="sorry"' in page
        assert "取件暂停一会儿" in page
        await stage.press("/locker", "back")
        await stage.press("/locker", "choose_pickup")
        page = (await stage.press("/locker", "pick_up", number=number, code=stage.code(ITEM))).text
        assert "大约 1 分钟后可以再试" in page
        assert len(stage.doors.pulses) == 1
        assert stage.zone.lockers.refused_codes >= 6

    play(scene)


def test_a_double_click_on_a_wrong_code_costs_one_try(play: Any) -> None:
    async def scene(stage: Any) -> None:
        number, _ = await deposited(stage)
        await stage.press("/locker", "leave")
        page = (await stage.press("/locker", "choose_pickup")).text
        turn = page.split('name="turn" value="')[1].split('"')[0]
        for _ in range(2):
            await stage.client.post(
                "/locker", data={"do": "pick_up", "number": number, "code": "00000000", "turn": turn}
            )
        assert len(stage.happened(CodeRefused)) == 1

    play(scene)


def test_what_cannot_be_a_code_costs_no_try(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.press("/locker", "choose_pickup")
        page = (await stage.press("/locker", "pick_up", number="1000", code="123")).text
        assert "取件码是 8 位数字" in page
        assert not stage.happened(CodeRefused)

    play(scene)


def test_a_wrong_pin_is_said_and_the_sixth_locks_the_badge_out(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.press("/locker", "choose_deposit")
        for _ in range(5):
            page = (await stage.press("/locker", "sign_in", badge=BADGE, pin="000000")).text
            assert 'data-state="sign_in"' in page
            assert "工号或密码不对" in page
            assert 'value="1001"' in page
            assert "000000" not in page
        page = (await stage.press("/locker", "sign_in", badge=BADGE, pin="000000")).text
        assert "登录暂停一会儿" in page
        await stage.press("/locker", "back")
        await stage.press("/locker", "choose_deposit")
        page = (await stage.press("/locker", "sign_in", badge=BADGE, pin=PIN)).text
        assert "大约 1 分钟后可以再试" in page

    play(scene)


def test_an_item_that_is_taken_back_leaves_the_staff_signed_in(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await doors_known(stage)
        await signed_in(stage)
        await stage.press("/locker", "describe", item=ITEM, size="L", phone=PHONE)
        await stage.press("/locker", "confirm")
        number = await door_open(stage)
        page = (await stage.press("/locker", "took_it_back")).text
        assert 'data-state="depositing"' in page
        assert "请取出物品并关好柜门" in page
        stage.doors.open.discard(number)
        await stage.becomes("/locker", "describe")
        assert [abandoned.why for abandoned in stage.happened(DepositAbandoned)] == ["cancelled"]

    play(scene)


def test_without_a_free_compartment_of_the_size_the_item_stays_with_staff(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await deposited(stage, size="L")
        await stage.press("/locker", "choose_deposit")
        await stage.press("/locker", "describe", item="另一件", size="L", phone=PHONE)
        page = (await stage.press("/locker", "confirm")).text
        assert "没有放得下的空格口" in page
        page = (await stage.press("/locker", "back")).text
        assert 'data-state="describe"' in page
        assert 'value="另一件"' in page

    play(scene)


def test_the_same_item_twice_is_refused_with_a_reason(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await deposited(stage)
        await stage.press("/locker", "choose_deposit")
        await stage.press("/locker", "describe", item=ITEM, size="S", phone=PHONE)
        page = (await stage.press("/locker", "confirm")).text
        assert "这件物品已经在柜中" in page
        assert len(stage.doors.pulses) == 1

    play(scene)


def test_a_silent_board_is_apologised_for_before_anything_is_asked(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.doors.silent = True
        await stage.until(lambda: stage.zone.lockers.bank.silent)
        for do in ("choose_pickup", "choose_deposit"):
            page = (await stage.press("/locker", do)).text
            assert 'data-state="sorry"' in page
            assert "暂时打不开柜门" in page
            await stage.press("/locker", "back")

    play(scene)


def test_the_session_ends_for_good_when_the_person_leaves(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await doors_known(stage)
        await signed_in(stage)
        await stage.press("/locker", "describe", item=ITEM, size="S", phone=PHONE)
        page = (await stage.press("/locker", "leave")).text
        assert 'data-state="home"' in page
        for do in ("confirm", "back"):
            page = (await stage.press("/locker", do)).text
            assert ITEM not in page
            assert 'data-state="home"' in page

    play(scene)
