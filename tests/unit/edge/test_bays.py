"""The bays' shell: what nodes say becomes what people are shown and what the journal has; junk becomes a count."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

import pytest

from edge import bays as bays_
from edge.bays import Bays
from edge.config import BaySection, Broker, Parking
from edge.journal import Journal, JournalFault
from twin.waiting import until
from wire import node, topics
from wire.happenings import BayChanged
from wire.link import Message

PARKING = Parking(
    silent_after_s=1, settle_s=0, bay=(BaySection(bay="P1", node="node-1"), BaySection(bay="P2", node="node-2"))
)


class LinkInMemory:
    dropped = 0

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()

    def subscribe(self, topic: str) -> None:
        assert topic == topics.NODES

    async def receive(self) -> Message:
        return await self.inbox.get()

    def bring(self, topic: str, payload: bytes, *, retained: bool = False) -> None:
        self.inbox.put_nowait(Message(topic, payload, retained))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class Stand:
    def __init__(self, journal: Journal, link: LinkInMemory) -> None:
        self.journal, self.link = journal, link
        self.changes: list[str] = []
        self.number = 0
        self.bays = Bays(PARKING, Broker(host="broker", port=1883), journal, self.changes.append)

    def say(self, name: str, state: str, *, retained: bool = False) -> None:
        self.number += 1
        payload = node.encode(7, self.number, state, 5_000, 1_000)
        self.link.bring(topics.node_heartbeat(name), payload, retained=retained)

    def recorded(self) -> list[tuple[str, str]]:
        return [(h.bay, h.state) for _, h in self.journal.history() if isinstance(h, BayChanged)]

    async def shows(self, **states: str) -> None:
        await until(f"the board shows {states}", lambda: self.bays.bays == states)


Play = Callable[[Callable[[Stand], Awaitable[None]]], None]


@pytest.fixture
def play(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Play:
    monkeypatch.setattr(bays_, "TICK_S", 0.01)

    def run(story: Callable[[Stand], Awaitable[None]]) -> None:
        async def on_stand() -> None:
            link = LinkInMemory()
            monkeypatch.setattr(bays_, "Link", lambda *_, **__: link)
            stand = Stand(journal, link)
            running = asyncio.create_task(stand.bays.run())
            try:
                await story(stand)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
            assert running.cancelled()

        asyncio.run(on_stand())

    return run


def test_every_bay_begins_unknown_and_is_what_its_node_says(play: Play) -> None:
    async def story(stand: Stand) -> None:
        assert stand.bays.bays == {"P1": "unknown", "P2": "unknown"}
        stand.say("node-1", "free")
        stand.say("node-2", "occupied")
        await stand.shows(P1="free", P2="occupied")
        assert stand.recorded() == [("P1", "free"), ("P2", "occupied")]
        assert stand.changes == ["bays", "bays"]

    play(story)


def test_a_node_that_falls_silent_is_unknown(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.say("node-1", "free")
        await stand.shows(P1="free", P2="unknown")
        await stand.shows(P1="unknown", P2="unknown")
        assert ("P1", "unknown") in stand.recorded()

    play(story)


def test_the_brokers_memory_of_a_node_is_not_its_word(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.say("node-1", "free", retained=True)
        stand.say("node-2", "free")
        await stand.shows(P1="unknown", P2="free")

    play(story)


def test_junk_is_counted_and_nothing_else(play: Play) -> None:
    async def story(stand: Stand) -> None:
        junk = [
            (topics.node_heartbeat("node-9"), node.encode(1, 1, "free", 0, 0)),
            (topics.node_event("node-1"), b"\xff\x00"),
            (topics.node_event("node-1"), b"[1]"),
            ("zone24/1/node/NODE/event", node.encode(1, 1, "free", 0, 0)),
            ("zone24/1/node/node-1/config", b"{}"),
        ]
        for topic, payload in junk:
            stand.link.bring(topic, payload)
        await until("all were counted", lambda: stand.bays.bad_messages == len(junk))
        stand.say("node-1", "occupied")
        await stand.shows(P1="occupied", P2="unknown")

    play(story)


def test_a_change_that_the_disk_did_not_take_is_shown_now_and_recorded_later(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(stand: Stand) -> None:
        def full(*_: object) -> int:
            raise JournalFault("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(stand.journal, "append", full)
            stand.say("node-1", "free")
            await stand.shows(P1="free", P2="unknown")
        await until("it is recorded", lambda: ("P1", "free") in stand.recorded())

    play(story)


def test_a_restart_shows_unknown_and_records_nothing_that_did_not_change(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.journal.append(BayChanged(bay="P1", node="node-1", state="free"))
        again = Stand(stand.journal, stand.link)
        assert again.bays.bays["P1"] == "unknown"
        again.say("node-1", "free")
        before = stand.recorded()
        again.bays._hear(stand.link.inbox.get_nowait())
        assert again.bays.bays["P1"] == "free"
        assert stand.recorded() == before

    play(story)
