"""The lock board: its pins, its line, its loop. On the board this file is `/main.py`.

`board.json` may name the address on the line: `{"address": 1}`.
"""

import asyncio
import json

import machine

from firmware.common import boot
from firmware.common.clock import Clock
from firmware.lock_board import pins
from firmware.lock_board.board import Board
from wire import frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

TICK_MS = 5
WATCHDOG_MS = 8000


def address() -> int:
    """The board's address on the line: 1 unless `board.json` says another."""
    try:
        with open("board.json") as file:
            return json.load(file)["address"]
    except OSError:
        return 1


def drive(latches: list[machine.Pin], door: int | None) -> None:
    """Give current to the latch of `door` and to no other."""
    for number, latch in enumerate(latches, 1):
        if number != door:
            latch.value(0)
    if door is not None:
        latches[door - 1].value(1)


async def answer(line: asyncio.StreamReader, own: int, board: Board, clock: Clock, act: "Callable[[], None]") -> None:
    """Answer every question to our address, for ever; `act` moves the latches before the answer leaves."""
    decoder = frame.Decoder()
    damaged = 0
    while True:
        for to, sequence, payload in decoder.feed(await line.read(64)):
            answered = board.answer(payload, clock.now()) if to == own else None
            if answered is not None:
                act()
                line.write(frame.encode(own, sequence, answered))
                await line.drain()
        if decoder.damaged != damaged:
            damaged = decoder.damaged
            print("damaged frames:", damaged)


async def main() -> None:
    latches = [machine.Pin(number, machine.Pin.OUT, value=0) for number in pins.LATCHES]
    contacts = [machine.Pin(number, machine.Pin.IN, machine.Pin.PULL_UP) for number in pins.CONTACTS]
    uart = machine.UART(pins.UART, pins.BAUD, tx=machine.Pin(pins.TX), rx=machine.Pin(pins.RX))
    line = asyncio.StreamReader(uart)
    clock = Clock()
    board = Board([contact.value() == 1 for contact in contacts], boot.number())
    print("lock board, address", address(), "boot", board.boot, "reset cause", machine.reset_cause())

    def act() -> None:
        drive(latches, board.pulsing(clock.now()))

    watchdog = machine.WDT(timeout=WATCHDOG_MS)
    answering = asyncio.create_task(answer(line, address(), board, clock, act))
    try:
        while not answering.done():
            for door, contact in enumerate(contacts, 1):
                board.sample(door, contact.value() == 1, clock.now())
            act()
            watchdog.feed()
            await asyncio.sleep_ms(TICK_MS)
        await answering  # it never ends by itself: this raises what went wrong
    finally:
        drive(latches, None)


if __name__ == "__main__":
    asyncio.run(main())
