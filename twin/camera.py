"""What a scanner reads off a QR code that a page shows: from the drawing back to the text.

The drawing is perfect, so nothing has to be corrected; where each module stands is asked of the library that draws.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product

from qrcode.base import rs_blocks  # type: ignore[import-untyped]
from qrcode.main import QRCode  # type: ignore[import-untyped]
from qrcode.util import ALPHA_NUM, length_in_bits, mask_func  # type: ignore[import-untyped]

Modules = Sequence[Sequence[bool]]

_MODULE = re.compile(r"M(\d+) (\d+)h1v1h-1z")
_LEVELS = (0, 1, 2, 3)
_NUMERIC, _ALPHANUMERIC, _BYTES = 1, 2, 4


class NoCode(Exception):
    """There is no QR code in what was shown."""


def read_svg(page: str) -> str:
    """Return what the first QR code on a page says."""
    drawing = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    dark = {(int(y), int(x)) for x, y in _MODULE.findall(drawing[0] if drawing else "")}
    if not dark:
        raise NoCode("nothing is drawn")
    border, end = min(min(at) for at in dark), max(max(at) for at in dark) + 1
    return read([[(row, column) in dark for column in range(border, end)] for row in range(border, end)])


def read(modules: Modules) -> str:
    """Return what a QR code says; NoCode when it is none."""
    version, left = divmod(len(modules) - 17, 4)
    if left or not 1 <= version <= 40:
        raise NoCode(f"{len(modules)} modules across")
    frame, level, mask = _frame(modules, version)
    return _text(_data(list(_codewords(modules, frame, mask)), version, level), version)


def _frame(modules: Modules, version: int) -> tuple[list[list[bool | None]], int, int]:
    """Return the modules that are no data, the level of correction and the mask: those that fit what is drawn."""
    for level, mask in product(_LEVELS, range(8)):
        code = QRCode(version=version, error_correction=level)
        code.modules_count = len(modules)
        code.modules = [[None] * len(modules) for _ in modules]
        for row, column in ((0, 0), (len(modules) - 7, 0), (0, len(modules) - 7)):
            code.setup_position_probe_pattern(row, column)
        code.setup_position_adjust_pattern()
        code.setup_timing_pattern()
        code.setup_type_info(False, mask)
        if version >= 7:
            code.setup_type_number(False)
        fits = (
            seen is None or seen == drawn
            for drawn_row, seen_row in zip(modules, code.modules, strict=True)
            for drawn, seen in zip(drawn_row, seen_row, strict=True)
        )
        if all(fits):
            return code.modules, level, mask
    raise NoCode("its frame is none of a QR code")


def _codewords(modules: Modules, frame: list[list[bool | None]], mask: int) -> Iterator[int]:
    """Yield the bytes, two columns at a time from the right, up and down in turn; column 6 is no data."""
    hides, size = mask_func(mask), len(modules)
    byte = count = 0
    upwards = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for row in reversed(range(size)) if upwards else range(size):
            for column in (right, right - 1):
                if frame[row][column] is None:
                    byte = byte << 1 & 0xFF | (modules[row][column] != hides(row, column))
                    count += 1
                    if count % 8 == 0:
                        yield byte
        upwards = not upwards


def _data(codewords: list[int], version: int, level: int) -> bytes:
    """Put together what was dealt out to the blocks; what is there for correction comes after it."""
    lengths = [block.data_count for block in rs_blocks(version, level)]
    blocks: list[list[int]] = [[] for _ in lengths]
    dealt = iter(codewords)
    for at in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if at < length:
                block.append(next(dealt))
    return bytes(byte for block in blocks for byte in block)


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in data)

    def take(self, count: int) -> int:
        taken, self._bits = self._bits[:count], self._bits[count:]
        return int(taken or "0", 2)

    def left(self) -> int:
        return len(self._bits)


def _text(data: bytes, version: int) -> str:
    bits, said = _Bits(data), b""
    while bits.left() >= 4 and (mode := bits.take(4)):
        if mode not in (_NUMERIC, _ALPHANUMERIC, _BYTES):
            raise NoCode(f"mode {mode}")
        said += _segment(bits, mode, bits.take(length_in_bits(mode, version)))
    return said.decode()


def _segment(bits: _Bits, mode: int, length: int) -> bytes:
    if mode == _BYTES:
        return bytes(bits.take(8) for _ in range(length))
    if mode == _NUMERIC:
        threes = b"".join(b"%03d" % bits.take(10) for _ in range(length // 3))
        rest = length % 3
        return threes + (b"%0*d" % (rest, bits.take((0, 4, 7)[rest])) if rest else b"")
    pairs = b"".join(bytes(_pair(bits.take(11))) for _ in range(length // 2))
    return pairs + (bytes((ALPHA_NUM[bits.take(6)],)) if length % 2 else b"")


def _pair(value: int) -> tuple[int, int]:
    return ALPHA_NUM[value // 45], ALPHA_NUM[value % 45]
