"""What every lock bus promises, on a real tty: our board with its real firmware, and every family of `locker.boards`.

A driver that is added to edge/drivers, or a family to locker/boards, gets a rig here, and must pass everything.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import SimpleNamespace

import pytest

from edge.drivers import Look, open_driver
from tests.contract import lock_rigs
from tests.contract.lock_rigs import Rig
from twin.waiting import until
from wire.errors import DeviceFault

RIGS: dict[str, Callable[..., AbstractAsyncContextManager[Rig]]] = {
    "board": lock_rigs.our_board,
    "polled/board_8a80": lock_rigs.board_8a80,
    "polled/board_8a80/all24": lock_rigs.board_8a80_all24,
    "polled/kerong_cu": lock_rigs.kerong_cu,
    "polled/kerong_cu48": lock_rigs.kerong_cu48,
    "polled/modbus_rtu": lock_rigs.modbus_rtu,
    "polled/modbus_rtu/flash": lock_rigs.modbus_rtu_flash,
    "polled/winnsen": lock_rigs.winnsen,
    "polled/winnsen/swapped": lock_rigs.winnsen_swapped,
    "polled/wkly": lock_rigs.wkly,
}

only_ours = pytest.mark.parametrize("play", ["board"], indirect=True)

Play = Callable[..., None]


def moves(look: Look) -> list[tuple[int, bool]]:
    return [(move.door, move.is_open) for move in look.moves]


def test_an_unlocked_door_opens_and_says_so(play: Play) -> None:
    async def story(rig: Rig) -> None:
        assert await rig.bus.unlock(3, nonce=7) == "pulsed"
        look = await rig.looked("door 3 is open", lambda look: 3 in look.open)
        assert look.open == {3}
        assert moves(look) == [(3, True)]
        rig.cabinet.close(3)
        look = await rig.looked("door 3 is closed", lambda look: not look.open)
        assert moves(look) == [(3, True), (3, False)]
        assert [move.number for move in look.moves] == [1, 2]
        assert look.moves[0].age_ms >= look.moves[1].age_ms
        assert rig.bus.bad_frames == 0

    play(story)


def test_the_same_nonce_never_pulses_twice(play: Play) -> None:
    async def story(rig: Rig) -> None:
        outcomes = [await rig.bus.unlock(2, nonce=9) for _ in range(3)]
        assert outcomes == ["pulsed", "repeated", "repeated"]
        await rig.looked("door 2 is open", lambda look: 2 in look.open)
        assert rig.cabinet.doors[2].pulses == 1

    play(story)


def test_an_unlock_whose_answer_was_lost_is_asked_again_and_pulses_once(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.cable.lose = 2
        assert await rig.bus.unlock(2, nonce=9) in ("pulsed", "repeated")
        assert rig.cable.lose == 0
        await rig.looked("door 2 is open", lambda look: 2 in look.open)
        assert rig.cabinet.doors[2].pulses == 1

    play(story)


def test_two_nonces_are_two_openings(play: Play) -> None:
    async def story(rig: Rig) -> None:
        for nonce in (1, 2):
            await until("the latch is free", lambda nonce=nonce: _pulsed(rig, nonce))
            await rig.looked("door 4 is open", lambda look: 4 in look.open)
            rig.cabinet.close(4)
            await rig.looked("door 4 is closed", lambda look: not look.open)
        assert rig.cabinet.doors[4].pulses == 2

    play(story)


async def _pulsed(rig: Rig, nonce: int) -> bool:
    return await rig.bus.unlock(4, nonce) == "pulsed"


def test_one_latch_at_a_time(play: Play) -> None:
    async def story(rig: Rig) -> None:
        assert await rig.bus.unlock(1, nonce=1) == "pulsed"
        if await rig.bus.unlock(2, nonce=2) == "busy":
            assert rig.cabinet.doors[2].pulses == 0
        else:
            assert rig.cabinet.overlaps == 0  # the first pulse was over

    play(story, pulse_ms=500)


def test_a_door_that_is_not_built_is_said_to_be_none(play: Play) -> None:
    async def story(rig: Rig) -> None:
        assert await rig.bus.unlock(32, nonce=1) == "no_such_door"

    play(story)


def test_moves_are_told_until_they_are_handled(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.cabinet.force(1)
        await rig.looked("door 1 told", lambda look: look.moves)
        rig.cabinet.force(5)
        look = await rig.looked("door 5 told", lambda look: len(look.moves) == 2)
        assert moves(look) == [(1, True), (5, True)]
        assert moves(await rig.bus.look(handled=1)) == [(5, True)]
        assert moves(await rig.bus.look(handled=2)) == []
        assert (await rig.bus.look(handled=2)).open == {1, 5}

    play(story)


def test_a_contact_wired_the_other_way_round_means_the_opposite(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.cabinet.force(1)
        look = await rig.looked("door 1 told", lambda look: look.moves)
        assert moves(look) == [(1, False)]
        assert 1 not in look.open
        assert {2, 3, 4, 5, 6} <= look.open

    play(story, contact_open=False)


@only_ours
def test_a_board_that_restarted_since_the_last_look_opens_nothing_on_the_old_order(play: Play) -> None:
    async def story(rig: Rig) -> None:
        before = await rig.bus.look(0)
        await rig.power_off()
        await rig.power_on()
        await until("the board answers", lambda: _outcome(rig, nonce=5))
        assert rig.cabinet.doors[1].pulses == 0
        look = await rig.bus.look(0)
        assert look.boot != before.boot
        assert await rig.bus.unlock(1, nonce=6) == "pulsed"

    async def _outcome(rig: Rig, nonce: int) -> bool:
        try:
            return await rig.bus.unlock(1, nonce) == "stale"
        except DeviceFault:
            return False

    play(story)


def test_a_silent_board_is_a_fault_until_it_speaks_again(play: Play) -> None:
    async def story(rig: Rig) -> None:
        await rig.power_off()
        for _ in range(2):
            with pytest.raises(DeviceFault, match="no answer"):
                await rig.bus.look(0)
        with pytest.raises(DeviceFault, match="no answer"):
            await rig.bus.unlock(1, nonce=1)
        await rig.power_on()
        assert (await rig.answered()).open == frozenset()

    play(story)


def test_an_unplugged_line_is_a_fault_and_is_opened_again_by_its_path(play: Play) -> None:
    async def story(rig: Rig) -> None:
        boot = (await rig.bus.look(0)).boot
        for _ in range(3):
            await rig.unplug()
            with pytest.raises(DeviceFault, match="lock"):
                await rig.bus.look(0)
            rig.cabinet.force(2)
            await rig.replug()
            look = await rig.looked("door 2 told", lambda look: 2 in look.open)
            assert look.boot == boot
            rig.cabinet.close(2)
            await rig.looked("door 2 is closed", lambda look: 2 not in look.open)
        assert len((await rig.bus.look(0)).moves) == 6
        assert await rig.bus.unlock(1, nonce=1) == "pulsed"

    play(story)


def test_unplugging_in_the_middle_of_an_unlock_never_opens_twice(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.cable.lose = 1
        unlocking = asyncio.create_task(rig.bus.unlock(6, nonce=3))
        await until("the latch moved", lambda: rig.cabinet.doors[6].pulses)
        await rig.unplug()
        with pytest.raises(DeviceFault):
            await unlocking
        await rig.replug()
        assert await rig.bus.unlock(6, nonce=3) == "repeated"
        assert rig.cabinet.doors[6].pulses == 1

    play(story)


def test_junk_on_the_line_is_counted_and_nothing_else(play: Play) -> None:
    async def story(rig: Rig) -> None:
        for junk in (b"\0\1\0", b"\xff" * 400 + b"\0", bytes(range(256)) * 4, b"\0" * 50, b"AT+RST\r\n\0"):
            rig.cable.noise(junk)
            assert (await rig.answered()).open == frozenset()
        assert rig.bus.bad_frames >= 4
        assert await rig.bus.unlock(1, nonce=1) == "pulsed"
        await rig.looked("door 1 is open", lambda look: 1 in look.open)

    play(story)


def test_junk_without_an_end_delays_nothing_for_ever(play: Play) -> None:
    async def story(rig: Rig) -> None:
        async def chatter() -> None:
            while True:
                rig.cable.near.write(b"\x55\x00" * 100)
                await asyncio.sleep(0.005)

        chattering = asyncio.create_task(chatter())
        await lock_rigs.or_none(rig.bus.look(0))
        chattering.cancel()
        assert (await rig.answered()).open == frozenset()

    play(story)


def test_a_second_opener_of_the_line_is_turned_away(play: Play) -> None:
    async def story(rig: Rig) -> None:
        second = open_driver(rig.section)
        with pytest.raises(DeviceFault, match="exclusively lock"):
            await second.look(0)
        await second.close()
        assert (await rig.bus.look(0)).moves == ()

    play(story)


def test_a_line_that_is_not_there_is_a_fault_that_names_it(play: Play) -> None:
    async def story(rig: Rig) -> None:
        bus = open_driver(SimpleNamespace(**vars(rig.section) | {"port": rig.section.port.with_name("nowhere")}))
        with pytest.raises(DeviceFault, match="nowhere"):
            await bus.unlock(1, 1)
        await bus.close()

    play(story)
