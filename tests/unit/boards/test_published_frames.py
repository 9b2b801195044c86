"""Frames that were published, byte by byte; nobody here had the hardware."""

import pytest

from locker.boards import Answer, Changed, Contacts, Family, Opened, Reader, Released
from locker.boards.board_8a80 import Board8A80
from locker.boards.kerong_cu import KerongCu
from locker.boards.kerong_cu48 import KerongCu48
from locker.boards.modbus_rtu import ModbusRtu, crc
from locker.boards.winnsen import Winnsen
from locker.boards.wkly import Wkly

OPENINGS = [
    (KerongCu(0), 1, "02 00 31 03 36"),
    (KerongCu(0), 16, "02 0F 31 03 45"),
    (KerongCu48(0), 1, "02 00 00 61 03 66"),
    (Board8A80(1), 1, "8A 01 01 11 9B"),
    (Board8A80(1), 2, "8A 01 02 11 98"),
    (Winnsen(1), 3, "90 06 05 01 03 03"),
    (Wkly(0x0A), 1, "57 4B 4C 59 09 0A 82 01 89"),
    (Wkly(0), 1, "57 4B 4C 59 09 00 82 01 83"),
    (Wkly(1), 4, "57 4B 4C 59 09 01 82 04 87"),
    (ModbusRtu(1), 1, "01 05 00 00 FF 00 8C 3A"),
    (ModbusRtu(1, "flash", 500), 1, "01 05 02 00 00 05 0C 71"),
]

QUESTIONS = [
    (KerongCu(0), "02 00 30 03 35"),
    (KerongCu48(0), "02 00 00 60 03 65"),
    (Board8A80(1), "80 01 01 33 B3"),
    (Board8A80(1, "all24"), "80 01 00 33 B2"),
    (Winnsen(1), "90 06 12 01 01 03"),
    (Wkly(0), "57 4B 4C 59 08 00 84 85"),
    (ModbusRtu(1), "01 02 00 00 00 01 B9 CA"),
]

ALL_OPEN = dict.fromkeys(range(1, 17), False)

ANSWERS: list[tuple[Family, str, Answer]] = [
    (KerongCu(0), "02 00 35 FF FF 00 00 03 38", Contacts(dict.fromkeys(range(1, 17), True))),
    (KerongCu(0), "02 00 35 00 80 00 00 03 BA", Contacts(ALL_OPEN | {16: True})),
    (KerongCu(0), "02 00 38 00 37 03 74", Released(None)),
    (KerongCu48(0), "02 00 02 75 00 79", Opened(3, "pulsed")),
    (KerongCu48(0), "02 00 02 00 00 04", Opened(3, "stale")),
    (KerongCu48(0), "02 00 00 75 06 FF FF FF FF FF FF 77", Contacts(dict.fromkeys(range(1, 49), True))),
    (Board8A80(1), "8A 01 01 00 8A", Opened(1, "pulsed")),
    (Board8A80(1), "8A 01 01 11 9B", Opened(1, "pulsed")),
    (Board8A80(1), "80 01 01 00 80", Contacts({1: False})),
    (Board8A80(1), "80 01 01 11 91", Contacts({1: True})),
    (Board8A80(1), "82 01 05 00 86", Changed(5, bit=False)),
    (
        Board8A80(1, "all24"),
        "80 01 01 01 01 33 B3",
        Contacts(dict.fromkeys(range(1, 25), False) | {1: True, 9: True, 17: True}),
    ),
    (Winnsen(1), "90 07 85 01 03 01 03", Opened(3, "pulsed")),
    (Winnsen(1), "90 07 85 01 03 00 03", Opened(3, "stale")),
    (Winnsen(1), "90 07 85 01 03 02 03", Opened(3, "busy")),
    (Winnsen(1), "90 07 92 01 03 01 03", Contacts({3: True})),
    (Winnsen(1, "swapped"), "90 07 92 01 00 03 03", Contacts({3: False})),
    (Winnsen(1, "swapped"), "90 07 85 01 03 01 03", Opened(3, "pulsed")),
    (Wkly(0), "57 4B 4C 59 0B 00 82 00 01 00 81", Opened(1, "pulsed")),
    (Wkly(1), "57 4B 4C 59 0B 01 82 00 04 00 85", Opened(4, "pulsed")),
    (Wkly(1), "57 4B 4C 59 0B 01 82 FF 04 FF 85", Opened(4, "stale")),
    (Wkly(1), "57 4B 4C 59 0A 01 85 04 00 83", Changed(4, bit=False)),
    (Wkly(0), "57 4B 4C 59 0D 00 84 00 03 00 01 FF 7D", Contacts({1: False, 2: True})),
    (ModbusRtu(1), "01 05 00 00 FF 00 8C 3A", Opened(1, "pulsed")),
    (ModbusRtu(1), "01 05 00 00 00 00 CD CA", Released(1)),
    (ModbusRtu(1, "flash"), "01 05 02 00 00 07 8D B0", Opened(1, "pulsed")),
    (ModbusRtu(1, "flash"), "01 05 02 01 00 08 9C 74", Opened(2, "pulsed")),
    (ModbusRtu(1), "01 85 02 C3 51", Opened(None, "no_such_door")),
]


