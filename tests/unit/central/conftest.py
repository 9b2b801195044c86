"""A centre in a folder of its own, and a zone that speaks to it."""

import contextlib
import functools
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient

from central import app, config, migrations
from central.config import Site
from central.intake import Intake
from central.metrics import Counts
from central.people import People
from central.registry import Registry
from central.store import Store
from wire import entry, legs, seal, sign
from wire.entry import Receipt, Signed
from wire.happenings import Happening

TOKEN = "f" * 64
SIGNING_KEY = bytes(range(32))
NOW = 1_795_000_000_000
"""2026-11-18 19:06:40 in China."""

CENTRAL = """
centre = "示范市政务服务中心"
phone = "0000-12345"
[http]
port = 1
[broker]
port = 1
[sms]
url = "http://127.0.0.1:9/sms"
[[service]]
id = "household"
prefix = "A"
zh = "户籍业务"
en = "Household registration"
[[service]]
id = "social"
prefix = "B"
zh = "社保业务"
en = "Social security"
[[counter]]
id = "1"
zh = "1号窗口"
en = "Counter 1"
services = ["household", "social"]
[[counter]]
id = "2"
zh = "2号窗口"
en = "Counter 2"
services = ["social"]
"""

ZONE = """
device = "{device}"
epoch = {epoch}
kind = "zone"
name = "一号自助服务区"
token_sha256 = "{token}"
signing_keys = [{keys}]
bays = ["P1", "P2"]
compartments = 6
"""


def secret(file: Path, data: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(data)


def register(folder: Path, device: str = "zone-01", epoch: int = 1, token: str = TOKEN) -> None:
    devices = folder / "devices"
    devices.mkdir(exist_ok=True)
    digest, key = hashlib.sha256(token.encode()).hexdigest(), sign.public_key(SIGNING_KEY)
    text = ZONE.format(device=device, epoch=epoch, token=digest, keys=", ".join([f'"{key}"'] * epoch))
    (devices / f"{device}.toml").write_text(text, encoding="utf-8")


class Clock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now

    def turn(self, milliseconds: int) -> None:
        self.now += milliseconds


class Zone:
    """A device that writes a journal, and nothing else."""

    def __init__(self, device: str = "zone-01", epoch: int = 1) -> None:
        self.device, self.epoch = device, epoch
        self.seq, self.prev, self.wall = 0, entry.GENESIS, NOW - 1_000
        self.legs: dict[str, str] = {}
        self.clock_good = True

    def write(self, *happenings: Happening) -> list[Signed]:
        return [self._entry(happening) for happening in happenings]

    def _entry(self, happening: Happening) -> Signed:
        self.seq += 1
        item = getattr(happening, "item", "")
        if legs.is_leg(happening):
            happening = msgspec.structs.replace(happening, before=self.legs.get(item, entry.GENESIS))
        data = entry.encode(
            happening, device=self.device, epoch=self.epoch, seq=self.seq, prev=self.prev, boot=1,
            mono=self.seq, wall=self.wall, clock_good=self.clock_good,
        )  # fmt: skip
        self.prev = entry.digest(data)
        if legs.is_leg(happening):
            self.legs[item] = self.prev
        return Signed(data, sign.signer(SIGNING_KEY)(data))


class Desk:
    """The centre's intake over a database of its own."""

    def __init__(self, site: Site, clock: Clock) -> None:
        self.site, self.clock = site, clock
        self.registry, self.counts = Registry(site.folder), Counts()
        self.people = People(site.seal_key, site.field_key)
        self.intake = Intake(self.registry, self.people, self.counts)
        self.store = Store(site.database, clock)

    def take(self, entries: list[Signed], device: str = "zone-01") -> Receipt | None:
        return self.store.submit(self.intake.read(device, entry.pack(entries))).result(10)

    def tell(self, zone: Zone, *happenings: Happening) -> Receipt | None:
        return self.take(zone.write(*happenings), zone.device)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.store.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

    def sealed(self, phone: str) -> str:
        return seal.seal(seal.read_public_key(seal.public_key(self.site.seal_key)), phone)


def make_centre(folder: Path) -> Path:
    (folder / "central.toml").write_text(CENTRAL, encoding="utf-8")
    secret(folder / "secrets" / "seal.key", seal.new_key())
    secret(folder / "secrets" / "field.key", os.urandom(32))
    secret(folder / "secrets" / "centre.key", bytes(range(1, 33)))
    secret(folder / "secrets" / "credential.key", bytes(range(2, 34)))
    secret(folder / "secrets" / "zone-01.bank.key", bytes(range(32)))
    register(folder)
    return folder


def open_site(folder: Path) -> Site:
    made = config.read(folder / "central.toml")
    migrations.upgrade(made.database)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_centre(tmp_path)


@pytest.fixture
def site(folder: Path) -> Site:
    return open_site(folder)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(site: Site, clock: Clock) -> Iterator[Desk]:
    made = Desk(site, clock)
    yield made
    made.store.close()


@pytest.fixture
def zone() -> Zone:
    return Zone()


@contextlib.contextmanager
def running(site: Site) -> Iterator[TestClient]:
    with TestClient(app.build(site, lambda: Store(site.database, Clock())), follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(site: Site) -> Iterator[TestClient]:
    """The whole program, on a broker that is not there."""
    with running(site) as made:
        yield made


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The same, shared by tests that leave nothing behind."""
    with running(open_site(make_centre(tmp_path_factory.mktemp("centre")))) as made:
        yield made


@pytest.fixture
def new_zone() -> type[Zone]:
    return Zone


@pytest.fixture
def registered(folder: Path) -> Callable[..., None]:
    """Registers a device in the centre's folder."""
    return functools.partial(register, folder)


PIN = "123456"


@pytest.fixture
def given_staff(folder: Path) -> dict[str, str]:
    """Badges 1001 and 1002 of staff and 2001 of a courier, all with one PIN; returns what the first signs in with."""
    salt = "00112233445566778899aabbccddeeff"
    digest = hashlib.scrypt(PIN.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()
    people = (("1001", "王敏", "staff"), ("1002", "李强", "staff"), ("2001", "赵刚", "courier"))
    tables = [
        f'[[staff]]\nbadge = "{badge}"\nname = "{name}"\nrole = "{role}"\npin = "scrypt${salt}${digest}"\n'
        for badge, name, role in people
    ]
    (folder / "staff.toml").write_text("\n".join(tables), "utf-8")
    return {"badge": "1001", "pin": PIN}
