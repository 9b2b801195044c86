"""A Winnsen station; `swapped` is how some firmware answers a status. A frame has no checksum."""

from tests.contract.boards import Double


class Winnsen(Double):
    """Station 1."""

    swapped = False
    FOREIGN = bytes.fromhex("90 07 92 02 01 01 03")
    UNASKED = bytes.fromhex("90 07 85 01 05 01 03")

    def size(self, data: bytes) -> int:
        return 6 if b"\x90\x06".startswith(data[:2]) and (len(data) < 6 or data[5] == 3) else 0

    def obey(self, frame: bytes) -> bytes:
        function, station, lock = frame[2:5]
        if station != 1 or lock not in self.metal.doors:
            return b""
        if function == 0x05:
            self.metal.pulse(lock)
            return bytes((0x90, 7, 0x85, 1, lock, 1, 3))
        is_open = 1 - self.closed(lock)
        return bytes((0x90, 7, 0x92, 1, *((is_open, lock) if self.swapped else (lock, is_open)), 3))


class SwappedWinnsen(Winnsen):
    """The same with the other firmware."""

    swapped = True