@pytest.mark.parametrize(("board", "lock", "frame"), OPENINGS)
def test_an_opening_is_the_published_frame(board: Family, lock: int, frame: str):
    assert board.open_frame(lock) == bytes.fromhex(frame)


@pytest.mark.parametrize(("board", "frame"), QUESTIONS)
def test_a_question_is_the_published_frame(board: Family, frame: str):
    (question,) = board.questions([1])
    assert question.frame == bytes.fromhex(frame)
    assert question.locks == {1}


@pytest.mark.parametrize(("board", "frame", "answer"), ANSWERS)
def test_a_published_answer_is_understood(board: Family, frame: str, answer: Answer):
    reader = Reader(board.cut)
    assert reader.feed(bytes.fromhex(frame)) == [answer]
    assert reader.damaged == 0


@pytest.mark.parametrize(("board", "frame", "answer"), ANSWERS)
def test_it_is_understood_byte_by_byte(board: Family, frame: str, answer: Answer):
    reader = Reader(board.cut)
    heard = [said for byte in bytes.fromhex(frame) for said in reader.feed(bytes((byte,)))]
    assert heard == [answer]
    assert reader.damaged == 0


def test_the_crc_of_modbus_is_the_published_one():
    assert crc(b"123456789") == 0x4B37


def test_a_relay_is_switched_off_again_and_a_flashing_one_does_it_itself():
    assert ModbusRtu(1).after_frame(1) == bytes.fromhex("01 05 00 00 00 00 CD CA")
    assert ModbusRtu(1).holds
    assert ModbusRtu(1, "flash").after_frame(1) is None
    assert not ModbusRtu(1, "flash").holds


@pytest.mark.parametrize(("pulse_ms", "tenths"), [(1, 1), (100, 1), (101, 2), (200, 2), (500, 5)])
def test_a_flash_lasts_as_long_as_the_pulse_in_tenths_of_a_second(pulse_ms: int, tenths: int):
    assert ModbusRtu(1, "flash", pulse_ms).open_frame(1)[4:6] == bytes((0, tenths))


def test_a_cu_is_asked_for_its_pulse_time_after_an_opening():
    assert KerongCu(0).after_frame(3) == bytes.fromhex("02 02 38 03 3F")
    assert not KerongCu(0).holds


def test_contacts_that_were_asked_one_by_one_are_one_question_each():
    assert [question.locks for question in Board8A80(1).questions([2, 1])] == [{1}, {2}]
    assert [question.locks for question in Board8A80(1, "all24").questions([24, 1])] == [{1, 24}]
    assert [question.locks for question in Board8A80(1, "all24").questions([25, 1])] == [{1}, {25}]
