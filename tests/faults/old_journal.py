"""The disk of a device that ran the version before: its journal is not signed, and is brought up to date at a start."""

import functools
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from tests.faults.edge_journal import FILE, Appended
from tests.faults.power_cut import Image
from wire import entry
from wire.entry import GENESIS
from wire.happenings import Deposited, Happening, PickupReserved

ENTRIES = 30
SCHEMA_1 = """
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY, data BLOB NOT NULL, digest TEXT NOT NULL, signature BLOB NOT NULL
) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TRIGGER entries_stay_as_written BEFORE UPDATE ON entries
  BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entries_stay BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
PRAGMA user_version = 1;
"""


@functools.cache
def begin() -> tuple[Image, tuple[object, ...]]:
    """Return that disk, and what its agent had promised."""
    rows = _rows()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(SCHEMA_1)
            database.executemany("INSERT INTO entries VALUES (?, ?, ?, x'')", rows)
            meta = {"owner": "zone-01 1", "last": str(ENTRIES), "head": rows[-1][2], "cursor": "0", "boot": "1"}
            database.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        return {FILE: file.read_bytes()}, (Appended(tuple((seq, data) for seq, data, _ in rows)),)


def _rows() -> list[tuple[int, bytes, str]]:
    rows, head = [], GENESIS
    for seq in range(1, ENTRIES + 1):
        data = entry.encode(
            _happening(seq), device="zone-01", epoch=1, seq=seq, prev=head, boot=1, mono=seq,
            wall=1_790_000_000_000 + seq, clock_good=True,
        )  # fmt: skip
        head = entry.digest(data)
        rows.append((seq, data, head))
    return rows


def _happening(seq: int) -> Happening:
    item = f"item-{seq % 5}"
    if seq % 2:
        return Deposited(item=item, compartment=1, number="1000", issue=1, giver="staff 1001")
    return PickupReserved(item=item, compartment=1, attempt=1)
