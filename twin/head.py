"""A printer's head: commands in, rows on paper out."""

from collections.abc import Iterator
from dataclasses import replace

import qrcode  # type: ignore[import-untyped]
from qrcode.exceptions import DataOverflowError  # type: ignore[import-untyped]

from twin.escpos import Command, Junk, Taken, Text
from twin.slip import DOTS, Align, Blank, Picture, Row, Span, Words, width

_ALIGN: dict[int, Align] = {0: "left", 1: "center", 2: "right", 48: "left", 49: "center", 50: "right"}
_QR_LEVELS = (
    qrcode.constants.ERROR_CORRECT_L,
    qrcode.constants.ERROR_CORRECT_M,
    qrcode.constants.ERROR_CORRECT_Q,
    qrcode.constants.ERROR_CORRECT_H,
)
_NO_GLYPH = "□"


class Head:
    """Keeps the style and the line that is being filled; its `rows` are for the printer to put on paper."""

    def __init__(self) -> None:
        self.junk = 0
        """Bytes that were no command."""
        self.missing_glyphs = 0
        """Characters beyond GBK, which such a head cannot draw."""
        self.reset()

    def reset(self) -> None:
        """ESC @: plain style, an empty line."""
        self._style = Span("")
        self._align: Align = "left"
        self._line: list[Span] = []
        self._qr_size = 3
        self._qr_level = 0
        self._qr_data = b""

    def rows(self, taken: Taken) -> Iterator[Row]:
        """Yield what comes to paper by this; mostly nothing."""
        match taken:
            case Text(text):
                yield from self._fill(text)
            case Junk():
                self.junk += 1
            case Command(b"\n"):
                yield self._end_line()
            case Command(b"\x1bd", data):
                yield from self._flush()
                yield Blank(data[0] * 34)
            case Command(b"\x1bJ", data):
                yield from self._flush()
                yield Blank(data[0])
            case Command(b"\x1dv", data):
                yield from self._raster(data)
            case Command(b"\x1d(", data) if data[:1] == b"k":
                yield from self._qr(data[3:])
            case Command(b"\x1dV"):
                yield from self._flush()
            case Command(name, data):
                self._style_of(name, data)

    def _style_of(self, name: bytes, data: bytes) -> None:
        """Take over what changes the look of what follows; the rest of the manual does nothing here."""
        first = data[0] if data else 0
        match name:
            case b"\x1b@":
                self.reset()
            case b"\x1b!":
                self._style = Span(
                    "", 2 if first & 0x20 else 1, 2 if first & 0x10 else 1, bool(first & 8), bool(first & 0x80)
                )
            case b"\x1d!":
                self._style = replace(self._style, across=(first >> 4 & 7) + 1, down=(first & 7) + 1)
            case b"\x1c!":
                self._style = replace(self._style, across=2 if first & 4 else 1, down=2 if first & 8 else 1)
            case b"\x1bE" | b"\x1bG":
                self._style = replace(self._style, bold=bool(first & 1))
            case b"\x1b-" | b"\x1c-":
                self._style = replace(self._style, underlined=first % 48 > 0)
            case b"\x1dB":
                self._style = replace(self._style, inverted=bool(first & 1))
            case b"\x1ba":
                self._align = _ALIGN.get(first, self._align)

    def _fill(self, text: str) -> Iterator[Words]:
        for one in text:
            drawn = self._glyph(one)
            if sum(span.dots for span in self._line) + width(drawn) * self._style.across > DOTS:
                yield self._end_line()
            self._add(drawn)

    def _glyph(self, one: str) -> str:
        if one == "\ufffd":
            self.junk += 1
            return "?"
        if ord(one) < 0x80 or _in_gbk(one):
            return one
        self.missing_glyphs += 1
        return _NO_GLYPH

    def _add(self, one: str) -> None:
        last = self._line[-1] if self._line else None
        if last and replace(last, text="") == self._style:
            self._line[-1] = replace(last, text=last.text + one)
        else:
            self._line.append(replace(self._style, text=one))

    def _end_line(self) -> Words:
        line, self._line = tuple(self._line), []
        return Words(line or (replace(self._style, text=""),), self._align)

    def _flush(self) -> Iterator[Words]:
        if self._line:
            yield self._end_line()

    def _raster(self, data: bytes) -> Iterator[Row]:
        yield from self._flush()
        stride, down = data[2] | data[3] << 8, data[4] | data[5] << 8
        if stride and down:
            yield Picture(stride * 8, down, data[6:], self._align)

    def _qr(self, body: bytes) -> Iterator[Row]:
        """GS ( k: `body` is cn, fn and their parameters; fn 67 size, 69 level, 80 the data, 81 print."""
        if len(body) < 3 or body[0] != 49:
            return
        match body[1]:
            case 67:
                self._qr_size = min(max(body[2], 1), 16)
            case 69:
                self._qr_level = (body[2] - 48) % len(_QR_LEVELS)
            case 80:
                self._qr_data = body[3:]
            case 81 if self._qr_data:
                yield from self._flush()
                yield from self._code()

    def _code(self) -> Iterator[Picture]:
        code = qrcode.QRCode(error_correction=_QR_LEVELS[self._qr_level], border=0)
        code.add_data(self._qr_data)
        try:
            code.make(fit=True)
        except (DataOverflowError, ValueError):  # more than a code can hold: a printer prints none
            self.junk += len(self._qr_data)
            return
        yield _dots(code.modules, self._qr_size, self._align, self._qr_data.decode("utf-8", "replace"))


def _in_gbk(one: str) -> bool:
    try:
        one.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _dots(modules: list[list[bool]], size: int, align: Align, says: str) -> Picture:
    """Draw each module of a code as `size` x `size` dots."""
    across = len(modules) * size
    stride = (across + 7) // 8
    rows = []
    for row in modules:
        bits = int("".join(("1" if dark else "0") * size for dark in row).ljust(stride * 8, "0"), 2)
        rows.append(bits.to_bytes(stride, "big") * size)
    return Picture(across, len(rows) * size, b"".join(rows), align, says)
