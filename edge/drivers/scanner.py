"""A serial scanner of bar codes and QR codes: what it reads comes as text that ends with CR, LF or both.

It is asked nothing and answers nothing, so a scanner that is switched off looks like one that nobody uses. What is no
printable ASCII, or longer than any code of ours, is dropped: a scanner that is set to another speed sends such.
"""

import time
from pathlib import Path
from typing import Protocol

from edge.serial_port import SerialPort

READ_S = 0.2
WRITE_S = 1.0

MOST = 1_024
"""Characters of one code; a receipt for people has about 700."""

WHOLE_S = 1.0
"""Between two characters of one code; what was begun and not ended by then never will be."""


class Section(Protocol):
    """What the driver reads of `[scanner]`."""

    @property
    def port(self) -> Path: ...
    @property
    def baud(self) -> int: ...


def open(section: Section) -> "SerialScanner":  # noqa: A001
    """Return the scanner of a table of zone.toml."""
    return SerialScanner(section)


class SerialScanner:
    """One code after the other; those that nobody waited for are read later, in order."""

    def __init__(self, section: Section) -> None:
        self._port = SerialPort(section.port, section.baud, read_s=READ_S, write_s=WRITE_S, silent="scanner_silent")
        self._codes = Codes()

    async def scan(self) -> str:
        while True:
            code = self._codes.next() or await self._port.use(self._read)
            if code:
                return code

    async def close(self) -> None:
        await self._port.close()

    # --- in the port's thread ---

    def _read(self) -> str:
        line = self._port.line()
        self._codes.arrived(line.read(max(1, line.in_waiting)), time.monotonic())
        return self._codes.next()


class Codes:
    """PURE: the codes in a stream of bytes."""

    def __init__(self) -> None:
        self._begun = b""
        self._begun_at = 0.0
        self._whole: list[str] = []

    def arrived(self, data: bytes, now: float) -> None:
        """Take in what came; `now` in seconds."""
        if not data:
            return
        if now - self._begun_at > WHOLE_S:
            self._begun = b""
        *ended, self._begun = (self._begun + data).replace(b"\r", b"\n").split(b"\n")
        self._begun, self._begun_at = self._begun[: MOST + 1], now
        self._whole += [code.decode() for code in ended if is_code(code)]

    def next(self) -> str:
        """Return the oldest whole code and forget it; "" when there is none."""
        return self._whole.pop(0) if self._whole else ""


def is_code(text: bytes) -> bool:
    """Tell whether this can be a code that somebody held before the scanner."""
    return 0 < len(text) <= MOST and all(0x20 <= byte < 0x7F for byte in text)
