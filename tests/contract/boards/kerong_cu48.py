"""A KERONG CU48."""

from tests.contract.boards import Double, summed


class KerongCu48(Double):
    """Device 1."""

    FOREIGN = summed(bytes.fromhex("02 02 00 75 06 00 00 00 00 00 00"))
    UNASKED = summed(bytes.fromhex("02 01 05 75 00"))

    def size(self, data: bytes) -> int:
        return 6 if data[0] == 2 and (len(data) < 5 or data[4] == 3) else 0

    def obey(self, frame: bytes) -> bytes:
        device, lock, command = frame[1:4]
        if summed(frame[:5]) != frame or device != 1:
            return b""
        if command == 0x61:
            self.metal.pulse(lock + 1)
            return summed(bytes((2, 1, lock, 0x75, 0)))
        return summed(bytes((2, 1, 0, 0x75, 6)) + self.closed(*range(1, 49)).to_bytes(6, "little"))
