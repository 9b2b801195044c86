"""The cabinet's physics, with a board that is nothing but a socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from firmware.lock_board import pins
from twin.bays import CAR_MM, FREE_MM, Bays
from twin.cabinet import Cabinet
from twin.control import Control
from twin.waiting import until
from wire.errors import Refused

SIZES = ("S", "S", "M", "L")


class Board:
    """What firmware/sim/machine.py says and hears."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.inputs: dict[int, int] = {}
        self.echo: list[Any] = []
        self.ready = asyncio.Event()
        self.gone = asyncio.Event()
        self.writer = writer
        self._listening = asyncio.create_task(self._listen(reader))

    def say(self, message: object) -> None:
        self.writer.write(json.dumps(message).encode() + b"\n")

    def pulse(self, door: int) -> None:
        self.say({"pin": pins.LATCHES[door - 1], "value": 1})
        self.say({"pin": pins.LATCHES[door - 1], "value": 0})

    def open_doors(self) -> set[int]:
        return {door for door, pin in enumerate(pins.CONTACTS, 1) if self.inputs.get(pin)}

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            async for line in reader:
                self._hear(json.loads(line))
        except ConnectionError:
            pass
        self.gone.set()

    def _hear(self, message: dict[str, Any]) -> None:
        if "pin" in message:
            self.inputs[message["pin"]] = message["value"]
        if "echo_mm" in message:
            self.echo.append(message["echo_mm"])
        if "ready" in message:
            self.ready.set()


@asynccontextmanager
async def plugged(control: Control) -> AsyncIterator[Board]:
    host, port = control.address.rsplit(":", 1)
    reader, writer = await asyncio.open_connection(host, int(port))
    board = Board(reader, writer)
    board.say({"hello": "board"})
    await asyncio.wait_for(board.ready.wait(), 10)
    await until("the board is known", lambda: control.connected)
    yield board
    writer.transport.abort()
    board._listening.cancel()


@asynccontextmanager
async def cabinet_with_board() -> AsyncIterator[tuple[Cabinet, Board]]:
    async with Cabinet(SIZES, spring_s=0) as cabinet, plugged(cabinet.board) as board:
        yield cabinet, board


async def test_a_pulse_opens_its_door_and_the_contact_says_so() -> None:
    async with cabinet_with_board() as (cabinet, board):
        assert board.open_doors() == set()
        board.pulse(3)
        await until("the contact", lambda: board.open_doors() == {3})
        assert (cabinet.doors[3].is_open, cabinet.doors[3].pulses, cabinet.doors[3].openings) == (True, 1, 1)


async def test_a_closed_door_is_told_and_a_second_pulse_opens_it_again() -> None:
    async with cabinet_with_board() as (cabinet, board):
        board.pulse(1)
        await until("open", lambda: board.open_doors() == {1})
        cabinet.close(1)
        await until("closed", lambda: board.open_doors() == set())
        board.pulse(1)
        await until("open again", lambda: cabinet.doors[1].openings == 2)


async def test_a_pulse_on_an_open_door_is_counted_and_opens_nothing() -> None:
    async with cabinet_with_board() as (cabinet, board):
        board.pulse(1)
        await until("open", lambda: cabinet.doors[1].is_open)
        board.pulse(1)
        await until("the second pulse", lambda: cabinet.doors[1].pulses == 2)
        assert cabinet.doors[1].openings == 1


async def test_a_jammed_door_stays_shut_until_it_is_freed() -> None:
    async with cabinet_with_board() as (cabinet, board):
        cabinet.jam(2)
        board.pulse(2)
        board.pulse(1)
        await until("the other door", lambda: cabinet.doors[1].is_open)
        assert (cabinet.doors[2].pulses, cabinet.doors[2].is_open) == (1, False)
        cabinet.free(2)
        board.pulse(2)
        await until("the freed door", lambda: cabinet.doors[2].is_open)


async def test_a_forced_door_is_seen_by_the_board() -> None:
    async with cabinet_with_board() as (cabinet, board):
        cabinet.force(4)
        await until("the contact", lambda: board.open_doors() == {4})
        assert cabinet.doors[4].pulses == 0


async def test_a_contact_that_lies_is_all_that_the_board_can_know() -> None:
    async with cabinet_with_board() as (cabinet, board):
        cabinet.lie(1, "open")
        cabinet.lie(2, "closed")
        board.pulse(2)
        await until("the second door", lambda: cabinet.doors[2].is_open)
        await until("only the liar", lambda: board.open_doors() == {1})
        assert [cabinet.doors[door].is_open for door in (1, 2)] == [False, True]
        for door in (1, 2):
            cabinet.lie(door, "works")
        await until("the truth", lambda: board.open_doors() == {2})


