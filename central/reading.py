"""What pages and monitoring are shown, read from the database: plain lines, newest or worst first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from central import alarms as table
from central import fleet, schema
from central.centre import Centre
from wire.registered import Registered

NEWEST = 200
"""Lines of a list that grows without end."""


@dataclass(frozen=True)
class DeviceLine:
    """A device of the registry as it is now; `boot` and `version` of a node are not known here."""

    device: str
    name: str
    kind: str
    zone: str
    state: fleet.State
    since: int | None
    last_word: int | None
    boot: int | None
    version: str


@dataclass(frozen=True)
class AlarmLine:
    """An alarm; `cleared` None while it stands."""

    device: str
    source: str
    alarm: str
    about: str
    detail: str
    severity: table.Severity
    means: str
    do: str
    raised: int
    last: int
    count: int
    cleared: int | None

    @property
    def place(self) -> tuple[str, str]:
        return table.place(self.about)


@dataclass(frozen=True)
class BayLine:
    """A bay; `since` None where it was never heard of."""

    device: str
    bay: str
    node: str
    state: str
    since: int | None


def devices(centre: Centre) -> list[DeviceLine]:
    """Return every registered device, worst first."""
    registered = centre.registry.devices()
    with centre.store.reading() as connection:
        seen = {row.device: row for row in connection.execute(select(schema.device))}
        of_node = {(row.device, row.node): row for row in connection.execute(select(schema.bay))}
    heard = centre.link.heard
    states = {d.device: _state(seen.get(d.device), d.device in heard) for d in registered if d.kind == "zone"}
    lines = [
        _node(device, of_node.get((device.zone, device.device)), states.get(device.zone, "unknown"))
        if device.kind == "node"
        else _zone(device, seen.get(device.device), states[device.device])
        for device in registered
    ]
    return sorted(lines, key=lambda line: (fleet.WORST_FIRST.index(line.state), line.kind != "zone", line.device))


def _state(row: Any, heard: bool) -> fleet.State:
    return fleet.state(row.online if row else None, heard=heard)


def _zone(device: Registered, row: Any, state: fleet.State) -> DeviceLine:
    since, last_word = (row.since, row.last_word or None) if row else (None, None)
    boot, version = (row.boot or None, row.version) if row else (None, "")
    return DeviceLine(device.device, device.name, "zone", device.device, state, since, last_word, boot, version)


def _node(device: Registered, bay: Any, zone: fleet.State) -> DeviceLine:
    state = fleet.node_state(bay.state if bay else None, zone)
    since, last_word = (bay.since, bay.last_word) if bay else (None, None)
    return DeviceLine(device.device, device.name, "node", device.zone, state, since, last_word, None, "")


def alarms(connection: Connection, *, standing: bool = False) -> list[AlarmLine]:
    """Return the alarms: those that stand first, the bad ones before the others, the newest of each first."""
    wanted = select(schema.alarm).order_by(schema.alarm.c.cleared.is_not(None), schema.alarm.c.raised.desc())
    if standing:
        wanted = wanted.where(schema.alarm.c.cleared.is_(None))
    lines = [_alarm(row) for row in connection.execute(wanted.limit(NEWEST))]
    return sorted(lines, key=lambda line: (line.cleared is not None, line.severity != "bad", -line.raised))


def _alarm(row: Any) -> AlarmLine:
    words = table.words(row.alarm)
    return AlarmLine(
        row.device, row.source, row.alarm, row.about, row.detail, *words, row.raised, row.last, row.count, row.cleared
    )


def bays(centre: Centre) -> list[BayLine]:
    """Return every bay of every zone; one that was never heard of, or whose zone is not heard now, is unknown."""
    states = {line.device: line.state for line in devices(centre)}
    with centre.store.reading() as connection:
        rows = {(row.device, row.bay): row for row in connection.execute(select(schema.bay))}
    lines = []
    for device in centre.registry.devices():
        for bay in device.bays:
            row = rows.get((device.device, bay))
            state = row.state if row and states[device.device] == "online" else "unknown"
            lines.append(BayLine(device.device, bay, row.node if row else "", state, row.since if row else None))
    return lines


def tickets(connection: Connection, **where: Any) -> list[dict[str, Any]]:
    """Return tickets, the last reserved first; `where` state="waiting" and the like."""
    columns = [c for c in schema.ticket.c if c.name != "person"]
    wanted = select(*columns, schema.person.c.tail).join_from(
        schema.ticket, schema.person, schema.ticket.c.person == schema.person.c.ref, isouter=True
    )
    for column, value in where.items():
        wanted = wanted.where(schema.ticket.c[column] == value)
    return _lines(connection, wanted.order_by(schema.ticket.c.reserved.desc(), schema.ticket.c.ordinal).limit(NEWEST))


def waiting(connection: Connection, services: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return who waits for these services, in the order in which they will be called."""
    of_these = (schema.ticket.c.state == "waiting") & schema.ticket.c.service.in_(services)
    wanted = select(schema.ticket.c.number, schema.ticket.c.service, schema.ticket.c.waiting).where(of_these)
    return _lines(connection, wanted.order_by(schema.ticket.c.waiting, schema.ticket.c.ordinal).limit(NEWEST))


def last_calls(connection: Connection, count: int, ticket: str | None = None) -> list[dict[str, Any]]:
    """Return the last calls, newest first, each ticket once; with the tail of the phone where one was given."""
    newest = select(schema.call).order_by(schema.call.c.id.desc()).limit(count * 8)
    if ticket:
        newest = newest.where(schema.call.c.ticket == ticket)
    called: dict[str, dict[str, Any]] = {}
    for line in _lines(connection, newest):
        called.setdefault(line["ticket"], line)
    lines = list(called.values())[:count]
    for line in lines:
        line["tail"] = _tail(connection, line["ticket"])
    return lines


def _tail(connection: Connection, ticket: str) -> str:
    person = select(schema.ticket.c.person).where(schema.ticket.c.ticket == ticket).scalar_subquery()
    tail = connection.execute(select(schema.person.c.tail).where(schema.person.c.ref == person)).scalar_one_or_none()
    return str(tail or "")


def _lines(connection: Connection, wanted: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(wanted)]  # noqa: SLF001 - SQLAlchemy's public name


@dataclass(frozen=True)
class ZoneLine:
    """A zone in one glance: its verdict, itself and its nodes worst first, and the alarms that stand."""

    zone: DeviceLine
    verdict: fleet.Verdict
    parts: list[DeviceLine]
    alarms: list[AlarmLine]

    @property
    def online(self) -> int:
        return sum(part.state == "online" for part in self.parts)


def zones(centre: Centre) -> tuple[list[ZoneLine], list[AlarmLine]]:
    """Return every zone, worst first, and the alarms that are no zone's: the centre's own."""
    lines = devices(centre)
    with centre.store.reading() as connection:
        standing = alarms(connection, standing=True)
    found = [_zone_line(zone, lines, standing) for zone in lines if zone.kind == "zone"]
    names = {zone.zone.device for zone in found}
    found.sort(key=lambda zone: ("bad", "warn", "good").index(zone.verdict))
    return found, [alarm for alarm in standing if alarm.device not in names]


def _zone_line(zone: DeviceLine, lines: list[DeviceLine], standing: list[AlarmLine]) -> ZoneLine:
    parts = [line for line in lines if line.zone == zone.device]
    mine = [alarm for alarm in standing if alarm.device == zone.device]
    verdict = fleet.verdict(zone.state, (part.state for part in parts), (alarm.severity for alarm in mine))
    return ZoneLine(zone, verdict, parts, mine)
