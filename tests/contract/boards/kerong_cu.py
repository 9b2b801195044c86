"""A KERONG CU16 that stays busy after an opening until it is asked for its pulse time."""

from tests.contract.boards import Double, summed


class KerongCu(Double):
    """Board 1: addresses 10 to 1F."""

    busy = False
    FOREIGN = summed(bytes.fromhex("02 20 35 00 00 00 00 03"))
    UNASKED = summed(bytes.fromhex("02 10 35 FF FF 00 00 03"))

    def size(self, data: bytes) -> int:
        return 5 if data[0] == 2 and (len(data) < 4 or data[3] == 3) else 0

    def obey(self, frame: bytes) -> bytes:
        address, command = frame[1], frame[2]
        if summed(frame[:4]) != frame or address >> 4 != 1:
            return b""
        if command == 0x38:
            self.busy = False
            return summed(bytes((2, address, 0x38, 0, 20, 3)))
        if command == 0x31:
            if self.busy:
                return b""
            self.busy = True
            self.metal.pulse((address & 0xF) + 1)
        hooks = self.closed(*range(1, 17))
        return summed(bytes((2, address, 0x35, hooks & 0xFF, hooks >> 8, 0, 0, 3)))
