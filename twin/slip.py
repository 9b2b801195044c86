"""What came out of a printer: rows of characters, dots and codes, and how they look on paper."""

import base64
import struct
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Literal

DOTS = 576
"""The width of 80 mm paper; 8 dots a millimetre."""

NARROW, WIDE, TALL = 12, 24, 24
"""Dots of a Latin and of a Chinese character, and the height of both."""

LINE = 34
"""Dots from one line of text to the next."""

TO_CUTTER = 110
"""Dots from the head to the cutter: what is fed before a cut is seen only beyond them."""

Align = Literal["left", "center", "right"]

_MARGIN = 32
_FONT = "'Noto Sans Mono CJK SC','Noto Sans CJK SC','Source Han Mono SC','PingFang SC','Microsoft YaHei',monospace"


@dataclass(frozen=True)
class Span:
    """Characters of one style; `across` and `down` are the times they are wider and taller than plain ones."""

    text: str
    across: int = 1
    down: int = 1
    bold: bool = False
    underlined: bool = False
    inverted: bool = False

    @property
    def dots(self) -> int:
        return sum(map(width, self.text)) * self.across


@dataclass(frozen=True)
class Words:
    """A row of text."""

    spans: tuple[Span, ...]
    align: Align = "left"

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    @property
    def dots(self) -> int:
        return LINE + TALL * (max((span.down for span in self.spans), default=1) - 1)


@dataclass(frozen=True)
class Picture:
    """Rows of `across` dots, a bit a dot, each row filled up to whole bytes; `says` is what a code would be read as."""

    across: int
    down: int
    bits: bytes
    align: Align = "left"
    says: str = ""

    @property
    def dots(self) -> int:
        return self.down


@dataclass(frozen=True)
class Blank:
    """Paper fed without printing."""

    dots: int


Row = Words | Picture | Blank


@dataclass(frozen=True)
class Slip:
    """One piece of paper; not `cut` when it was torn off half, because paper or power ended."""

    number: int
    rows: tuple[Row, ...]
    cut: bool = True

    @property
    def lines(self) -> list[str]:
        """The text, a row a line."""
        return [row.text for row in self.rows if isinstance(row, Words)]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def codes(self) -> list[str]:
        """What the QR codes on it say."""
        return [row.says for row in self.rows if isinstance(row, Picture) and row.says]

    def svg(self) -> str:
        """Return the slip as it looks on paper."""
        across, down = DOTS + 2 * _MARGIN, self._dots() + 2 * _MARGIN
        parts: list[str] = []
        y = _MARGIN
        for row in self.rows:
            parts += _drawn(row, y)
            y += row.dots
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="slip" viewBox="0 0 {across} {down}" '
            f'preserveAspectRatio="xMidYMax meet" role="img">'
            f"<title>{escape(self.text)}</title>{_paper(across, down, cut=self.cut)}"
            f'<g fill="#1d1d22" font-family="{_FONT}" font-size="{TALL}">{"".join(parts)}</g></svg>'
        )

    def _dots(self) -> int:
        """Return how long the paper is between its margins; the end of what was fed is still in the printer."""
        last = self.rows[-1] if self.rows else None
        inside = min(last.dots, TO_CUTTER) if isinstance(last, Blank) and self.cut else 0
        return sum(row.dots for row in self.rows) - inside


def width(character: str) -> int:
    """Return how many dots wide a plain character is."""
    return WIDE if unicodedata.east_asian_width(character) in "WF" else NARROW


def _paper(across: int, down: int, *, cut: bool) -> str:
    """Draw white paper; its upper end is straight, its lower a cutter's zigzag, or a rough tear."""
    step, depth = (16, 6) if cut else (37, 20)
    teeth = "".join(
        f"L{max(across - at, 0)} {down - (depth if index % 2 else 0)}"
        for index, at in enumerate(range(0, across + step, step))
    )
    return f'<path d="M0 0H{across}V{down}{teeth}L0 {down}Z" fill="#fffefa"/>'


def _drawn(row: Row, y: int) -> Iterable[str]:
    match row:
        case Words():
            yield from _words(row, y)
        case Picture():
            png = base64.b64encode(_png(row)).decode()
            yield (
                f'<image x="{_start(row.across, row.align)}" y="{y}" width="{row.across}" height="{row.down}" '
                f'style="image-rendering:pixelated" href="data:image/png;base64,{png}"/>'
            )
        case Blank():
            pass


def _words(row: Words, y: int) -> Iterable[str]:
    x = _start(sum(span.dots for span in row.spans), row.align)
    foot = y + row.dots - 10
    for span in row.spans:
        yield _span(span, x, foot)
        x += span.dots


def _span(span: Span, x: int, foot: int) -> str:
    if not span.text.strip():
        return ""
    weight = ' font-weight="700"' if span.bold else ""
    ink = ' fill="#fffefa"' if span.inverted else ""
    under = f'<rect x="{x}" y="{foot + 4}" width="{span.dots}" height="2"/>' if span.underlined else ""
    tall = TALL * span.down
    ground = f'<rect x="{x}" y="{foot - tall + 3}" width="{span.dots}" height="{tall + 4}"/>' if span.inverted else ""
    return (
        f'{ground}{under}<text transform="translate({x} {foot}) scale({span.across} {span.down})"{weight}{ink} '
        f'textLength="{span.dots // span.across}" xml:space="preserve">{escape(span.text)}</text>'
    )


def _start(dots: int, align: Align) -> int:
    spare = max(DOTS - dots, 0)
    return _MARGIN + {"left": 0, "center": spare // 2, "right": spare}[align]


def _png(picture: Picture) -> bytes:
    """Return the dots as a PNG file, a bit a dot; a set bit is black, so all are turned over."""
    stride = (picture.across + 7) // 8
    rows = b"".join(
        b"\0" + bytes(255 - byte for byte in picture.bits[at : at + stride])
        for at in range(0, stride * picture.down, stride)
    )
    head = struct.pack(">IIBBBBB", picture.across, picture.down, 1, 0, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
