"""The lock board's firmware on the real MicroPython, at the end of a serial line."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import serial
from firmware_bench import WAIT_S, Firmware, Line, World, until

from firmware.lock_board import pins
from wire import board, frame

ADDRESS = 1


class Bench:
    """A board with all its doors closed, and a host that asks it."""

    def __init__(self, micropython: Path, **environment: str) -> None:
        self.world = World(dict.fromkeys(pins.CONTACTS, 0))
        self.line = Line()
        self.port = serial.Serial(self.line.host_end, timeout=0.05)
        self.firmware = Firmware(
            micropython, "lock_board", SIM_CTL=self.world.address, SIM_UART0=self.line.board_end, **environment
        )
        self._sequence = itertools.cycle(range(256))
        self._decoder = frame.Decoder()

    def ask(self, question: board.Message, address: int = ADDRESS, tries: int = 1) -> Any:
        """Return the answer to the question; None when every try was met with silence.

        A single try waits long: it means silence, not a machine that is busy with other tests.
        """
        self.port.timeout = 1 if tries == 1 else 0.05
        for _ in range(tries):
            sequence = next(self._sequence)
            self.port.write(frame.encode(address, sequence, question.encode()))
            while data := self.port.read(1) + self.port.read(self.port.in_waiting):
                for to, answered, payload in self._decoder.feed(data):
                    assert to == address
                    if answered == sequence:
                        return board.decode(payload)
        return None

    def say(self, payload: bytes) -> Any:
        self.port.write(frame.encode(ADDRESS, 0, payload))
        found: list[tuple[int, int, bytes]] = []
        until(lambda: found.extend(self._decoder.feed(self.port.read(1))) or found)
        return board.decode(found[0][2])

    def unlock(self, door: int, nonce: int, pulse_ms: int = 60, boot: int | None = None, tries: int = 1) -> str:
        """Return the word for the outcome."""
        asked = board.Unlock(door, nonce, pulse_ms, self.boot if boot is None else boot)
        return board.OUTCOMES[self.ask(asked, tries=tries).outcome]

    def open_and_close(self, door: int, times: int = 1) -> None:
        """Move the contact slowly enough that every move settles."""
        for _ in range(times):
            for level in (1, 0):
                self.world.tell(pin=pins.CONTACTS[door - 1], value=level)
                until(lambda level=level: self.ask(board.Poll(0)).contacts >> door - 1 & 1 == level)

    def pulses(self, door: int) -> int:
        return self.world.count(pin=pins.LATCHES[door - 1], value=1)

    def wait_for_end_of_pulse(self, door: int, pulses: int = 1) -> None:
        latch = pins.LATCHES[door - 1]
        ups, downs = ({"pin": latch, "value": value} for value in (1, 0))
        self.world.wait(lambda said: said.count(ups) == pulses and said.count(downs) == pulses + 1)  # one at the start

    def start(self) -> None:
        self.world.wait(lambda said: any("watchdog" in message for message in said))
        hello = self.ask(board.AskHello(), tries=50)
        self.boot = hello.boot
        assert hello == board.Hello(board.VERSION, len(pins.LATCHES), self.boot)

    def stop(self) -> None:
        self.firmware.stop()
        self.port.close()
        self.line.close()
        self.world.close()


@pytest.fixture
def bench(micropython: Path) -> Iterator[Bench]:
    started = Bench(micropython)
    try:
        started.start()
        yield started
    finally:
        started.stop()


def noisy(every: int) -> Callable[[bytes], bytes]:
    """Return a noise that damages every so-manieth chunk."""
    count = itertools.count(1)

    def damage(data: bytes) -> bytes:
        if next(count) % every:
            return data
        middle = len(data) // 2
        return data[:middle] + bytes((data[middle] ^ 0x5A,)) + data[middle + 1 :]

    return damage


def test_an_unlock_pulses_its_latch_and_lets_go(bench: Bench) -> None:
    assert bench.unlock(3, nonce=1) == "pulsed"
    bench.wait_for_end_of_pulse(3)
    assert [bench.pulses(door) for door in range(1, 9)] == [0, 0, 1, 0, 0, 0, 0, 0]


def test_a_pulse_is_capped_whatever_the_host_asks_for(bench: Bench) -> None:
    assert bench.unlock(1, nonce=1, pulse_ms=0xFFFF) == "pulsed"
    bench.wait_for_end_of_pulse(1)  # the wait is bounded far below 65 s


def test_a_repeated_nonce_pulses_nothing(bench: Bench) -> None:
    assert bench.unlock(1, nonce=7) == "pulsed"
    bench.wait_for_end_of_pulse(1)
    assert bench.unlock(1, nonce=7) == "repeated"
    assert bench.unlock(2, nonce=8) == "pulsed"
    bench.wait_for_end_of_pulse(2)
    assert bench.pulses(1) == 1


def test_one_latch_at_a_time(bench: Bench) -> None:
    assert bench.unlock(1, nonce=1, pulse_ms=500) == "pulsed"
    assert bench.unlock(2, nonce=2) == "busy"
    bench.wait_for_end_of_pulse(1)
    assert bench.unlock(2, nonce=2) == "pulsed"


def test_an_unlock_meant_for_another_boot_or_door_pulses_nothing(bench: Bench) -> None:
    assert bench.unlock(1, nonce=1, boot=bench.boot ^ 1) == "stale"
    assert bench.unlock(9, nonce=2) == "no_such_door"
    assert bench.unlock(8, nonce=3) == "pulsed"
    bench.wait_for_end_of_pulse(8)
    assert sum(bench.pulses(door) for door in range(1, 9)) == 1


def test_moves_are_numbered_and_told_until_they_are_handled(bench: Bench) -> None:
    bench.open_and_close(2)
    for _ in range(2):
        report = bench.ask(board.Poll(0))
        assert [(move.number, move.door, move.is_open) for move in report.moves] == [(1, 2, True), (2, 2, False)]
        assert report.boot == bench.boot
    assert [move.number for move in bench.ask(board.Poll(1)).moves] == [2]
    assert bench.ask(board.Poll(2)).moves == ()


def test_moves_that_nobody_handles_fall_out_and_are_counted(bench: Bench) -> None:
    bench.open_and_close(1, times=33)
    report = bench.ask(board.Poll(0))
    assert (report.lost, report.moves[0].number, len(report.moves)) == (2, 3, board.MAX_MOVES)
    handled, seen = 0, 0
    while moves := bench.ask(board.Poll(handled)).moves:
        seen += len(moves)
        handled = moves[-1].number
    assert (handled, seen) == (66, 64)


def test_junk_on_the_line_is_survived(bench: Bench) -> None:
    bench.port.write(b"\0hello\0" + b"\xff" * 5000 + b"\0\0\0" + bytes(range(256)) * 4)
    assert bench.ask(board.AskHello(), tries=20) == board.Hello(board.VERSION, 8, bench.boot)
    for payload in (b"", b"\x02", b"\x55junk", b"\x03\0"):
        assert bench.say(payload) == board.Rejected()
    assert "damaged frames: 6" in bench.firmware.stop()


def test_exchanges_recover_when_every_third_chunk_is_damaged(bench: Bench) -> None:
    bench.line.noise = noisy(3)
    for nonce in range(1, 9):
        assert bench.unlock(nonce, nonce, pulse_ms=20, tries=30) in ("pulsed", "repeated")
        until(lambda: bench.ask(board.Poll(0), tries=30) is not None)
        bench.wait_for_end_of_pulse(nonce)
    assert [bench.pulses(door) for door in range(1, 9)] == [1] * 8


def test_a_question_to_another_board_is_met_with_silence(bench: Bench) -> None:
    for address in (0, 2, 255):
        assert bench.ask(board.AskHello(), address=address) is None
    assert bench.ask(board.AskHello()) is not None


def test_the_address_can_be_given_in_a_file(micropython: Path, tmp_path: Path) -> None:
    (tmp_path / "board.json").write_text('{"address": 9}')
    bench = Bench(micropython, SIM_FILES=str(tmp_path))
    try:
        until(lambda: bench.ask(board.AskHello(), address=9) is not None)
        assert bench.ask(board.AskHello(), address=1) is None
    finally:
        bench.stop()


def test_a_board_without_power_ends(bench: Bench) -> None:
    bench.world.close()
    assert bench.firmware.process.wait(WAIT_S) == 0
