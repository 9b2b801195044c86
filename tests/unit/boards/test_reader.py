"""Noise, halves, wrong checksums and other boards: thrown away, counted, and the next frame is heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locker.boards import LONGEST, Answer, Family, Reader
from locker.boards.board_8a80 import Board8A80
from locker.boards.kerong_cu import KerongCu
from locker.boards.kerong_cu48 import KerongCu48
from locker.boards.modbus_rtu import ModbusRtu
from locker.boards.winnsen import Winnsen
from locker.boards.wkly import Wkly

STATES = [
    (KerongCu(1), "02 10 35 FF 7F 00 00 03 C8"),
    (KerongCu48(1), "02 01 00 75 06 FF FF FF FF FF FE 77"),
    (Board8A80(1), "80 01 03 11 93"),
    (Board8A80(1, "all24"), "80 01 01 01 01 33 B3"),
    (Winnsen(1), "90 07 92 01 03 01 03"),
    (Winnsen(1, "swapped"), "90 07 92 01 01 03 03"),
    (Wkly(1), "57 4B 4C 59 0C 01 84 00 02 00 01 83"),
    (ModbusRtu(1), "01 02 01 05 61 8B"),
]

OTHERS = [
    (KerongCu(1), "02 00 35 FF 7F 00 00 03 B8"),
    (KerongCu48(1), "02 02 00 75 06 FF FF FF FF FF FE 78"),
    (Board8A80(1), "80 02 03 11 90"),
    (Board8A80(1, "all24"), "80 02 01 01 01 33 B0"),
    (Winnsen(1), "90 07 92 02 03 01 03"),
    (Wkly(1), "57 4B 4C 59 0C 00 84 00 02 00 01 82"),
    (ModbusRtu(1), "02 02 01 05 61 CF"),
]


def good(board: Family, frame: str) -> tuple[Reader, bytes, list[Answer]]:
    reader, data = Reader(board.cut), bytes.fromhex(frame)
    answers = reader.feed(data)
    assert len(answers) == 1
    assert len(data) <= LONGEST
    return reader, data, answers


@pytest.mark.parametrize(("board", "frame"), STATES)
def test_noise_before_an_answer_is_counted_once_and_the_answer_is_heard(board: Family, frame: str):
    reader, data, answers = good(board, frame)
    assert reader.feed(b"\xff\xfe\x00\xfd" + data) == answers
    assert reader.damaged == 1


@pytest.mark.parametrize(("board", "frame"), STATES)
def test_half_an_answer_is_counted_and_the_next_is_heard(board: Family, frame: str):
    for length in range(1, len(bytes.fromhex(frame))):
        reader, data, answers = good(board, frame)
        assert reader.feed(data[:length]) == []
        reader.restart()
        assert reader.feed(data) == answers
        assert reader.damaged == 1


@pytest.mark.parametrize(("board", "frame"), STATES)
def test_half_an_answer_and_a_whole_one_on_its_heels_are_told_apart(board: Family, frame: str):
    for length in range(1, len(bytes.fromhex(frame))):
        reader, data, answers = good(board, frame)
        assert answers[0] in reader.feed(data[:length] + data + data)


@pytest.mark.parametrize(("board", "frame"), STATES)
def test_a_wrong_byte_is_no_answer(board: Family, frame: str):
    data = bytes.fromhex(frame)
    for at in range(len(data)):
        if isinstance(board, Winnsen) and at in (4, 5):
            continue  # it has no checksum, and these may say anything
        reader = Reader(board.cut)
        wrong = bytearray(data)
        wrong[at] ^= 0x40
        assert reader.feed(bytes(wrong)) == []
        reader.restart()
        assert reader.damaged == 1


@pytest.mark.parametrize(("board", "frame"), OTHERS)
def test_the_answer_of_another_board_is_none_of_ours(board: Family, frame: str):
    reader = Reader(board.cut)
    assert reader.feed(bytes.fromhex(frame)) == []
    reader.restart()
    assert reader.damaged >= 1


@pytest.mark.parametrize(("board", "frame"), STATES)
@given(noise=st.binary(max_size=200), cuts=st.lists(st.integers(0, 300), max_size=5))
def test_after_any_noise_two_answers_in_a_row_are_heard(board: Family, frame: str, noise: bytes, cuts: list[int]):
    reader, data, answers = good(board, frame)
    stream = noise + data * (2 + LONGEST // len(data))
    heard: list[Answer] = []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        heard += reader.feed(stream[start:end])
    assert answers[0] in heard


@pytest.mark.parametrize(("board", "frame"), STATES)
@given(noise=st.binary(max_size=400))
def test_noise_never_fills_the_memory_or_raises(board: Family, frame: str, noise: bytes):
    reader = Reader(board.cut)
    for byte in noise:
        reader.feed(bytes((byte,)))
    assert len(reader._held) <= LONGEST
