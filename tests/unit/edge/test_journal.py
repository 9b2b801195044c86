"""The journal: durable before any effect, unchangeable after, and led by receipts alone."""

import contextlib
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.clock import EARLIEST_MS
from edge.journal import SCHEMA, Journal, JournalFault, Verdict
from wire import entry, sign
from wire.entry import GENESIS, Receipt
from wire.errors import BadMessage
from wire.happenings import AlarmCleared, AlarmRaised, DoorForced, Happening

SIGN = sign.signer(bytes(range(32)))
FORCED = DoorForced(compartment=3)
Open = Callable[..., Journal]


def receipt(journal: Journal, upto: int, head: str | None = None) -> Receipt:
    if head is None:
        head = GENESIS if upto == 0 else entry.digest(journal.read(upto - 1)[0][1].data)
    return Receipt(v=1, device=journal.device, epoch=journal.epoch, upto=upto, head=head)


@contextlib.contextmanager
def tampered(file: Path) -> Iterator[sqlite3.Connection]:
    """A database tool in the hands of somebody who knows about the triggers."""
    db = sqlite3.connect(file)
    db.executescript("DROP TRIGGER entries_stay; DROP TRIGGER entries_stay_as_written;")
    yield db
    db.commit()
    db.close()


def test_entries_are_numbered_chained_and_read_back_as_they_were_written(journal: Journal) -> None:
    assert journal.append(FORCED, AlarmRaised(alarm="break_in", about="door 3")) == 2
    assert journal.append(AlarmCleared(alarm="break_in", about="door 3")) == 3
    entries = [entry.decode(signed.data) for _, signed in journal.read(0)]
    assert [e.seq for e in entries] == [1, 2, 3]
    assert entries[0].prev == GENESIS
    datas = [signed.data for _, signed in journal.read(0)]
    assert [e.prev for e in entries[1:]] == [entry.digest(data) for data in datas[:2]]
    assert next(happening for _, happening in journal.history()) == FORCED


def test_every_open_is_a_boot_of_its_own(open_journal: Open) -> None:
    assert [open_journal().boot for _ in range(3)] == [1, 2, 3]


def test_what_was_appended_is_there_after_a_kill_before_the_effect(file: Path, open_journal: Open) -> None:
    program = f"""
import os, signal, pathlib
from edge.journal import Journal
from wire import sign
from wire.happenings import DoorForced
journal = Journal(pathlib.Path({str(file)!r}), "zone-01", 1, sign.signer(bytes(32)))
journal.append(DoorForced(compartment=3), notes={{"mark": "7"}})
os.kill(os.getpid(), signal.SIGKILL)  # the bolt was about to move
"""
    ended = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    journal = open_journal()
    assert [happening for _, happening in journal.history()] == [FORCED]
    assert journal.note("mark") == "7"
    assert journal.append(FORCED) == 2


def test_a_failing_append_leaves_nothing_behind(journal: Journal) -> None:
    journal.append(FORCED)
    with pytest.raises(ValueError, match="at most"):
        journal.append(FORCED, AlarmRaised(alarm="x", about="y", detail="长" * entry.MAX_ENTRY), notes={"a": "b"})
    assert (journal.last, journal.note("a"), len(journal.read(0))) == (1, None, 1)
    assert journal.append(FORCED) == 2


def test_a_full_disk_is_a_fault_and_no_record(journal: Journal) -> None:
    pages = journal._file._db.execute("PRAGMA page_count").fetchone()[0]
    journal._file._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalFault, match="full"):  # noqa: PT012 - it fills up at some append
        for _ in range(100):
            before = journal.last
            journal.append(AlarmRaised(alarm="x", about="y", detail="z" * 500))
    assert journal.last == before == len(journal.read(0))
    journal._file._db.execute("PRAGMA max_page_count = 1000000")
    assert journal.append(FORCED) == before + 1


def test_entries_can_neither_be_changed_nor_deleted(journal: Journal, file: Path) -> None:
    journal.append(FORCED)
    db = sqlite3.connect(file)
    for statement in ("UPDATE entries SET data = x'00'", "DELETE FROM entries"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    "crime",
    [
        "UPDATE entries SET data = CAST(replace(CAST(data AS TEXT), 'forced', 'closed') AS BLOB) WHERE seq = 3",
        "UPDATE entries SET (data, digest) = (SELECT data, digest FROM entries WHERE seq = 2) WHERE seq = 3",
        "DELETE FROM entries WHERE seq = 3",
        "UPDATE entries SET seq = 4 WHERE seq = 3",
        "UPDATE meta SET value = '2' WHERE key = 'last'",
    ],
)
def test_a_journal_whose_end_was_tampered_with_does_not_open(file: Path, open_journal: Open, crime: str) -> None:
    open_journal().append(FORCED, FORCED, FORCED)
    open_journal()
    with tampered(file) as db:
        db.execute(crime)
    with pytest.raises(JournalFault, match=r"entry|ends"):
        open_journal()


@pytest.mark.parametrize("seq", [1, 2])
def test_tampering_further_back_is_found_when_history_is_read(file: Path, open_journal: Open, seq: int) -> None:
    open_journal().append(FORCED, FORCED, FORCED, FORCED)
    with tampered(file) as db:
        (data,) = db.execute("SELECT data FROM entries WHERE seq = ?", (seq,)).fetchone()
        changed = data.replace(b'"compartment":3', b'"compartment":4')
        assert changed != data
        db.execute("UPDATE entries SET data = ?, digest = ? WHERE seq = ?", (changed, entry.digest(changed), seq))
    with pytest.raises(JournalFault, match="does not follow"):
        list(open_journal().history())


def test_a_tool_that_writes_beside_us_stops_the_next_append(journal: Journal, file: Path) -> None:
    journal.append(FORCED)
    with tampered(file) as db:
        db.execute("DELETE FROM entries")
    with pytest.raises(JournalFault):
        journal.append(FORCED)
    assert journal.last == 1


def test_a_second_agent_on_one_journal_is_refused(journal: Journal, file: Path) -> None:
    with pytest.raises(JournalFault, match="in use"):
        Journal(file, "zone-01", 1, SIGN)


@pytest.mark.parametrize(("device", "epoch"), [("zone-02", 1), ("zone-01", 2)])
def test_a_journal_of_another_device_or_epoch_is_refused(open_journal: Open, device: str, epoch: int) -> None:
    open_journal()
    with pytest.raises(JournalFault, match="belongs to 'zone-01 1'"):
        open_journal(device, epoch)
    assert open_journal().boot == 2


def test_a_journal_of_a_later_version_is_refused_untouched(file: Path, open_journal: Open) -> None:
    open_journal().append(FORCED)
    open_journal()
    db = sqlite3.connect(file)
    db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    db.close()
    with pytest.raises(JournalFault, match="later version"):
        open_journal()


def test_what_is_no_database_is_refused(file: Path) -> None:
    file.write_bytes(b"not a database, by any reading of it" * 100)
    with pytest.raises(JournalFault):
        Journal(file, "zone-01", 1, SIGN)


def test_the_file_is_the_agents_alone(journal: Journal, file: Path) -> None:
    assert file.stat().st_mode & 0o077 == 0


def test_a_receipt_moves_the_cursor_forward_and_a_repeated_one_not(open_journal: Open) -> None:
    journal = open_journal()
    journal.append(FORCED, FORCED, FORCED)
    assert journal.take(receipt(journal, 2)) is Verdict.FORWARD
    assert journal.take(receipt(journal, 2)) is Verdict.SAME
    assert open_journal().cursor == 2


def test_a_restored_centre_takes_the_cursor_back_and_is_refilled(journal: Journal) -> None:
    journal.append(FORCED, FORCED, FORCED)
    journal.take(receipt(journal, 3))
    assert journal.take(receipt(journal, 1)) is Verdict.BACK
    assert [seq for seq, _ in journal.read(journal.cursor)] == [2, 3]
    assert journal.take(receipt(journal, 0)) is Verdict.BACK
    assert journal.cursor == 0


