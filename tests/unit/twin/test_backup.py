"""A copy of a database, and what putting it back undoes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from twin.backup import Backup
from wire.errors import Refused


def _learn(file: Path, *words: str) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE IF NOT EXISTS word (it TEXT)")
    db.executemany("INSERT INTO word VALUES (?)", [(word,) for word in words])
    return db


def _known(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as db:
        return [word for (word,) in db.execute("SELECT it FROM word")]


def test_what_was_learned_after_the_backup_is_gone_when_it_is_put_back(tmp_path: Path) -> None:
    backup = Backup(tmp_path / "central.db", tmp_path / "kept.db")
    running = _learn(tmp_path / "central.db", "before")  # its write-ahead log is not yet in the file
    backup.take()
    _learn(tmp_path / "central.db", "after").close()
    running.close()
    assert _known(tmp_path / "central.db") == ["before", "after"]
    backup.put_back()
    assert _known(tmp_path / "central.db") == ["before"]


def test_the_log_of_a_killed_central_does_not_survive_the_restore(tmp_path: Path) -> None:
    backup = Backup(tmp_path / "central.db", tmp_path / "kept.db")
    _learn(tmp_path / "central.db", "before").close()
    backup.take()
    running = _learn(tmp_path / "central.db", "after")
    log = (tmp_path / "central.db-wal").read_bytes()
    running.close()
    (tmp_path / "central.db-wal").write_bytes(log)
    backup.put_back()
    assert _known(tmp_path / "central.db") == ["before"]


def test_a_second_backup_replaces_the_first(tmp_path: Path) -> None:
    backup = Backup(tmp_path / "central.db", tmp_path / "kept.db")
    for word in ("one", "two"):
        _learn(tmp_path / "central.db", word).close()
        backup.take()
    backup.put_back()
    assert _known(tmp_path / "central.db") == ["one", "two"]


def test_without_a_database_or_a_backup_it_says_so(tmp_path: Path) -> None:
    backup = Backup(tmp_path / "central.db", tmp_path / "kept.db")
    assert not backup.taken
    with pytest.raises(Refused, match="no database"):
        backup.take()
    with pytest.raises(Refused, match="no backup"):
        backup.put_back()
