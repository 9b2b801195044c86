"""What goes wrong on a line: whatever it is, no latch moves twice, none stays under current, and nothing is made up."""

import asyncio
from collections.abc import Callable

import pytest

from edge.drivers import open_driver, polled
from tests.contract.boards import Metal
from tests.contract.lock_rigs import Rig
from tests.contract.test_lock_bus import RIGS, Play, moves
from twin.waiting import until
from wire.board import MAX_MOVES
from wire.errors import DeviceFault

assert RIGS

LATE_S = 1.0
"""Longer than any driver waits for an answer."""

RELAYS = ["polled/modbus_rtu"]


def wrong_checksum(data: bytes) -> bytes:
    """Spoil the last byte but one: a checksum, or what follows from it (Winnsen has none, and 40 is no word of it)."""
    return data[:-2] + bytes((data[-2] ^ 0x40,)) + data[-1:]


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def noisy(data: bytes) -> bytes:
    return b"\xff\xfe\xfd\x00" + data


SPOILED = [wrong_checksum, half, noisy]


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_spoiled_answer_to_a_look_is_counted_and_makes_nothing_up(
    play: Play, spoil: Callable[[bytes], bytes]
) -> None:
    async def story(rig: Rig) -> None:
        before = rig.bus.bad_frames
        rig.cable.spoil = [spoil, spoil]
        for _ in range(3):
            look = await rig.answered()
            assert (look.open, look.moves) == (frozenset(), ())
        assert not rig.cable.spoil
        assert rig.bus.bad_frames > before

    play(story)


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_spoiled_answer_to_an_unlock_opens_once(play: Play, spoil: Callable[[bytes], bytes]) -> None:
    async def story(rig: Rig) -> None:
        rig.cable.spoil = [spoil]
        assert await rig.bus.unlock(3, nonce=1) in ("pulsed", "repeated")
        await rig.looked("door 3 is open", lambda look: 3 in look.open)
        assert await rig.bus.unlock(3, nonce=1) == "repeated"
        assert rig.cabinet.doors[3].pulses == 1

    play(story)


def test_an_answer_of_another_board_is_not_taken_for_ours(play: Play) -> None:
    async def story(rig: Rig) -> None:
        before = rig.bus.bad_frames
        rig.cable.spoil = [lambda _: rig.foreign, lambda data: rig.foreign + data]
        for _ in range(2):
            look = await rig.answered()
            assert (look.open, look.moves) == (frozenset(), ())
        assert rig.bus.bad_frames >= before
        assert await rig.bus.unlock(1, nonce=1) == "pulsed"

    play(story)


def test_an_answer_that_nobody_asked_for_makes_nothing_up(play: Play) -> None:
    async def story(rig: Rig) -> None:
        for _ in range(3):
            rig.cable.near.write(rig.unasked)
            look = await rig.answered()
            assert (look.open, look.moves) == (frozenset(), ())
        rig.cable.spoil = [lambda data: rig.unasked + data]
        assert await rig.bus.unlock(2, nonce=1) == "pulsed"
        await rig.looked("door 2 is open", lambda look: 2 in look.open)
        assert rig.cabinet.doors[2].pulses == 1

    play(story)


