"""The ticket journey over HTTP, from the home page to the slip, and every way it can end without one."""

from typing import Any

from edge.drivers import PrinterStatus
from edge.journal import JournalFault
from wire.happenings import TicketPrinted, TicketReleased, TicketReserved
from wire.seal import unseal

PHONE = "13812345678"


async def to_check(stage: Any):
    await stage.press("/terminal", "choose", service="household")
    return await stage.press("/terminal", "enter_phone", phone=PHONE)


def test_a_citizen_gets_a_slip_with_the_number_on_the_screen(play: Any, words: Any) -> None:
    async def scene(stage: Any) -> None:
        page = await to_check(stage)
        assert words.state_of(page.text) == "check"
        assert "138****5678" in page.text
        assert PHONE not in page.text
        await stage.press("/terminal", "confirm")
        page = await stage.becomes("/terminal", "done")
        assert "A001" in page.text
        assert "前面还有 3 位" in page.text
        texts = [line.text for line in stage.printer.slips[0]]
        assert "A001" in texts
        assert not any(PHONE in text for text in texts)
        (reserved,) = stage.happened(TicketReserved)
        assert (reserved.number, reserved.source, reserved.phone_tail) == ("A001", "centre", "5678")
        assert unseal(words.KEY, reserved.phone) == PHONE
        assert [printed.ticket for printed in stage.happened(TicketPrinted)] == [reserved.ticket]

    play(scene)


def test_a_second_press_prints_nothing_more(play: Any) -> None:
    async def scene(stage: Any) -> None:
        page = (await to_check(stage)).text
        turn = page.split('name="turn" value="')[1].split('"')[0]
        for _ in range(3):
            await stage.client.post("/terminal", data={"do": "confirm", "turn": turn})
        await stage.becomes("/terminal", "done")
        await stage.client.post("/terminal", data={"do": "confirm"})
        assert len(stage.printer.slips) == 1

    play(scene)


def test_while_it_prints_the_page_waits_and_then_moves_on(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await to_check(stage)
        stage.printer.gate.clear()
        page = await stage.press("/terminal", "confirm")
        assert 'data-state="printing"' in page.text
        assert 'data-live="/terminal/part"' in page.text
        assert 'data-now="printing"' in (await stage.client.get("/terminal/part")).text
        await stage.press("/terminal", "leave")
        assert await stage.state("/terminal") == "printing"
        stage.printer.gate.set()
        await stage.becomes("/terminal", "done")
        assert 'data-now="done"' in (await stage.client.get("/terminal/part")).text

    play(scene)


def test_without_paper_nobody_is_asked_for_a_phone_and_no_number_is_taken(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.printer.now = PrinterStatus(online=False, paper="out", cover_open=False)
        page = await stage.press("/terminal", "choose", service="household")
        assert 'data-state="sorry"' in page.text
        assert "没有纸" in page.text
        assert "0000-12345" in page.text
        assert not stage.centre.asked
        assert not stage.happened(TicketReserved)

    play(scene)


def test_paper_that_ends_in_the_slip_releases_the_number(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await to_check(stage)
        stage.printer.breaks = "no_paper"
        await stage.press("/terminal", "confirm")
        page = await stage.becomes("/terminal", "sorry")
        assert "没有纸" in page.text
        assert [released.why for released in stage.happened(TicketReleased)] == ["no_paper"]
        assert not stage.happened(TicketPrinted)

    play(scene)


def test_a_wrong_phone_is_said_beside_the_field_and_what_was_typed_stays(play: Any, words: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.press("/terminal", "choose", service="household")
        page = await stage.press("/terminal", "enter_phone", phone="1381234567")
        assert words.state_of(page.text) == "phone"
        assert 'value="1381234567"' in page.text
        assert "11 位数字" in page.text

    play(scene)


def test_english_is_kept_to_the_end_and_gone_for_the_next_person(play: Any) -> None:
    async def scene(stage: Any) -> None:
        page = await stage.press("/terminal", "language", lang="en")
        assert '<html lang="en">' in page.text
        assert "Household registration" in page.text
        await to_check(stage)
        await stage.press("/terminal", "confirm")
        page = await stage.becomes("/terminal", "done")
        assert "Done, please take your slip" in page.text
        assert any("Please watch for our text message" in line.text for line in stage.printer.slips[0])
        assert stage.happened(TicketReserved)[0].lang == "en"
        page = await stage.press("/terminal", "leave")
        assert '<html lang="zh-CN">' in page.text

    play(scene)


def test_a_disk_that_fails_leaves_nobody_with_a_number(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await to_check(stage)

        def full(*happenings: Any) -> int:
            raise JournalFault("disk full")

        stage.zone.journal.append = full
        await stage.press("/terminal", "confirm")
        page = await stage.becomes("/terminal", "sorry")
        assert "现在不能取号" in page.text
        assert not stage.printer.slips

    play(scene)
