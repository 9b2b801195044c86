"""The device's append-only record: what is not in here has not happened.

One SQLite file, durable at every append. It is the outbox too: entries above the cursor are not yet known to be at the
centre, and only a receipt moves the cursor. Every entry is signed as it is written; nothing is ever changed or deleted,
triggers stop even us.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from edge.clock import Clock
from edge.journal_file import SCHEMA, JournalFault, JournalFile, JournalFull, put
from wire import entry
from wire.entry import GENESIS, Entry, Receipt, Signed
from wire.errors import BadMessage
from wire.happenings import Happening
from wire.legs import is_leg
from wire.sign import Sign

__all__ = ["SCHEMA", "Journal", "JournalFault", "JournalFull", "Ordered", "Verdict"]

SIGN_AT_ONCE = 500


class Verdict(Enum):
    """What a receipt did to the cursor."""

    FORWARD = "forward"
    BACK = "back"  # the centre has less than it had: it was restored and is refilled
    SAME = "same"
    FORK = "fork"  # the centre has another history under our name: somebody has to look


class Ordered(NamedTuple):
    """An order as it came: its id, its exact bytes, and its place in the centre's journal for this device."""

    id: str
    signed: Signed
    epoch: int
    seq: int


class _New(NamedTuple):
    """What an append is about to write; `legs`: the digest of the last leg of each item among it."""

    rows: list[tuple[int, bytes, str, bytes]]
    happenings: tuple[Happening, ...]
    legs: dict[str, str]
    seq: int
    head: str