async def test_a_dead_contact_tells_for_ever_what_it_told_last() -> None:
    async with cabinet_with_board() as (cabinet, board):
        cabinet.force(1)
        await until("the contact", lambda: board.open_doors() == {1})
        cabinet.lie(1, "dead")
        cabinet.lie(2, "dead")
        cabinet.close(1)
        cabinet.force(2)
        cabinet.force(3)
        await until("the third", lambda: board.open_doors() == {1, 3})
        cabinet.lie(1, "works")
        await until("the truth", lambda: board.open_doors() == {3})


async def test_a_jammed_door_opens_with_the_emergency_key() -> None:
    async with Cabinet(SIZES) as cabinet:
        cabinet.jam(1)
        cabinet.force(1)
        assert (cabinet.doors[1].is_open, cabinet.doors[1].pulses) == (True, 0)


async def test_a_contact_is_none_of_what_it_cannot_be() -> None:
    async with Cabinet(SIZES) as cabinet:
        with pytest.raises(Refused):
            cabinet.lie(1, "perhaps")  # type: ignore[arg-type]
        with pytest.raises(Refused):
            cabinet.lie(9, "open")


async def test_things_go_in_and_out_of_open_doors_only() -> None:
    async with Cabinet(SIZES) as cabinet:
        with pytest.raises(Refused):
            cabinet.put(1)
        cabinet.force(1)
        cabinet.put(1, "证书")
        with pytest.raises(Refused):
            cabinet.put(1)
        cabinet.close(1)
        with pytest.raises(Refused):
            cabinet.take(1)
        cabinet.force(1)
        assert cabinet.take(1) == "证书"
        with pytest.raises(Refused):
            cabinet.take(1)


async def test_what_metal_cannot_do_is_refused() -> None:
    async with Cabinet(SIZES) as cabinet:
        for number, act in ((1, cabinet.close), (9, cabinet.jam), (0, cabinet.force)):
            with pytest.raises(Refused):
                act(number)
        cabinet.force(1)
        cabinet.jam(1)
        with pytest.raises(Refused):
            cabinet.close(1)


async def test_a_board_that_starts_again_finds_the_doors_as_they_are() -> None:
    async with Cabinet(SIZES, spring_s=0) as cabinet:
        cabinet.force(2)
        async with plugged(cabinet.board) as board:
            assert board.open_doors() == {2}
        await until("the board is gone", lambda: not cabinet.board.connected)
        cabinet.close(2)
        cabinet.force(3)
        async with plugged(cabinet.board) as board:
            assert board.open_doors() == {3}
        assert cabinet.board.boots == 2


async def test_doors_that_are_not_built_read_as_closed() -> None:
    async with cabinet_with_board() as (_, board):
        assert set(board.inputs) == set(pins.CONTACTS)


async def test_junk_on_the_control_line_is_counted() -> None:
    async with cabinet_with_board() as (cabinet, board):
        board.writer.write(b'nonsense\n[1]\n{"pin": "x"}\n{"pin": 2, "value": 7}\n\xff\xfe\n')
        board.pulse(1)
        await until("the door", lambda: cabinet.doors[1].is_open)
        assert cabinet.board.junk == 5


async def test_without_power_the_board_is_gone() -> None:
    async with cabinet_with_board() as (cabinet, board):
        cabinet.board.power_off()
        await asyncio.wait_for(board.gone.wait(), 10)
        await until("nobody is connected", lambda: not cabinet.board.connected)


async def test_a_cabinet_is_as_it_was_left() -> None:
    async with Cabinet(SIZES) as before, Cabinet(SIZES) as after, Cabinet(("L",)) as other:
        before.force(1)
        before.put(1, "证书")
        before.jam(2)
        before.lie(3, "open")
        after.restore(json.loads(json.dumps(before.state())))
        assert after.doors == before.doors
        other.restore(before.state())
        assert not other.doors[1].is_open


async def test_a_car_stands_before_the_sensor_of_its_bay() -> None:
    async with Bays({"P1": "node-1", "P2": "node-2"}) as bays, plugged(bays["P1"].board) as board:
        assert board.echo[-1] == FREE_MM
        bays.park("P1")
        await until("the car", lambda: board.echo[-1] == CAR_MM)
        bays.blind("P1")
        await until("no echo", lambda: board.echo[-1] is None)
        bays.blind("P1", blind=False)
        bays.leave("P1")
        await until("the ground", lambda: board.echo[-1] == FREE_MM)


async def test_one_bay_holds_one_car() -> None:
    bays = Bays({"P1": "node-1"})
    bays.park("P1")
    with pytest.raises(Refused):
        bays.park("P1")
    bays.leave("P1")
    with pytest.raises(Refused):
        bays.leave("P1")
    with pytest.raises(Refused):
        bays.park("P9")
