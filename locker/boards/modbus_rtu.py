"""Relay boards on Modbus RTU: lock n is coil n - 1 (function 05), its contact is discrete input n - 1 (function 02).

A coil stays on until it is switched off, so whoever opens has to switch off afterwards, and go on until it is answered.
The variant `flash` lets the board itself end the pulse, in tenths of a second, where it can (Waveshare and its like):
that is safe even when the line breaks in the pulse. Address 0 (every board), coil FF (every relay of some boards) and
function 0F (several coils) are not made here.
"""

from collections.abc import Collection

from locker.boards import MORE, NOTHING, Contacts, Cut, Family, Opened, Question, Released, bits

_INPUTS, _COIL, _FAILED = 0x02, 0x05, 0x80
_ON, _OFF, _FLASH = b"\xff\x00", b"\x00\x00", 0x02
_EXCEPTIONS = {2: "no_such_door", 6: "busy"}


class ModbusRtu(Family):
    """One relay board."""

    BOARDS = range(1, 248)
    LOCKS = range(1, 33)
    VARIANTS = ("", "flash")

    @property
    def holds(self) -> bool:
        return self.variant != "flash"

    def open_frame(self, lock: int) -> bytes:
        coil = self.checked(lock) - 1
        if self.holds:
            return self._frame(_COIL, bytes((0, coil)) + _ON)
        return self._frame(_COIL, bytes((_FLASH, coil, 0, -(-self.pulse_ms // 100))))

    def after_frame(self, lock: int) -> bytes | None:
        off = self._frame(_COIL, bytes((0, self.checked(lock) - 1)) + _OFF)
        return off if self.holds else None

    def questions(self, locks: Collection[int]) -> tuple[Question, ...]:
        count = max(map(self.checked, locks), default=1)
        return (Question(self._frame(_INPUTS, bytes((0, 0, 0, count))), frozenset(locks)),)

    def cut(self, data: bytes) -> Cut:
        if data[0] != self.board:
            return NOTHING
        if len(data) < 3:
            return NOTHING if len(data) > 1 and data[1] & ~_FAILED not in (_INPUTS, _COIL) else MORE
        size = _size(data[1], data[2])
        if len(data) < size:
            return MORE
        return self._read(data[1], data[2 : size - 2], size) if size and crc(data[:size]) == 0 else NOTHING

    def _read(self, function: int, body: bytes, size: int) -> Cut:
        if function == _INPUTS:
            return Cut(size, Contacts(bits(body[1:])))
        if function == _COIL | _FAILED:
            return Cut(size, Opened(None, _EXCEPTIONS.get(body[0], "stale")))
        if function == _COIL and body[1] + 1 in self.LOCKS:
            return Cut(size, Released(body[1] + 1) if body[2:] == _OFF else Opened(body[1] + 1, "pulsed"))
        return Cut(size)

    def _frame(self, function: int, body: bytes) -> bytes:
        frame = bytes((self.board, function)) + body
        return frame + crc(frame).to_bytes(2, "little")


def _size(function: int, third: int) -> int:
    if function == _INPUTS:
        return 5 + third if 1 <= third <= 4 else 0
    return {_COIL: 8, _INPUTS | _FAILED: 5, _COIL | _FAILED: 5}.get(function, 0)


def crc(data: bytes) -> int:
    """Return the CRC-16 of Modbus; it is 0 over a frame with its CRC."""
    total = 0xFFFF
    for byte in data:
        total ^= byte
        for _ in range(8):
            total = total >> 1 ^ (0xA001 if total & 1 else 0)
    return total


FAMILY = ModbusRtu
