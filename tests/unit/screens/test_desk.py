"""The ticket walk: what is written in which order, and what happens when centre, paper or power go away."""

import asyncio
from typing import Any

import pytest

from edge.alarms import Alarms
from edge.blocks import Block, Blocks
from edge.desk import Desk
from edge.drivers import PrinterStatus
from wire.errors import DeviceFault, Refused
from wire.happenings import (
    AlarmCleared,
    AlarmRaised,
    BlockLeased,
    TicketPrinted,
    TicketReleased,
    TicketReserved,
)

PHONE = "13812345678"


def leased(first: int = 1, last: int = 20, day: str = "2026-11-23", service: str = "household"):
    return BlockLeased(service=service, prefix="A", first=first, last=last, day=day)


def reserved(number: str, day: str = "2026-11-23", service: str = "household", source: str = "block"):
    return TicketReserved(
        ticket="0" * 32, service=service, number=number, day=day, source=source, phone="", phone_tail="5678"
    )


def test_a_block_gives_each_number_once_in_order() -> None:
    blocks = Blocks.folded([leased(5, 7)])
    given = []
    while (number := blocks.next("household", "2026-11-23")) is not None:
        given.append(number)
        blocks = blocks.after(reserved(number))
    assert given == ["A005", "A006", "A007"]
    assert blocks.left("household", "2026-11-23") == 0


def test_a_block_is_good_for_its_day_and_its_service_only() -> None:
    blocks = Blocks.folded([leased(1, 5)])
    assert blocks.next("household", "2026-11-24") is None
    assert blocks.next("social", "2026-11-23") is None


def test_a_second_block_follows_the_first_and_yesterday_is_forgotten() -> None:
    blocks = Blocks.folded([leased(1, 2, "2026-11-22"), leased(1, 2), reserved("A001"), leased(9, 9)])
    assert blocks.left("household", "2026-11-23") == 2
    assert [block.day for block in blocks.blocks] == ["2026-11-23", "2026-11-23"]
    assert blocks.after(reserved("A002")).next("household", "2026-11-23") == "A009"


def test_numbers_of_the_centre_and_of_others_leave_a_block_alone() -> None:
    blocks = Blocks.folded([leased(1, 5)])
    for number, source in (("A001", "centre"), ("B001", "block"), ("A009", "block"), ("Axx", "block")):
        assert blocks.after(reserved(number, source=source)) == blocks
    assert Block("household", "A", 3, 2, "2026-11-23").left == 0


async def running(stage: Any, until: Any) -> None:
    """Let the desk do what nobody asks for, until it is seen."""
    task = asyncio.create_task(stage.zone.desk.run())
    try:
        await stage.until(until)
    finally:
        task.cancel()


