"""Slips on an ESC/POS printer with Chinese characters, over a serial line.

python-escpos opens the port and cuts; everything else is written here byte by byte, because its `.text()` guesses the
code page of each line and its status answers say "plenty of paper" when the printer says nothing. A character that no
such printer has (a rare surname, outside GBK) is printed as 〓; the screen shows it as it is.
"""

import asyncio
import shutil
import termios
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from escpos import capabilities
from escpos.exceptions import Error as EscposError
from escpos.printer import Serial

from edge.drivers import Line, PrinterStatus, Slip
from wire.errors import DeviceFault

shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)  # python-escpos leaves one in /tmp at every import

T = TypeVar("T")

ANSWER_S = 0.5
"""A real-time question (DLE EOT) is answered at once, or by nobody."""

PRINT_S = 15.0
"""From the last byte of a slip to the answer that it was printed and cut."""

SILENT_S = 3.0
"""A printer that answers nothing at all for so long in the middle of a slip is gone."""

WRITE_S = 5.0

GETA = "〓"
"""Printers' own mark for a missing character."""

_ASK = b"\x10\x04"  # DLE EOT n
_PRINTER, _OFFLINE_CAUSE, _PAPER = 1, 2, 4
_PAPER_AFTER_ALL_BEFORE = b"\x1dr\x01"  # GS r 1: answered in order, so that the answer is evidence
_FORGET = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 fn 8: throw away what was not printed
_ALIGN = {"left": b"\x1ba\x00", "center": b"\x1ba\x01"}


class Section(Protocol):
    """What the driver reads of `[printer]`."""

    @property
    def port(self) -> Path: ...
    @property
    def baud(self) -> int: ...


def open(section: Section) -> "EscposPrinter":  # noqa: A001
    """Return the printer of a table of zone.toml."""
    return EscposPrinter(str(section.port), section.baud)


class EscposPrinter:
    """All that blocks happens in the one thread of this printer, a thing after the other."""

    def __init__(self, port: str, baud: int) -> None:
        self._port = port
        self._baud = baud
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="printer")
        self._line: Serial | None = None

    async def status(self) -> PrinterStatus:
        return await self._in_thread(self._ask_status)

    async def print(self, slip: Slip) -> str:
        return await self._in_thread(lambda: self._print(slip))

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._let_go)
        self._thread.shutdown()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._guarded, work)

    def _guarded(self, work: Callable[[], T]) -> T:
        """Every way in which a line breaks becomes a silent printer; the port is opened anew at the next use."""
        try:
            return work()
        except DeviceFault:
            raise
        except (OSError, termios.error, EscposError) as error:
            self._let_go()
            raise DeviceFault("printer_silent") from error

    # --- from here on in the printer's thread ---

    def _opened(self) -> Serial:
        if self._line is None:
            line = Serial(self._port, self._baud, timeout=ANSWER_S, dsrdtr=False)
            line.open()
            line.device.write_timeout = WRITE_S
            line.device.exclusive = True
            self._line = line
        return self._line

    def _let_go(self) -> None:
        line, self._line = self._line, None
        if line is not None and line.device:
            with suppress(OSError, termios.error):
                line.device.close()  # not line.close(): that one waits for a dead printer to take the rest
            line.device = False

    def _ask_status(self) -> PrinterStatus:
        line = self._opened()
        line.device.reset_input_buffer()
        printer = self._ask(line, _PRINTER)
        if printer is None:
            return PrinterStatus(None, "unknown", None)
        paper, cause = self._ask(line, _PAPER), self._ask(line, _OFFLINE_CAUSE)
        return PrinterStatus(not printer & 0x08, paper_word(paper), None if cause is None else bool(cause & 0x04))

    def _ask(self, line: Serial, about: int) -> int | None:
        line._raw(_ASK + bytes((about,)))  # noqa: SLF001  python-escpos' documented way to send what it has no method for
        until = time.monotonic() + ANSWER_S
        while time.monotonic() < until:
            answer = line.device.read(1)
            if answer and is_status(answer[0]):
                return int(answer[0])
        return None

    def _print(self, slip: Slip) -> str:
        self._refuse_unless_ready(self._ask_status())
        line = self._opened()
        try:
            line.hw("INIT")
            line._raw(b"".join(map(encode, slip)))  # noqa: SLF001
            line.cut()
            line._raw(_PAPER_AFTER_ALL_BEFORE)  # noqa: SLF001
            return self._evidence(line)
        except DeviceFault:
            self._forget(line)
            raise

    def _refuse_unless_ready(self, status: PrinterStatus) -> None:
        if status.paper == "out":
            raise DeviceFault("no_paper")
        if status.cover_open:
            raise DeviceFault("cover_open")
        if not status.online or status.paper == "unknown":
            raise DeviceFault("printer_silent")

    def _evidence(self, line: Serial) -> str:
        """Wait for the answer that comes after the cut; meanwhile ask, out of turn, whether it can still come."""
        heard, until = time.monotonic(), time.monotonic() + PRINT_S
        asked = _PAPER
        while time.monotonic() < min(until, heard + SILENT_S):
            answer = line.device.read(1)
            if not answer:
                asked = _OFFLINE_CAUSE if asked == _PAPER else _PAPER
                line._raw(_ASK + bytes((asked,)))  # noqa: SLF001
                continue
            heard = time.monotonic()
            if is_status(answer[0]):
                _refuse_if_stopped(asked, answer[0])
            elif is_paper_sensor(answer[0]):
                return _printed(answer[0])
        raise DeviceFault("printer_silent")

    def _forget(self, line: Serial) -> None:
        """Half a slip must not come out when paper is loaded an hour later: its number will not count."""
        line._raw(_FORGET)  # noqa: SLF001
        line.device.read(16)


def is_status(answer: int) -> bool:
    """Tell whether a byte can be the answer to DLE EOT: four of its bits are fixed."""
    return answer & 0x93 == 0x12


def is_paper_sensor(answer: int) -> bool:
    """Tell whether a byte can be the answer to GS r 1."""
    return answer & 0x90 == 0x00


def paper_word(answer: int | None) -> Literal["plenty", "low", "out", "unknown"]:
    """Read the answer to DLE EOT 4: bits 5 and 6 the end of the paper, bits 2 and 3 its near end."""
    if answer is None:
        return "unknown"
    if answer & 0x60:
        return "out"
    return "low" if answer & 0x0C else "plenty"


def encode(line: Line) -> bytes:
    """Return the bytes of one line: align, size and weight are set anew each time, so that none outlives its line."""
    size = (line.scale - 1) * 0x11
    style = _ALIGN[line.align] + bytes((0x1D, 0x21, size, 0x1B, 0x45, line.bold))
    return style + b"\x1c&" + b"".join(map(_character, line.text)) + b"\x1c." + b"\n"


def _character(character: str) -> bytes:
    if not character.isprintable():
        return b""  # an item's label must not be able to command the printer
    try:
        return character.encode("gbk")
    except UnicodeEncodeError:
        return GETA.encode("gbk")


def _refuse_if_stopped(asked: int, answer: int) -> None:
    if asked == _PAPER and paper_word(answer) == "out":
        raise DeviceFault("no_paper")
    if asked == _OFFLINE_CAUSE and answer & 0x04:
        raise DeviceFault("cover_open")


def _printed(answer: int) -> str:
    if answer & 0x0C:
        raise DeviceFault("no_paper")
    return f"GS r 1: {answer:02x} after the cut"
