"""Frames against an independent encoder, and against everything that a serial line does to bytes."""

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.frame import MAX_PAYLOAD, Decoder, encode

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "frames.json").read_text())
GOOD = (1, 8, b"good")
LINES = [bytes.fromhex(row["line"]) for row in VECTORS]

addresses = st.integers(0, 255)
payloads = st.binary(max_size=MAX_PAYLOAD)


def crc_32(data: bytes) -> int:
    """CRC-32 (reflected 0xEDB88320) a bit at a time, as no library does it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def cobs(data: bytes) -> bytes:
    """Consistent overhead byte stuffing as its paper tells it: a byte at a time, with a code to fill in later."""
    out, code_at = bytearray([0]), 0
    for byte in data:
        if byte:
            out.append(byte)
        else:
            out[code_at] = len(out) - code_at
            code_at = len(out)
            out.append(0)
    out[code_at] = len(out) - code_at
    return bytes(out)


def line_of(body: bytes) -> bytes:
    return b"\0" + cobs(body + crc_32(body).to_bytes(4, "little")) + b"\0"


def test_the_checksum_is_the_one_everybody_has():
    assert crc_32(b"123456789") == 0xCBF43926


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["why"])
def test_a_golden_frame_is_what_an_independent_encoder_makes(row: dict[str, Any]):
    payload = bytes.fromhex(row["payload"])
    assert line_of(bytes((row["address"], row["sequence"])) + payload).hex() == row["line"]
    assert encode(row["address"], row["sequence"], payload).hex() == row["line"]
    assert Decoder().feed(bytes.fromhex(row["line"])) == [(row["address"], row["sequence"], payload)]


@given(addresses, addresses, payloads)
def test_every_frame_is_what_an_independent_encoder_makes(address: int, sequence: int, payload: bytes):
    line = encode(address, sequence, payload)
    assert line == line_of(bytes((address, sequence)) + payload)
    assert 0 not in line[1:-1]


@given(st.lists(st.tuples(addresses, addresses, payloads), max_size=6), st.data())
def test_frames_arrive_however_the_line_cuts_and_glues_them(frames: list[tuple[int, int, bytes]], data: st.DataObject):
    line = b"".join(encode(*frame) for frame in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(line)), max_size=12)))
    decoder = Decoder()
    heard = [frame for start, end in pairwise([0, *cuts, len(line)]) for frame in decoder.feed(line[start:end])]
    assert heard == frames
    assert decoder.damaged == 0


@pytest.mark.parametrize("line", LINES, ids=[row["why"] for row in VECTORS])
def test_a_frame_fed_byte_by_byte_comes_out_with_its_last_byte(line: bytes):
    decoder = Decoder()
    heard = [decoder.feed(line[at : at + 1]) for at in range(len(line))]
    assert [len(frames) for frames in heard] == [0] * (len(line) - 1) + [1]


@pytest.mark.parametrize("line", LINES, ids=[row["why"] for row in VECTORS])
def test_every_single_bit_flip_is_caught_and_the_next_frame_heard(line: bytes):
    for bit in range(8 * len(line)):
        damaged = bytearray(line)
        damaged[bit // 8] ^= 1 << bit % 8
        decoder = Decoder()
        assert decoder.feed(bytes(damaged) + encode(*GOOD)) == [GOOD], f"bit {bit}"
        assert decoder.damaged > 0, f"bit {bit}"


@pytest.mark.parametrize("line", LINES, ids=[row["why"] for row in VECTORS])
def test_a_byte_lost_or_doubled_anywhere_is_caught_and_the_next_frame_heard(line: bytes):
    for at in range(1, len(line) - 1):  # the zeros at the ends may be doubled, and one of two may be lost
        for damaged in (line[:at] + line[at + 1 :], line[:at] + line[at : at + 1] + line[at:]):
            assert Decoder().feed(damaged + encode(*GOOD)) == [GOOD], f"byte {at}"


def test_two_frames_may_share_the_zero_between_them():
    assert Decoder().feed(encode(1, 1, b"a")[:-1] + encode(1, 2, b"b")) == [(1, 1, b"a"), (1, 2, b"b")]


def test_an_idle_line_of_zeros_is_no_damage():
    decoder = Decoder()
    assert decoder.feed(bytes(1000)) == []
    assert decoder.damaged == 0


@given(st.binary(max_size=600), addresses, addresses, payloads)
def test_after_any_garbage_the_next_frame_is_heard(garbage: bytes, address: int, sequence: int, payload: bytes):
    assert Decoder().feed(garbage + encode(address, sequence, payload))[-1:] == [(address, sequence, payload)]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_any_bytes_give_frames_or_damage_and_nothing_else(pieces: list[bytes]):
    decoder = Decoder()
    for piece in pieces:
        decoder.feed(piece)


def test_junk_of_every_length_is_no_frame():
    chance = random.Random(24)
    for length in range(400):
        assert Decoder().feed(b"\0" + chance.randbytes(length) + b"\0") == [], length


def test_a_line_that_never_ends_takes_no_more_memory_than_one_frame():
    decoder = Decoder()
    for _ in range(1000):
        decoder.feed(b"\x55" * 50)
        assert len(decoder._buffer) <= MAX_PAYLOAD + 7
    assert decoder.feed(encode(*GOOD)) == [GOOD]
    assert decoder.damaged == 1


def test_a_payload_has_at_most_200_bytes():
    assert Decoder().feed(encode(1, 1, bytes(200))) == [(1, 1, bytes(200))]
    with pytest.raises(ValueError, match="at most 200"):
        encode(1, 1, bytes(201))
    decoder = Decoder()
    assert decoder.feed(line_of(bytes((1, 1)) + bytes(201))) == []
    assert decoder.damaged == 1


@pytest.mark.parametrize(("address", "sequence"), [(-1, 0), (256, 0), (0, -1), (0, 256)])
def test_address_and_sequence_are_one_byte_each(address: int, sequence: int):
    with pytest.raises(ValueError, match="0 to 255"):
        encode(address, sequence, b"")


@pytest.mark.parametrize("body", [b"", b"\x01"])
def test_a_frame_without_address_or_sequence_is_damage(body: bytes):
    decoder = Decoder()
    assert decoder.feed(line_of(body)) == []
    assert decoder.damaged == 1
