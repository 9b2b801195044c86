"""No input makes a codec open more than one lock, or keep one under current: over all inputs, and with a control."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locker.boards
from locker.boards import Family, Opened
from locker.boards.board_8a80 import Board8A80
from locker.boards.kerong_cu import KerongCu
from locker.boards.kerong_cu48 import KerongCu48
from locker.boards.modbus_rtu import ModbusRtu
from locker.boards.winnsen import Winnsen
from locker.boards.wkly import Wkly


def kerong_cu(frame: bytes) -> bool:
    """All locks (33), the pulse time (37), a delay (39), or every board (F0)."""
    return len(frame) != 5 or frame[2] not in (0x30, 0x31, 0x38) or frame[1] >= 0xA0


def kerong_cu48(frame: bytes) -> bool:
    return len(frame) != 6 or frame[3] not in (0x60, 0x61) or frame[2] > 47 or frame[1] >= 0xF0


def board_8a80(frame: bytes) -> bool:
    """All locks (8A .. 00), several (90), current on and off (9A, 9B), all in turn (9D)."""
    return len(frame) != 5 or frame[0] not in (0x80, 0x8A) or (frame[0] == 0x8A and frame[2] == 0) or frame[1] == 0


def winnsen(frame: bytes) -> bool:
    return len(frame) != 6 or frame[2] not in (0x05, 0x12) or frame[3] == 0 or not 1 <= frame[4] <= 16


def wkly(frame: bytes) -> bool:
    """Several (80, 87), all (86), flashing (81), current on and off (88, 89), lock 0."""
    single = len(frame) == 9 and frame[6] == 0x82 and frame[7] > 0
    return not single and not (len(frame) == 8 and frame[6] == 0x84)


def modbus_rtu(frame: bytes) -> bool:
    """Every board (0), several coils (0F), every relay (coil FF), anything but on, off and at most 500 ms."""
    coil = frame[1] == 5 and frame[3] < 32 and (frame[2], frame[4:6]) in (
        *((0, word) for word in (b"\xff\x00", b"\x00\x00")),
        *((2, bytes((0, tenths))) for tenths in range(1, 6)),
    )  # fmt: skip
    return len(frame) != 8 or frame[0] == 0 or not (coil or frame[1] == 2)


FORBIDDEN: dict[type[Family], Callable[[bytes], bool]] = {
    KerongCu: kerong_cu,
    KerongCu48: kerong_cu48,
    Board8A80: board_8a80,
    Winnsen: winnsen,
    Wkly: wkly,
    ModbusRtu: modbus_rtu,
}

PUBLISHED_DANGERS = {
    KerongCu: ["02 00 33 03 38", "02 F0 31 03 26", "02 00 37 EA 60 03 86"],
    KerongCu48: ["02 00 30 61 03 96", "02 F0 00 61 03 56"],
    Board8A80: ["8A 01 00 11 9A", "8A 02 00 11 99", "9A 01 01 11 8B", "9D 01 01 33 AE"],
    Winnsen: ["90 06 05 00 01 03", "90 06 05 01 00 03", "90 06 05 01 11 03"],
    Wkly: ["57 4B 4C 59 08 00 86 87", "57 4B 4C 59 0C 00 87 03 01 02 03 81", "57 4B 4C 59 09 00 88 01 89"],
    ModbusRtu: [
        "00 05 00 00 FF 00 8D EB",
        "01 05 00 FF FF 00 BC 0A",
        "01 0F 00 00 00 08 01 FF BE D5",
        "01 05 02 00 00 07 8D B0",
    ],
}

anything = st.one_of(st.integers(), st.integers(-1, 300))


def frames(family: type[Family], board: int, variant: str, pulse_ms: int, lock: int) -> Iterator[bytes]:
    """Return whatever this codec makes of these; what it refuses is not made."""
    try:
        made = family(board, variant, pulse_ms)
    except ValueError:
        return
    for make in (made.open_frame, made.after_frame):
        try:
            frame = make(lock)
        except ValueError:
            continue
        if frame is not None:
            yield frame
    try:
        yield from (question.frame for question in made.questions([lock]))
    except ValueError:
        return


@pytest.mark.parametrize("family", FORBIDDEN)
@given(data=st.data(), board=anything, pulse_ms=anything, lock=anything)
def test_no_input_makes_a_dangerous_frame(
    family: type[Family], data: st.DataObject, board: int, pulse_ms: int, lock: int
):
    variant = data.draw(st.sampled_from((*family.VARIANTS, "other")))
    for frame in frames(family, board, variant, pulse_ms, lock):
        assert not FORBIDDEN[family](frame)


@pytest.mark.parametrize("family", FORBIDDEN)
def test_every_lock_of_every_board_is_openable_and_none_beside_them(family: type[Family]):
    for board in family.BOARDS:
        for lock in range(-1, 300):
            made = list(frames(family, board, "", 200, lock))
            assert bool(made) == (lock in family.LOCKS)
            assert not any(map(FORBIDDEN[family], made))


@pytest.mark.parametrize("family", FORBIDDEN)
def test_no_two_locks_share_an_opening(family: type[Family]):
    openings = {family(board).open_frame(lock) for board in family.BOARDS for lock in family.LOCKS}
    assert len(openings) == len(family.BOARDS) * len(family.LOCKS)


@pytest.mark.parametrize(("family", "frame"), [(f, frame) for f, many in PUBLISHED_DANGERS.items() for frame in many])
def test_the_control_the_published_dangers_are_seen_as_such(family: type[Family], frame: str):
    assert FORBIDDEN[family](bytes.fromhex(frame))


@pytest.mark.parametrize("family", FORBIDDEN)
@pytest.mark.parametrize("outside", [-1, 1])
def test_an_address_beside_the_range_is_no_board(family: type[Family], outside: int):
    beside = family.BOARDS[0] - 1 if outside < 0 else family.BOARDS[-1] + 1
    with pytest.raises(ValueError, match="address"):
        family(beside)


@pytest.mark.parametrize("pulse_ms", [0, 501])
def test_a_pulse_is_never_longer_than_half_a_second(pulse_ms: int):
    with pytest.raises(ValueError, match="pulse"):
        ModbusRtu(1, "flash", pulse_ms)


@pytest.mark.parametrize("family", FORBIDDEN)
def test_whatever_stays_under_current_can_be_released(family: type[Family]):
    for variant in family.VARIANTS:
        made = family(family.BOARDS[0], variant)
        assert not made.holds or all(made.after_frame(lock) for lock in family.LOCKS)


def test_every_family_is_tried():
    files = {file.stem for file in Path(locker.boards.__file__).parent.glob("[!_]*.py")}
    assert {family.__module__.rpartition(".")[2] for family in FORBIDDEN} == files


@pytest.mark.parametrize("family", FORBIDDEN)
def test_an_opening_is_answered_with_a_word_that_the_lockers_know(family: type[Family]):
    assert family.OPENED_BY is Opened or family is KerongCu
