"""A board of the 8A/80 kind with 24 channels, wired so that 11 is closed; it tells changes unasked."""

from tests.contract.boards import Double, Metal, xor


class Board8A80(Double):
    """Board 1."""

    FOREIGN = xor(bytes.fromhex("80 02 01 00"))
    UNASKED = xor(bytes.fromhex("8A 01 05 00"))

    def __init__(self, metal: Metal, say) -> None:  # noqa: ANN001
        super().__init__(metal, say)
        metal.moved = lambda door: self.say(xor(bytes((0x82, 1, door, self._state(door)))))

    def size(self, data: bytes) -> int:
        return 5 if data[0] in (0x8A, 0x80) else 0

    def obey(self, frame: bytes) -> bytes:
        head, board, lock, function = frame[:4]
        if xor(frame[:4]) != frame or board != 1:
            return b""
        if (head, function) == (0x8A, 0x11):
            self.metal.pulse(lock)
            return xor(bytes((0x8A, 1, lock, 0x00)))
        if lock:
            return xor(bytes((0x80, 1, lock, self._state(lock))))
        return xor(bytes((0x80, 1)) + self.closed(*range(1, 25)).to_bytes(3, "big") + b"\x33")

    def _state(self, lock: int) -> int:
        return 0x11 * self.closed(lock)
