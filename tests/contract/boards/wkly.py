"""A WKLY board with 24 channels; 01 is closed, changes are told unasked, channel 24 is broken (FF)."""

from tests.contract.boards import Double, Metal, xor

START = b"\x57\x4b\x4c\x59"


class Wkly(Double):
    """Board 1."""

    FOREIGN = xor(START + bytes.fromhex("0B 02 82 00 01 00"))
    UNASKED = xor(START + bytes.fromhex("0A 01 85 18 00"))

    def __init__(self, metal: Metal, say) -> None:  # noqa: ANN001
        super().__init__(metal, say)
        metal.moved = lambda door: self._tell(0x85, door, self.closed(door))

    def size(self, data: bytes) -> int:
        if not START.startswith(data[:4]):
            return 0
        return data[4] if len(data) > 4 and 8 <= data[4] <= 9 else (5 if len(data) < 5 else 0)

    def obey(self, frame: bytes) -> bytes:
        if xor(frame[:-1]) != frame or frame[5] != 1:
            return b""
        if frame[6] == 0x82:
            self.metal.pulse(frame[7])
            self._tell(0x82, 0x00, frame[7], 0x00)
        elif frame[6] == 0x84:
            self._tell(0x84, 0x00, 24, *(self.closed(lock) for lock in range(1, 24)), 0xFF)
        return b""

    def _tell(self, command: int, *data: int) -> None:
        self.say(xor(START + bytes((8 + len(data), 1, command, *data))))
