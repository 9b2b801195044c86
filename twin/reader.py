"""An ID-card reader on a serial port that speaks the SDT frames of GA/T 450; its cards are of made-up people.

Frame: AA AA AA 96 69, length (2, big-endian), then for a question CMD PARA data and for an answer SW1 SW2 SW3 data,
then the exclusive-or of length and all that follows; the length counts what comes after it, the checksum included.
"""

from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Self

from twin.tty import Tty
from twin.watched import Watched

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
MAX_QUESTION = 256
"""Bytes; a longer question is none, its preamble was chance."""

OK, FOUND, NO_CARD, NOT_SELECTED = 0x90, 0x9F, 0x80, 0x81
BAD_CHECKSUM, BAD_LENGTH, UNKNOWN, READ_FAILED = 0x10, 0x11, 0x24, 0x41

SAM_ID = bytes.fromhex("05030100d207340112345678aabbccdd")


@dataclass(frozen=True)
class Card:
    """What an ID card says; the number is made up, of a region that does not exist."""

    name: str = "林晓风"
    sex: str = "2"
    nation: str = "01"
    birth: str = "19900307"
    address: str = "示范市样例区不打烊路24号"
    number: str = "990000199003070021"
    issuer: str = "示范市公安局样例分局"
    since: str = "20200101"
    until: str = "20400101"

    def text(self) -> bytes:
        """The 256 bytes of the text part, UTF-16 with every field filled up with spaces."""
        fields = (
            (self.name, 15),
            (self.sex, 1),
            (self.nation, 2),
            (self.birth, 8),
            (self.address, 35),
            (self.number, 18),
            (self.issuer, 15),
            (self.since, 8),
            (self.until, 8),
            ("", 18),
        )
        return b"".join(value[:length].ljust(length).encode("utf-16-le") for value, length in fields)


PHOTO = bytes(1024)
"""A photograph is in a format that only its maker reads; ours is empty."""


class Reader(Watched):
    """`async with Reader(path) as reader:`; `lay_card` and `lift_card` are what people do.

    A card that was read is not found again until it was lifted.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tty = Tty(path, self._arrived)
        self.card: Card | None = None
        self.bad_checksums = 0
        """How many of the next answers have a wrong checksum."""
        self.mute = False
        self.asked = 0
        self.junk = 0
        """Bytes and frames that were no question."""
        self._buffer = bytearray()
        self._selected = self._spent = False

    async def __aenter__(self) -> Self:
        self.tty.plug()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.tty.unplug()

    def lay_card(self, card: Card | None = None) -> None:
        """Lay a card on the reader; without one, that of Lin Xiaofeng."""
        self.card = card or Card()
        self._selected = self._spent = False
        self.changed()

    def lift_card(self) -> None:
        self.card = None
        self._selected = self._spent = False
        self.changed()

    def _arrived(self, data: bytes) -> None:
        self._buffer += data
        while (frame := self._frame()) is not None:
            self._answer(frame)

    def _frame(self) -> bytes | None:
        """Take the next frame, length and checksum included, from the buffer; None while there is none."""
        while True:
            start = self._buffer.find(PREAMBLE)
            if start < 0:
                self._skip(max(len(self._buffer) - len(PREAMBLE) + 1, 0))
                return None
            self._skip(start)
            if len(self._buffer) < 7:
                return None
            length = int.from_bytes(self._buffer[5:7], "big")
            if not 3 <= length <= MAX_QUESTION:
                self._skip(len(PREAMBLE))
                self._say(BAD_LENGTH)
                continue
            if len(self._buffer) < 7 + length:
                return None
            frame = bytes(self._buffer[5 : 7 + length])
            del self._buffer[: 7 + length]
            return frame

    def _skip(self, count: int) -> None:
        self.junk += count
        del self._buffer[:count]

    def _answer(self, frame: bytes) -> None:
        self.asked += 1
        if checksum(frame):
            self.junk += len(frame)
            self._say(BAD_CHECKSUM)
            return
        match frame[2:4]:
            case b"\x11\xff" | b"\x10\xff":
                self._say(OK)
            case b"\x12\xff":
                self._say(OK, SAM_ID)
            case b"\x20\x01":
                self._find()
            case b"\x20\x02":
                self._select()
            case b"\x30\x01":
                self._read()
            case _:
                self._say(UNKNOWN)

    def _find(self) -> None:
        if self.card and not self._spent:
            self._say(FOUND, bytes(4))
        else:
            self._say(NO_CARD)

    def _select(self) -> None:
        self._selected = self.card is not None and not self._spent
        if self._selected:
            self._say(OK, bytes(8))
        else:
            self._say(NOT_SELECTED)

    def _read(self) -> None:
        if not self.card or not self._selected:
            self._say(READ_FAILED)
            return
        self._selected, self._spent = False, True
        text = self.card.text()
        self._say(OK, len(text).to_bytes(2, "big") + len(PHOTO).to_bytes(2, "big") + text + PHOTO)

    def _say(self, status: int, data: bytes = b"") -> None:
        if self.mute:
            return
        body = bytes((0, 0, status)) + data
        framed = (len(body) + 1).to_bytes(2, "big") + body
        wrong = self.bad_checksums > 0
        self.bad_checksums -= wrong
        self.tty.write(PREAMBLE + framed + bytes((checksum(framed) ^ (0xFF if wrong else 0),)))


def checksum(data: bytes) -> int:
    """Return the exclusive-or of all bytes: 0 over a frame that includes its own."""
    return reduce(lambda a, b: a ^ b, data, 0)
