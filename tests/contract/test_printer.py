"""What every printer promises, on a real tty; only the paper is simulated.

A driver that is added to edge/drivers gets a rig here, and must pass everything.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from edge.drivers import Line, Printer, PrinterStatus, Qr, escpos, open_driver
from twin.printer import Paper
from twin.printer import Printer as Metal
from twin.waiting import until

SLIP = (
    Line("示范市政务服务中心", bold=True, align="center"),
    Line("A001", scale=4, bold=True, align="center"),
    Line("前面还有 3 位：请留意短信——“谢谢”①。"),
    Line("户籍业务", scale=2),
    Line(""),
    Line("plain English, 24/7"),
)


@dataclass
class Rig:
    """A printer under test, and the metal at the other end of its line."""

    printer: Printer
    metal: Metal


@asynccontextmanager
async def on_escpos(folder: Path) -> AsyncIterator[Rig]:
    async with Metal(folder / "printer", line_s=0) as metal:
        printer = open_driver(SimpleNamespace(driver="escpos", port=metal.tty.path, baud=19200))
        try:
            yield Rig(printer, metal)
        finally:
            await printer.close()


RIGS: dict[str, Callable[[Path], AbstractAsyncContextManager[Rig]]] = {"escpos": on_escpos}

Play = Callable[..., None]
Fault = Callable[[Awaitable[object]], Awaitable[str]]


def test_a_slip_comes_out_whole_cut_and_with_evidence(play: Play) -> None:
    async def story(rig: Rig) -> None:
        evidence = await rig.printer.print(SLIP)
        assert evidence
        (slip,) = rig.metal.slips
        assert slip.cut
        printed = [line for line in slip.lines if line]
        assert printed == [line.text for line in SLIP if line.text]
        assert rig.metal.junk == 0

    play(story)


def test_evidence_comes_after_the_paper_and_never_before(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.metal._line_s = 0.05
        printing = asyncio.create_task(rig.printer.print(SLIP))
        await until("the first line", lambda: rig.metal.coming)
        assert not printing.done()
        await printing
        assert len(rig.metal.slips) == 1

    play(story)


def test_sizes_and_alignment_last_for_their_line_only(play: Play) -> None:
    async def story(rig: Rig) -> None:
        await rig.printer.print((Line("大", scale=4, bold=True, align="center"), Line("小")))
        big, small = (row for row in rig.metal.slips[0].rows if getattr(row, "spans", ()))
        assert (big.spans[0].across, big.spans[0].down, big.spans[0].bold, big.align) == (4, 4, True, "center")
        assert (small.spans[0].across, small.spans[0].down, small.spans[0].bold, small.align) == (1, 1, False, "left")

    play(story)


def test_two_slips_are_two_pieces_of_paper(play: Play) -> None:
    async def story(rig: Rig) -> None:
        await asyncio.gather(rig.printer.print((Line("一"),)), rig.printer.print((Line("二"),)))
        assert [[line for line in slip.lines if line] for slip in rig.metal.slips] == [["一"], ["二"]]

    play(story)


def test_a_label_cannot_command_the_printer(play: Play) -> None:
    async def story(rig: Rig) -> None:
        await rig.printer.print((Line("a\x1d\x56\x00b\x10\x04\x04c\nd\x1b@"),))
        (slip,) = rig.metal.slips
        assert [line for line in slip.lines if line] == ["aVbcd@"]

    play(story)


@pytest.mark.parametrize("name", ["䶮", "𬱖", "㛃", "𡋾"])
def test_a_character_that_the_printer_lacks_is_a_mark_and_the_rest_is_kept(play: Play, name: str) -> None:
    async def story(rig: Rig) -> None:
        await rig.printer.print((Line(f"欧阳{name}同志"),))
        assert "欧阳〓同志" in rig.metal.slips[0].lines
        assert rig.metal.missing_glyphs == 0

    play(story)


@pytest.mark.parametrize("text", ["A", 'c2ln+/== {"v":1,"device":"zone-01"}' * 20, "回执" * 40])
def test_a_code_on_a_slip_says_what_it_was_told_to_and_nothing_else_is_lost(play: Play, text: str) -> None:
    async def story(rig: Rig) -> None:
        await rig.printer.print((Line("回执"), Qr(text), Line("再见")))
        (slip,) = rig.metal.slips
        assert slip.codes == [text]
        assert [line for line in slip.lines if line] == ["回执", "再见"]
        assert rig.metal.junk == 0

    play(story)


def test_a_code_that_no_paper_can_hold_is_a_fault_and_prints_nothing(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        await rig.printer.print((Qr("x" * escpos.MOST_IN_QR),))
        assert await fault_of(rig.printer.print((Line("回执"), Qr("x" * (escpos.MOST_IN_QR + 1))))) == "too_long_for_qr"
        assert len(rig.metal.slips) == 1

    play(story)


def test_the_printer_tells_how_it_is(play: Play) -> None:
    async def story(rig: Rig) -> None:
        assert await rig.printer.status() == PrinterStatus(online=True, paper="plenty", cover_open=False)
        rig.metal.load_paper(Paper.LOW)
        assert await rig.printer.status() == PrinterStatus(online=True, paper="low", cover_open=False)
        rig.metal.take_paper()
        assert await rig.printer.status() == PrinterStatus(online=False, paper="out", cover_open=False)
        rig.metal.load_paper()
        rig.metal.open_cover()
        assert await rig.printer.status() == PrinterStatus(online=False, paper="plenty", cover_open=True)

    play(story)


def test_a_printer_that_says_nothing_is_unknown_and_not_full_of_paper(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        for silence in ("off", "mute"):
            rig.metal.on, rig.metal.mute = silence != "off", silence == "mute"
            assert await rig.printer.status() == PrinterStatus(online=None, paper="unknown", cover_open=None)
            assert await fault_of(rig.printer.print(SLIP)) == "printer_silent"
        assert not rig.metal.slips

    play(story)


def test_without_paper_or_with_an_open_cover_nothing_is_begun(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.take_paper()
        assert await fault_of(rig.printer.print(SLIP)) == "no_paper"
        rig.metal.load_paper()
        rig.metal.open_cover()
        assert await fault_of(rig.printer.print(SLIP)) == "cover_open"
        rig.metal.open_cover(False)
        assert await rig.printer.print((Line("好"),))
        assert [[line for line in slip.lines if line] for slip in rig.metal.slips] == [["好"]]

    play(story)


def test_paper_that_ends_in_the_slip_is_no_evidence_and_the_rest_never_comes_out(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.rows_left = 3
        assert await fault_of(rig.printer.print(SLIP)) == "no_paper"
        rig.metal.load_paper()
        await rig.printer.print((Line("下一位"),))
        assert [line for line in rig.metal.slips[-1].lines if line] == ["下一位"]
        assert not any("plain English" in line for slip in rig.metal.slips for line in slip.lines)

    play(story)


def test_a_cover_that_opens_in_the_slip_is_told_as_such(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal._line_s = 0.05
        printing = asyncio.create_task(rig.printer.print(SLIP))
        await until("the first line", lambda: rig.metal.coming)
        rig.metal.open_cover()
        assert await fault_of(printing) == "cover_open"

    play(story)


def test_a_printer_that_falls_silent_in_the_slip_gives_no_evidence(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal._line_s = 0.05
        printing = asyncio.create_task(rig.printer.print(SLIP))
        await until("the first line", lambda: rig.metal.coming)
        rig.metal.mute = True
        assert await fault_of(printing) == "printer_silent"

    play(story)


def test_evidence_of_a_slip_that_failed_is_never_that_of_the_next(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal._clear = lambda: None  # type: ignore[method-assign]  # a printer that cannot forget
        rig.metal._line_s = 0.05
        printing = asyncio.create_task(rig.printer.print(SLIP))
        await until("the first line", lambda: rig.metal.coming)
        rig.metal.open_cover()
        assert await fault_of(printing) == "cover_open"
        rig.metal.open_cover(False)
        await rig.printer.print((Line("下一位"),))
        assert [line for line in rig.metal.slips[-1].lines if line] == ["下一位"]

    play(story)


def test_half_a_slip_is_not_on_the_paper_of_the_next(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal._line_s = 0.05
        printing = asyncio.create_task(rig.printer.print(SLIP))
        await until("the first line", lambda: rig.metal.coming)
        rig.metal.open_cover()
        assert await fault_of(printing) == "cover_open"
        rig.metal.open_cover(False)
        await rig.printer.print((Line("下一位"),))
        half, whole = rig.metal.slips
        assert SLIP[-1].text not in half.text
        assert [line for line in whole.lines if line] == ["下一位"]

    play(story)


def test_a_status_that_nobody_asked_for_is_no_evidence(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.tells_unasked = True
        rig.metal._line_s = 0.05
        printing = asyncio.create_task(rig.printer.print(SLIP))
        await until("the first line", lambda: rig.metal.coming)
        rig.metal.open_cover()
        assert await fault_of(printing) == "cover_open"

    play(story)


def test_late_answers_are_not_taken_for_answers_to_something_else(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.load_paper(Paper.LOW)
        rig.metal._line_s = 0.2
        at_once, loop = rig.metal.tty.write, asyncio.get_running_loop()
        printing = asyncio.create_task(rig.printer.print(SLIP))
        await until("the first line", lambda: rig.metal.coming)
        rig.metal.tty.write = lambda data: loop.call_later(0.6, at_once, data)  # type: ignore[method-assign,assignment]
        assert await printing

    play(story)


def test_an_unplugged_printer_is_a_fault_and_works_again_when_it_is_back(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        await rig.printer.print((Line("一"),))
        rig.metal.tty.unplug()
        for _ in range(2):
            assert await fault_of(rig.printer.print(SLIP)) == "printer_silent"
            assert await fault_of(rig.printer.status()) == "printer_silent"
        rig.metal.tty.plug()
        assert (await rig.printer.status()).paper == "plenty"
        assert await rig.printer.print((Line("二"),))

    play(story)


def test_noise_on_the_line_is_no_answer(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        await rig.printer.status()
        rig.metal.tty.write(bytes(range(256)))
        assert await rig.printer.status() == PrinterStatus(online=True, paper="plenty", cover_open=False)
        rig.metal.tty.write(b"\x00\x00\x00")
        rig.metal.mute = True
        assert await fault_of(rig.printer.print(SLIP)) == "printer_silent"

    play(story)


def test_the_loop_goes_on_while_a_printer_keeps_silent(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.mute = True
        asking = asyncio.create_task(rig.printer.status())
        turns = 0
        while not asking.done():
            await asyncio.sleep(0.01)
            turns += 1
        assert turns > 5

    play(story)


@pytest.mark.parametrize("answer", range(256))
def test_no_byte_is_both_a_status_and_the_evidence(answer: int) -> None:
    assert not (escpos.is_status(answer) and escpos.is_paper_sensor(answer))


@pytest.mark.parametrize(
    ("answer", "word"), [(0x12, "plenty"), (0x1E, "low"), (0x7E, "out"), (0x72, "out"), (None, "unknown")]
)
def test_the_paper_sensor_is_read_as_the_manual_says(answer: int | None, word: str) -> None:
    assert escpos.paper_word(answer) == word
