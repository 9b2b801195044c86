"""The bytes of a receipt printer, taken apart: ESC/POS as a 80 mm printer with Chinese characters understands it.

`Parser.take` is given what has arrived so far and returns one command at a time. It accepts any bytes whatever: what is
no command is `Junk`, and the next byte is looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10
LINE_FEED = 0x0A


@dataclass(frozen=True)
class Text:
    """Characters of one style, without line ends."""

    text: str


@dataclass(frozen=True)
class Command:
    """`name` is the command's first bytes, as the printer's manual lists it; `data` all that belongs to it."""

    name: bytes
    data: bytes = b""


@dataclass(frozen=True)
class Junk:
    """A byte that begins nothing this printer knows."""

    byte: int


Taken = Text | Command | Junk

_FIXED = {
    **dict.fromkeys((b"\x1b@", b"\x1b2", b"\x1c&", b"\x1c.", b"\x1b<", b"\x1bL", b"\x1bS", b"\x1b\x0c"), 0),
    **dict.fromkeys((b"\x1b" + bytes((second,)) for second in b"! -3=EGJMRTUVadert{"), 1),
    **dict.fromkeys((b"\x1b$", b"\x1b\\", b"\x1bc"), 2),
    b"\x1bp": 3,
    b"\x1bW": 8,
    **dict.fromkeys((b"\x1c!", b"\x1c-", b"\x1cC"), 1),
    **dict.fromkeys((b"\x1cS", b"\x1cp"), 2),
    **dict.fromkeys((b"\x1d" + bytes((second,)) for second in b"!/BHIabfhrw"), 1),
    **dict.fromkeys((b"\x1dL", b"\x1dW", b"\x1dP", b"\x1d$", b"\x1d\\"), 2),
    **dict.fromkeys((b"\x10\x04", b"\x10\x05"), 1),
}
"""Bytes that follow the first two of a command."""

CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 fn 8: throw away everything that was not printed yet."""

MAX_DATA = 1 << 16
"""Bytes; a picture or code that says to be longer is no picture."""


class _Short(Exception):
    """More bytes have to arrive first."""


class Parser:
    """Takes commands from the front of a buffer; remembers only whether Chinese characters are on (FS &)."""

    def __init__(self) -> None:
        self.chinese = False

    def take(self, buffer: bytearray) -> Taken | None:
        """Remove and return the first command of `buffer`; None while it is not complete."""
        if not buffer:
            return None
        try:
            taken, length = self._first(buffer)
        except _Short:
            return None
        del buffer[:length]
        return taken

    def _first(self, buffer: bytearray) -> tuple[Taken, int]:
        first = buffer[0]
        if first in (ESC, FS, GS, DLE):
            return self._command(buffer)
        if first in (LINE_FEED, 0x0C):
            return Command(b"\n"), 1
        if first in (0x0D, 0x09, 0x00):
            return Command(bytes((first,))), 1
        if first < 0x20 or first == 0x7F:
            return Junk(first), 1
        return self._text(buffer)

    def _command(self, buffer: bytearray) -> tuple[Taken, int]:
        name = bytes(buffer[:2])
        if len(name) < 2:
            raise _Short
        if name in _FIXED:
            return self._fixed(name, buffer)
        length = _length(name, buffer)
        if length is None or length > MAX_DATA:
            return Junk(buffer[0]), 1
        return Command(name, _need(buffer, length)[2:]), length

    def _fixed(self, name: bytes, buffer: bytearray) -> tuple[Taken, int]:
        whole = _need(buffer, 2 + _FIXED[name])
        if name in (b"\x1c&", b"\x1c."):
            self.chinese = name == b"\x1c&"
        elif name == b"\x1b@":
            self.chinese = False
        return Command(name, whole[2:]), len(whole)

    def _text(self, buffer: bytearray) -> tuple[Taken, int]:
        """Take all characters up to the next control byte, or to a Chinese one of which only the first byte is here."""
        at, text = 0, ""
        while at < len(buffer) and 0x20 <= buffer[at] != 0x7F:
            try:
                one, length = self._character(buffer, at)
            except _Short:
                if not at:
                    raise
                break
            text, at = text + one, at + length
        return Text(text), at

    def _character(self, buffer: bytearray, at: int) -> tuple[str, int]:
        if buffer[at] < 0x80:
            return chr(buffer[at]), 1
        if not self.chinese:
            return bytes(buffer[at : at + 1]).decode("cp437"), 1
        pair = buffer[at : at + 2]
        if len(pair) < 2:
            raise _Short
        length = 4 if 0x30 <= pair[1] <= 0x39 else 2
        if len(buffer) < at + length:
            raise _Short
        try:
            return buffer[at : at + length].decode("gb18030"), length
        except UnicodeDecodeError:
            return "\ufffd", 1


def _need(buffer: bytearray, length: int) -> bytes:
    if len(buffer) < length:
        raise _Short
    return bytes(buffer[:length])


def _length(name: bytes, buffer: bytearray) -> int | None:
    """Return the whole length of a command that says itself how long it is; None when it is not known."""
    rule = _RULES.get(name)
    return rule(buffer) if rule else None


def _cut(buffer: bytearray) -> int:
    return 4 if _need(buffer, 3)[2] in b"ABabgh" else 3


def _raster(buffer: bytearray) -> int | None:
    head = _need(buffer, 8)
    return 8 + _little(head, 4) * _little(head, 6) if head[2] == 0x30 else None


def _counted(buffer: bytearray) -> int:
    return 5 + _little(_need(buffer, 5), 3)


def _columns(buffer: bytearray) -> int:
    head = _need(buffer, 5)
    return 5 + _little(head, 3) * (3 if head[2] in (32, 33) else 1)


def _barcode(buffer: bytearray) -> int:
    if _need(buffer, 3)[2] >= 65:
        return 4 + _need(buffer, 4)[3]
    return _up_to_nul(buffer, 3)


def _up_to_nul(buffer: bytearray, start: int) -> int:
    end = buffer.find(0, start)
    if end < 0 and len(buffer) < start + 255:
        raise _Short
    return end + 1 if end >= 0 else start


def _real_time(buffer: bytearray) -> int:
    return len(CLEAR_BUFFER) if _need(buffer, 3)[2] == 8 else 5


def _little(data: bytes, at: int) -> int:
    return data[at] | data[at + 1] << 8


_RULES: dict[bytes, Callable[[bytearray], int | None]] = {
    b"\x1dV": _cut,
    b"\x1dv": _raster,
    b"\x1d(": _counted,
    b"\x1c(": _counted,
    b"\x1b*": _columns,
    b"\x1dk": _barcode,
    b"\x1bD": lambda buffer: _up_to_nul(buffer, 2),
    b"\x10\x14": _real_time,
}
