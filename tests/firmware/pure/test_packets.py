"""Runs on CPython by pytest, and on MicroPython by ../test_on_micropython.py."""

import asyncio

from firmware.common import packets


class Stream:
    """What a broker sent, in the pieces given."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    async def read(self, _count: int) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


def read(*pieces: bytes) -> tuple[int, bytes]:
    return asyncio.run(packets.Packets(Stream(*pieces)).next())


def trouble(*pieces: bytes) -> str | None:
    try:
        read(*pieces)
    except OSError as error:
        return str(error)
    return None


def test_a_packet_reads_back_whatever_its_length():
    for length in (0, 1, 127, 128, 300, packets.MAX_PACKET):
        sent = packets.packet(0x30, b"x" * length)
        assert read(sent) == (0x30, b"x" * length)
        assert read(*[sent[at : at + 7] for at in range(0, len(sent), 7)]) == (0x30, b"x" * length)


def test_a_connect_is_as_the_standard_has_it():
    assert packets.connect("n", 60, None, None, None) == b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01n"


def test_a_connect_carries_the_will_the_user_and_the_password():
    will = ("w", b"gone", 1, True)
    assert packets.connect("n", 60, will, "u", "p") == (
        b"\x10\x1c\x00\x04MQTT\x04\xee\x00\x3c\x00\x01n\x00\x01w\x00\x04gone\x00\x01u\x00\x01p"
    )


def test_a_packet_that_does_not_fit_is_an_error():
    assert "too long" in trouble(packets.packet(0x30, b"x" * (packets.MAX_PACKET + 1)))
    assert "too long" in trouble(b"\x30\x80\x80\x80\x80\x00")


def test_an_end_in_the_middle_is_an_error():
    assert "closed" in trouble(b"\x30\x05abc")
