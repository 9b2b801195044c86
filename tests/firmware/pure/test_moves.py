"""Runs on CPython by pytest, and on MicroPython by ../test_on_micropython.py."""

from firmware.lock_board.moves import Moves
from wire.board import MAX_MOVES


def numbers(moves: Moves) -> list[int]:
    return [move.number for move in moves.told(1000)]


def test_moves_are_told_until_they_are_handled():
    moves = Moves()
    moves.record(1, True, 100)
    moves.record(1, False, 400)
    for _ in range(2):
        told = moves.told(1000)
        assert [(move.number, move.door, move.is_open, move.age_ms) for move in told] == [
            (1, 1, True, 900),
            (2, 1, False, 600),
        ]
    moves.handled(1)
    assert numbers(moves) == [2]
    moves.handled(2)
    assert numbers(moves) == []


def test_a_report_has_a_limit_and_the_rest_comes_next():
    moves = Moves()
    for _ in range(MAX_MOVES + 3):
        moves.record(2, True, 0)
    assert numbers(moves) == list(range(1, MAX_MOVES + 1))
    moves.handled(MAX_MOVES)
    assert numbers(moves) == [MAX_MOVES + 1, MAX_MOVES + 2, MAX_MOVES + 3]


def test_the_oldest_moves_fall_out_and_are_counted():
    moves = Moves(room=4)
    for _ in range(7):
        moves.record(1, True, 0)
    assert moves.lost == 3
    assert numbers(moves) == [4, 5, 6, 7]


def test_a_number_of_an_earlier_boot_forgets_nothing():
    moves = Moves()
    moves.record(1, True, 0)
    moves.handled(57)
    assert numbers(moves) == [1]
    moves.handled(57)
    assert numbers(moves) == [1]


def test_a_very_old_move_still_fits_its_field():
    moves = Moves()
    moves.record(1, True, 0)
    assert moves.told(1 << 40)[0].age_ms == 0xFFFFFFFF
