"""A full disk, a real one: what is held is still handed out and recorded, and nothing happens without its record."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.journal import Journal, JournalFault, JournalFull
from edge.reserve import RESERVE, ROOM, Reserve
from wire.happenings import AlarmRaised, DoorForced

FORCED = DoorForced(compartment=3)

ON_A_SMALL_DISK = """
import json, os, pathlib, sys
from edge.journal import Journal, JournalFull
from wire import sign
from wire.happenings import PickupReserved

disk = pathlib.Path(sys.argv[1])
SIGN = sign.signer(bytes(32))
taken = PickupReserved(item="HJ-2026-0001", compartment=3, attempt=1, screen="locker", receiver="citizen ****5678")
told = {}

def fill(leave=0):
    with (disk / "filler").open("ab") as filler:
        try:
            while True:
                os.write(filler.fileno(), bytes(512))
        except OSError as error:
            assert error.errno == 28, error  # no space left on the device
    if leave:
        os.truncate(disk / "filler", (disk / "filler").stat().st_size - leave)

def fill_with_entries(journal):
    before = journal.last
    try:
        while journal.last < before + 100_000:
            journal.append(taken)
    except JournalFull:
        pass
    return journal.last - before

journal = Journal(disk / "journal.db", "zone-01", 1, SIGN)
journal.append(taken)
told["full at first"] = journal.full
fill()
told["recorded on a full disk"] = fill_with_entries(journal)
told["full"] = journal.full
told["whole"] = len(list(journal.history())) == journal.last
last = journal.last
journal.close()

try:
    Journal(disk / "journal.db", "zone-01", 1, SIGN).close()
    told["opened without any room"] = True
except JournalFull:
    told["opened without any room"] = False

(disk / "filler").unlink()
journal = Journal(disk / "journal.db", "zone-01", 1, SIGN)
told["kept"] = journal.last == last == len(list(journal.history()))
told["full with room again"] = journal.full
told["reserve"] = (disk / "journal.reserve").stat().st_blocks * 512
journal.append(taken)
journal.close()

fill(leave=32 * 1024)
journal = Journal(disk / "journal.db", "zone-01", 1, SIGN)
told["full from the start"] = journal.full
told["recorded after a start on a full disk"] = fill_with_entries(journal)
(disk / "filler").unlink()
told["full while it runs with room again"] = journal.full
journal.append(taken)
told["whole in the end"] = len(list(journal.history())) == journal.last
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened on a disk of 4 MB that was filled to the last byte."""
    disk = tmp_path_factory.mktemp("disk")
    mount = f'mount -t tmpfs -o size=4m small {disk} && exec {sys.executable} -c "$PROGRAM" {disk}'
    try:
        subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "small", str(disk)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no disk of our own to fill, this user may mount none ({error}): NOT tested on a full disk")
    ran = subprocess.run(
        [str(shutil.which("unshare")), "-rm", "sh", "-c", mount],
        env={"PROGRAM": ON_A_SMALL_DISK, "PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_a_disk_with_room_is_not_full(told: dict[str, Any]) -> None:
    assert told["full at first"] is False


def test_what_is_held_can_be_handed_out_on_a_full_disk(told: dict[str, Any]) -> None:
    assert told["recorded on a full disk"] >= 100
    assert told["full"] is True


def test_when_even_the_reserve_is_used_up_the_record_is_whole(told: dict[str, Any]) -> None:
    assert told["whole"] is True
    assert told["kept"] is True


def test_the_reserve_is_made_again_when_there_is_room(told: dict[str, Any]) -> None:
    assert told["full with room again"] is False
    assert told["full while it runs with room again"] is False
    assert told["reserve"] >= RESERVE
    assert told["whole in the end"] is True


def test_an_agent_that_starts_on_a_full_disk_lives_on_the_reserve(told: dict[str, Any]) -> None:
    assert told["full from the start"] is True
    assert told["recorded after a start on a full disk"] >= 100


# --- the same without a disk of our own: SQLite says that it is full ---


def full_up(journal: Journal) -> None:
    db = journal._file._db
    db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")


def test_a_full_database_lets_go_of_the_reserve_and_records_nothing_more(journal: Journal, file: Path) -> None:
    reserve = file.with_name("journal.reserve")
    assert reserve.stat().st_blocks * 512 >= RESERVE
    full_up(journal)
    with pytest.raises(JournalFull, match="full"):  # noqa: PT012 - it fills up at some append
        for _ in range(100):
            before = journal.last
            journal.append(AlarmRaised(alarm="x", about="y", detail="z" * 500))
    assert not reserve.exists()
    assert journal.last == before == len(list(journal.history()))


def test_another_trouble_than_a_full_disk_leaves_the_reserve(journal: Journal, file: Path) -> None:
    journal._file._db.execute("DROP TABLE meta")
    with pytest.raises(JournalFault, match="no such table"):
        journal.append(FORCED)
    assert file.with_name("journal.reserve").exists()
    assert not journal.full


def test_room_is_looked_for_before_the_reserve_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = [ROOM - 1]
    reserve = Reserve(tmp_path / "journal.reserve")
    monkeypatch.setattr(Reserve, "_free", lambda _: free[0])
    assert (reserve.keep(), reserve.has_room(), reserve.is_kept) == (False, False, False)
    free[0] = ROOM
    assert (reserve.keep(), reserve.has_room(), reserve.is_kept) == (True, True, True)
    reserve.let_go()
    assert not (tmp_path / "journal.reserve").exists()
    reserve.let_go()  # gone already


def test_a_reserve_with_holes_is_none(tmp_path: Path) -> None:
    with (tmp_path / "journal.reserve").open("wb") as hollow:
        hollow.truncate(RESERVE)
    reserve = Reserve(tmp_path / "journal.reserve")
    assert not reserve.is_kept
    assert reserve.keep()
    assert (tmp_path / "journal.reserve").stat().st_blocks * 512 >= RESERVE
