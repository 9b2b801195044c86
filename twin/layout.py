"""What the page is about, and how it is laid out: the zone as its templates and its JSON see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from twin.backup import Backup
from twin.bays import Bays
from twin.cabinet import Cabinet, Door
from twin.line import Line
from twin.phone import Phone
from twin.printer import Printer
from twin.reader import Reader
from twin.scanner import Scanner

HEIGHTS = {"S": 1.0, "M": 1.5, "L": 2.1}
"""How tall a compartment is drawn."""

PANEL = 1.0
"""The control panel of the bank, in the same unit; it stands on top of the last column."""

COLUMN = 4.6

CONTACTS = {
    "works": ("正常", "works", "open"),
    "open": ("总说开", "says open", "closed"),
    "closed": ("总说关", "says closed", "dead"),
    "dead": ("不动了", "dead", "works"),
}
"""What a contact does, in two languages, and what a press on the page lets it do next."""

SLIPS = 6
"""Older slips that lie beside the printer."""


@dataclass(frozen=True)
class Link:
    """Another page of the zone."""

    zh: str
    en: str
    url: str


class Program(Protocol):
    """A process that people can switch off the hard way."""

    @property
    def runs(self) -> bool: ...
    async def start(self) -> None: ...
    async def kill(self) -> None: ...


class Zone(Protocol):
    """What the page shows and switches: `nodes` by name; `lines` are cut and mended together."""

    @property
    def name(self) -> str: ...
    @property
    def cabinet(self) -> Cabinet: ...
    @property
    def printer(self) -> Printer: ...
    @property
    def reader(self) -> Reader: ...
    @property
    def scanner(self) -> Scanner: ...
    @property
    def backup(self) -> Backup: ...
    @property
    def phone(self) -> Phone: ...
    @property
    def bays(self) -> Bays: ...
    @property
    def lines(self) -> Sequence[Line]: ...
    @property
    def agent(self) -> Program: ...
    @property
    def central(self) -> Program: ...
    @property
    def nodes(self) -> Mapping[str, Program]: ...
    @property
    def links(self) -> Sequence[Link]: ...


def view(zone: Zone) -> dict[str, Any]:
    """Return what the templates show."""
    return {
        "zone": zone,
        "columns": columns(zone.cabinet.doors.values()),
        "heights": HEIGHTS,
        "panel": PANEL,
        "locker_screen": _link(zone, "/locker"),
        "terminal": _link(zone, "/terminal"),
        "contacts": CONTACTS,
        "older": list(zone.printer.slips)[-2 : -2 - SLIPS : -1],
        "is_cut": any(line.is_cut for line in zone.lines),
    }


def columns(doors: Iterable[Door]) -> list[list[Door]]:
    """Stand the compartments one above the other, door 1 at the upper left, in columns of about the same height."""
    doors = list(doors)
    total = sum(HEIGHTS.get(door.size, 1) for door in doors) + PANEL
    count = max(round(total / COLUMN), 1)
    stood: list[list[Door]] = [[]]
    height = 0.0
    for door in doors:
        tall = HEIGHTS.get(door.size, 1)
        if stood[-1] and height + tall > total / count + 0.3 and len(stood) < count:
            stood.append([])
            height = 0
        stood[-1].append(door)
        height += tall
    return stood


def state(zone: Zone) -> dict[str, Any]:
    """Return everything the page shows, as JSON."""
    printer, phone, reader = zone.printer, zone.phone, zone.reader
    return {
        "zone": zone.name,
        "lock_board": zone.cabinet.board.connected,
        "doors": list(zone.cabinet.state().values()),
        "bays": [_bay(zone, name) for name in zone.bays.bays],
        "printer": {
            "on": printer.on,
            "online": printer.online,
            "paper": printer.paper.value,
            "waiting_bytes": printer.waiting,
            "junk_bytes": printer.junk,
            "slips": [{"number": s.number, "cut": s.cut, "lines": s.lines, "codes": s.codes} for s in printer.slips],
        },
        "reader": {"card": reader.card is not None, "asked": reader.asked, "junk_bytes": reader.junk},
        "scanner": {"shown": zone.scanner.shown},
        "backup": zone.backup.taken,
        "phone": {
            "out": phone.out,
            "repeated": phone.repeated,
            "refused": phone.refused,
            "messages": [asdict(sms) for sms in phone.messages],
        },
        "network": "cut" if any(line.is_cut for line in zone.lines) else "whole",
        "agent": "running" if zone.agent.runs else "killed",
        "central": "running" if zone.central.runs else "killed",
    }


def _bay(zone: Zone, name: str) -> dict[str, Any]:
    bay = zone.bays[name]
    runs = bay.node in zone.nodes and zone.nodes[bay.node].runs
    return {"bay": name, "node": bay.node, "car": bay.car, "blind": bay.blind, "node_runs": runs}


def _link(zone: Zone, path: str) -> str | None:
    return next((link.url for link in zone.links if link.url.endswith(path)), None)
