"""A zone on a stage: the real journal, bank, desk, staff and pages; the metal does what the test says."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from edge import screens
from edge.alarms import Alarms
from edge.bays import Bays
from edge.centre import Centre, Unreachable
from edge.config import BaySection, Broker, Central, CompartmentSection, Locker, Parking, Service, ZoneConfig
from edge.config import Printer as PrinterSection
from edge.desk import Desk
from edge.drivers import Card, Look, PrinterStatus, Slip
from edge.journal import Journal
from edge.lockers import Lockers
from edge.manifests import Manifests
from edge.orders import Orders
from edge.receipts import Receipts
from edge.reporting import Reporting
from edge.scans import Scans
from edge.staff import Staff
from edge.zone import Zone
from locker import pickup
from wire import seal, sign
from wire.errors import DeviceFault
from wire.web.stream import Hub

PHONE = "13812345678"
CENTRE_KEY = seal.new_key()
BANK_KEY = bytes(range(32))
BADGE, PIN, NAME = "1001", "246810", "王敏"


class PaperPrinter:
    """A printer that prints while it has paper."""

    def __init__(self) -> None:
        self.now = PrinterStatus(online=True, paper="plenty", cover_open=False)
        self.slips: list[Slip] = []
        self.breaks: str = ""
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def status(self) -> PrinterStatus:
        self.asked += 1
        return self.now

    async def print(self, slip: Slip) -> str:
        await self.gate.wait()
        if self.breaks:
            raise DeviceFault(self.breaks)
        self.slips.append(slip)
        return "paper"

    async def close(self) -> None:
        pass


class Doors:
    """A lock board: every door opens when told, unless it is jammed."""

    bad_frames = 0

    def __init__(self) -> None:
        self.open: set[int] = set()
        self.jammed: set[int] = set()
        self.pulses: list[int] = []
        self.silent = False

    async def unlock(self, door: int, nonce: int) -> str:
        if self.silent:
            raise DeviceFault("silent")
        self.pulses.append(door)
        if door not in self.jammed:
            self.open.add(door)
        return "pulsed"

    async def look(self, handled: int) -> Look:
        if self.silent:
            raise DeviceFault("silent")
        return Look(1, frozenset(self.open), 0, ())

    async def close(self) -> None:
        pass


class HeldCodes:
    """A scanner: what the test holds before it."""

    def __init__(self) -> None:
        self.held: asyncio.Queue[str] = asyncio.Queue()

    async def scan(self) -> str:
        return await self.held.get()

    async def close(self) -> None:
        pass


class CardReader:
    """A reader with the card that the test lays on it."""

    def __init__(self) -> None:
        self.card: Card | None = None
        self.breaks = False

    async def status(self) -> bool:
        return not self.breaks

    async def read_card(self) -> Card | None:
        if self.breaks:
            raise DeviceFault("silent")
        return self.card

    async def close(self) -> None:
        pass


class Numbers(Centre):
    """A centre that gives out numbers, unless it is away."""

    def __init__(self) -> None:
        super().__init__("http://centre.invalid", "token")
        self.away = False
        self.given = 0
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.day = ""

    async def put(self, path: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append((path, said))
        if self.away:
            raise Unreachable("away")
        if path.startswith("/v1/blocks/"):
            first = self.given + 1
            self.given += said["count"]
            return 200, {"service": said["service"], "prefix": "A", "first": first, "last": self.given, "day": self.day}
        self.given += 1
        return 200, {"number": f"A{self.given:03d}", "service": said["service"], "day": self.day, "ahead": 3}


class Stage:
    """Everything a test touches; `client` is a browser with cookies."""

    zone: Zone
    printer: PaperPrinter
    doors: Doors
    centre: Numbers
    scanner: HeldCodes
    reader: CardReader
    app: Any

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://zone", timeout=30)

    async def press(self, path: str, do: str, /, **fields: str) -> httpx.Response:
        """Send a form and return the page it leads to."""
        answer = await self.client.post(path, data={"do": do, **fields})
        assert answer.status_code == 303, answer.text
        return await self.client.get(answer.headers["location"])

    def visits(self, path: str) -> Any:
        """The sessions of the screen at `path`."""
        routers = [getattr(route, "original_router", route) for route in self.app.routes]
        routes = [route for router in routers for route in getattr(router, "routes", [router])]
        return next(route.endpoint.__self__.visits for route in routes if getattr(route, "path", "") == path)

    async def until(self, condition: Callable[[], Awaitable[bool] | bool], within_s: float = 10) -> None:
        async with asyncio.timeout(within_s):
            while True:
                held = condition()
                if held if isinstance(held, bool) else await held:
                    return
                await asyncio.sleep(0.01)

    async def state(self, path: str) -> str:
        return state_of((await self.client.get(path)).text)

    async def becomes(self, path: str, state: str, within_s: float = 10) -> httpx.Response:
        async def there() -> bool:
            return await self.state(path) == state

        await self.until(there, within_s)
        return await self.client.get(path)

    async def doors_known(self) -> None:
        await self.until(lambda: all(c.door.value == "closed" for c in self.zone.lockers.bank.compartments.values()))

    async def open_door(self) -> int:
        """Wait for a door to be open, and its opening to be on record; return its number."""
        await self.until(lambda: any(c.opened for c in self.zone.lockers.bank.compartments.values()))
        return next(c.number for c in self.zone.lockers.bank.compartments.values() if c.opened)

    async def through_door(self, state: str) -> httpx.Response:
        """Close the door that stands open and return the page that comes of it."""
        self.doors.open.discard(await self.open_door())
        return await self.becomes("/locker", state)

    async def sign_in(self, badge: str = BADGE, button: str = "choose_staff") -> httpx.Response:
        await self.doors_known()
        await self.press("/locker", button)
        return await self.press("/locker", "sign_in", badge=badge, pin=PIN)

    def happened(self, kind: type) -> list[Any]:
        return [happening for _, happening in self.zone.journal.history() if isinstance(happening, kind)]

    def code(self, item: str, issue: int = 1) -> str:
        import hmac

        return pickup.code(lambda data: hmac.digest(BANK_KEY, data, "sha256"), item, issue)


def state_of(page: str) -> str:
    found = re.search(r'<body[^>]* data-state="(\w+)"', page)
    assert found, page
    return found[1]


def staff_line(badge: str, name: str, pin: str, role: str = "staff") -> str:
    salt = bytes(16)
    digest = hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1)
    return (
        f'[[staff]]\nbadge = "{badge}"\nname = "{name}"\npin = "scrypt${salt.hex()}${digest.hex()}"\nrole = "{role}"\n'
    )


def zone_config(folder: Path) -> ZoneConfig:
    sizes = ("S", "S", "S", "M", "M", "L")
    return ZoneConfig(
        device="zone-01",
        epoch=1,
        name="一号自助服务区",
        centre="示范市政务服务中心",
        phone="0000-12345",
        signing_key=folder / "signing.key",
        central=Central(
            url="http://centre.invalid",
            token=folder / "token",
            seal_key=seal.public_key(CENTRE_KEY),
            centre_keys=(sign.public_key(CENTRE_KEY),),
            credential_keys=(sign.public_key(CENTRE_KEY),),
        ),
        broker=Broker(host="127.0.0.1", port=1),
        locker=Locker(
            port=folder / "lock",
            key=folder / "bank.key",
            compartment=tuple(CompartmentSection(number=n, size=size, low=n == 3) for n, size in enumerate(sizes, 1)),
        ),
        printer=PrinterSection(port=folder / "printer"),
        parking=Parking(bay=tuple(BaySection(bay=f"P{n}", node=f"node-{n}") for n in (1, 2, 3))),
        service=(
            Service(id="household", prefix="A", zh="户籍业务", en="Household registration"),
            Service(id="social", prefix="B", zh="社保业务", en="Social insurance"),
        ),
    )


@asynccontextmanager
async def _staged(folder: Path) -> AsyncIterator[Stage]:
    config = zone_config(folder)
    people = (staff_line(BADGE, NAME, PIN), staff_line("1002", "李强", PIN), staff_line("2001", "陈波", PIN, "courier"))
    (folder / "staff.toml").write_text("".join(people), encoding="utf-8")
    stage = Stage()
    hub, journal = Hub(), Journal(folder / "journal.db", config.device, config.epoch, sign.signer(CENTRE_KEY))
    alarms = Alarms(journal)
    stage.printer, stage.doors, stage.centre = PaperPrinter(), Doors(), Numbers()
    stage.scanner, stage.reader = HeldCodes(), CardReader()
    desk = Desk(config, journal, stage.printer, stage.centre, alarms, hub)
    stage.centre.day = desk._today()
    verify = sign.any_of([sign.verifier(sign.public_key(CENTRE_KEY))])
    lockers = Lockers(
        config.locker,
        key=BANK_KEY,
        bus=stage.doors,
        journal=journal,
        alarms=alarms,
        changed=hub.changed,
        credential_keys=[verify],
    )
    reporting, manifests = Reporting(journal, config.broker, stage.centre, alarms, "0", verify), Manifests(journal)
    stage.zone = Zone(
        config=config,
        folder=folder,
        journal=journal,
        alarms=alarms,
        hub=hub,
        centre=stage.centre,
        reporting=reporting,
        orders=Orders(
            journal, verify, centre=stage.centre, lockers=lockers, manifests=manifests, broker_is_up=lambda: False
        ),
        manifests=manifests,
        receipts=Receipts(journal),
        seal_key=seal.read_public_key(config.central.seal_key),
        staff=Staff(folder / "staff.toml"),
        lockers=lockers,
        bays=Bays(config.parking, config.broker, journal, hub.changed),
        desk=desk,
        printer=stage.printer,
        reader=stage.reader,
        scanner=stage.scanner,
        scans=Scans(stage.scanner, alarms, hub.changed),
        lamp=None,
    )
    stage.app = screens.app(stage.zone)
    working = [asyncio.create_task(lockers.run()), asyncio.create_task(stage.zone.scans.run())]
    try:
        async with stage.browser() as stage.client:
            yield stage
    finally:
        for task in working:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        journal.close()


@pytest.fixture
def play(tmp_path: Path):
    """Run a scene on the stage: `play(scene)` where `scene` is an async function of the stage."""

    def run(scene: Callable[[Stage], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with _staged(tmp_path) as stage:
                await scene(stage)

        asyncio.run(whole())

    return run


@pytest.fixture
def words():
    """The names that tests share: pytest imports no helper modules."""
    return SimpleNamespace(PHONE=PHONE, BADGE=BADGE, PIN=PIN, NAME=NAME, KEY=CENTRE_KEY, state_of=state_of)
