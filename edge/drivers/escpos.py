"""Slips on an ESC/POS printer with Chinese characters, over a serial line.

python-escpos begins and cuts a slip; everything else is written here byte by byte, because its `.text()` guesses the
code page of each line and its status answers say "plenty of paper" when the printer says nothing. A character that no
such printer has (a rare surname, outside GBK) is printed as 〓; the screen shows it as it is.
"""

import shutil
import time
from pathlib import Path
from typing import Literal, Protocol

import serial
from escpos import capabilities
from escpos.printer import Dummy

from edge.drivers import Line, PrinterStatus, Qr, Slip
from edge.serial_port import SerialPort
from wire.errors import DeviceFault

shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)  # python-escpos leaves one in /tmp at every import

ANSWER_S = 0.5
"""A real-time question (DLE EOT) is answered at once, or by nobody."""

PRINT_S = 15.0
"""From the last byte of a slip to the answer that it was printed and cut."""

SILENT_S = 3.0
"""A printer that answers nothing at all for so long in the middle of a slip is gone."""

WRITE_S = 5.0

MOST_IN_QR = 2_331
"""Bytes in the largest QR code of level M."""

GETA = "〓"
"""Printers' own mark for a missing character."""

_ASK = b"\x10\x04"  # DLE EOT n
_PRINTER, _OFFLINE_CAUSE, _PAPER = 1, 2, 4
_PAPER_AFTER_ALL_BEFORE = b"\x1dr\x01"  # GS r 1: answered in order, so that the answer is evidence
_SAY_NOTHING_UNASKED = b"\x1da\x00"  # GS a 0: the bytes of an automatic status look like that answer
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
    return EscposPrinter(section)


class EscposPrinter:
    """A slip printer: a thing after the other."""

    def __init__(self, section: Section) -> None:
        self._port = SerialPort(
            section.port, section.baud, read_s=ANSWER_S, write_s=WRITE_S, silent="printer_silent", opened=_forget
        )
        self._owes = True
        """Whether an answer about an earlier slip, perhaps of an earlier agent, may still come."""

    async def status(self) -> PrinterStatus:
        return await self._port.use(self._ask_status)

    async def print(self, slip: Slip) -> str:
        return await self._port.use(lambda: self._print(slip))

    async def close(self) -> None:
        await self._port.close()

    # --- from here on in the port's thread ---

    def _ask_status(self) -> PrinterStatus:
        line = self._port.line()
        line.reset_input_buffer()
        printer = self._ask(line, _PRINTER)
        if printer is None:
            return PrinterStatus(None, "unknown", None)
        paper, cause = self._ask(line, _PAPER), self._ask(line, _OFFLINE_CAUSE)
        return PrinterStatus(not printer & 0x08, paper_word(paper), None if cause is None else bool(cause & 0x04))

    def _ask(self, line: serial.Serial, about: int) -> int | None:
        line.write(_ASK + bytes((about,)))
        until = time.monotonic() + ANSWER_S
        while time.monotonic() < until:
            answer = line.read(1)
            if answer and is_status(answer[0]):
                return int(answer[0])
        return None

    def _print(self, slip: Slip) -> str:
        self._refuse_unless_ready(self._ask_status())
        line = self._port.line()
        if self._owes:
            self._settle(line)
        self._owes = True
        try:
            line.write(encoded(slip) + _PAPER_AFTER_ALL_BEFORE)
            evidence = _printed(self._answered_in_turn(line))
        except DeviceFault:
            _forget(line)
            raise
        self._owes = False
        return evidence

    def _settle(self, line: serial.Serial) -> None:
        """Cut off what may hang out of the printer, and hear its old answers out: they all come before ours."""
        line.write(encoded(()) + _PAPER_AFTER_ALL_BEFORE)
        self._answered_in_turn(line)
        until = time.monotonic() + PRINT_S
        while line.read(1):
            if time.monotonic() > until:
                raise DeviceFault("printer_silent")  # it chatters: nothing that it says is evidence

    def _refuse_unless_ready(self, status: PrinterStatus) -> None:
        if status.paper == "out":
            raise DeviceFault("no_paper")
        if status.cover_open:
            raise DeviceFault("cover_open")
        if not status.online or status.paper == "unknown":
            raise DeviceFault("printer_silent")

    def _answered_in_turn(self, line: serial.Serial) -> int:
        """Wait for the answer that comes after the cut; meanwhile ask, out of turn, whether it can still come."""
        heard, until = time.monotonic(), time.monotonic() + PRINT_S
        while time.monotonic() < min(until, heard + SILENT_S):
            answer = line.read(1)
            if not answer:
                line.write(_ASK + bytes((_OFFLINE_CAUSE,)))  # one question only: a late answer is never another's
                continue
            heard = time.monotonic()
            if is_status(answer[0]):
                _refuse_if_stopped(answer[0])
            elif is_paper_sensor(answer[0]):
                return int(answer[0])
        raise DeviceFault("printer_silent")


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


def encoded(slip: Slip) -> bytes:
    """Return the bytes of a slip, from a fresh start to the cut; of an empty one, no more than these two."""
    made = Dummy()
    made.hw("INIT")
    made._raw(_SAY_NOTHING_UNASKED + b"".join(map(encode, slip)))  # noqa: SLF001  python-escpos' documented way to send what it has no method for
    made.cut(feed=bool(slip))
    return bytes(made.output)


def encode(line: Line | Qr) -> bytes:
    """Return the bytes of one line: align, size and weight are set anew each time, so that none outlives its line."""
    if isinstance(line, Qr):
        return _qr(line)
    size = (line.scale - 1) * 0x11
    style = _ALIGN[line.align] + bytes((0x1D, 0x21, size, 0x1B, 0x45, line.bold))
    return style + b"\x1c&" + b"".join(map(_character, line.text)) + b"\x1c." + b"\n"


def _qr(code: Qr) -> bytes:
    """GS ( k: model 2, size of a module, level M, text, print; DeviceFault when it is too long for a QR code."""
    text = code.text.encode()
    if len(text) > MOST_IN_QR:
        raise DeviceFault("too_long_for_qr")
    functions = (b"\x41\x32\x00", bytes((0x43, code.dots)), b"\x45\x31", b"\x50\x30" + text, b"\x51\x30")
    said = (b"\x31" + function for function in functions)
    return _ALIGN["center"] + b"".join(b"\x1d(k" + len(f).to_bytes(2, "little") + f for f in said) + b"\n"


def _character(character: str) -> bytes:
    if not character.isprintable():
        return b""  # an item's label must not be able to command the printer
    try:
        return character.encode("gbk")
    except UnicodeEncodeError:
        return GETA.encode("gbk")


def _forget(line: serial.Serial) -> None:
    """Half a slip must not come out when paper is loaded an hour later: its number will not count."""
    line.write(_FORGET)


def _refuse_if_stopped(answer: int) -> None:
    """Read the answer to DLE EOT 2: bit 2 an open cover, bit 5 the end of the paper."""
    if answer & 0x20:
        raise DeviceFault("no_paper")
    if answer & 0x04:
        raise DeviceFault("cover_open")


def _printed(answer: int) -> str:
    if answer & 0x0C:
        raise DeviceFault("no_paper")
    return f"GS r 1: {answer:02x} after the cut"
