"""The printer on its serial port: what comes out, what it answers, and what it does without paper."""

import asyncio
from pathlib import Path
from typing import Any

from twin.escpos import CLEAR_BUFFER
from twin.printer import KEPT, Paper, Printer
from twin.waiting import until

STATUS = {which: bytes((0x10, 0x04, which)) for which in (1, 2, 3, 4)}
SLIP = b"\x1b@A001\nsecond\n\x1dV\x00"
EVIDENCE = b"\x1dr\x01"


async def printed(printer: Printer, slips: int) -> None:
    await until(f"{slips} slips", lambda: len(printer.slips) >= slips)


async def test_a_slip_comes_out_when_it_is_cut(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        program.write(SLIP)
        await printed(printer, 1)
        assert printer.slips[0].lines == ["A001", "second"]
        assert printer.slips[0].cut


async def test_every_real_time_status_is_answered_at_once(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        for which, answer in ((1, 0x12), (2, 0x12), (3, 0x12), (4, 0x12)):
            program.write(STATUS[which])
            assert await program.read(1) == bytes((answer,))
        printer.load_paper(Paper.LOW)
        program.write(STATUS[4])
        assert await program.read(1) == b"\x1e"
        printer.take_paper()
        program.write(STATUS[1] + STATUS[2] + STATUS[4])
        assert await program.read(3) == b"\x1a\x32\x7e"
        printer.load_paper()
        printer.open_cover()
        program.write(STATUS[1] + STATUS[2] + STATUS[4])
        assert await program.read(3) == b"\x1a\x16\x12"


async def test_a_status_asked_in_two_pieces_is_answered_once(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        program.write(b"\x10")
        await until("the first byte", lambda: printer.waiting == 1)
        program.write(b"\x04\x04" + EVIDENCE)
        assert await program.read(2) == b"\x12\x00"


async def test_evidence_is_given_only_after_what_precedes_it_was_printed(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        printer.take_paper()
        program.write(SLIP + EVIDENCE + STATUS[4])
        assert await program.read(1) == b"\x7e"  # the real-time answer overtakes
        assert not printer.slips
        assert printer.waiting
        printer.load_paper()
        assert await program.read(1) == b"\x00"
        assert printer.slips[0].lines == ["A001", "second"]


async def test_evidence_says_when_the_paper_is_low(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        printer.load_paper(Paper.LOW)
        program.write(SLIP + EVIDENCE)
        assert await program.read(1) == b"\x03"


async def test_paper_that_ends_in_the_middle_leaves_half_a_slip_and_goes_on_after_loading(
    port: Path, program: Any
) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        printer.rows_left = 1
        program.write(SLIP + EVIDENCE)
        await until("the paper is out", lambda: printer.paper is Paper.OUT)
        assert printer.coming is not None
        assert printer.coming.lines == ["A001"]
        printer.load_paper()
        assert await program.read(1) == b"\x00"
        assert [(slip.lines, slip.cut) for slip in printer.slips] == [(["A001"], False), (["second"], True)]


async def test_a_cleared_buffer_is_never_printed(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        printer.take_paper()
        program.write(SLIP + CLEAR_BUFFER)
        program.write(STATUS[4])
        assert await program.read(1) == b"\x7e"
        printer.load_paper()
        program.write(b"\x1b@B002\n\x1dV\x00")
        await printed(printer, 1)
        assert printer.slips[0].lines == ["B002"]


async def test_without_power_it_says_nothing_and_forgets(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        printer.take_paper()
        program.write(SLIP)
        await until("the bytes are in", lambda: printer.waiting == len(SLIP))
        printer.power(on=False)
        program.write(STATUS[1])
        await until("the question is lost", lambda: printer.lost == len(STATUS[1]))
        printer.power(on=True)
        printer.load_paper()
        program.write(STATUS[1] + b"\x1b@B002\n\x1dV\x00")
        await printed(printer, 1)
        assert program.heard() == b"\x12"
        assert [slip.lines for slip in printer.slips] == [["B002"]]


async def test_it_is_mute_when_its_answering_line_is_broken(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        printer.mute = True
        program.write(STATUS[1] + SLIP + EVIDENCE)
        await printed(printer, 1)
        assert program.heard() == b""


async def test_junk_is_counted_and_the_next_slip_is_whole(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        program.write(b"\x01\x02\x1b\x7f" + SLIP)
        await printed(printer, 1)
        assert printer.junk == 4
        assert printer.slips[0].lines == ["A001", "second"]


async def test_only_the_newest_slips_are_kept(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        program.open(port)
        for _ in range(KEPT + 3):
            program.write(b"\x1b@x\n\x1dV\x00")
        await until("all are printed", lambda: bool(printer.last) and printer.last.number == KEPT + 3)
        assert len(printer.slips) == KEPT


async def test_every_change_is_told(port: Path, program: Any) -> None:
    async with Printer(port, line_s=0) as printer:
        told = asyncio.Event()
        printer.watch(told.set)
        program.open(port)
        program.write(SLIP)
        await asyncio.wait_for(told.wait(), 10)
