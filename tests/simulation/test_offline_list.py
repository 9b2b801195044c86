"""docs/operations/offline.md names what is not possible without the centre: each line is tried, and none is missing."""

import asyncio
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest

from central.config import Site
from central.own_journal import OwnJournal
from edge import config
from edge.alarms import Alarms
from edge.blocks import Blocks
from edge.centre import Centre
from edge.desk import Desk
from edge.drivers import PrinterStatus, Slip
from edge.journal import Journal
from edge.sorry import APOLOGIES
from tests.simulation.agenda import HOUR, MINUTE
from tests.simulation.centre import OpenPhones
from tests.simulation.quiet_zone import NAME, QuietZone, quiet_zone, staff
from tests.simulation.signing import Signing
from wire import orders, seal
from wire.errors import Refused
from wire.happenings import BlockLeased, Released
from wire.sign import signer
from wire.web.stream import Hub

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/operations/offline.md"


class Line(NamedTuple):
    what: str
    why: str
    told: str
    instead: str


def lines() -> list[Line]:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [Line(*(cell.strip() for cell in row.strip("|").split("|"))) for row in rows][1:]


def no_sms(zone: QuietZone) -> None:
    zone.lay_in(staff("paper-2"))
    zone.agenda.run(HOUR)
    assert "paper-2" not in zone.told
    zone.reconnect()
    assert "paper-2" in zone.told


def no_new_code(zone: QuietZone) -> None:
    old = zone.told["paper-1"]
    again = orders.Reissue(order="2" * 32, actor="office 1", item="paper-1", issue=old.issue + 1, why="reissue")
    zone.order(again)
    assert zone.told["paper-1"] == old
    zone.fetch(old)  # nobody was told another one
    zone.reconnect()
    assert zone.told["paper-1"] == old


def no_new_way(zone: QuietZone) -> None:
    assert zone.agent.lockers
    wish = orders.Redirect(order="6" * 32, actor="citizen ****5678", item="paper-1", purpose="delivery")
    zone.order(wish)
    assert way_of(zone, "paper-1") == "pickup"
    zone.lay_in(staff("paper-2"))
    zone.fetch(zone.told["paper-1"])  # the code opens as before
    zone.order(orders.Redirect(order="7" * 32, actor="citizen ****5678", item="paper-2", purpose="delivery"))
    assert way_of(zone, "paper-2") == "pickup"
    zone.reconnect()
    assert way_of(zone, "paper-2") == "delivery"


def way_of(zone: QuietZone, item: str) -> str:
    assert zone.agent.lockers
    inside = [each for door in zone.agent.lockers.bank.compartments.values() for each in door.items]
    return next(each.purpose for each in inside if each.id == item)


def no_new_qr_code(_: QuietZone) -> None:
    """The key that signs it is the centre's alone; a zone has what checks it."""
    assert "credential_key" in {field.name for field in fields(Site)}
    keys = {field.name for kind in (config.ZoneConfig, config.Central) for field in fields(kind) if "key" in field.name}
    assert keys == {"signing_key", "seal_key", "centre_keys", "credential_keys"}
    assert_only_the_centre_serves("/item/{token}")


def no_door_for_the_office(zone: QuietZone) -> None:
    assert zone.agent.journal
    opening = orders.OpenCompartment(
        order="3" * 32, actor="office 1", witness="office 2", compartment=5, why="检查",
        not_after=zone.agenda.now + orders.OPEN_WITHIN_MS, fence=zone.agent.journal.boot,
    )  # fmt: skip
    zone.order(opening)
    zone.order(orders.BlockCompartment(order="4" * 32, actor="office 1", compartment=6, why="清洁"))
    assert not blocked(zone, 6)
    zone.reconnect()
    assert not zone.agent.board.open  # late is never
    assert blocked(zone, 6)


def blocked(zone: QuietZone, door: int) -> str:
    assert zone.agent.lockers
    return zone.agent.lockers.bank.compartments[door].blocked


def no_new_manifest(zone: QuietZone) -> None:
    zone.order(zone.manifest("5" * 32, "parcel-later"))
    assert zone.parcel_of("parcel-later").purpose == "quarantine"
    assert zone.parcel_of("parcel-before").purpose == "pickup"
    zone.agenda.run(24 * HOUR)
    assert zone.parcel_of("parcel-before").purpose == "quarantine"


def no_ticket_beyond_the_reserve(zone: QuietZone) -> None:
    file = zone.agent.file.with_name("terminal.db")
    with pytest.raises(Refused) as refused:
        asyncio.run(take_a_ticket(Journal(file, NAME, 1, Signing().signer(NAME))))
    assert refused.value.reason == "no_number"
    assert APOLOGIES["no_number"].title == "抱歉，暂时连不上服务中心"


async def take_a_ticket(journal: Journal) -> None:
    """Ask the real desk, whose centre is a port on which nobody listens."""
    nobody = Centre("http://127.0.0.1:9", "token")
    zone = config.ZoneConfig(
        device=NAME, epoch=1, name="一号区", centre="中心", phone="0", signing_key=Path("none"),
        central=config.Central(
            url="http://127.0.0.1:9", token=Path("none"), seal_key=seal.public_key(seal.new_key()),
            centre_keys=(), credential_keys=(),
        ),
        broker=config.Broker(host="127.0.0.1", port=9),
        service=(config.Service(id="household", prefix="A", zh="户籍业务", en="Household registration"),),
    )  # fmt: skip
    try:
        await Desk(zone, journal, Paper(), nobody, Alarms(journal), Hub()).take("household", "", "zh")
    finally:
        journal.close()


