"""What the centre does to its database, and what must be in it after any power cut."""

import functools
import itertools
import random
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, event, select
from sqlalchemy.exc import DatabaseError

from central import schema
from central.config import Site
from central.intake import Intake
from central.metrics import Counts
from central.people import People
from central.registry import Registry
from central.store import Store
from tests.faults.power_cut import Image
from tests.faults.sqlite_disk import Act, Said, recorded
from tests.faults.verdict import Verdict
from tests.simulation import site
from tests.simulation.signing import Signing
from wire import entry
from wire.entry import GENESIS, Receipt, Signed
from wire.happenings import DepositBegun, Deposited, DepositOpened, Happening, PickupOpened, PickupReserved, Taken

DEVICES = ("zone-01", "zone-02")
NOW = 1_795_000_000_000
WRAPS_AFTER_PAGES = 24
SIGNING = Signing()


class _Story:
    """The journal of a device that never ends; written as far as somebody reads."""

    def __init__(self, device: str) -> None:
        self.entries: list[Signed] = []
        self.digests = [GENESIS]
        self._device, self._sign = device, SIGNING.signer(device)
        self._plot = _plot()

    def upto(self, seq: int) -> list[Signed]:
        while len(self.entries) < seq:
            data = entry.encode(
                next(self._plot), device=self._device, epoch=1, seq=len(self.digests), prev=self.digests[-1], boot=1,
                mono=1, wall=NOW, clock_good=True,
            )  # fmt: skip
            self.entries.append(Signed(data, self._sign(data)))
            self.digests.append(entry.digest(data))
        return self.entries[:seq]


def _plot() -> Iterator[Happening]:
    """Yield one deposit and pickup after the other; who has the items is not the matter here."""
    for n in itertools.count():
        item, number = f"item-{n}", str(1000 + n % 9000)
        yield DepositBegun(
            item=item, label="证件" * (n % 30), compartment=1, size="S", number=number, giver="staff 1001", phone="",
            phone_tail="5678",
        )  # fmt: skip
        yield DepositOpened(item=item, compartment=1, giver="staff 1001")
        yield Deposited(item=item, compartment=1, number=number, issue=1, giver="staff 1001")
        yield PickupReserved(item=item, compartment=1, attempt=1)
        yield PickupOpened(item=item, compartment=1, receiver="citizen ****5678")
        yield Taken(item=item, compartment=1, receiver="citizen ****5678")


@functools.cache
def _story(device: str) -> _Story:
    return _Story(device)


def begin() -> tuple[Image, tuple[object, ...]]:
    """Return the disk of a centre that has heard nobody, and has promised nothing."""
    return {site.DATABASE: site.database(DEVICES)}, ()


class _Centre:
    def __init__(self, made: Site) -> None:
        self.store = Store(made.database, lambda: NOW)
        self._intake = Intake(Registry(made.folder, SIGNING.verifier), People(made.seal_key, made.field_key), Counts())

    def take(self, device: str, batch: list[Signed]) -> "Future[Receipt | None]":
        return self.store.submit(self._intake.read(device, entry.pack(batch)))

    def receipt(self, device: str) -> Receipt:
        """Return the receipt for what it has, by telling it what it knows."""
        receipt = self.take(device, _story(device).upto(1)).result(10)
        assert receipt is not None
        return receipt


def work(folder: Path, start: Image, dice: random.Random, synchronous: str) -> list[Act]:
    """Take in what the devices send on the disk `start`; returns what the disk and the devices heard."""
    with recorded(folder) as acts:
        made = _laid(start, folder)
        centre = _Centre(made)
        with closing(centre.store):
            _wrap_early(centre.store, synchronous)
            heads = {device: centre.receipt(device).upto for device in DEVICES}
            for _ in range(dice.randint(3, 12)):
                heads |= _sent(centre, heads, acts, dice)
    return acts


def _sent(centre: _Centre, heads: dict[str, int], acts: list[Act], dice: random.Random) -> dict[str, int]:
    """Send a batch of each device or of one, some of it again; both may share a commit."""
    jobs = []
    for device in dice.sample(DEVICES, dice.randint(1, 2)):
        first, last = max(heads[device] - dice.randint(0, 3), 0), heads[device] + dice.randint(1, 20)
        jobs.append(centre.take(device, _story(device).upto(last)[first:]))
    receipts = [job.result(10) for job in jobs]
    acts.extend(Said(receipt) for receipt in receipts)
    return {receipt.device: receipt.upto for receipt in receipts if receipt}


def _wrap_early(store: Store, synchronous: str) -> None:
    @event.listens_for(store._writer, "connect")
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint = {WRAPS_AFTER_PAGES}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")


def _laid(image: Image, folder: Path) -> Site:
    """Lay a centre around the image of its database."""
    made = site.make(folder, DEVICES, SIGNING)
    for name, content in image.items():
        (folder / name).write_bytes(content)
    return made


def judge(folder: Path, said: Sequence[object]) -> Verdict:
    """Open the database as the centre would, and look for what it gave receipts for."""
    receipts = [each for each in said if isinstance(each, Receipt)]
    image = {file.name: file.read_bytes() for file in folder.iterdir()}
    store = Store(_laid(image, folder).database, lambda: NOW)
    try:
        with closing(store), store.reading() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return Verdict.CORRUPT
            heads = {}
            for device in DEVICES:
                upto = _whole(connection, device)
                if upto is None:
                    return Verdict.CORRUPT
                heads[device] = upto
    except DatabaseError:
        return Verdict.CORRUPT
    kept = all(
        heads[receipt.device] >= receipt.upto and _story(receipt.device).digests[receipt.upto] == receipt.head
        for receipt in receipts
    )
    return Verdict.GOOD if kept else Verdict.LOST


def _whole(connection: Connection, device: str) -> int | None:
    """Return up to where the centre has a journal; None where its copy, or what it changed, is not that journal's."""
    entries, journal, handover = schema.entry.c, schema.journal.c, schema.handover.c
    kept = (
        connection.execute(select(entries.data).where(entries.device == device).order_by(entries.seq)).scalars().all()
    )
    upto = connection.execute(select(journal.upto).where(journal.device == device)).scalar_one_or_none() or 0
    story = _story(device).upto(upto)
    handed = connection.execute(select(handover.seq).where(handover.device == device).order_by(handover.seq)).scalars()
    due = [seq for seq in range(1, upto + 1) if seq % 3 == 0]
    return upto if list(kept) == [signed.data for signed in story] and list(handed) == due else None
