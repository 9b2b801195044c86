"""What an agent does to its journal, and what must be in it after any power cut."""

import itertools
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from edge.clock import Clock
from edge.journal import Journal, JournalFault
from tests.faults.power_cut import Image, put
from tests.faults.sqlite_disk import Act, Said, recorded
from tests.faults.verdict import Verdict
from tests.simulation.signing import Signing
from wire.entry import Receipt
from wire.happenings import AlarmRaised, DepositOpened, Happening

FILE = "journal.db"
SIGN = Signing().signer("zone-01")
WRAPS_AFTER_PAGES = 12
"""Pages after which the write-ahead log is copied back, so that it wraps many times in a short run."""

LONGEST = 7_000
"""Letters of one entry; a page of the database has 4,096 bytes."""


class Appended(NamedTuple):
    """`append` returned: these entries are promised, with their numbers."""

    entries: tuple[tuple[int, bytes], ...]


class Moved(NamedTuple):
    """`take` returned: the cursor is promised."""

    cursor: int


def open_journal(folder: Path) -> Journal:
    ticks = itertools.count(1_795_000_000_000)
    clock = Clock(wall=lambda: next(ticks), mono=lambda: 0)
    return Journal(folder / FILE, "zone-01", 1, SIGN, clock)


def work(folder: Path, start: Image, dice: random.Random, synchronous: str) -> list[Act]:
    """Run an agent's day on the disk `start`; returns what the disk and the agent heard."""
    put(start, folder)
    with recorded(folder) as acts, closing(open_journal(folder)) as journal:
        journal._file._db.execute(f"PRAGMA wal_autocheckpoint = {WRAPS_AFTER_PAGES}")
        journal._file._db.execute(f"PRAGMA synchronous = {synchronous}")
        for _ in range(dice.randint(4, 24)):
            _append(journal, acts, dice)
            if dice.random() < 0.4:
                _take(journal, acts, dice.randint(journal.cursor, journal.last))
    return acts


def _append(journal: Journal, acts: list[Act], dice: random.Random) -> None:
    before = journal.last
    notes = {"lock board": str(dice.random())} if dice.random() < 0.3 else None
    journal.append(*(_happening(dice) for _ in range(dice.randint(1, 5))), notes=notes)
    acts.append(Said(Appended(tuple((seq, signed.data) for seq, signed in journal.read(before)))))


def _take(journal: Journal, acts: list[Act], upto: int) -> None:
    head = journal._digest_at(upto)
    assert head is not None
    journal.take(Receipt(v=1, device="zone-01", epoch=1, upto=upto, head=head))
    acts.append(Said(Moved(upto)))


def _happening(dice: random.Random) -> Happening:
    if dice.random() < 0.5:
        return DepositOpened(item=f"item-{dice.randrange(4)}", compartment=dice.randrange(9), giver="staff 1001")
    return AlarmRaised(alarm="x", about="y", detail="z" * min(int(dice.paretovariate(0.5)) - 1, LONGEST))


def judge(folder: Path, said: Sequence[object]) -> Verdict:
    """Open the journal as the agent would, and look for what was promised."""
    promised = {seq: data for each in said if isinstance(each, Appended) for seq, data in each.entries}
    cursor = max((each.cursor for each in said if isinstance(each, Moved)), default=0)
    try:
        with closing(open_journal(folder)) as journal:
            if journal._file._db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return Verdict.CORRUPT
            list(journal.history())
            kept = set(journal._file._db.execute("SELECT seq, data FROM entries"))
            return Verdict.GOOD if kept >= promised.items() and journal.cursor >= cursor else Verdict.LOST
    except (JournalFault, sqlite3.DatabaseError):
        return Verdict.CORRUPT
