"""Runs on CPython by pytest, and on MicroPython by ../test_on_micropython.py."""

from firmware.lock_board.board import SILENT_AFTER_MS, Board
from wire import board as said

BOOT = 77


def started(open_doors: tuple[int, ...] = ()) -> Board:
    return Board([door in open_doors for door in range(1, 9)], BOOT)


def ask(board: Board, question: said.Message, at: int = 0) -> said.Message:
    return said.decode(board.answer(question.encode(), at))


def move(board: Board, door: int, level: bool, at: int) -> None:
    board.sample(door, level, at)
    board.sample(door, level, at + 20)


def test_a_board_says_who_it_is():
    assert ask(started(), said.AskHello()) == said.Hello(said.VERSION, 8, BOOT)


def test_a_door_that_was_open_before_is_no_move():
    assert ask(started(open_doors=(1, 8)), said.Poll(0)) == said.Report(BOOT, 0b10000001, 0, ())


def test_a_move_is_reported_with_its_age():
    board = started()
    move(board, 3, True, 100)
    report = ask(board, said.Poll(0), at=1000)
    assert report.contacts == 0b100
    assert [(one.number, one.door, one.is_open, one.age_ms) for one in report.moves] == [(1, 3, True, 880)]
    assert ask(board, said.Poll(1), at=1100).moves == ()


def test_an_unlock_gives_current_to_its_latch_only_while_the_pulse_lasts():
    board = started()
    assert ask(board, said.Unlock(4, 9, 200, BOOT)) == said.Unlocked(9, said.PULSED)
    assert board.pulsing(199) == 4
    assert board.pulsing(200) is None


def test_a_silent_host_leaves_no_output_on():
    board = started()
    ask(board, said.AskHello(), at=0)
    assert ask(board, said.Unlock(4, 9, 200, BOOT), at=10) == said.Unlocked(9, said.PULSED)
    board._latches._until_ms = 10**9  # as if the end of the pulse were broken
    assert board.pulsing(SILENT_AFTER_MS) == 4
    assert board.pulsing(10 + SILENT_AFTER_MS) is None


def test_what_is_no_question_is_rejected():
    for junk in (b"", b"\x00", b"\x02", b"\x7f1234", b"\x03\x01", b"\x01\x01", said.Unlock(1, 1, 1, 1).encode() + b"x"):
        assert said.decode(started().answer(junk, 0)) == said.Rejected()


def test_an_answer_is_not_answered():
    board = started()
    for answer in (said.Hello(1, 8, BOOT), said.Unlocked(1, 0), said.Report(BOOT, 0, 0, ()), said.Rejected()):
        assert board.answer(answer.encode(), 0) is None
