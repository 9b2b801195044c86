"""The journal's file: one process has it open, every write is durable, and on a full disk there is room kept back."""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from edge.reserve import Reserve
from wire.errors import DeviceFault

SCHEMA = 2

CHECKPOINT_PAGES = 1_000
CHECKPOINT_PAGES_WHEN_FULL = 16
"""The log beside the file grows by so many pages before it begins anew."""

_KEEP_ENTRIES = """
CREATE TRIGGER entries_stay_as_written BEFORE UPDATE ON entries
  BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entries_stay BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
"""
_SINCE_2 = """
CREATE TABLE leg (item TEXT PRIMARY KEY, digest TEXT NOT NULL) STRICT;
CREATE TABLE ordered (
  id TEXT PRIMARY KEY, data BLOB NOT NULL, signature BLOB NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL
) STRICT;
"""
_TABLES = f"""
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY, data BLOB NOT NULL, digest TEXT NOT NULL, signature BLOB NOT NULL
) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
{_KEEP_ENTRIES}{_SINCE_2}"""


class JournalFault(DeviceFault):
    """The journal cannot be trusted or written: no record, so no effect either."""


class JournalFull(JournalFault):
    """There is no room for the record, not even the room that was kept back."""


class JournalFile:
    """The database in `file`, ours until `close`; whatever SQLite or the disk say is a JournalFault."""

    def __init__(self, file: Path) -> None:
        with ExitStack() as opened, _disk_faults(file):
            opened.enter_context(_locked(file))
            self._reserve = Reserve(file.with_suffix(".reserve"))
            if not self._reserve.has_room():
                self._reserve.let_go()
            self._db = opened.enter_context(closing(_open(file)))
            self._checkpoint_after(CHECKPOINT_PAGES_WHEN_FULL if self.full else CHECKPOINT_PAGES)
            self._opened = opened.pop_all()

    @property
    def full(self) -> bool:
        """Tell whether the disk is full and we live on what was kept back; asking looks whether there is room again."""
        if not self._reserve.is_kept and self._reserve.keep():
            self._checkpoint_after(CHECKPOINT_PAGES)
        return not self._reserve.is_kept

    def rows(self, query: str, *values: int | str) -> Iterator[tuple[Any, ...]]:
        """Read, a row at a time."""
        with _disk_faults("the journal"):
            yield from self._db.execute(query, values)

    def row(self, query: str, *values: int | str) -> tuple[Any, ...] | None:
        """Read the first row, None where there is none."""
        with _disk_faults("the journal"):
            found: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        return found

    def meta(self, key: str, default: str = "") -> str:
        """Return what `put` kept."""
        row = self.row("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else default

    def others(self) -> int:
        """Return a number that is another one as soon as anybody else has written into the file."""
        row = self.row("PRAGMA data_version")
        assert row  # noqa: S101  it always says one
        return int(row[0])

    def write(self, change: Callable[[sqlite3.Connection], None]) -> None:
        """Do `change` in one transaction; where the disk is full, again in the room that was kept back for this."""
        try:
            self._write_once(change)
        except JournalFull:
            if not self._reserve.is_kept:
                raise
            self._make_room()
            self._write_once(change)

    def needs_upgrade(self) -> bool:
        """Tell whether the file is of the version before."""
        return _version(self._db) < SCHEMA

    def upgrade(self, change: Callable[[sqlite3.Connection], None]) -> None:
        """From schema 1 to 2, all or nothing; inside, entries may be given the signature that they lack."""

        def whole(db: sqlite3.Connection) -> None:
            for name in ("entries_stay_as_written", "entries_stay"):
                db.execute(f"DROP TRIGGER {name}")
            for statement in _statements(_SINCE_2):
                db.execute(statement)
            change(db)
            for statement in _statements(_KEEP_ENTRIES):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {SCHEMA}")

        self.write(whole)

    def close(self) -> None:
        """Let go of the file."""
        self._opened.close()

    def _write_once(self, change: Callable[[sqlite3.Connection], None]) -> None:
        with _disk_faults("the journal"):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                change(self._db)
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:  # SQLite ends some by itself: a full disk, a dying card
                    self._db.execute("ROLLBACK")

    def _make_room(self) -> None:
        self._reserve.let_go()
        self._checkpoint_after(CHECKPOINT_PAGES_WHEN_FULL)
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _checkpoint_after(self, pages: int) -> None:
        self._db.execute(f"PRAGMA wal_autocheckpoint = {pages}")


def put(db: sqlite3.Connection, values: Mapping[str, str]) -> None:
    """Keep values for `JournalFile.meta`."""
    db.executemany("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", values.items())


@contextmanager
def _disk_faults(about: object) -> Iterator[None]:
    try:
        yield
    except JournalFault:
        raise
    except (sqlite3.Error, OSError) as error:
        is_full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        raise (JournalFull if is_full else JournalFault)(f"{about}: {error}") from error


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Keep other processes out: two agents on one journal would both be its owner."""
    with file.with_name(file.name + ".lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JournalFault(f"{file} is in use by another agent") from None
        yield


def _open(file: Path) -> sqlite3.Connection:
    file.touch(mode=0o600)
    db = sqlite3.connect(file, isolation_level=None)
    try:
        version = _version(db)
        if version > SCHEMA:
            raise JournalFault(f"{file} was made by a later version of zone24 ({version}, this one knows {SCHEMA})")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        if version == 0:
            db.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {SCHEMA}; COMMIT;")
    except BaseException:
        db.close()
        raise
    return db


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """Split a script: `executescript` would commit before its first statement."""
    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
