"""Runs on CPython by pytest, and on MicroPython by ../test_on_micropython.py."""

from firmware.lock_board.latches import REMEMBERED, Latches
from wire.board import BUSY, MAX_PULSE_MS, NO_SUCH_DOOR, PULSED, REPEATED, STALE, Unlock

BOOT = 77


def unlock(
    latches: Latches, *, door: int = 1, nonce: int = 1, pulse_ms: int = 100, boot: int = BOOT, at: int = 0
) -> int:
    return latches.unlock(Unlock(door, nonce, pulse_ms, boot), at)


def test_a_pulse_ends_when_its_time_is_over():
    latches = Latches(8, BOOT)
    assert unlock(latches, door=3) == PULSED
    latches.tick(99)
    assert latches.pulsing == 3
    latches.tick(100)
    assert latches.pulsing is None


def test_a_pulse_is_never_longer_than_the_cap():
    latches = Latches(8, BOOT)
    assert unlock(latches, pulse_ms=0xFFFF) == PULSED
    latches.tick(MAX_PULSE_MS)
    assert latches.pulsing is None


def test_a_nonce_is_never_pulsed_twice():
    latches = Latches(8, BOOT)
    assert unlock(latches) == PULSED
    assert unlock(latches) == REPEATED
    latches.tick(100)
    assert unlock(latches, door=2, at=200) == REPEATED
    assert latches.pulsing is None


def test_a_nonce_is_remembered_over_the_next_31():
    latches = Latches(8, BOOT)
    for nonce in range(REMEMBERED):
        assert unlock(latches, nonce=nonce) == PULSED
        latches.release()
    assert unlock(latches, nonce=0) == REPEATED
    assert unlock(latches, nonce=REMEMBERED) == PULSED
    latches.release()
    assert unlock(latches, nonce=0) == PULSED


def test_another_latch_waits_its_turn():
    latches = Latches(8, BOOT)
    assert unlock(latches, door=1, nonce=1) == PULSED
    assert unlock(latches, door=2, nonce=2) == BUSY
    assert latches.pulsing == 1
    latches.tick(100)
    assert unlock(latches, door=2, nonce=2, at=100) == PULSED


def test_an_unlock_for_another_boot_does_nothing():
    latches = Latches(8, BOOT)
    assert unlock(latches, boot=BOOT + 1) == STALE
    assert latches.pulsing is None
    assert unlock(latches) == PULSED


def test_a_door_the_board_does_not_have_is_said_to_be_none():
    for door in (0, 9, 255):
        latches = Latches(8, BOOT)
        assert unlock(latches, door=door) == NO_SUCH_DOOR
        assert latches.pulsing is None
