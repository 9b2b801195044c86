"""Journal entries, the batches they travel in, and the receipts that answer them.

An entry is one line of JSON, made once: its digest, its signature and every copy are over those bytes, and nobody ever
writes it again to check it. A batch is a line an entry, oldest first: the signature in base64 (`-` where there is
none), a space, the entry. A receipt says up to where the centre has a device's journal; it travels as the one line of a
batch, signed by the centre, and nothing else may move the device's cursor.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal, NamedTuple, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from wire.errors import BadMessage
from wire.happenings import Happening
from wire.orders import Order
from wire.sign import Sign, Verify

T = TypeVar("T")

VERSION: Literal[1] = 1
GENESIS = "0" * 64
"""The `prev` of a device's first entry."""

MAX_ENTRY = 8_192
"""Bytes of one entry, of a receipt and of a status."""

MAX_BATCH = 60_000
"""Bytes of one batch, below the broker's packet limit of 65,536."""

Name = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?\Z")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Count = Annotated[int, Meta(ge=1, le=2**53)]
Instant = Annotated[int, Meta(ge=0, le=2**53)]
"""Milliseconds: `wall` since 1970 UTC, `mono` since the boot of the device."""


class Entry(Struct, frozen=True, kw_only=True):
    """One entry: who, which, after what, when, and what happened.

    `epoch` rises when a device is replaced under its name; `seq` has no gaps within an epoch; `prev` is the digest of
    the entry before; `clock` says whether `wall` may be trusted.
    """

    v: Literal[1]
    device: Name
    epoch: Count
    seq: Count
    prev: Digest
    boot: Count
    mono: Instant
    wall: Instant
    clock: Literal["good", "unsure"]
    body: Raw

    def happening(self) -> Happening | None:
        """Return what happened, None for a kind from a later version: it is kept, not understood."""
        return _read_body(self.body)


class Signed(NamedTuple):
    """An entry or a receipt as it travels: the exact bytes, and the signature over them (empty: not signed)."""

    data: bytes
    signature: bytes = b""


class Receipt(Struct, frozen=True, kw_only=True):
    """The centre has `device`'s journal of `epoch` up to entry `upto` (0: nothing), whose digest is `head`."""

    v: Literal[1]
    device: Name
    epoch: Count
    upto: Annotated[int, Meta(ge=0, le=2**53)]
    head: Digest


class Status(Struct, frozen=True, kw_only=True):
    """Retained, and the last will: a will whose `boot` is older than what was seen in its `epoch` is ignored."""

    v: Literal[1]
    device: Name
    online: bool
    boot: Count
    version: str = ""
    epoch: Count = 1


class _Kind(Struct):
    kind: str


_entry = msgspec.json.Decoder(Entry)
_body: msgspec.json.Decoder[Happening] = msgspec.json.Decoder(Happening)
_kind = msgspec.json.Decoder(_Kind)
_receipt = msgspec.json.Decoder(Receipt)
_status = msgspec.json.Decoder(Status)
_KINDS = frozenset(str(kind.__struct_config__.tag) for kind in Happening.__args__)


def encode(
    body: Happening | Order,
    *,
    device: str,
    epoch: int,
    seq: int,
    prev: str,
    boot: int,
    mono: int,
    wall: int,
    clock_good: bool,
) -> bytes:
    """Return the bytes of a new entry; ValueError when they are more than `MAX_ENTRY`."""
    entry = Entry(
        v=VERSION,
        device=device,
        epoch=epoch,
        seq=seq,
        prev=prev,
        boot=boot,
        mono=mono,
        wall=wall,
        clock="good" if clock_good else "unsure",
        body=Raw(msgspec.json.encode(body)),
    )
    data = msgspec.json.encode(entry)
    if len(data) > MAX_ENTRY:
        raise ValueError(f"an entry has at most {MAX_ENTRY} bytes, not {len(data)}")
    return data


def decode(data: bytes) -> Entry:
    """Return the entry; BadMessage when it is none."""
    entry = _read(_entry, data, "an entry")
    _read(_kind, entry.body, "a body")
    return entry


def _read_body(body: Raw) -> Happening | None:
    try:
        return _read(_body, body, "a happening")
    except BadMessage:
        if _read(_kind, body, "a happening").kind not in _KINDS:
            return None
        raise


def _read(decoder: msgspec.json.Decoder[T], data: bytes | Raw, what: str) -> T:
    if len(memoryview(data)) > MAX_ENTRY:
        raise BadMessage(f"{what} of more than {MAX_ENTRY} bytes")
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadMessage(f"not {what}: {error}") from None


def digest(data: bytes) -> str:
    """Return the SHA-256 of an entry's bytes, in hexadecimal: what the next entry names as its `prev`."""
    return hashlib.sha256(data).hexdigest()


def pack(entries: Iterable[Signed]) -> bytes:
    """Return the batch of these entries; ValueError above `MAX_BATCH`."""
    batch = b"".join(line_of(each) + b"\n" for each in entries)
    if len(batch) > MAX_BATCH:
        raise ValueError(f"a batch has at most {MAX_BATCH} bytes, not {len(batch)}")
    return batch


def unpack(batch: bytes) -> list[Signed]:
    """Return the entries of a batch, not yet decoded; BadMessage when it is none."""
    if not batch.endswith(b"\n") or len(batch) > MAX_BATCH:
        raise BadMessage("not a batch of entries")
    return [read_line(line) for line in batch[:-1].split(b"\n")]


def line_of(signed: Signed) -> bytes:
    """Return the line of a batch that this is, without its end."""
    return (base64.b64encode(signed.signature) or b"-") + b" " + signed.data


def read_line(line: bytes) -> Signed:
    """Return what a line of a batch holds, not yet decoded; BadMessage when it is none."""
    signature, space, data = line.partition(b" ")
    if not space:
        raise BadMessage("a line of a batch is a signature, a space and an entry")
    return Signed(data, b"" if signature == b"-" else _base64(signature))


def _base64(text: bytes) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        data = b""
    if not data or base64.b64encode(data) != text:  # of two texts for the same bytes only one is right
        raise BadMessage("a signature that is not base64")
    return data


def sign_receipt(receipt: Receipt, sign: Sign) -> bytes:
    """Return the receipt as it travels: the one line of a batch."""
    data = msgspec.json.encode(receipt)
    return pack([Signed(data, sign(data))])


def open_receipt(payload: bytes, verify: Verify) -> Receipt:
    """Return the receipt that travelled as `payload`; BadMessage when it is none, unsigned or forged."""
    lines = unpack(payload)
    if len(lines) != 1:
        raise BadMessage(f"a receipt is one line, not {len(lines)}")
    data, signature = lines[0]
    if not verify(data, signature):
        raise BadMessage("a receipt that the centre did not sign")
    return _read(_receipt, data, "a receipt")


def read_status(data: bytes) -> Status:
    """Return the status; BadMessage when it is none."""
    return _read(_status, data, "a status")


def write(status: Status) -> bytes:
    """Return the bytes of a status."""
    return msgspec.json.encode(status)
