"""What every scanner promises, on a real tty; only the code before it is simulated.

A driver that is added to edge/drivers gets a rig here, and must pass everything.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from edge.drivers import Scanner, open_driver
from edge.drivers.scanner import MOST, WHOLE_S, Codes
from twin.scanner import Scanner as Metal

CREDENTIAL = "NCF/OX9 3D.KE$A%*+" * 7


@dataclass
class Rig:
    """A scanner under test, and the metal at the other end of its line."""

    scanner: Scanner
    metal: Metal


@asynccontextmanager
async def on_scanner(folder: Path) -> AsyncIterator[Rig]:
    async with Metal(folder / "scanner") as metal:
        scanner = open_driver(SimpleNamespace(driver="scanner", port=metal.tty.path, baud=9600))
        await scanner._port.use(scanner._port.line)  # what was shown before the line was opened is nobody's
        try:
            yield Rig(scanner, metal)
        finally:
            await scanner.close()


RIGS: dict[str, Callable[[Path], AbstractAsyncContextManager[Rig]]] = {"scanner": on_scanner}

Play = Callable[..., None]
Fault = Callable[[Awaitable[object]], Awaitable[str]]


def test_a_code_that_is_shown_while_somebody_waits_is_returned(play: Play) -> None:
    async def story(rig: Rig) -> None:
        waiting = asyncio.create_task(rig.scanner.scan())
        await asyncio.sleep(0)
        assert not waiting.done()
        rig.metal.show(CREDENTIAL)
        assert await waiting == CREDENTIAL

    play(story)


def test_codes_that_come_at_once_are_returned_one_by_one(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.tty.write(b"6901234567892\r\nPAPER-1\n\r\nPAPER-2\r")
        assert [await rig.scanner.scan() for _ in range(3)] == ["6901234567892", "PAPER-1", "PAPER-2"]

    play(story)


def test_a_code_that_comes_in_pieces_is_one(play: Play) -> None:
    async def story(rig: Rig) -> None:
        waiting = asyncio.create_task(rig.scanner.scan())
        for piece in (b"PAP", b"ER-", b"1\r"):
            rig.metal.tty.write(piece)
            await asyncio.sleep(0.01)
        assert await waiting == "PAPER-1"

    play(story)


def test_what_no_scanner_would_send_is_dropped_and_the_next_code_is_read(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.tty.write(b"\xff\xfe\x00\r" + b"x" * (MOST + 1) + b"\r" + b"PAPER-1\r")
        assert await rig.scanner.scan() == "PAPER-1"

    play(story)


def test_an_unplugged_scanner_is_a_fault_and_works_again_when_it_is_back(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.show("PAPER-1")
        assert await rig.scanner.scan() == "PAPER-1"
        rig.metal.tty.unplug()
        for _ in range(2):
            assert await fault_of(rig.scanner.scan()) == "scanner_silent"
        rig.metal.tty.plug()
        waiting = asyncio.create_task(rig.scanner.scan())
        while not waiting.done():
            rig.metal.show("PAPER-2")
            await asyncio.sleep(0.02)
        assert await waiting == "PAPER-2"

    play(story)


def test_the_longest_code_is_read_and_one_character_more_is_not() -> None:
    codes = Codes()
    codes.arrived(b"x" * MOST + b"\r" + b"y" * (MOST + 1) + b"\r", 0.0)
    assert (codes.next(), codes.next()) == ("x" * MOST, "")


def test_a_code_that_was_begun_and_not_ended_does_not_spoil_the_next() -> None:
    codes = Codes()
    codes.arrived(b"PAP", 10.0)
    codes.arrived(b"ER-1\r", 10.0 + WHOLE_S)
    assert codes.next() == "PAPER-1"
    codes.arrived(b"PAP", 20.0)
    codes.arrived(b"ER-1\r", 20.1 + WHOLE_S)
    assert codes.next() == "ER-1"
