"""Journals as files: an agent's journal.db, the centre's copy of one, or an export of a line an entry."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from wire import entry
from wire.entry import Entry, Receipt, Signed
from wire.errors import BadConfig, BadMessage
from wire.sign import Verify

_SQLITE = b"SQLite format 3\x00"


class Copy(NamedTuple):
    """A journal as a file has it; `known`: digests by number that the file itself says must be there."""

    device: str
    epoch: int
    entries: list[Signed]
    known: dict[int, str]

    def digests(self) -> dict[int, str]:
        """Return the digest of every entry, by its place: what another copy is held against."""
        return {place: entry.digest(signed.data) for place, signed in enumerate(self.entries, 1)}


def read(file: Path, device: str | None = None, epoch: int | None = None) -> Copy:
    """Return the journal in `file`, untouched; BadConfig where there is none.

    `device` and `epoch` choose one where there are several, which is so at the centre; unsaid, the first entry tells.
    """
    with file.open("rb") as opened:
        is_database = opened.read(len(_SQLITE)) == _SQLITE
    entries, known = _database(file, device, epoch) if is_database else (list(_lines(file)), {})
    said = next(_readable(entries), None)
    if said is None:
        raise BadConfig(f"{file}: no entry of a journal in it")
    return Copy(device or said.device, epoch or said.epoch, entries, known)


def read_receipts(file: Path, copy: Copy, verify: Verify) -> dict[int, str]:
    """Return what receipts of the centre, a line each, say of this journal: digests by number."""
    known = {}
    for line in file.read_bytes().splitlines(keepends=True):
        try:
            receipt: Receipt = entry.open_receipt(line, verify)
        except BadMessage as error:
            raise BadConfig(f"{file}: {error}") from None
        if (receipt.device, receipt.epoch) == (copy.device, copy.epoch) and receipt.upto:
            known[receipt.upto] = receipt.head
    return known


def _lines(file: Path) -> Iterator[Signed]:
    for line in file.read_bytes().removesuffix(b"\n").split(b"\n"):
        try:
            yield entry.read_line(line)
        except BadMessage:
            yield Signed(line)  # somebody changed it: the chain tells where


def _readable(entries: Iterable[Signed]) -> Iterator[Entry]:
    for signed in entries:
        with contextlib.suppress(BadMessage):
            yield entry.decode(signed.data)


def _database(file: Path, device: str | None, epoch: int | None) -> tuple[list[Signed], dict[int, str]]:
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            if "entries" in tables:
                rows = db.execute("SELECT data, signature FROM entries ORDER BY seq")
                meta = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('last', 'head')"))
                return [_signed(*row) for row in rows], _last(file, meta)
            if device is None or epoch is None:
                raise BadConfig(f"{file}: a centre's database has many journals; --device and --epoch say which")
            query = "SELECT data, signature FROM entry WHERE device = ? AND epoch = ? ORDER BY seq"
            return [_signed(*row) for row in db.execute(query, (device, epoch))], {}
    except sqlite3.Error as error:
        raise BadConfig(f"{file}: {error}") from None


def _last(file: Path, meta: dict[str, str]) -> dict[int, str]:
    try:
        return {int(meta["last"]): meta["head"]} if "last" in meta else {}
    except (ValueError, KeyError, TypeError):
        raise BadConfig(f"{file}: what it says of its own last entry cannot be read") from None


def _signed(data: object, signature: object) -> Signed:
    """Return an entry; SQLite keeps anything in any column, and what is not bytes nobody has signed."""
    return Signed(*(each if isinstance(each, bytes) else b"" for each in (data, signature)))