def test_an_answer_to_a_look_that_comes_too_late_does_no_harm(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.cable.late_s = [LATE_S, LATE_S]
        rig.cabinet.force(1)
        await rig.looked("door 1 is open", lambda look: 1 in look.open)
        await asyncio.sleep(LATE_S)  # by then the late ones are in: they tell of the time before
        look = await rig.looked("door 1 is open", lambda look: 1 in look.open)
        assert rig.cabinet.doors[1].is_open
        assert moves(look)[0] == (1, True)

    play(story)


def test_an_answer_to_an_unlock_that_comes_too_late_opens_once(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.cable.late_s = [LATE_S]
        assert await rig.bus.unlock(3, nonce=1) in ("pulsed", "repeated")
        await asyncio.sleep(LATE_S)
        await rig.looked("door 3 is open", lambda look: 3 in look.open)
        assert await rig.bus.unlock(3, nonce=1) == "repeated"
        assert rig.cabinet.doors[3].pulses == 1

    play(story)


def test_a_board_that_dies_in_the_middle_of_an_unlock_opens_once(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.cable.lose = 1
        unlocking = asyncio.create_task(rig.bus.unlock(4, nonce=1))
        await until("the latch moved", lambda: rig.cabinet.doors[4].pulses)
        await rig.power_off()
        with pytest.raises(DeviceFault):
            await unlocking
        await rig.power_on()
        await rig.answered()
        assert await rig.bus.unlock(4, nonce=1) in ("repeated", "stale")
        assert rig.cabinet.doors[4].pulses == 1

    play(story)


def test_a_lost_answer_and_a_door_that_does_not_open_is_not_said_to_be_a_pulse(play: Play) -> None:
    async def story(rig: Rig) -> None:
        if not isinstance(rig.cabinet, Metal):
            return  # our board remembers its nonces, and says itself what became of it
        rig.cabinet.jammed.add(5)
        rig.cable.lose = 1
        assert await rig.bus.unlock(5, nonce=1) == "stale"
        assert rig.cabinet.doors[5].pulses == 1
        assert (await rig.answered()).open == frozenset()

    play(story)


def test_the_control_a_driver_that_sends_an_opening_again_is_caught(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(self: polled.Polled, door: int, was_closed: bool) -> str:
        return self._pulse(door) or "stale"

    monkeypatch.setattr(polled.Polled, "_verified", again)

    async def story(rig: Rig) -> None:
        if isinstance(rig.cabinet, Metal):
            rig.cable.lose = 1
            await rig.bus.unlock(3, nonce=1)
            assert rig.cabinet.doors[3].pulses > 1

    play(story)


tells_unasked = pytest.mark.parametrize(
    "play", ["polled/wkly", "polled/board_8a80", "polled/board_8a80/all24"], indirect=True
)


@tells_unasked
def test_what_a_board_tells_unasked_between_two_looks_is_not_missed(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.cabinet.force(2)
        rig.cabinet.close(2)
        look = await rig.looked("door 2 moved", lambda look: look.moves)
        assert moves(look) == [(2, True), (2, False)]
        assert look.open == frozenset()
        assert rig.bus.bad_frames == 0

    play(story)


@tells_unasked
def test_moves_that_nobody_handles_fall_out_of_memory_and_are_counted(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polled, "MEMORY", 3)

    async def story(rig: Rig) -> None:
        for _ in range(2):
            rig.cabinet.force(1)
            rig.cabinet.close(1)
        look = await rig.looked("door 1 moved", lambda look: look.moves)
        assert look.lost == 1
        assert [move.number for move in look.moves] == [2, 3, 4]

    play(story)


def test_a_report_has_as_many_moves_as_the_lockers_take_at_once(play: Play) -> None:
    async def story(rig: Rig) -> None:
        for _ in range(MAX_MOVES // 2 + 1):
            rig.cabinet.force(1)
            await rig.looked("door 1 is open", lambda look: 1 in look.open)
            rig.cabinet.close(1)
            await rig.looked("door 1 is closed", lambda look: not look.open)
        assert [move.number for move in (await rig.bus.look(0)).moves] == list(range(1, MAX_MOVES + 1))
        assert [move.number for move in (await rig.bus.look(MAX_MOVES)).moves] == [MAX_MOVES + 1, MAX_MOVES + 2]

    play(story)


relays = pytest.mark.parametrize("play", RELAYS, indirect=True)


@relays
def test_no_relay_stays_on_after_an_opening(play: Play) -> None:
    async def story(rig: Rig) -> None:
        assert await rig.bus.unlock(1, nonce=1) == "pulsed"
        assert rig.cabinet.energised == frozenset()

    play(story)


@relays
def test_a_relay_that_a_break_left_on_is_switched_off_as_soon_as_the_line_is_back(play: Play) -> None:
    async def story(rig: Rig) -> None:
        unlocking = asyncio.create_task(rig.bus.unlock(2, nonce=1))
        await until("the relay is on", lambda: 2 in rig.cabinet.energised)
        await rig.unplug()
        with pytest.raises(DeviceFault):
            await unlocking
        assert rig.cabinet.energised == {2}
        await rig.replug()
        await rig.answered()
        assert rig.cabinet.energised == frozenset()
        assert rig.cabinet.doors[2].pulses == 1

    play(story, pulse_ms=300)


@relays
def test_a_relay_that_an_agent_left_on_when_it_died_is_switched_off_by_the_next(play: Play) -> None:
    async def story(rig: Rig) -> None:
        await rig.bus.close()
        rig.cabinet.energise(4)
        rig.bus = open_driver(rig.section)
        await rig.bus.look(0)
        assert rig.cabinet.energised == frozenset()

    play(story)


def test_two_starts_of_the_driver_are_two_boots(play: Play) -> None:
    async def story(rig: Rig) -> None:
        first = await rig.bus.look(0)
        await rig.bus.close()
        rig.bus = open_driver(rig.section)
        second = await rig.bus.look(0)
        if isinstance(rig.cabinet, Metal):
            assert second.boot != first.boot
        assert second.moves == ()

    play(story)
