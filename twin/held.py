"""A line to the broker on which messages of one topic can be late: what comes down stays in the cable until let go.

Everything else passes, so neither end notices. Packets are MQTT 3.1.1, of which only the outermost layer is read.
"""

import asyncio
from typing import NamedTuple

from twin.line import CHUNK, Line

_PUBLISH = 0x30


class Held(NamedTuple):
    """A message that came from the broker while its topic was held."""

    topic: str
    payload: bytes


class BrokerLine(Line):
    """`hold("down/journal")` keeps messages whose topic ends so, `let_go()` delivers them to who still waits."""

    def __init__(self, host: str, port: int, *, at: int = 0) -> None:
        super().__init__(host, port, at=at)
        self.held: list[Held] = []
        """Everything that was held since the last `hold`."""
        self._topic = ""
        self._waiting: list[tuple[asyncio.StreamWriter, bytes]] = []

    def hold(self, topic: str) -> None:
        self._topic = topic
        self.held.clear()

    def let_go(self) -> None:
        """Deliver what waits; a connection that ended meanwhile took its own with it."""
        self._topic = ""
        for writer, packet in self._waiting:
            writer.write(packet)
        self._waiting.clear()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passing = asyncio.StreamReader()
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._sieve(reader, passing, writer))
                both.create_task(self._pass(passing, writer))
        finally:
            self._forget(writer)

    async def _sieve(
        self, reader: asyncio.StreamReader, passing: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        buffer = b""
        while data := await reader.read(CHUNK):
            packets, buffer = split(buffer + data)
            for packet in packets:
                message = published(packet)
                if message and self._topic and message.topic.endswith(self._topic):
                    self.held.append(message)
                    self._waiting.append((writer, packet))
                else:
                    passing.feed_data(packet)
        self._forget(writer)
        passing.feed_data(buffer)
        passing.feed_eof()

    def _forget(self, writer: asyncio.StreamWriter) -> None:
        self._waiting = [(waiting, packet) for waiting, packet in self._waiting if waiting is not writer]


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole packets at the beginning, and what is left."""
    packets = []
    while (end := _end(data)) is not None and end <= len(data):
        packets.append(data[:end])
        data = data[end:]
    return packets, data


def published(packet: bytes) -> Held | None:
    """Return the message in a packet, None when it carries none."""
    if packet[0] & 0xF0 != _PUBLISH:
        return None
    at = _length(packet)[1]
    topic_ends = at + 2 + int.from_bytes(packet[at : at + 2], "big")
    begins = topic_ends + (2 if packet[0] & 0x06 else 0)  # QoS 1 and 2 have a packet identifier
    return Held(packet[at + 2 : topic_ends].decode(errors="replace"), packet[begins:])


def _end(data: bytes) -> int | None:
    """Return where the first packet ends, None while its length is not all here."""
    length, at = _length(data)
    return None if at == 0 else at + length


def _length(data: bytes) -> tuple[int, int]:
    """Return the remaining length of a packet and where that begins; (0, 0) while it is not all here."""
    value = 0
    for at, byte in enumerate(data[1:5]):
        value |= (byte & 0x7F) << 7 * at
        if not byte & 0x80:
            return value, at + 2
    return 0, 0