def test_while_the_centre_is_away_numbers_come_from_the_block(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await running(stage, lambda: len(stage.happened(BlockLeased)) == 2)
        stage.centre.away = True
        first, second = [await stage.zone.desk.take("household", PHONE, "zh") for _ in range(2)]
        assert (first.number, second.number) == ("A001", "A002")
        assert first.ahead is None
        assert [r.source for r in stage.happened(TicketReserved)] == ["block", "block"]
        asked = [path for path, _ in stage.centre.asked if "/tickets/" in path]
        assert not {path.rpartition("/")[2] for path in asked} & {r.ticket for r in stage.happened(TicketReserved)}
        stage.centre.away = False
        assert (await stage.zone.desk.take("household", PHONE, "zh")).number not in ("A001", "A002")

    play(scene)


def test_without_centre_and_without_a_block_no_number_is_promised(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.centre.away = True
        with pytest.raises(Refused) as refused:
            await stage.zone.desk.take("household", PHONE, "zh")
        assert refused.value.reason == "no_number"
        assert not stage.happened(TicketReserved)
        assert not stage.printer.slips

    play(scene)


def test_a_block_is_asked_for_again_under_the_same_name_until_there_is_an_answer(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.centre.away = True
        for _ in range(3):
            await stage.zone.desk._lease()
        stage.centre.away = False
        await stage.zone.desk._lease()
        names = [path for path, said in stage.centre.asked if said["service"] == "household"]
        assert len(names) == 4
        assert len(set(names)) == 1
        await stage.zone.desk._lease()
        assert len(stage.happened(BlockLeased)) == 2

    play(scene)


def test_a_block_is_topped_up_when_half_of_it_is_used(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.zone.desk._lease()
        stage.centre.away = True
        for _ in range(10):
            await stage.zone.desk.take("household", PHONE, "zh")
        stage.centre.away = False
        await stage.zone.desk._lease()
        of_household = [block for block in stage.happened(BlockLeased) if block.service == "household"]
        assert [block.last - block.first + 1 for block in of_household] == [20, 10]

    play(scene)


def test_a_power_cut_between_number_and_paper_releases_the_number(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.printer.gate.clear()
        taking = asyncio.create_task(stage.zone.desk.take("household", PHONE, "zh"))
        await stage.until(lambda: len(stage.happened(TicketReserved)) == 1)
        taking.cancel()
        zone = stage.zone
        Desk(zone.config, zone.journal, stage.printer, stage.centre, Alarms(zone.journal), zone.hub)
        (released,) = stage.happened(TicketReleased)
        assert (released.ticket, released.why) == (stage.happened(TicketReserved)[0].ticket, "interrupted")
        Desk(zone.config, zone.journal, stage.printer, stage.centre, Alarms(zone.journal), zone.hub)
        assert len(stage.happened(TicketReleased)) == 1
        assert not stage.happened(TicketPrinted)

    play(scene)


@pytest.mark.parametrize(
    ("fault", "reason", "why"),
    [
        ("no_paper", "no_paper", "no_paper"),
        ("printer_silent", "printer_silent", "printer_silent"),
        ("cover_open", "cover_open", "printer_silent"),
        ("something else", "printer_silent", "printer_silent"),
    ],
)
def test_a_slip_without_evidence_counts_no_number(play: Any, fault: str, reason: str, why: str) -> None:
    async def scene(stage: Any) -> None:
        stage.printer.breaks = fault
        with pytest.raises(Refused) as refused:
            await stage.zone.desk.take("household", PHONE, "zh")
        assert refused.value.reason == reason
        assert [released.why for released in stage.happened(TicketReleased)] == [why]

    play(scene)


def test_the_printer_raises_and_clears_its_alarms_once(play: Any) -> None:
    async def scene(stage: Any) -> None:
        desk = stage.zone.desk
        for status in (
            PrinterStatus(online=True, paper="low", cover_open=False),
            PrinterStatus(online=False, paper="out", cover_open=False),
            PrinterStatus(online=False, paper="out", cover_open=False),
            PrinterStatus(online=None, paper="unknown", cover_open=None),
            PrinterStatus(online=False, paper="plenty", cover_open=True),
            PrinterStatus(online=True, paper="plenty", cover_open=False),
        ):
            stage.printer.now = status
            await desk._look_at_printer()
        assert [h.alarm for h in stage.happened(AlarmRaised)] == [
            "paper_low",
            "paper_out",
            "printer_silent",
            "printer_open",
        ]
        assert len(stage.happened(AlarmCleared)) == 4
        assert desk.paper == "plenty"

    play(scene)


def test_two_people_at_once_get_two_numbers_one_after_the_other(play: Any) -> None:
    async def scene(stage: Any) -> None:
        tickets = await asyncio.gather(*(stage.zone.desk.take("household", PHONE, "zh") for _ in range(3)))
        assert [ticket.number for ticket in tickets] == ["A001", "A002", "A003"]
        kinds = [type(h) for _, h in stage.zone.journal.history() if isinstance(h, TicketReserved | TicketPrinted)]
        assert kinds == [TicketReserved, TicketPrinted] * 3

    play(scene)


def test_a_centre_that_talks_nonsense_is_a_centre_that_is_away(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.zone.desk._lease()

        async def nonsense(path: str, said: Any) -> tuple[int, dict[str, Any]]:
            return 200, {"number": 7}

        stage.centre.put = nonsense
        assert (await stage.zone.desk.take("household", PHONE, "zh")).number == "A001"

        async def unauthorised(path: str, said: Any) -> tuple[int, dict[str, Any]]:
            return 401, {"detail": "who are you?"}

        stage.centre.put = unauthorised
        assert (await stage.zone.desk.take("household", PHONE, "zh")).number == "A002"

    play(scene)


def test_a_printer_that_cannot_be_asked_is_silent(play: Any) -> None:
    async def scene(stage: Any) -> None:
        async def gone() -> None:
            raise DeviceFault("printer_silent")

        stage.printer.status = gone
        with pytest.raises(Refused) as refused:
            await stage.zone.desk.ready()
        assert refused.value.reason == "printer_silent"

    play(scene)


def test_a_slip_that_is_coming_out_when_the_agent_is_told_to_stop_is_recorded(play: Any) -> None:
    async def scene(stage: Any) -> None:
        stage.printer.gate.clear()
        taking = asyncio.create_task(stage.zone.desk.take("household", PHONE, "zh"))
        await stage.until(lambda: bool(stage.happened(TicketReserved)))
        closing = asyncio.create_task(stage.zone.desk.close())
        await asyncio.sleep(0)
        assert not closing.done()
        stage.printer.gate.set()
        await closing
        assert stage.happened(TicketPrinted)
        await taking

    play(scene)


@pytest.mark.parametrize(
    "wrong",
    [{"service": "social"}, {"prefix": "\ud800"}, {"prefix": "A" * 9000}, {"first": -1}, {"last": 10**30}, {"day": ""}],
)
def test_a_block_that_cannot_be_one_is_not_taken_and_the_desk_goes_on(play: Any, wrong: dict[str, Any]) -> None:
    async def scene(stage: Any) -> None:
        async def put(path: str, said: Any) -> tuple[int, dict[str, Any]]:
            block = {"service": said["service"], "prefix": "A", "first": 1, "last": 20, "day": "2026-11-23"}
            return 200, block | wrong

        stage.centre.put = put
        for service in ("household", "social"):
            if service != wrong.get("service"):
                await stage.zone.desk._lease_for(service, 20)
        assert not stage.happened(BlockLeased)

    play(scene)
