"""What the journal adds as it writes: signatures, legs, orders; and what it makes of a file of the version before."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.journal import Journal, JournalFault, Ordered
from wire import chain, entry, sign
from wire.entry import GENESIS, Signed
from wire.happenings import AlarmRaised, Deposited, DepositOpened, DoorForced, Happening, Taken

KEY = bytes(range(32))
FORCED = DoorForced(compartment=3)
Open = Callable[..., Journal]


def opened(item: str) -> DepositOpened:
    return DepositOpened(item=item, compartment=1, giver="staff 1001")


def deposited(item: str, before: str = "") -> Deposited:
    return Deposited(item=item, compartment=1, number="0427", issue=1, giver="staff 1001", before=before)


# --- signatures, legs, orders ---


def test_every_entry_is_signed_over_its_bytes(journal: Journal) -> None:
    journal.append(FORCED, FORCED)
    verify = sign.verifier(sign.public_key(KEY))
    read = [signed for _, signed in journal.read(0)]
    assert [verify(*signed) for signed in read] == [True, True]
    assert chain.first_bad(read, verify, device="zone-01", epoch=1) is None


def test_each_leg_names_the_one_before_of_its_item_and_nobody_elses(open_journal: Open) -> None:
    journal = open_journal()
    told: list[Happening] = []
    journal.watch(told.extend)
    journal.append(opened("A"), FORCED, opened("B"))
    journal.append(deposited("B"), deposited("A"))
    journal = open_journal()
    journal.append(Taken(item="A", compartment=1, receiver="citizen ****5678", before="f" * 64))
    read = {read.seq: happening for read, happening in journal.history()}
    digests = {seq: entry.digest(signed.data) for seq, signed in journal.read(0)}
    befores = {seq: happening.before for seq, happening in read.items() if hasattr(happening, "before")}
    assert befores == {1: GENESIS, 3: GENESIS, 4: digests[3], 5: digests[1], 6: digests[5]}
    assert told == [read[seq] for seq in range(1, 6)]


def test_two_legs_of_an_item_in_one_record_follow_each_other(journal: Journal) -> None:
    journal.append(opened("A"), deposited("A"))
    first, _ = journal.read(0)
    assert [happening.before for _, happening in journal.history()] == [GENESIS, entry.digest(first[1].data)]


def test_a_leg_that_was_not_written_is_nobodys_before(journal: Journal) -> None:
    with pytest.raises(ValueError, match="at most"):
        journal.append(opened("A"), AlarmRaised(alarm="x", about="y", detail="z" * entry.MAX_ENTRY))
    journal.append(deposited("A"))
    ((_, happening),) = journal.history()
    assert happening == deposited("A", before=GENESIS)


def test_orders_are_kept_with_their_bytes_and_once(open_journal: Open) -> None:
    journal = open_journal()
    orders = [Ordered(f"{n:032x}", Signed(b"order %d" % n, bytes([n])), 7, n) for n in (2, 1)]
    journal.append(FORCED, ordered=orders)
    journal.append(ordered=[orders[0]._replace(signed=Signed(b"another", b""), seq=9)])
    assert list(open_journal().ordered()) == orders


def test_an_order_is_not_kept_when_its_record_is_not(journal: Journal) -> None:
    with pytest.raises(ValueError, match="at most"):
        journal.append(
            AlarmRaised(alarm="x", about="y", detail="z" * entry.MAX_ENTRY),
            ordered=[Ordered("0" * 32, Signed(b"order"), 7, 1)],
        )
    assert list(journal.ordered()) == []


# --- a journal of the version before ---


@pytest.fixture
def old(file: Path) -> Path:
    """A journal as version 0.1.0 left it: schema 1, nothing signed, legs without a before."""
    prev, db = GENESIS, sqlite3.connect(file)
    db.executescript(SCHEMA_1)
    rows = [opened("A"), FORCED, deposited("A"), opened("B")]
    for seq, happening in enumerate(rows, 1):
        data = entry.encode(
            happening, device="zone-01", epoch=1, seq=seq, prev=prev, boot=3, mono=seq, wall=seq, clock_good=False
        )
        data = data.replace(b',"before":""', b"")
        prev = entry.digest(data)
        db.execute("INSERT INTO entries VALUES (?, ?, ?, x'')", (seq, data, prev))
    said = {"owner": "zone-01 1", "last": "4", "head": prev, "cursor": "2", "boot": "3", "note mark": "7"}
    db.executemany("INSERT INTO meta VALUES (?, ?)", said.items())
    db.commit()
    db.close()
    return file


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


def test_an_old_journal_is_signed_once_and_goes_on(old: Path, open_journal: Open) -> None:
    journal = open_journal()
    verify = sign.verifier(sign.public_key(KEY))
    before = journal.read(0)
    assert chain.first_bad([signed for _, signed in before], verify, device="zone-01", epoch=1) is None
    assert (journal.last, journal.cursor, journal.boot, journal.note("mark")) == (4, 2, 4, "7")
    journal.append(Taken(item="A", compartment=1, receiver="x"), deposited("B"))
    legs = [happening.before for read, happening in journal.history() if read.seq > 4]
    assert legs == [entry.digest(before[2][1].data), entry.digest(before[3][1].data)]
    assert open_journal().read(0)[:4] == before
    with sqlite3.connect(old) as db, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        db.execute("UPDATE entries SET signature = x''")
    db.close()


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_an_old_journal_that_was_tampered_with_is_not_signed(old: Path, open_journal: Open, seq: int) -> None:
    with tampering(old) as db:
        db.executescript("DROP TRIGGER entries_stay; DROP TRIGGER entries_stay_as_written;")
        (data,) = db.execute("SELECT data FROM entries WHERE seq = ?", (seq,)).fetchone()
        bent = data.replace(b'"compartment":', b'"compartment":1')
        db.execute("UPDATE entries SET data = ?, digest = ? WHERE seq = ?", (bent, entry.digest(bent), seq))
        db.executescript("".join(SCHEMA_1.partition("CREATE TRIGGER")[1:]))
    with pytest.raises(JournalFault, match="does not follow"):
        open_journal()
    with sqlite3.connect(old) as db:
        assert db.execute("SELECT count(*) FROM entries WHERE signature <> x''").fetchone() == (0,)
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()


@contextlib.contextmanager
def tampering(file: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(file)
    yield db
    db.commit()
    db.close()
