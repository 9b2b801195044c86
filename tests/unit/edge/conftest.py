"""A clock that stands where it is put, and a journal on it."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.clock import EARLIEST_MS, Clock
from edge.journal import Journal
from tests.unit.edge.bank_stand import Play, Stand, Story
from wire import sign

KEY = bytes(range(32))
SIGN = sign.signer(KEY)


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
    journal = Journal(file, "zone-01", 1, SIGN, watch.clock())
    yield journal
    journal.close()


@pytest.fixture
def open_journal(file: Path) -> Iterator[Callable[..., Journal]]:
    """Open the journal again, closing the one that was open, as a restart does."""
    with contextlib.ExitStack() as opened:

        def reopen(device: str = "zone-01", epoch: int = 1) -> Journal:
            opened.close()
            journal = Journal(file, device, epoch, SIGN)
            opened.callback(journal.close)
            return journal

        yield reopen


@pytest.fixture
def play(journal: Journal, watch: Watch) -> Play:
    """Play a story at a bank whose board has been looked at once."""

    def run(story: Story) -> None:
        async def on_stand() -> None:
            stand = Stand(journal, watch)
            await stand.lockers.look()
            await story(stand)

        asyncio.run(on_stand())

    return run
