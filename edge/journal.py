"""The device's append-only record: what is not in here has not happened.

One SQLite file, durable at every append. It is the outbox too: entries above the cursor are not yet known to be at the
centre, and only a receipt moves the cursor. Nothing is ever changed or deleted; triggers stop even us.
"""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from edge.clock import Clock
from wire import entry
from wire.entry import GENESIS, Entry, Receipt, Signed
from wire.errors import BadMessage, DeviceFault
from wire.happenings import Happening

SCHEMA = 1
_TABLES = """
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY, data BLOB NOT NULL, digest TEXT NOT NULL, signature BLOB NOT NULL
) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TRIGGER entries_stay_as_written BEFORE UPDATE ON entries
  BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entries_stay BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
"""


class JournalFault(DeviceFault):
    """The journal cannot be trusted or written: no record, so no effect either."""


class Verdict(Enum):
    """What a receipt did to the cursor."""

    FORWARD = "forward"
    BACK = "back"  # the centre has less than it had: it was restored and is refilled
    SAME = "same"
    FORK = "fork"  # the centre has another history under our name: somebody has to look


class Journal:
    """The journal in `file`; it belongs to one process, one device and one epoch, and counts its opens as `boot`."""

    def __init__(self, file: Path, device: str, epoch: int, clock: Clock | None = None) -> None:
        self.device = device
        self.epoch = epoch
        self.clock = clock or Clock()
        self._watchers: list[Callable[[tuple[Happening, ...]], None]] = []
        with ExitStack() as opened, _disk_faults(file):
            opened.enter_context(_locked(file))
            self._db = opened.enter_context(closing(_open(file)))
            self._belongs_to_us()
            self.last, self._head = self._verified_head()
            self.cursor = int(self._meta("cursor", "0"))
            self.boot = self._count_boot()
            self._opened = opened.pop_all()

    # --- writing ---

    def append(self, *happenings: Happening, notes: Mapping[str, str] | None = None) -> int:
        """Write these, all or none, and return the last number; on disk when it returns. `notes`: see `note`."""
        now, seq, head = self.clock.read(), self.last, self._head
        rows = []
        for happening in happenings:
            seq += 1
            data = entry.encode(
                happening,
                device=self.device,
                epoch=self.epoch,
                seq=seq,
                prev=head,
                boot=self.boot,
                mono=now.mono,
                wall=now.wall,
                clock_good=now.good,
            )
            head = entry.digest(data)
            rows.append((seq, data, head, b""))
        with self._transaction():
            if (self.last, self._head) != self._verified_head():
                raise JournalFault("the journal's newest entry is not the one that was written")
            self._db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
            self._put({"last": str(seq), "head": head})
            self._put({f"note {key}": value for key, value in (notes or {}).items()})
        self.last, self._head = seq, head
        if happenings:
            for tell in self._watchers:
                tell(happenings)
        return seq

    def watch(self, tell: Callable[[tuple[Happening, ...]], None]) -> None:
        """Call `tell` with what was appended, after every append."""
        self._watchers.append(tell)

    def take(self, receipt: Receipt) -> Verdict:
        """Move the cursor to where the centre is, if its history is ours; BadMessage for another journal's receipt."""
        if (receipt.device, receipt.epoch) != (self.device, self.epoch):
            raise BadMessage(f"a receipt for {receipt.device}, epoch {receipt.epoch}")
        with _disk_faults("the journal"):
            ours = self._digest_at(receipt.upto)
        if ours != receipt.head:
            return Verdict.FORK
        if receipt.upto == self.cursor:
            return Verdict.SAME
        with self._transaction():
            self._put({"cursor": str(receipt.upto)})
        was, self.cursor = self.cursor, receipt.upto
        return Verdict.FORWARD if receipt.upto > was else Verdict.BACK

    # --- reading ---

    def read(self, after_seq: int, max_bytes: int = entry.MAX_BATCH) -> list[tuple[int, Signed]]:
        """Return the entries after `after_seq`, oldest first, as many as travel in one batch of `max_bytes`."""
        found: list[tuple[int, Signed]] = []
        query = "SELECT seq, data, signature FROM entries WHERE seq > ? ORDER BY seq"
        for seq, data, signature in self._rows(query, after_seq):
            signed = Signed(data, signature)
            max_bytes -= len(entry.pack([signed]))
            if max_bytes < 0:
                break
            found.append((seq, signed))
        return found

    def history(self) -> Iterator[tuple[Entry, Happening]]:
        """Read everything, oldest first, and check the chain; kinds of a later version are left out."""
        prev = GENESIS
        for seq, data, said in self._rows("SELECT seq, data, digest FROM entries ORDER BY seq"):
            read = _checked(data, said, seq)
            if read.prev != prev:
                raise JournalFault(f"entry {seq} does not follow the one before it")
            prev = said
            happening = read.happening()
            if happening is not None:
                yield read, happening

    def note(self, key: str) -> str | None:
        """Return what the last `append` with this note kept."""
        return self._meta(f"note {key}", "") or None

    def close(self) -> None:
        """Let go of the file."""
        self._opened.close()

    # --- inside ---

    def _rows(self, query: str, *values: int) -> Iterator[tuple[Any, ...]]:
        with _disk_faults("the journal"):
            yield from self._db.execute(query, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _disk_faults("the journal"):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:  # SQLite ends some by itself: a full disk, a dying card
                    self._db.execute("ROLLBACK")

    def _belongs_to_us(self) -> None:
        owner = f"{self.device} {self.epoch}"
        with self._transaction():
            self._db.execute("INSERT OR IGNORE INTO meta VALUES ('owner', ?)", (owner,))
        if self._meta("owner") != owner:
            raise JournalFault(f"the journal belongs to {self._meta('owner')!r}, not to {owner!r} (device and epoch)")

    def _count_boot(self) -> int:
        boot = int(self._meta("boot", "0")) + 1
        with self._transaction():
            self._put({"boot": str(boot)})
        return boot

    def _verified_head(self) -> tuple[int, str]:
        row = self._db.execute("SELECT seq, data, digest FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        seq, said = (row[0], row[2]) if row else (0, GENESIS)
        if (str(seq), said) != (self._meta("last", "0"), self._meta("head", GENESIS)):
            raise JournalFault(f"the journal ends at entry {seq}; {self._meta('last', '0')} were written")
        if row:
            newest = _checked(row[1], said, seq)
            if newest.prev != self._digest_at(seq - 1):
                raise JournalFault(f"entry {seq} does not follow the one before it")
            self.clock.not_before(newest.wall)
        return seq, said

    def _digest_at(self, seq: int) -> str | None:
        if seq == 0:
            return GENESIS
        row = self._db.execute("SELECT digest FROM entries WHERE seq = ?", (seq,)).fetchone()
        return str(row[0]) if row else None

    def _meta(self, key: str, default: str = "") -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else default

    def _put(self, values: Mapping[str, str]) -> None:
        self._db.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", values.items()
        )


def _checked(data: bytes, said: str, seq: int) -> Entry:
    if entry.digest(data) != said:
        raise JournalFault(f"entry {seq} was changed after it was written")
    try:
        read = entry.decode(data)
    except BadMessage as error:
        raise JournalFault(f"entry {seq}: {error}") from error
    if read.seq != seq:
        raise JournalFault(f"entry {seq} says that it is {read.seq}")
    return read


@contextmanager
def _disk_faults(about: object) -> Iterator[None]:
    try:
        yield
    except JournalFault:
        raise
    except (sqlite3.Error, OSError) as error:
        raise JournalFault(f"{about}: {error}") from error


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
        version = db.execute("PRAGMA user_version").fetchone()[0]
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
