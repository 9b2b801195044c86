"""A receipt printer on a serial port: prints slips, tells its state, runs out of paper."""

import asyncio
import contextlib
from collections import deque
from enum import Enum
from pathlib import Path
from typing import Self

from twin.escpos import CLEAR_BUFFER, Command, Parser
from twin.head import Head
from twin.slip import Row, Slip
from twin.tty import Tty
from twin.watched import Watched

KEPT = 50
"""Slips that lie in the tray; older ones were taken away."""

BUFFER = 1 << 17
"""Bytes a printer can hold that it has not printed; more are lost."""

_ALWAYS = 0x12
"""Bits 1 and 4 are set in every real-time answer: so it is told from other bytes."""


class Paper(Enum):
    PLENTY = "plenty"
    LOW = "low"
    OUT = "out"


class Printer(Watched):
    """`async with Printer(path) as printer:` lets a program open `path` and print; `slips` came out, oldest first.

    A line takes `line_s` to print. While it has no paper, is open or off, nothing is printed: what arrived waits, and
    so does the answer to GS r 1 behind it; DLE EOT is answered at once, unless it is off.
    """

    def __init__(self, path: Path, line_s: float = 0.01) -> None:
        super().__init__()
        self.tty = Tty(path, self._arrived)
        self.paper = Paper.PLENTY
        self.cover_open = False
        self.on = True
        self.slips: deque[Slip] = deque(maxlen=KEPT)
        self.rows_left: int | None = None
        """Rows until the paper ends by itself; None: it does not."""
        self.lost = 0
        """Bytes that came while it was off, or that did not fit."""
        self.mute = False
        """A broken answering line: it prints, but says nothing."""
        self.tells_unasked = False
        """Automatic status: every change is told in four bytes, until GS a switches that off."""
        self._line_s = line_s
        self._head, self._parser = Head(), Parser()
        self._buffer = bytearray()
        self._last = b""
        self._rows: list[Row] = []
        self._made = 0
        self._clearings = 0
        self._wake = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.tty.plug()
        self._work = asyncio.create_task(self._print(), name="printer")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._work
        self.tty.unplug()

    @property
    def junk(self) -> int:
        """Bytes that were no command."""
        return self._head.junk

    @property
    def missing_glyphs(self) -> int:
        return self._head.missing_glyphs

    @property
    def waiting(self) -> int:
        """Bytes that arrived and are not printed."""
        return len(self._buffer)

    @property
    def online(self) -> bool:
        return self.on and not self.cover_open and self.paper is not Paper.OUT

    @property
    def last(self) -> Slip | None:
        """The newest slip that came out whole or torn."""
        return self.slips[-1] if self.slips else None

    @property
    def coming(self) -> Slip | None:
        """The part of a slip that hangs out of the printer now."""
        return Slip(self._made + 1, tuple(self._rows), cut=False) if self._rows else None

    # what people do to it

    def take_paper(self) -> None:
        """Take the roll out."""
        self.paper = Paper.OUT
        self._happened()

    def load_paper(self, paper: Paper = Paper.PLENTY) -> None:
        """Put a new roll in; what hung out of the old one is torn off."""
        self.paper = paper
        self.rows_left = None
        self._tear()
        self._happened()

    def open_cover(self, is_open: bool = True) -> None:
        self.cover_open = is_open
        self._happened()

    def power(self, on: bool) -> None:
        """Switch it; what it had not printed is gone."""
        self.on = on
        self._clear()
        self._parser = Parser()
        self._tear()
        self._happened()

    # what the program does to it

    def _arrived(self, data: bytes) -> None:
        if not self.on:
            self.lost += len(data)
            return
        for byte in data:
            self._take_in(byte)
        self._wake.set()

    def _take_in(self, byte: int) -> None:
        """Real-time commands count the moment their last byte arrives, whatever stands before them."""
        if len(self._buffer) < BUFFER:
            self._buffer.append(byte)
        else:
            self.lost += 1
        self._last = (self._last + bytes((byte,)))[-len(CLEAR_BUFFER) :]
        if self._last == CLEAR_BUFFER:
            self._clear()
        elif self._last[-3:-1] == b"\x10\x04":
            self._tell_now(byte)

    def _clear(self) -> None:
        """Forget what is not on paper yet, the row that waits for paper too."""
        self._buffer.clear()
        self._head.reset()
        self._clearings += 1
        self._wake.set()

    def _tell_now(self, which: int) -> None:
        """Answer DLE EOT; another number than 1 to 4 has no answer."""
        out, low = self.paper is Paper.OUT, self.paper is not Paper.PLENTY
        states = {
            1: 0 if self.online else 0x08,
            2: (0x04 if self.cover_open else 0) | (0x20 if out else 0),
            3: 0,
            4: (0x0C if low else 0) | (0x60 if out else 0),
        }
        if which in states:
            self._say(_ALWAYS | states[which])

    def _say(self, byte: int) -> None:
        if not self.mute:
            self.tty.write(bytes((byte,)))

    async def _print(self) -> None:
        while True:
            await self._wake.wait()
            taken = self._parser.take(self._buffer) if self.online else None
            if taken is None:
                self._wake.clear()
                continue
            clearings = self._clearings
            for row in self._head.rows(taken):
                await self._until_online_or_cleared(clearings)
                if self._clearings != clearings:
                    break
                await self._onto_paper(row)
            if isinstance(taken, Command) and self._clearings == clearings:
                self._do(taken)

    async def _until_online_or_cleared(self, clearings: int) -> None:
        while not self.online and self._clearings == clearings:
            self._wake.clear()
            await self._wake.wait()

    async def _onto_paper(self, row: Row) -> None:
        self._rows.append(row)
        if self.rows_left is not None:
            self.rows_left -= 1
            if self.rows_left <= 0:
                self.take_paper()
        self.changed()
        await asyncio.sleep(self._line_s)

    def _do(self, command: Command) -> None:
        if command.name == b"\x1dV":
            self._finish(cut=True)
        elif command.name == b"\x1dr" and command.data in (b"\x01", b"1"):
            self._say(0x03 if self.paper is Paper.LOW else 0x00)
        elif command.name == b"\x1da":
            self.tells_unasked = command.data != b"\0"

    def _finish(self, *, cut: bool) -> None:
        if self._rows:
            self._made += 1
            self.slips.append(Slip(self._made, tuple(self._rows), cut))
            self._rows.clear()
            self.changed()

    def _tear(self) -> None:
        self._finish(cut=False)

    def _happened(self) -> None:
        if self.tells_unasked:
            for byte in (0x10 | (0 if self.online else 0x08) | (0x20 if self.cover_open else 0), 0, 0, 0):
                self._say(byte)
        self._wake.set()
        self.changed()
