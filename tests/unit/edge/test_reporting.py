"""Reporting: whatever the line loses or delays, the centre ends up with the journal, and only receipts count."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self

import pytest

from edge import reporting
from edge.alarms import Alarms
from edge.centre import Unreachable
from edge.config import Broker
from edge.journal import Journal
from edge.reporting import Reporting
from twin.waiting import until
from wire import entry, sign, topics
from wire.entry import GENESIS, Receipt
from wire.happenings import AlarmRaised, DoorForced
from wire.link import Message

BROKER = Broker(host="broker", port=1883)
SHORT = 0.03
CENTRE_KEY = bytes(range(1, 33))
SIGN, FORGER = sign.signer(CENTRE_KEY), sign.signer(bytes(32))
VERIFY = sign.verifier(sign.public_key(CENTRE_KEY))


class CentreInMemory:
    """Takes batches as the contract says; `loses` batches before it, `mute` receipts after it."""

    def __init__(self) -> None:
        self.has: list[bytes] = []
        self.heard = 0
        self.loses = self.mute = 0
        self.forked = self.reachable = False

    def take(self, batch: bytes) -> bytes | None:
        self.heard += 1
        if self.loses:
            self.loses -= 1
            return None
        for signed in entry.unpack(batch):
            read = entry.decode(signed.data)
            if read.seq == len(self.has) + 1 and read.prev == self.head:
                self.has.append(signed.data)
        if self.mute:
            self.mute -= 1
            return None
        return self.receipt()

    @property
    def head(self) -> str:
        return entry.digest(self.has[-1]) if self.has else GENESIS

    def receipt(self, key: sign.Sign = SIGN) -> bytes:
        head = "f" * 64 if self.forked else self.head
        return entry.sign_receipt(Receipt(v=1, device="zone-01", epoch=1, upto=len(self.has), head=head), key)

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        assert path == "/v1/sync"
        if not self.reachable:
            raise Unreachable("cut")
        return 200, self.take(body) or b""


class LinkInMemory:
    """A broker and its line in one: `up` is set and cleared by hand."""

    dropped = 0

    def __init__(self, centre: CentreInMemory) -> None:
        self.up = asyncio.Event()
        self.said: list[tuple[str, bytes]] = []
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._centre = centre

    def subscribe(self, topic: str) -> None:
        assert topic in (topics.receipt("zone-01"), "another/topic")

    def greet(self, topic: str, payload: bytes) -> None:
        self.said.append((topic, payload))

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        if not self.up.is_set():
            return False
        self.said.append((topic, payload))
        if topic == topics.journal("zone-01"):
            answer = self._centre.take(payload)
            if answer is not None:
                self.answer(answer)
        else:
            assert retain
        return True

    def answer(self, payload: bytes) -> None:
        self.inbox.put_nowait(Message(topics.receipt("zone-01"), payload, retained=False))

    async def receive(self) -> Message:
        return await self.inbox.get()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class Stand:
    def __init__(self, journal: Journal, centre: CentreInMemory, link: LinkInMemory) -> None:
        self.journal, self.centre, self.link = journal, centre, link
        self.alarms = Alarms(journal)
        self.reporting = Reporting(journal, BROKER, centre, self.alarms, "0.0", VERIFY)  # type: ignore[arg-type]

    async def synced(self) -> None:
        journal = self.journal
        await until("the centre has it and we know", lambda: len(self.centre.has) == journal.last == journal.cursor, 5)


Story = Callable[[Stand], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture
def play(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Play:
    monkeypatch.setattr(reporting, "PATIENCE_S", (SHORT, 2 * SHORT))
    monkeypatch.setattr(reporting, "HTTP_AFTER_S", SHORT)
    monkeypatch.setattr(reporting, "TICK_S", 0.005)

    def run(story: Story) -> None:
        async def on_stand() -> None:
            centre = CentreInMemory()
            link = LinkInMemory(centre)
            monkeypatch.setattr(reporting, "Link", lambda *_, **__: link)
            stand = Stand(journal, centre, link)
            running = asyncio.create_task(stand.reporting.run())
            try:
                await story(stand)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
            assert running.cancelled()

        asyncio.run(on_stand())

    return run


def many(journal: Journal, count: int) -> None:
    journal.append(*(AlarmRaised(alarm="x", about=str(at), detail="z" * 400) for at in range(count)))


def test_what_is_appended_reaches_the_centre_and_the_cursor_follows(play: Play) -> None:
    async def story(stand: Stand) -> None:
        many(stand.journal, 3)
        stand.link.up.set()
        await stand.synced()
        stand.journal.append(DoorForced(compartment=1))
        await stand.synced()
        assert stand.centre.has == [signed.data for _, signed in stand.journal.read(0)]

    play(story)


def test_a_long_outage_drains_in_bounded_batches(play: Play) -> None:
    async def story(stand: Stand) -> None:
        many(stand.journal, 1000)
        stand.link.up.set()
        await stand.synced()
        assert all(len(payload) <= entry.MAX_BATCH for _, payload in stand.link.said)

    play(story)


def test_lost_batches_and_lost_receipts_are_made_good(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.centre.loses, stand.centre.mute = 3, 3
        many(stand.journal, 500)
        stand.link.up.set()
        await stand.synced()

    play(story)


def test_no_receipt_no_cursor(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.centre.mute = 10**6
        stand.journal.append(DoorForced(compartment=1))
        stand.link.up.set()
        await until("it was sent again and again", lambda: stand.centre.heard >= 3)
        assert (len(stand.centre.has), stand.journal.cursor) == (1, 0)

    play(story)


def test_a_restored_centre_is_refilled(play: Play) -> None:
    async def story(stand: Stand) -> None:
        many(stand.journal, 50)
        stand.link.up.set()
        await stand.synced()
        del stand.centre.has[10:]
        stand.link.answer(stand.centre.receipt())
        await stand.synced()

    play(story)


def test_a_centre_that_was_restored_while_the_line_was_down_is_found_out(play: Play) -> None:
    async def story(stand: Stand) -> None:
        many(stand.journal, 20)
        stand.link.up.set()
        await stand.synced()
        stand.link.up.clear()
        await until("we know that it is down", lambda: not stand.reporting._was_up)
        stand.centre.has.clear()
        stand.link.up.set()
        await stand.synced()

    play(story)


def test_a_centre_that_was_restored_in_silence_is_asked_in_time(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "ASK_AFTER_S", 3 * SHORT)

    async def story(stand: Stand) -> None:
        many(stand.journal, 20)
        stand.link.up.set()
        await stand.synced()
        stand.centre.has.clear()
        await stand.synced()

    play(story)


def test_a_fork_is_an_alarm_and_nothing_more_is_sent(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.centre.forked = True
        stand.journal.append(DoorForced(compartment=1))
        stand.link.up.set()
        await until("the alarm", lambda: ("journal_fork", "journal") in stand.alarms.active)
        heard = stand.centre.heard
        stand.journal.append(DoorForced(compartment=2))
        await asyncio.sleep(5 * SHORT)
        assert stand.centre.heard == heard
        assert stand.journal.cursor == 0
        assert stand.reporting.forked

    play(story)


def test_junk_instead_of_receipts_is_counted_and_dropped(play: Play) -> None:
    async def story(stand: Stand) -> None:
        other = Receipt(v=1, device="zone-02", epoch=1, upto=0, head=GENESIS)
        for_another = entry.sign_receipt(other, SIGN)
        for junk in (b"", b"\xff\xfe", b"[]", b"{" * 5000, b'{"v":1}', for_another):
            stand.link.answer(junk)
        await until("all were counted", lambda: stand.reporting.bad_messages == 6)
        many(stand.journal, 1)
        stand.link.up.set()
        await stand.synced()

    play(story)


def test_only_what_the_centre_signed_moves_the_cursor(play: Play) -> None:
    async def story(stand: Stand) -> None:
        many(stand.journal, 3)
        stand.centre.mute = 10**6
        stand.link.up.set()
        await until("the centre has it", lambda: len(stand.centre.has) == 3)
        whole = stand.centre.receipt()
        unsigned = b"- " + whole.partition(b" ")[2]
        for_two = whole.replace(b'"upto":3', b'"upto":2')
        for bad in (stand.centre.receipt(FORGER), unsigned, for_two, whole + whole):
            stand.link.answer(bad)
        await until("all were counted", lambda: stand.reporting.bad_messages == 4)
        assert stand.journal.cursor == 0
        stand.link.answer(whole)
        await until("the true one counts", lambda: stand.journal.cursor == 3)

    play(story)


def test_what_arrives_goes_to_who_listens_to_its_topic(play: Play) -> None:
    async def story(stand: Stand) -> None:
        heard: list[bytes] = []
        stand.reporting.listen("another/topic", heard.append)
        for topic in ("another/topic", "nobody/s"):
            stand.link.inbox.put_nowait(Message(topic, b"news", retained=False))
        await until("it was heard", lambda: heard == [b"news"])
        assert stand.reporting.bad_messages == 0

    play(story)


def test_without_a_broker_the_same_bytes_go_over_http(play: Play) -> None:
    async def story(stand: Stand) -> None:
        many(stand.journal, 300)
        stand.centre.reachable = True
        await stand.synced()
        assert all(topic != topics.journal("zone-01") for topic, _ in stand.link.said)

    play(story)


def test_without_both_ways_nothing_is_lost(play: Play) -> None:
    async def story(stand: Stand) -> None:
        many(stand.journal, 10)
        await asyncio.sleep(3 * SHORT)
        assert stand.centre.has == []
        stand.link.up.set()
        await stand.synced()

    play(story)


def test_leaving_is_said_with_the_boot_and_so_is_coming(play: Play, journal: Journal) -> None:
    seen: list[Any] = []

    async def story(stand: Stand) -> None:
        stand.link.up.set()
        await asyncio.sleep(0)
        seen.append(stand.link)

    play(story)
    said = [entry.read_status(payload) for topic, payload in seen[0].said if topic == topics.status("zone-01")]
    assert [(status.online, status.boot) for status in said] == [(True, journal.boot), (False, journal.boot)]


def test_an_entry_as_long_as_may_be_travels(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.journal.append(AlarmRaised(alarm="x", about="y", detail="z" * (entry.MAX_ENTRY - 400)))
        stand.link.up.set()
        await stand.synced()

    play(story)
