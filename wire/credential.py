"""The citizen's QR code: the right to one item at one bank, signed by the centre, checked without any network.

28 bytes, big endian: version (1), mark of the bank (4), mark of the item (8), issue (2), valid from in minutes since
1970 UTC (4), for how many hours (2), level (1), holder (6); then the Ed25519 signature (64) over the context and these
bytes; all of it in base45. The context keeps what the centre signed for something else from being taken for this.
"""

import hashlib
import struct
from collections.abc import Iterable
from typing import NamedTuple

from wire import base45
from wire.errors import BadMessage
from wire.sign import SIGNATURE_BYTES, Sign, Verify

VERSION = 1
CONTEXT = b"zone-pickup-v1"
BANK_BYTES = 4
ITEM_BYTES = 8
HOLDER_BYTES = 6
MAX_ISSUE = 2**16 - 1
MAX_HOURS = 2**16 - 1
MAX_TEXT = 138
"""Characters: all 92 bytes in base45."""

_CLAIMS = struct.Struct(f">B{BANK_BYTES}s{ITEM_BYTES}sHIHB{HOLDER_BYTES}s")
_BYTES = _CLAIMS.size + SIGNATURE_BYTES
_MINUTE_MS = 60_000


class Credential(NamedTuple):
    """What the QR code says; `not_before` in ms UTC, whole minutes; `holder` zeros where nobody is named."""

    bank: bytes
    item: bytes
    issue: int
    not_before: int
    valid_h: int
    level: int
    holder: bytes = bytes(HOLDER_BYTES)


def bank_mark(device: str) -> bytes:
    """Return what stands for a bank."""
    return hashlib.sha256(b"zone24-bank|" + device.encode()).digest()[:BANK_BYTES]


def item_mark(item: str) -> bytes:
    """Return what stands for an item: its name says too much for a code that people photograph."""
    return hashlib.sha256(b"zone24-item|" + item.encode()).digest()[:ITEM_BYTES]


def encode(credential: Credential, sign: Sign) -> str:
    """Return the text of the QR code; ValueError for numbers and marks that do not fit."""
    bank, item, issue, not_before, valid_h, level, holder = credential
    if (len(bank), len(item), len(holder)) != (BANK_BYTES, ITEM_BYTES, HOLDER_BYTES):
        raise ValueError(f"marks of {len(bank)}, {len(item)} and {len(holder)} bytes")
    try:
        claims = _CLAIMS.pack(VERSION, bank, item, issue, not_before // _MINUTE_MS, valid_h, level, holder)
    except struct.error as error:
        raise ValueError(f"does not fit into a credential: {error}") from None
    return base45.encode(claims + sign(CONTEXT + claims))


def read(text: str, verifies: Iterable[Verify]) -> Credential:
    """Return what a QR code says, if one of the trusted keys signed it; BadMessage("forged") and other kinds of wrong.

    Nobody is trusted for a good signature alone: bank, item, issue and time are for the bank to judge.
    """
    if len(text) != MAX_TEXT:
        raise BadMessage("not a credential")
    try:
        data = base45.decode(text)
    except ValueError:
        raise BadMessage("not a credential") from None
    claims, signature = data[: _CLAIMS.size], data[_CLAIMS.size :]
    if len(data) != _BYTES or claims[0] != VERSION:
        raise BadMessage("not a credential")
    if not any(verify(CONTEXT + claims, signature) for verify in verifies):
        raise BadMessage("forged")
    _, bank, item, issue, minutes, valid_h, level, holder = _CLAIMS.unpack(claims)
    return Credential(bank, item, issue, minutes * _MINUTE_MS, valid_h, level, holder)
