"""The packets of MQTT 3.1.1, as far as a board needs them. Pure, but for the stream that is handed in."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import StreamReader

MAX_PACKET = 4096
"""Bytes; a broker that sends a longer packet is disconnected before the packet fills the memory."""

CONNECT, CONNACK, PUBLISH, PUBACK = 0x10, 0x20, 0x30, 0x40
SUBSCRIBE, SUBACK, PINGREQ, PINGRESP = 0x82, 0x90, 0xC0, 0xD0
REFUSED = 0x80

_CLEAN, _WILL, _RETAIN, _PASSWORD, _USER = 0x02, 0x04, 0x20, 0x40, 0x80


def string(text: str | bytes) -> bytes:
    """Return the text with its length in front."""
    data = text if isinstance(text, bytes) else text.encode()
    return len(data).to_bytes(2, "big") + data


def packet(head: int, body: bytes) -> bytes:
    """Return a packet: its first byte, the length of its body, its body."""
    rest = len(body)
    length = bytearray()
    while True:
        length.append(rest & 0x7F | (0x80 if rest > 0x7F else 0))
        rest >>= 7
        if not rest:
            return bytes((head,)) + bytes(length) + body


def connect(
    client: str,
    keepalive_s: int,
    will: tuple[str, bytes, int, bool] | None,
    user: str | None,
    password: str | None,
) -> bytes:
    """Return the CONNECT of a clean session; `will` is topic, payload, QoS, retain."""
    flags, body = _CLEAN, string(client)
    if will:
        topic, payload, qos, retain = will
        flags |= _WILL | qos << 3 | (_RETAIN if retain else 0)
        body += string(topic) + string(payload)
    if user is not None:
        flags |= _USER
        body += string(user)
    if password is not None:
        flags |= _PASSWORD
        body += string(password)
    return packet(CONNECT, string("MQTT") + bytes((4, flags)) + keepalive_s.to_bytes(2, "big") + body)


class Packets:
    """Packets out of a stream, which is read in large pieces."""

    def __init__(self, reader: "StreamReader") -> None:
        self._reader = reader
        self._buffer = b""

    async def next(self) -> tuple[int, bytes]:
        """Return `(first byte, body)`; OSError when the stream ended or makes no sense."""
        head = (await self._take(1))[0]
        length = shift = 0
        while True:
            digit = (await self._take(1))[0]
            length |= (digit & 0x7F) << shift
            shift += 7
            if length > MAX_PACKET or shift > 28:
                raise OSError("the broker sent a packet that is too long")
            if not digit & 0x80:
                return head, await self._take(length)

    async def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            data = await self._reader.read(512)
            if not data:
                raise OSError("the broker closed the connection")
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken
