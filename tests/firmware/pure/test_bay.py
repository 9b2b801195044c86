"""Runs on CPython by pytest, and on MicroPython by ../test_on_micropython.py."""

from firmware.parking_node.bay import SETTLE, WINDOW, Bay
from wire.node import FREE, OCCUPIED, UNKNOWN

FIRST = WINDOW + SETTLE - 1  # samples until the first state
CAR, FLOOR = 700, 2400


def fed(bay: Bay, distances: list[int | None], start: int = 0) -> list[tuple[int, str]]:
    """Return (sample, state) for every state that settled."""
    return [(at, bay.state) for at, mm in enumerate(distances, start) if bay.sample(mm, at * 100)]


def test_a_bay_is_unknown_until_the_first_state_settled():
    bay = Bay(900, 0)
    assert fed(bay, [FLOOR] * (FIRST - 1)) == []
    assert bay.state == UNKNOWN
    assert fed(bay, [FLOOR], FIRST - 1) == [(FIRST - 1, FREE)]
    assert bay.since_ms == 100 * (FIRST - 1)


def test_a_car_comes_and_goes():
    bay = Bay(900, 0)
    settled = fed(bay, [FLOOR] * 20 + [CAR] * 20 + [FLOOR] * 20)
    assert [state for _, state in settled] == [FREE, OCCUPIED, FREE]
    assert settled[1][0] == 20 + WINDOW // 2 + SETTLE - 1


def test_a_leaf_or_a_bird_changes_nothing():
    bay = Bay(900, 0)
    assert fed(bay, ([FLOOR] * 8 + [300, 350]) * 6) == [(FIRST - 1, FREE)]


def test_no_echo_is_unknown_and_heals():
    bay = Bay(900, 0)
    states = [state for _, state in fed(bay, [CAR] * 10 + [None] * 10 + [CAR] * 10)]
    assert states == [OCCUPIED, UNKNOWN, OCCUPIED]


def test_a_sensor_that_never_answers_is_told_to_be_unknown_once():
    bay = Bay(900, 0)
    assert fed(bay, [None] * 50) == [(FIRST - 1, UNKNOWN)]


def test_some_missing_echoes_change_nothing():
    bay = Bay(900, 0)
    assert fed(bay, [FLOOR, None, FLOOR, FLOOR, None] * 10) == [(FIRST - 1, FREE)]


def test_samples_that_disagree_are_unknown():
    bay = Bay(900, 0)
    assert fed(bay, [300, 1100, 1900, 2700, 3500] * 10) == [(FIRST - 1, UNKNOWN)]


def test_between_the_limits_the_state_stays():
    for before, state in ((CAR, OCCUPIED), (FLOOR, FREE)):
        bay = Bay(900, 0)
        fed(bay, [before] * 10)
        assert fed(bay, [950] * 20) == []
        assert bay.state == state


def test_in_doubt_a_bay_is_not_free():
    bay = Bay(900, 0)
    assert fed(bay, [950] * 20) == [(FIRST - 1, OCCUPIED)]
