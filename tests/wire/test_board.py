"""The board's messages against vectors made of bytes laid out by hand, and against junk of every length."""

import contextlib
import json
import random
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import board, frame
from wire.errors import BadMessage

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "board.json").read_text())

LAYOUTS = {
    "AskHello": (0x01, []),
    "Unlock": (0x02, [("door", 1), ("nonce", 4), ("pulse_ms", 2), ("boot", 4)]),
    "Poll": (0x03, [("handled", 4)]),
    "Hello": (0x81, [("version", 1), ("doors", 1), ("boot", 4)]),
    "Unlocked": (0x82, [("nonce", 4), ("outcome", 1)]),
    "Report": (0x83, [("boot", 4), ("contacts", 4), ("lost", 2)]),
    "Rejected": (0x8F, []),
}
MOVE = [("number", 4), ("door", 1), ("is_open", 1), ("age_ms", 4)]


def laid_out(fields: dict[str, Any], layout: list[tuple[str, int]]) -> bytes:
    return b"".join(int(fields[name]).to_bytes(width, "little") for name, width in layout)


def independent(row: dict[str, Any]) -> bytes:
    kind, layout = LAYOUTS[row["message"]]
    payload = bytes([kind]) + laid_out(row["fields"], layout)
    if "moves" in row["fields"]:
        moves = row["fields"]["moves"]
        payload += bytes([len(moves)]) + b"".join(laid_out(move, MOVE) for move in moves)
    return payload


def made(row: dict[str, Any]) -> board.Message:
    fields = dict(row["fields"])
    if "moves" in fields:
        fields["moves"] = [board.Move(**move) for move in fields["moves"]]
    message: board.Message = getattr(board, row["message"])(**fields)
    return message


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: f"{row['message']} {row['payload'][:24]}")
def test_a_golden_message_is_what_the_layout_says(row: dict[str, Any]):
    payload = bytes.fromhex(row["payload"])
    assert independent(row) == payload
    assert made(row).encode() == payload
    assert board.decode(payload) == made(row)


def test_every_message_has_a_vector_and_a_kind_of_its_own():
    assert {message.__name__ for message in board.MESSAGES} == {row["message"] for row in VECTORS} == set(LAYOUTS)
    assert len({message.KIND for message in board.MESSAGES}) == len(board.MESSAGES)


def test_questions_and_answers_are_told_apart_by_their_highest_bit():
    answers = {message.__name__ for message in board.MESSAGES if message.KIND & 0x80}
    assert answers == {"Hello", "Unlocked", "Report", "Rejected"}


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: f"{row['message']} {row['payload'][:24]}")
def test_a_message_cut_short_or_drawn_out_is_refused(row: dict[str, Any]):
    payload = bytes.fromhex(row["payload"])
    for wrong in [payload[:length] for length in range(len(payload))] + [payload + b"\0"]:
        with pytest.raises(BadMessage):
            board.decode(wrong)


def test_every_unknown_kind_is_refused():
    for kind in set(range(256)) - {message.KIND for message in board.MESSAGES}:
        with pytest.raises(BadMessage, match=f"0x{kind:02x}"):
            board.decode(bytes([kind]))


def test_junk_of_every_length_is_a_message_or_refused_and_nothing_else():
    chance = random.Random(24)
    for length in range(frame.MAX_PAYLOAD + 1):
        for kind in range(256):
            junk = bytes([kind]) + chance.randbytes(length)
            with contextlib.suppress(BadMessage):
                assert board.decode(junk).encode() == junk


@given(st.binary(max_size=300))
def test_any_payload_is_a_message_or_refused_and_nothing_else(payload: bytes):
    with contextlib.suppress(BadMessage):
        assert board.decode(payload).encode() == payload


@pytest.mark.parametrize(("outcome", "known"), [(4, True), (5, False), (255, False)])
def test_an_outcome_is_one_of_five(outcome: int, known: bool):
    payload = b"\x82" + bytes(4) + bytes([outcome])
    if known:
        assert board.decode(payload) == board.Unlocked(0, outcome)
    else:
        with pytest.raises(BadMessage, match="outcome"):
            board.decode(payload)


def test_the_outcomes_words_stand_at_their_numbers():
    named = [board.PULSED, board.REPEATED, board.NO_SUCH_DOOR, board.BUSY, board.STALE]
    assert named == list(range(len(board.OUTCOMES)))


@pytest.mark.parametrize(
    ("door", "is_open", "known"), [(1, 0, True), (32, 1, True), (0, 0, False), (33, 0, False), (1, 2, False)]
)
def test_a_move_is_of_doors_1_to_32_open_or_closed(door: int, is_open: int, known: bool):
    payload = b"\x83" + bytes(10) + b"\x01" + struct.pack("<IBBI", 1, door, is_open, 0)
    if known:
        assert board.decode(payload) == board.Report(0, 0, 0, [board.Move(1, door, is_open == 1, 0)])
    else:
        with pytest.raises(BadMessage, match="move"):
            board.decode(payload)


def test_a_report_has_at_most_12_moves_and_fits_one_frame():
    moves = [board.Move(number, 1, True, 0) for number in range(1, 14)]
    full = board.Report(1, 1, 0, moves[:12])
    assert len(full.encode()) <= frame.MAX_PAYLOAD
    assert board.decode(full.encode()) == full
    with pytest.raises(ValueError, match="at most 12"):
        board.Report(1, 1, 0, moves).encode()
    thirteen = b"\x83" + bytes(10) + b"\x0d" + b"".join(struct.pack("<IBBI", m.number, 1, 1, 0) for m in moves)
    with pytest.raises(BadMessage, match="13 moves"):
        board.decode(thirteen)


@pytest.mark.parametrize(
    "message",
    [
        board.Unlock(256, 0, 0, 0),
        board.Unlock(-1, 0, 0, 0),
        board.Unlock(1, 2**32, 0, 0),
        board.Unlock(1, 0, 65536, 0),
        board.Unlock(1, 0, 0, 2**32),
        board.Poll(2**32),
        board.Poll(-1),
    ],
    ids=repr,
)
def test_a_field_that_does_not_fit_is_never_sent(message: board.Message):
    with pytest.raises(struct.error):
        message.encode()


def test_messages_are_equal_by_what_they_say():
    assert board.Poll(1) == board.Poll(1)
    assert board.Poll(1) != board.Poll(2)
    assert board.AskHello() != board.Rejected()
    assert board.Poll(1) != 1
    assert len({board.Poll(1), board.Poll(1), board.Poll(2)}) == 2


def test_a_message_tells_what_it_says():
    assert repr(board.Unlock(3, 4711, 200, 9)) == "Unlock(door=3, nonce=4711, pulse_ms=200, boot=9)"
