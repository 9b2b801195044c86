"""ID cards on a reader that speaks SDT frames over a serial line (the public protocol of the card modules).

A frame is `AA AA AA 96 69`, a length of two bytes, a command or a status, data, and the exclusive-or of all after the
preamble. The photo is neither decoded nor kept. The full number leaves this file only as the value that `read_card`
returns.
"""

import re
import time
from functools import reduce
from operator import xor
from pathlib import Path
from typing import NamedTuple, Protocol

from edge.drivers import Card
from edge.serial_port import SerialPort
from wire.errors import DeviceFault

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
ANSWER_S = 0.8
READ_S = 3.0
"""A card with its photo is 1,295 bytes: 0.12 s on the line and up to 1.5 s in the module."""

MAX_BODY = 2_400
"""A card with photo and fingerprints has 2,321 bytes."""

_STATUS, _FIND, _SELECT, _READ = b"\x11\xff", b"\x20\x01", b"\x20\x02", b"\x30\x01"
_READY, _FOUND = 0x90, 0x9F
_NOTHING_THERE = frozenset((0x80, 0x81, 0x40, 0x41))  # no card, not selected, no such card, card taken away while read
_NAME, _NUMBER = slice(0, 30), slice(122, 158)  # bytes of UTF-16: name, sex, nation, birth, address, number
_A_NUMBER = re.compile(r"[0-9]{17}[0-9X]")


class Answer(NamedTuple):
    """What came back: the status word's third byte, and the data."""

    status: int
    data: bytes


class IdCard(Card):
    """A card that gives its full number only to who asks for `number`; printed or logged it is masked."""

    __slots__ = ()

    @property
    def masked(self) -> str:
        """The number as a screen or a slip may show it: its first three and last two places."""
        return self.number[:3] + "*" * (len(self.number) - 5) + self.number[-2:]

    def __repr__(self) -> str:
        return f"IdCard({self.masked})"


class Section(Protocol):
    """What the driver reads of `[reader]`."""

    @property
    def port(self) -> Path: ...
    @property
    def baud(self) -> int: ...


def open(section: Section) -> "SdtReader":  # noqa: A001
    """Return the reader of a table of zone.toml."""
    return SdtReader(section)


class SdtReader:
    """A card reader: a question after the other."""

    def __init__(self, section: Section) -> None:
        self._port = SerialPort(section.port, section.baud, read_s=0.1, write_s=ANSWER_S, silent="reader_silent")

    async def status(self) -> bool:
        return await self._port.use(self._answers)

    async def read_card(self) -> Card | None:
        return await self._port.use(self._read_card)

    async def close(self) -> None:
        await self._port.close()

    # --- from here on in the port's thread ---

    def _answers(self) -> bool:
        try:
            return self._ask(_STATUS).status == _READY
        except DeviceFault:
            return False

    def _read_card(self) -> Card | None:
        """Find, select, read: a module wants all three for every reading."""
        for command, wanted in ((_FIND, _FOUND), (_SELECT, _READY)):
            answer = self._ask(command)
            if answer.status in _NOTHING_THERE:
                return None
            if answer.status != wanted:
                raise DeviceFault(f"reader_status_{answer.status:02x}")
        answer = self._ask(_READ, READ_S)
        if answer.status in _NOTHING_THERE:
            return None
        if answer.status != _READY:
            raise DeviceFault(f"reader_status_{answer.status:02x}")
        return card(answer.data)

    def _ask(self, command: bytes, within_s: float = ANSWER_S) -> Answer:
        line = self._port.line()
        line.reset_input_buffer()
        line.write(frame(command))
        collected, until = b"", time.monotonic() + within_s
        while time.monotonic() < until:
            collected += line.read(max(1, line.in_waiting))
            answer, collected = take(collected)
            if answer is not None:
                return answer
        raise DeviceFault("reader_silent")


def frame(body: bytes) -> bytes:
    """Return the frame of a command: the length counts the check byte."""
    sized = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + sized + bytes((reduce(xor, sized),))


def take(data: bytes) -> tuple[Answer | None, bytes]:
    """Return the first whole answer in `data`, if any, and what may still become one; damaged frames are dropped."""
    while (at := data.find(PREAMBLE)) >= 0:
        data = data[at:]
        if len(data) < 7:
            return None, data
        length = int.from_bytes(data[5:7], "big")
        if 4 <= length <= MAX_BODY:
            if len(data) < 7 + length:
                return None, data
            if reduce(xor, data[5 : 7 + length]) == 0:
                return Answer(data[9], data[10 : 6 + length]), data[7 + length :]
        data = data[1:]
    return None, data[-len(PREAMBLE) + 1 :]


def card(data: bytes) -> IdCard:
    """Return what the text of a card says; DeviceFault when it is no card's."""
    text = data[4 : 4 + int.from_bytes(data[:2], "big")]
    if len(text) < _NUMBER.stop:
        raise DeviceFault("reader_sent_no_card")
    number = _field(text[_NUMBER])
    if not _A_NUMBER.fullmatch(number):  # a foreigner's card has other fields at these places
        raise DeviceFault("reader_sent_no_card")
    return IdCard(_field(text[_NAME]), number)


def _field(raw: bytes) -> str:
    return raw.decode("utf-16-le", "replace").rstrip(" \0")