class Journal:
    """The journal in `file`; it belongs to one process, one device and one epoch, and counts its opens as `boot`."""

    def __init__(self, file: Path, device: str, epoch: int, sign: Sign, clock: Clock | None = None) -> None:
        self.device = device
        self.epoch = epoch
        self.clock = clock or Clock()
        self._sign = sign
        self._watchers: list[Callable[[tuple[Happening, ...]], None]] = []
        self._file = JournalFile(file)
        try:
            self._belongs_to_us()
            self._checked: int | None = self._file.others()
            self.last, self._head = self._verified_head()
            if self._file.needs_upgrade():
                self._file.upgrade(self._sign_once)
            self.cursor = int(self._file.meta("cursor", "0"))
            self.boot = self._count_boot()
        except BaseException:
            self._file.close()
            raise

    # --- writing ---

    def append(
        self, *happenings: Happening, notes: Mapping[str, str] | None = None, ordered: Sequence[Ordered] = ()
    ) -> int:
        """Write these, all or none, and return the last number; on disk when it returns. `notes`: see `note`.

        Each leg is given the `before` that it has here. An order that is there already stays as it came first.
        """
        new = self._encoded(happenings)

        def insert(db: sqlite3.Connection) -> None:
            self._must_end_as_written()
            db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", new.rows)
            if new.legs:
                db.executemany("INSERT OR REPLACE INTO leg VALUES (?, ?)", new.legs.items())
            if ordered:
                db.executemany("INSERT OR IGNORE INTO ordered VALUES (?, ?, ?, ?, ?)", map(_row, ordered))
            noted = {f"note {key}": value for key, value in (notes or {}).items()}
            put(db, {"last": str(new.seq), "head": new.head, **noted})

        try:
            self._file.write(insert)
        except BaseException:
            self._checked = None  # what the disk has now is not known
            raise
        self.last, self._head = new.seq, new.head
        if new.happenings:
            for tell in self._watchers:
                tell(new.happenings)
        return new.seq

    def watch(self, tell: Callable[[tuple[Happening, ...]], None]) -> None:
        """Call `tell` with what was appended, after every append."""
        self._watchers.append(tell)

    def take(self, receipt: Receipt) -> Verdict:
        """Move the cursor to where the centre is, if its history is ours; BadMessage for another journal's receipt."""
        if (receipt.device, receipt.epoch) != (self.device, self.epoch):
            raise BadMessage(f"a receipt for {receipt.device}, epoch {receipt.epoch}")
        if self._digest_at(receipt.upto) != receipt.head:
            return Verdict.FORK
        if receipt.upto == self.cursor:
            return Verdict.SAME
        self._file.write(lambda db: put(db, {"cursor": str(receipt.upto)}))
        was, self.cursor = self.cursor, receipt.upto
        return Verdict.FORWARD if receipt.upto > was else Verdict.BACK

    @property
    def full(self) -> bool:
        """Tell whether the disk is full: only what hands out what is held should be recorded until it is not."""
        return self._file.full

    # --- reading ---

    def read(self, after_seq: int, max_bytes: int = entry.MAX_BATCH) -> list[tuple[int, Signed]]:
        """Return the entries after `after_seq`, oldest first, as many as travel in one batch of `max_bytes`."""
        found: list[tuple[int, Signed]] = []
        query = "SELECT seq, data, signature FROM entries WHERE seq > ? ORDER BY seq"
        for seq, data, signature in self._file.rows(query, after_seq):
            signed = Signed(data, signature)
            max_bytes -= len(entry.line_of(signed)) + 1
            if max_bytes < 0:
                break
            found.append((seq, signed))
        return found

    def history(self) -> Iterator[tuple[Entry, Happening]]:
        """Read everything, oldest first, and check the chain; kinds of a later version are left out."""
        return ((read, happening) for read, happening, _ in self._history())

    def ordered(self) -> Iterator[Ordered]:
        """Read the orders that were kept, in the order in which they came."""
        for id_, data, signature, epoch, seq in self._file.rows("SELECT * FROM ordered ORDER BY rowid"):
            yield Ordered(id_, Signed(data, signature), epoch, seq)

    def note(self, key: str) -> str | None:
        """Return what the last `append` with this note kept."""
        return self._file.meta(f"note {key}") or None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    # --- inside ---

    def _encoded(self, happenings: Sequence[Happening]) -> _New:
        now, seq, head = self.clock.read(), self.last, self._head
        rows, written, legs = [], [], dict[str, str]()
        for said in happenings:
            seq += 1
            happening = replace(said, before=legs.get(said.item) or self._last_leg(said.item)) if is_leg(said) else said
            data = entry.encode(
                happening, device=self.device, epoch=self.epoch, seq=seq, prev=head, boot=self.boot,
                mono=now.mono, wall=now.wall, clock_good=now.good,
            )  # fmt: skip
            head = entry.digest(data)
            if is_leg(happening):
                legs[happening.item] = head
            rows.append((seq, data, head, self._sign(data)))
            written.append(happening)
        return _New(rows, tuple(written), legs, seq, head)

    def _history(self) -> Iterator[tuple[Entry, Happening, str]]:
        prev = GENESIS
        for seq, data, said in self._file.rows("SELECT seq, data, digest FROM entries ORDER BY seq"):
            read = _checked(data, said, seq)
            if read.prev != prev:
                raise JournalFault(f"entry {seq} does not follow the one before it")
            prev = said
            happening = read.happening()
            if happening is not None:
                yield read, happening, said

    def _sign_once(self, db: sqlite3.Connection) -> None:
        """Sign the entries of a version that did not sign, if they are whole, and note everybody's last leg."""
        legs = {happening.item: digest for _, happening, digest in self._history() if is_leg(happening)}
        db.executemany("INSERT INTO leg VALUES (?, ?)", legs.items())
        unsigned, upto = "SELECT seq, data FROM entries WHERE seq > ? AND signature = x'' ORDER BY seq LIMIT ?", 0
        while rows := db.execute(unsigned, (upto, SIGN_AT_ONCE)).fetchall():
            signed = [(self._sign(data), seq) for seq, data in rows]
            db.executemany("UPDATE entries SET signature = ? WHERE seq = ?", signed)
            upto = rows[-1][0]

    def _belongs_to_us(self) -> None:
        us = f"{self.device} {self.epoch}"
        if not (owner := self._file.meta("owner")):
            self._file.write(lambda db: put(db, {"owner": us}))
        elif owner != us:
            raise JournalFault(f"the journal belongs to {owner!r}, not to {us!r} (device and epoch)")

    def _count_boot(self) -> int:
        boot = int(self._file.meta("boot", "0")) + 1
        self._file.write(lambda db: put(db, {"boot": str(boot)}))
        return boot

    def _must_end_as_written(self) -> None:
        """JournalFault if somebody else has changed the end; nobody can have while nobody else has written at all."""
        others = self._file.others()
        if others != self._checked:
            if (self.last, self._head) != self._verified_head():
                raise JournalFault("the journal's newest entry is not the one that was written")
            self._checked = others

    def _verified_head(self) -> tuple[int, str]:
        row = self._file.row("SELECT seq, data, digest FROM entries ORDER BY seq DESC LIMIT 1")
        seq, said = (row[0], row[2]) if row else (0, GENESIS)
        written = self._file.meta("last", "0")
        if (str(seq), said) != (written, self._file.meta("head", GENESIS)):
            raise JournalFault(f"the journal ends at entry {seq}; {written} were written")
        if row:
            newest = _checked(row[1], said, seq)
            if newest.prev != self._digest_at(seq - 1):
                raise JournalFault(f"entry {seq} does not follow the one before it")
            self.clock.not_before(newest.wall)
        return seq, said

    def _digest_at(self, seq: int) -> str | None:
        if seq == 0:
            return GENESIS
        row = self._file.row("SELECT digest FROM entries WHERE seq = ?", seq)
        return str(row[0]) if row else None

    def _last_leg(self, item: str) -> str:
        row = self._file.row("SELECT digest FROM leg WHERE item = ?", item)
        return str(row[0]) if row else GENESIS


def _row(ordered: Ordered) -> tuple[str, bytes, bytes, int, int]:
    return ordered.id, ordered.signed.data, ordered.signed.signature, ordered.epoch, ordered.seq


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
