"""What happened, seen by somebody who sees everything and believes no program: disks, bolts, hands and promises."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from edge.journal import Journal
from locker.custody import Held
from locker.door import ImpossibleHappening
from tests.simulation.agenda import Agenda
from tests.simulation.ledger import Contradiction, Ledger
from wire import entry
from wire import happenings as h
from wire.entry import Entry
from wire.legs import leg_of
from wire.orders import OpenCompartment

CODES = ("pickup", "added", "reissued", "proxy")
"""The kinds of SMS that bring a code."""


class Right(NamedTuple):
    """Somebody stands at a screen and may have this door opened: for `item`, laying in or taking out."""

    item: str
    taking: bool


@dataclass
class Device:
    """One device's disk, and what was promised to be on it."""

    name: str
    disk: sqlite3.Connection | None = None
    promised: dict[int, str] = field(default_factory=dict)
    read_upto: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    custody: dict[str, Held] = field(default_factory=dict)
    pulsed: set[int] = field(default_factory=set)
    ordered: dict[str, OpenCompartment] = field(default_factory=dict)
    right: Right | None = None


class God:
    """`lost`, `doubled`, `wrong_openings`: what was found, in words."""

    def __init__(self, devices: list[str], agenda: Agenda) -> None:
        self.agenda = agenda
        self.devices = {name: Device(name) for name in devices}
        self.lost: list[str] = []
        self.doubled: list[str] = []
        self.wrong_openings: list[str] = []
        self.broken: list[str] = []

    @property
    def found(self) -> dict[str, list[str]]:
        """Everything that is wrong, by kind."""
        return {
            "lost": self.lost, "doubled": self.doubled, "wrong openings": self.wrong_openings, "broken": self.broken,
        }  # fmt: skip

    @property
    def is_content(self) -> bool:
        return not any(self.found.values())

    @property
    def handovers(self) -> int:
        return sum(device.ledger.handed for device in self.devices.values())

    # --- as it happens ---

    def opened(self, name: str, file: Path) -> None:
        """A journal is now this file."""
        device = self.devices[name]
        if device.disk:
            device.disk.close()
        device.disk = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)

    def appended(self, name: str, journal: Journal) -> None:
        """`append` has returned: up to here everything is promised."""
        self.devices[name].promised[journal.last] = journal._head

    def bolt(self, name: str, door: int, nonce: int) -> None:
        """A bolt moves: is there a record on the disk, is it the first time, and has anybody the right?"""
        device = self.devices[name]
        where = f"{name} door {door}, nonce {nonce}"
        if nonce in device.pulsed:
            self.wrong_openings.append(f"{where}: pulsed before")
        device.pulsed.add(nonce)
        read = self._entry(device, nonce)
        ordered = read.happening() if read else None
        if isinstance(ordered, h.InspectionBegun) and ordered.compartment == door:
            self._inspected(device, ordered, where)
            return
        right = _right_of(ordered, door)
        if right is None:
            self.wrong_openings.append(f"{where}: no entry on the disk orders it")
        elif right != device.right and not (device.right is None and not right.taking):
            self.wrong_openings.append(f"{where}: opened for {right}, and {device.right} was asked for")

    def expect_opening(self, name: str, order: OpenCompartment) -> None:
        """Two people want this door open, for half a minute."""
        self.devices[name].ordered[order.order] = order

    def _inspected(self, device: Device, begun: h.InspectionBegun, where: str) -> None:
        order = device.ordered.pop(begun.order, None)
        if order is None or order.compartment != begun.compartment:
            self.wrong_openings.append(f"{where}: no order opens it, or it did already")
        elif self.agenda.now > order.not_after:
            late = self.agenda.now - order.not_after
            self.wrong_openings.append(f"{where}: opened {late} ms too late")

    # --- looking back ---

    def audit(self) -> None:
        """Read on in every journal: is what was promised there, and can it be true?"""
        for device in self.devices.values():
            for seq, data, digest in _rows(device.disk, device.read_upto):
                if device.promised.pop(seq, digest) != digest:
                    self.lost.append(f"{device.name} entry {seq} is not what was promised")
                self._judge(device, entry.decode(data), digest)
                device.read_upto = seq
            gone = [seq for seq in device.promised if seq <= device.read_upto or not self._entry(device, seq)]
            self.lost.extend(f"{device.name} entry {seq} is gone from its own disk" for seq in gone)
            for seq in gone:
                del device.promised[seq]

    def _judge(self, device: Device, read: Entry, digest: str) -> None:
        happening = read.happening()
        assert happening
        leg = leg_of(device.name, happening)
        try:
            device.ledger.read(happening)
            if leg:
                device.custody[leg.item] = device.custody.get(leg.item, Held()).after(leg, device.name, digest)
        except (Contradiction, ImpossibleHappening) as error:
            self.broken.append(f"{device.name} entry {read.seq}: {error}")

    def compare(self, centre: Path, delivered: set[str], reached: Iterable[str]) -> None:
        """Faults are over: is the centre's copy of whom it reached the journal, and was anything done twice?"""
        self.audit()
        database = sqlite3.connect(f"file:{centre}?mode=ro", uri=True)
        for name in reached:
            self._compare(self.devices[name], database)
            self._compare_notices(self.devices[name], delivered)
        database.close()

    def _compare(self, device: Device, centre: sqlite3.Connection) -> None:
        journal = [data for _, data, _ in _rows(device.disk, 0)]
        copy = [row[0] for row in centre.execute("SELECT data FROM entry WHERE device = ? ORDER BY id", (device.name,))]
        missing = set(journal) - set(copy)
        self.lost.extend(f"{device.name} entry {journal.index(data) + 1} never arrived" for data in sorted(missing))
        self.doubled.extend(f"{device.name}: {data!r}" for data, count in Counter(copy).items() if count > 1)
        if not missing and copy != journal:
            self.broken.append(f"{device.name}: the centre's copy has another order, or more, than the journal")
        (handed,) = centre.execute("SELECT count(*) FROM handover WHERE device = ?", (device.name,)).fetchone()
        if handed > device.ledger.handed:
            self.doubled.append(
                f"{device.name}: {handed} handovers at the centre, {device.ledger.handed} in the journal"
            )
        elif handed < device.ledger.handed:
            self.lost.append(f"{device.name}: {handed} handovers at the centre, {device.ledger.handed} in the journal")
        self._compare_custodians(device, centre)

    def _compare_custodians(self, device: Device, centre: sqlite3.Connection) -> None:
        """Whom the device's journal says has an item must be whom the centre says has it."""
        held = "SELECT item FROM item WHERE device = ? AND state IN ('waiting', 'leaving')"
        there = {row[0] for row in centre.execute(held, (device.name,))}
        if there != device.ledger.held:
            self.broken.append(f"{device.name}: {there ^ device.ledger.held} lie in the bank for one side only")

    def _compare_notices(self, device: Device, delivered: set[str]) -> None:
        """One SMS a code: the gateway delivers an id once, so two ids for one code would be two messages."""
        mine = [id_.split(":")[:2] for id_ in delivered]
        notices = sum(kind in CODES and name == device.name for kind, name in mine)
        if notices > device.ledger.told:
            self.doubled.append(f"{device.name}: {notices} messages for {device.ledger.told} codes")
        elif notices < device.ledger.told:
            self.lost.append(f"{device.name}: {notices} messages for {device.ledger.told} codes")

    def _entry(self, device: Device, seq: int) -> Entry | None:
        assert device.disk
        row = device.disk.execute("SELECT data FROM entries WHERE seq = ?", (seq,)).fetchone()
        return entry.decode(row[0]) if row else None


def _rows(disk: sqlite3.Connection | None, after: int) -> list[tuple[int, bytes, str]]:
    assert disk
    return disk.execute("SELECT seq, data, digest FROM entries WHERE seq > ? ORDER BY seq", (after,)).fetchall()


def _right_of(ordered: h.Happening | None, door: int) -> Right | None:
    """Return whose right a record of an opening speaks of; None when it orders nothing, or another door."""
    match ordered:
        case h.DepositBegun(item=item, compartment=compartment) | h.DepositMoved(item=item, to=compartment):
            return Right(item, taking=False) if compartment == door else None
        case h.PickupReserved(item=item, compartment=compartment):
            return Right(item, taking=True) if compartment == door else None
    return None
