"""A clock that stands where it is put, and a journal on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.clock import EARLIEST_MS, Clock
from edge.journal import Journal


class Watch:
    """Both clocks of a Pi, in milliseconds, moved by hand."""

    def __init__(self) -> None:
        self.wall = EARLIEST_MS + 1_000_000
        self.mono = 5_000

    def pass_(self, milliseconds: int) -> None:
        self.wall += milliseconds
        self.mono += milliseconds

    def clock(self) -> Clock:
        return Clock(lambda: self.wall, lambda: self.mono)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(file: Path, watch: Watch) -> Iterator[Journal]:
    journal = Journal(file, "zone-01", 1, watch.clock())
    yield journal
    journal.close()