class Paper:
    """A printer with paper enough."""

    async def status(self) -> PrinterStatus:
        return PrinterStatus(online=True, paper="plenty", cover_open=False)

    async def print(self, slip: Slip) -> str:
        raise AssertionError(f"no number, and yet a slip: {slip}")

    async def close(self) -> None:
        """There is no line."""


def no_ticket_after_midnight(_: QuietZone) -> None:
    leased = BlockLeased(service="household", prefix="A", first=801, last=820, day="2026-11-23")
    blocks = Blocks.folded([leased])
    assert blocks.next("household", "2026-11-23") == "A801"
    assert blocks.next("household", "2026-11-24") is None


def no_refill_of_what_the_centre_wrote(zone: QuietZone) -> None:
    """The bank brings its own back to a centre that was restored; nobody has what the office did."""
    centre = zone.world.centre
    assert centre.store
    centre.back_up()
    zone.lay_in(staff("paper-2"))
    people = OpenPhones(centre.site.seal_key, centre.site.field_key)
    own = OwnJournal(signer(centre.site.centre_key), centre.ordering.epoch, people)
    counter = Released(item="F7", giver="staff 1001", receiver="staff 1002", place="1号窗口")
    (written,) = centre.store.commit([lambda work: own.write(work, counter)])
    assert written.result(0)
    zone.order(orders.BlockCompartment(order="8" * 32, actor="office 1", compartment=6, why="清洁"))
    assert kept(zone, 'SELECT id FROM "order"') >= {"8" * 32}
    assert "F7" in kept(zone, "SELECT item FROM leg")
    assert kept(zone, "SELECT act FROM audit") >= {"ordered block_compartment"}
    assert centre.restore()
    zone.reconnect()
    assert "paper-2" in kept(zone, "SELECT item FROM item")
    assert "F7" not in kept(zone, "SELECT item FROM leg")
    assert "8" * 32 not in kept(zone, 'SELECT id FROM "order"')
    assert not kept(zone, "SELECT act FROM audit WHERE detail LIKE 'door 6%'")


def kept(zone: QuietZone, sql: str) -> set[str]:
    assert zone.world.centre.store
    with zone.world.centre.store.reading() as connection:
        return set(connection.exec_driver_sql(sql).scalars())


def no_counters(_: QuietZone) -> None:
    for path in ("/custody", "/courier", "/counter/{counter}"):
        assert_only_the_centre_serves(path)


def assert_only_the_centre_serves(path: str) -> None:
    serving = {program for program in ("central", "edge") for file in (ROOT / program).glob("*.py")
               if f'("{path}"' in file.read_text("utf-8")}  # fmt: skip
    assert serving == {"central"}, path


def no_news_at_the_centre(zone: QuietZone) -> None:
    def known() -> set[str]:
        assert zone.world.centre.store
        with zone.world.centre.store.reading() as connection:
            return set(connection.exec_driver_sql("SELECT item FROM item").scalars())

    zone.lay_in(staff("paper-2"))
    zone.agenda.run(HOUR)
    assert "paper-2" not in known()
    zone.reconnect()
    assert "paper-2" in known()


TRIED: dict[str, Callable[[QuietZone], None]] = {
    "SMS of any kind: codes of what is laid in now, reminders": no_sms,
    "a new code, a proxy, a proxy taken back": no_new_code,
    "a delivery that a citizen wishes for, or takes back": no_new_way,
    "a QR code on the citizen's page": no_new_qr_code,
    "a door opened, a compartment blocked or kept by the office": no_door_for_the_office,
    "a manifest that was made later, or is older than 24 hours": no_new_manifest,
    "a ticket when the numbers in reserve are used up": no_ticket_beyond_the_reserve,
    "a ticket after midnight": no_ticket_after_midnight,
    "calling numbers, handing over at a counter or at somebody's door": no_counters,
    "seeing at the centre what happens in the zone": no_news_at_the_centre,
    "what only the centre wrote, after it was restored from a backup: handovers at a counter, who did what, orders that"
    " waited": no_refill_of_what_the_centre_wrote,
}


def test_every_line_of_the_list_is_tried_and_says_everything():
    assert [line.what for line in lines()] == list(TRIED)
    assert all(all(line) for line in lines())


@pytest.mark.parametrize("what", TRIED)
def test_what_is_not_possible_is_not_possible(what: str):
    with quiet_zone() as zone:
        zone.lay_in(staff("paper-1"))
        zone.order(zone.manifest("1" * 32, "parcel-before"))
        zone.cut_off()
        zone.agenda.run(MINUTE)
        TRIED[what](zone)


def test_what_a_screen_is_said_to_say_it_says():
    screens = "".join(
        file.read_text("utf-8") for pattern in ("*.py", "pages/**/*.html") for file in (ROOT / "edge").glob(pattern)
    )
    quoted = [line.told.split("「")[1].split("」")[0] for line in lines() if "「" in line.told]
    assert quoted
    assert [text for text in quoted if text not in screens] == []
