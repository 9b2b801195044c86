"""What the scanner read last: the newest, once, and only while it is fresh."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from edge import scans as scans_
from edge.alarms import Alarms
from edge.journal import Journal
from edge.scans import FRESH_S, Scans
from twin.waiting import until
from wire.errors import DeviceFault


class ScannerInMemory:
    """Reads what is put before it; not there while `gone`."""

    def __init__(self) -> None:
        self.gone = False
        self.codes: asyncio.Queue[str] = asyncio.Queue()

    async def scan(self) -> str:
        if self.gone:
            raise DeviceFault("scanner_silent")
        return await self.codes.get()

    async def close(self) -> None:
        pass


class Stand:
    def __init__(self, journal: Journal) -> None:
        self.scanner = ScannerInMemory()
        self.alarms = Alarms(journal)
        self.changes: list[str] = []
        self.now = 100.0
        self.scans = Scans(self.scanner, self.alarms, self.changes.append, lambda: self.now)

    async def show(self, code: str) -> None:
        told = len(self.changes)
        self.scanner.codes.put_nowait(code)
        await until("it is told", lambda: len(self.changes) > told)


Story = Callable[[Stand], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture
def play_scans(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Play:
    monkeypatch.setattr(scans_, "RETRY_S", 0.01)

    def run(story: Story) -> None:
        async def on_stand() -> None:
            stand = Stand(journal)
            running = asyncio.create_task(stand.scans.run())
            try:
                await story(stand)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

        asyncio.run(on_stand())

    return run


def test_a_code_is_told_and_taken_once(play_scans: Play) -> None:
    async def story(stand: Stand) -> None:
        assert stand.scans.take() == ""
        await stand.show("PAPER-1")
        assert stand.changes == ["scans"]
        assert (stand.scans.take(), stand.scans.take()) == ("PAPER-1", "")

    play_scans(story)


def test_the_newest_code_counts(play_scans: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.show("PAPER-1")
        await stand.show("PAPER-2")
        assert (stand.scans.take(), stand.scans.take()) == ("PAPER-2", "")

    play_scans(story)


def test_a_code_that_nobody_took_is_not_the_next_persons(play_scans: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.show("PAPER-1")
        stand.now += FRESH_S + 0.1
        assert stand.scans.take() == ""
        await stand.show("PAPER-2")
        stand.now += FRESH_S
        assert stand.scans.take() == "PAPER-2"

    play_scans(story)


def test_a_scanner_that_is_gone_is_an_alarm_until_it_is_back_also_when_nobody_uses_it(play_scans: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.scanner.gone = True
        await until("the alarm", lambda: ("scanner_silent", "scanner") in stand.alarms.active)
        stand.scanner.gone = False
        await until("no alarm", lambda: not stand.alarms.active)
        await stand.show("PAPER-2")
        assert stand.scans.take() == "PAPER-2"

    play_scans(story)
