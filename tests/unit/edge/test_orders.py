"""Orders of the centre: in order, once, on disk before a bolt moves; late, forged and repeated ones open nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from edge import orders as orders_
from edge.journal import Journal, JournalFault
from edge.manifests import Manifests
from edge.orders import Orders, Place
from tests.unit.edge.bank_stand import Play, Stand
from tests.unit.edge.orders_stand import OPEN_WITHIN, VERIFY, CentreInMemory, Inbox, id_of, opening, outcomes
from twin.waiting import until
from wire import entry, sign
from wire.happenings import CompartmentBlocked, CompartmentReserved, InspectionBegun, OrderTaken, Redirected, Reissued
from wire.orders import (
    BlockCompartment,
    CancelReservation,
    GiveManifest,
    ManifestItem,
    Order,
    Redirect,
    Reissue,
    ReserveCompartment,
    UnblockCompartment,
)


def test_an_order_is_answered_in_the_same_transaction_before_the_bolt_moves(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre, inbox = CentreInMemory(), Inbox(stand, CentreInMemory())
        on_disk: list[Any] = []

        def look() -> None:
            on_disk.append((stand.kinds(), stand.journal.note("orders"), [o.id for o in stand.journal.ordered()]))

        stand.bus.before_unlock = look
        await inbox.orders.hear(centre.write(opening(stand)))
        digest = entry.digest(centre.lines[0].data)
        assert on_disk == [([InspectionBegun, OrderTaken], f"1000 1 {digest}", [id_of(1)])]
        assert stand.bus.pulses == [1]
        taken = [h for _, h in stand.journal.history() if isinstance(h, OrderTaken)]
        assert taken == [OrderTaken(order=id_of(1), outcome="done", epoch=1000, seq=1)]

    play(story)


def test_an_order_that_cannot_be_recorded_opens_nothing_and_is_taken_when_it_comes_again(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise JournalFault("the disk is full")

    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        batch = centre.write(opening(stand))
        with monkeypatch.context() as patch:
            patch.setattr(stand.journal, "append", full)
            await inbox.orders.hear(batch)
        assert (stand.bus.pulses, inbox.orders.place) == ([], Place())
        await inbox.orders.hear(batch)
        assert stand.bus.pulses == [1]

    play(story)


def test_a_repeated_order_opens_nothing_also_after_a_restart_and_in_another_epoch(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        order = opening(stand)
        batch = centre.write(order)
        for _ in range(3):
            await inbox.orders.hear(batch)
        await stand.close(1)
        stand.restart()
        await stand.lockers.look()
        await (again := Inbox(stand, centre)).orders.hear(batch)
        centre.restart(2000)
        await again.orders.hear(centre.write(order))
        assert again.orders.place[:2] == (2000, 1)
        assert stand.bus.pulses == [1]
        assert outcomes(stand.journal) == ["done"]
        await again.orders.hear(centre.write(opening(stand, 2, compartment=2)))
        assert stand.bus.pulses == [1, 2]

    play(story)


def test_a_late_order_opens_nothing_and_one_in_time_does(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        late, in_time = centre.write(opening(stand)), centre.write(opening(stand, 2, not_after=2**53))
        stand.watch.pass_(OPEN_WITHIN + 1)
        await inbox.orders.hear(late)
        await inbox.orders.hear(in_time)
        now = opening(stand, 3)
        stand.watch.pass_(OPEN_WITHIN - 1)
        await inbox.orders.hear(centre.write(now))
        assert outcomes(stand.journal) == ["late", "early", "done"]
        assert stand.bus.pulses == [1]

    play(story)


def test_an_opening_that_was_ordered_before_a_restart_never_happens_after_it(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        for number, fence in enumerate((stand.journal.boot - 1, stand.journal.boot + 1, stand.journal.boot), 1):
            await inbox.orders.hear(centre.write(opening(stand, number, fence=fence)))
        assert outcomes(stand.journal) == ["fenced", "fenced", "done"]
        assert stand.bus.pulses == [1]

    play(story)


def test_the_centre_cannot_open_everything(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        for number in range(1, 6):
            await inbox.orders.hear(centre.write(opening(stand, number)))
            if stand.bus.doors[0]:
                await stand.close(1)
        assert outcomes(stand.journal) == ["done", "done", "done", "governed", "governed"]
        assert stand.bus.pulses == [1] * 3

    play(story)


def test_forged_foreign_and_broken_orders_are_counted_and_move_nothing(play: Play) -> None:
    async def story(stand: Stand) -> None:
        inbox = Inbox(stand, CentreInMemory())
        unsigned = CentreInMemory()
        unsigned.write(opening(stand))
        bad = [
            CentreInMemory().write(opening(stand), key=sign.signer(bytes(32))),
            CentreInMemory().write(opening(stand), device="zone-02"),
            b"- " + unsigned.lines[0].data + b"\n",
            CentreInMemory().write(opening(stand)).replace(b'"compartment":1', b'"compartment":2'),
            b"",
            b"\xff\n",
            b"{" * 60_001,
        ]
        for batch in bad:
            await inbox.orders.hear(batch)
        assert inbox.orders.bad_messages == len(bad)
        assert (stand.journal.last, stand.bus.pulses, inbox.orders.place) == (0, [], Place())

    play(story)


def test_orders_are_taken_in_their_order_a_gap_waits_and_an_old_epoch_is_over(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        for number in (1, 2, 3):
            centre.write(BlockCompartment(order=id_of(number), actor="staff 1001", compartment=number, why="清洁"))
        await inbox.orders.hear(centre.batch(1))
        assert stand.journal.last == 0
        await inbox.orders.hear(centre.batch())
        assert [h.compartment for _, h in stand.journal.history() if isinstance(h, CompartmentBlocked)] == [1, 2, 3]
        old = CentreInMemory(epoch=999)
        await inbox.orders.hear(old.write(opening(stand, 9)))
        another = CentreInMemory()
        for number in (11, 12, 13, 14):
            another.write(BlockCompartment(order=id_of(number), actor="staff 1001", compartment=1, why="清洁"))
        assert inbox.orders.bad_messages == 0
        await inbox.orders.hear(another.batch(3))  # the next by number, after entries that are not ours
        assert inbox.orders.bad_messages == 1
        assert (inbox.orders.place.seq, stand.bus.pulses) == (3, [])

    play(story)


def test_our_place_outlives_a_restart(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        await inbox.orders.hear(centre.write(CancelReservation(order=id_of(1), actor="", reservation="none")))
        assert outcomes(stand.journal) == ["no_reservation"]
        stand.restart()
        again = Inbox(stand, centre)
        assert again.orders.place == inbox.orders.place != Place()

    play(story)


def test_an_order_of_a_later_version_is_answered_and_what_is_none_is_passed_over(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        await inbox.orders.hear(centre.write({"kind": "paint_compartment", "order": id_of(1), "colour": "red"}))
        await inbox.orders.hear(centre.write({"kind": "open_compartment", "order": id_of(2), "doors": [1, 2]}))
        assert outcomes(stand.journal) == ["not_understood", "not_understood"]
        assert inbox.orders.bad_messages == 0
        await inbox.orders.hear(centre.write({"kind": "open_compartment"}))
        assert inbox.orders.bad_messages == 1
        await inbox.orders.hear(centre.write(opening(stand, 4)))
        assert stand.bus.pulses == [1]

    play(story)


def test_every_kind_of_order_is_obeyed(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        await stand.deposited()
        until_ = stand.journal.clock.now() + 3_600_000
        actor = "staff 1001"
        orders: list[Order] = [
            ReserveCompartment(order=id_of(1), actor=actor, reservation="r1", size="S", until=until_),
            CancelReservation(order=id_of(2), actor=actor, reservation="r1"),
            BlockCompartment(order=id_of(3), actor=actor, compartment=2, why="清洁"),
            UnblockCompartment(order=id_of(4), actor=actor, compartment=2),
            Reissue(order=id_of(5), actor=actor, item="paper-1", issue=2, why="reissue"),
            Redirect(order=id_of(6), actor=actor, item="paper-1", purpose="delivery"),
            GiveManifest(order=id_of(7), actor=actor, courier="courier 2001", until=until_, items=()),
            opening(stand, 8),
        ]
        for order in orders:
            await inbox.orders.hear(centre.write(order))
        assert outcomes(stand.journal) == ["done"] * 8
        assert {CompartmentReserved, CompartmentBlocked, Reissued, Redirected} <= set(stand.kinds())

    play(story)


def test_an_order_at_a_silent_board_is_answered_and_the_agent_goes_on(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        stand.bus.silent = True
        await inbox.orders.hear(centre.write(opening(stand)))
        assert len(outcomes(stand.journal)) == 1
        assert stand.bus.pulses == []
        stand.bus.silent = False
        await stand.lockers.look()
        assert stand.bus.pulses == []

    play(story)


def test_a_zone_without_lockers_answers_that_it_does_not_understand(journal: Journal) -> None:
    async def story() -> None:
        centre = CentreInMemory()
        orders = Orders(
            journal,
            VERIFY,
            centre=centre,  # type: ignore[arg-type]
            lockers=None,
            manifests=Manifests(journal),
            broker_is_up=lambda: True,
        )
        await orders.hear(centre.write(UnblockCompartment(order=id_of(1), actor="", compartment=1)))
        assert outcomes(journal) == ["not_understood"]

    asyncio.run(story())


async def running(orders: Orders, story: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.create_task(orders.run())
    try:
        await story()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_what_arrives_over_mqtt_is_taken_and_http_is_left_alone(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders_, "ASK_EVERY_S", 0.01)

    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)

        async def both() -> None:
            inbox.orders.arrived(centre.write(opening(stand)))
            await until("it was obeyed", lambda: stand.bus.pulses == [1])
            await asyncio.sleep(0.05)
            assert centre.asked == []

        await running(inbox.orders, both)

    play(story)


def test_without_a_broker_the_same_bytes_come_over_http(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders_, "ASK_EVERY_S", 0.01)

    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre, broker=False)
        centre.write(opening(stand))

        async def both() -> None:
            await until("it asks and nobody answers", lambda: len(centre.asked) >= 2)
            assert stand.bus.pulses == []
            centre.reachable = True
            await until("it was obeyed", lambda: stand.bus.pulses == [1])
            await until("it asks for what comes after", lambda: centre.asked[-1] == "/v1/orders?epoch=1000&after=1")
            assert centre.asked[0] == "/v1/orders?epoch=0&after=0"

        await running(inbox.orders, both)

    play(story)


def test_more_than_can_wait_is_dropped_and_does_no_harm(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        batch = centre.write(opening(stand))
        for _ in range(3 * orders_.INBOX):
            inbox.orders.arrived(batch)

        async def both() -> None:
            await until("it was obeyed", lambda: stand.bus.pulses == [1])

        await running(inbox.orders, both)
        assert stand.bus.pulses == [1]

    play(story)


def test_a_manifest_that_the_bank_refused_is_none_and_one_that_it_took_is(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        now = stand.journal.clock.now()
        item = ManifestItem(item="a", label="", size="S", phone="", phone_tail="")
        for number, not_after in enumerate((now - 1, 0), 1):
            order = GiveManifest(
                order=id_of(number),
                actor="staff 1001",
                courier=f"courier {number}",
                until=now + 1_000,
                items=(item,),
                not_after=not_after,
            )
            await inbox.orders.hear(centre.write(order))
        assert outcomes(stand.journal) == ["late", "done"]
        for manifests in (inbox.manifests, Manifests(stand.journal)):
            assert [len(manifests.of(f"courier {number}", now)) for number in (1, 2)] == [0, 1]

    play(story)


def test_another_order_under_a_name_that_was_taken_is_no_news_a_manifest_neither(play: Play) -> None:
    async def story(stand: Stand) -> None:
        centre = CentreInMemory()
        inbox = Inbox(stand, centre)
        now = stand.journal.clock.now()
        await inbox.orders.hear(centre.write(UnblockCompartment(order=id_of(1), actor="staff 1001", compartment=1)))
        item = ManifestItem(item="a", label="", size="S", phone="", phone_tail="")
        given = GiveManifest(order=id_of(1), actor="staff 1001", courier="courier 1", until=now + 1_000, items=(item,))
        await inbox.orders.hear(centre.write(given))
        assert (outcomes(stand.journal), inbox.orders.place.seq) == (["done"], 2)
        for manifests in (inbox.manifests, Manifests(stand.journal)):
            assert manifests.of("courier 1", now) == ()

    play(story)
