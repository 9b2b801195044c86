"""A relay board on Modbus RTU: pymodbus' own serial server on the far end of the line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pymodbus import FramerType
from pymodbus.framer import FramerRTU
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tests.contract.boards import Double, Metal

COIL, INPUTS = 5, 2
FOREIGN = bytes.fromhex("02 02 01 05 61 CF")
UNASKED = bytes.fromhex("01 05 00 04 00 00 8C 0B")


@asynccontextmanager
async def serving(metal: Metal, port: Path) -> AsyncIterator[None]:
    """Serve device 1 with 16 coils and 16 inputs; an input is on while its door is closed."""

    async def act(function, _start, address, _count, registers, values):  # noqa: ANN001, ANN202
        if function == COIL and values is not None:
            (metal.energise if values[0] else metal.release)(address + 1)
        if function == INPUTS:
            registers[0] = sum((not door.is_open) << (number - 1) for number, door in metal.doors.items())

    def bits() -> list[SimData]:
        return [SimData(0, count=1, values=[False] * 16, datatype=DataType.BITS)]

    words = [SimData(0, count=1, values=0, datatype=DataType.REGISTERS)]
    device = SimDevice(1, (bits(), bits(), words, words), action=act)
    server = ModbusSerialServer(device, framer=FramerType.RTU, port=str(port), ignore_missing_devices=True)
    await server.serve_forever(background=True)
    try:
        yield
    finally:
        await server.shutdown()


class FlashingRelays(Double):
    """Relays that end a pulse themselves (FC05 to 02xx, in tenths of a second), unknown to pymodbus' server."""

    FOREIGN = FOREIGN
    UNASKED = UNASKED

    def size(self, data: bytes) -> int:
        return 8 if data[0] == 1 and (len(data) < 2 or data[1] in (COIL, INPUTS)) else 0

    def obey(self, frame: bytes) -> bytes:
        if _with_crc(frame[:-2]) != frame:
            return b""
        if frame[1] == INPUTS:
            return _with_crc(bytes((1, INPUTS, 1, self.closed(*range(1, frame[5] + 1)))))
        if frame[2] == 2 and frame[4:6] == b"\x00\x01":
            self.metal.pulse(frame[3] + 1)
        return frame


def _with_crc(data: bytes) -> bytes:
    return data + FramerRTU.compute_CRC(data).to_bytes(2, "big")