@pytest.mark.parametrize(("upto", "head"), [(2, "a" * 64), (9, "a" * 64), (0, "a" * 64), (4, GENESIS)])
def test_another_history_at_the_centre_is_a_fork_and_moves_nothing(journal: Journal, upto: int, head: str) -> None:
    journal.append(FORCED, FORCED, FORCED)
    journal.take(receipt(journal, 1))
    assert journal.take(receipt(journal, upto, head)) is Verdict.FORK
    assert journal.cursor == 1


@pytest.mark.parametrize(("device", "epoch"), [("zone-02", 1), ("zone-01", 2)])
def test_a_receipt_for_another_journal_is_a_bad_message(journal: Journal, device: str, epoch: int) -> None:
    with pytest.raises(BadMessage):
        journal.take(Receipt(v=1, device=device, epoch=epoch, upto=0, head=GENESIS))


def test_batches_are_bounded_whole_and_cover_everything_once(journal: Journal) -> None:
    journal.append(*(AlarmRaised(alarm="x", about=str(at), detail="长" * (at % 150)) for at in range(400)))
    after, seen = 0, []
    while batch := journal.read(after):
        packed = entry.pack(signed for _, signed in batch)
        assert len(packed) <= entry.MAX_BATCH
        assert entry.unpack(packed) == [signed for _, signed in batch]
        seen += [seq for seq, _ in batch]
        after = seen[-1]
    assert seen == list(range(1, 401))


def test_the_longest_entry_fits_into_a_batch(journal: Journal) -> None:
    def alarm(length: int) -> Happening:
        return AlarmRaised(alarm="x", about="y", detail="z" * length)

    journal.append(alarm(0))
    room = entry.MAX_ENTRY - len(journal.read(0)[0][1].data)
    longest = next(length for length in itertools.count(room, -1) if _fits(journal, alarm(length)))
    assert room - longest < 10
    assert [seq for seq, _ in journal.read(1)] == [2]


def _fits(journal: Journal, happening: Happening) -> bool:
    try:
        journal.append(happening)
    except ValueError:
        return False
    return True


def test_watchers_hear_what_was_appended_and_only_then(journal: Journal) -> None:
    heard: list[tuple[int, tuple[Happening, ...]]] = []
    journal.watch(lambda happenings: heard.append((journal.last, happenings)))
    journal.append(FORCED)
    journal.append(notes={"only": "a note"})
    assert heard == [(1, (FORCED,))]


def test_time_in_the_journal_never_goes_back_and_says_when_it_is_unsure(
    open_journal: Open, file: Path, watch: Any
) -> None:
    journal = Journal(file, "zone-01", 1, SIGN, watch.clock())
    journal.append(FORCED)
    journal.close()
    watch.wall = 1_000  # no battery: 1970
    journal = Journal(file, "zone-01", 1, SIGN, watch.clock())
    watch.mono += 250
    journal.append(FORCED)
    journal.close()
    first, second = [read for read, _ in open_journal().history()]
    assert (first.clock, second.clock) == ("good", "unsure")
    assert second.wall == first.wall + 250
    assert first.wall > EARLIEST_MS


def test_the_lock_file_is_left_to_the_next_agent(file: Path, open_journal: Open) -> None:
    open_journal()
    assert os.access(file.with_name("journal.db.lock"), os.R_OK)
    open_journal()


def test_a_folder_that_takes_no_file_is_a_fault_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(JournalFault, match="not there"):
        Journal(tmp_path / "not there" / "journal.db", "zone-01", 1, SIGN)


def test_a_dying_card_is_a_fault_wherever_it_is_read(file: Path, open_journal: Open) -> None:
    with contextlib.closing(open_journal()) as journal:
        for _ in range(400):
            journal.append(FORCED)
    whole = file.read_bytes()
    file.write_bytes(whole[: 8 * 4096] + b"\xff" * (12 * 4096) + whole[20 * 4096 :])
    journal = open_journal()
    receipts = [Receipt(v=1, device="zone-01", epoch=1, upto=upto, head=GENESIS) for upto in range(1, 400)]
    with pytest.raises(JournalFault, match="malformed"):
        list(journal.history())
    with pytest.raises(JournalFault, match="malformed"):
        journal.read(0)
    with pytest.raises(JournalFault, match="malformed"):
        list(map(journal.take, receipts))
