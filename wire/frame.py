"""Frames on the serial bus: COBS between zero bytes, CRC-32 at the end. Runs on CPython and MicroPython.

A frame is `address, sequence, payload …, CRC-32 (little endian)`, COBS-encoded, with a zero byte before and after it.
Zero bytes appear nowhere else, so a receiver that lost its place finds it again at the next one, without any timing:
USB-to-RS-485 adapters cut and glue bytes as they like.
"""

import binascii

MAX_PAYLOAD = 200
"""Bytes of payload in one frame; the longest frame on the line is then 209 bytes."""

_OVERHEAD = 6  # address, sequence, CRC-32
_MAX_ENCODED = MAX_PAYLOAD + _OVERHEAD + 1  # COBS adds one byte below 255


def encode(address: int, sequence: int, payload: bytes) -> bytes:
    """Return the bytes on the line for one payload; `address` and `sequence` are 0 to 255."""
    if not 0 <= address <= 255 or not 0 <= sequence <= 255:
        raise ValueError("address and sequence are one byte each, 0 to 255")
    if len(payload) > MAX_PAYLOAD:
        raise ValueError("a payload has at most %d bytes, not %d" % (MAX_PAYLOAD, len(payload)))
    body = bytes((address, sequence)) + payload
    body += binascii.crc32(body).to_bytes(4, "little")
    blocks = body.split(b"\0")
    return b"\0" + b"".join(bytes((len(block) + 1,)) + block for block in blocks) + b"\0"


def _uncobs(encoded: bytes) -> bytes | None:
    """Return the decoded bytes, or None when the encoding is damaged."""
    out = []
    at = 0
    while at < len(encoded):
        end = at + encoded[at]
        if end > len(encoded):
            return None
        out.append(encoded[at + 1 : end])
        at = end
    return b"\0".join(out)


class Decoder:
    """Bytes of the line in, frames out; whatever is damaged is thrown away and counted.

    >>> Decoder().feed(encode(1, 7, b"hi"))
    [(1, 7, b'hi')]
    """

    def __init__(self) -> None:
        self.damaged = 0
        self._buffer = b""
        self._overlong = False

    def feed(self, data: bytes) -> list[tuple[int, int, bytes]]:
        """Return the `(address, sequence, payload)` of every frame completed by `data`."""
        frames: list[tuple[int, int, bytes]] = []
        pieces = (self._buffer + data).split(b"\0")
        self._buffer = pieces.pop()
        for piece in pieces:
            self._take(piece, frames)
        if len(self._buffer) > _MAX_ENCODED:  # never hold more than one frame: a board has little memory
            self._overlong = True
            self._buffer = b""
        return frames

    def _take(self, piece: bytes, frames: list[tuple[int, int, bytes]]) -> None:
        overlong, self._overlong = self._overlong, False
        if not piece and not overlong:
            return  # the zero before a frame meets the zero after the last one
        body = None if overlong or len(piece) > _MAX_ENCODED else _uncobs(piece)
        if body is None or len(body) < _OVERHEAD or binascii.crc32(body[:-4]).to_bytes(4, "little") != body[-4:]:
            self.damaged += 1
            return
        frames.append((body[0], body[1], body[2:-4]))
