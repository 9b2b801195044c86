"""The agent of a zone, put together: the only place that makes its parts.

A device that is dead when the agent starts, or dies later, stops nothing else: whoever uses it raises the alarm and
tries again.
"""

import asyncio
import contextlib
import hashlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from edge import disk, screens
from edge.alarms import Alarms
from edge.bays import Bays
from edge.centre import Centre
from edge.config import ZoneConfig
from edge.desk import Desk
from edge.drivers import open_driver
from edge.journal import Journal
from edge.lockers import Lockers
from edge.manifests import Manifests
from edge.orders import Orders
from edge.past import Past
from edge.receipts import Receipts
from edge.reporting import Reporting
from edge.scans import Scans
from edge.staff import Staff
from edge.zone import Zone
from wire import exits, seal, sign, topics
from wire.errors import DeviceFault
from wire.happenings import AgentStarted
from wire.web.stream import Hub

GRACE_S = 2
"""Seconds that open pages have to end when the agent stops."""

log = structlog.get_logger()


async def run(config: ZoneConfig, file: Path, port: socket.socket) -> int:
    """Run the zone until SIGTERM or SIGINT; `port` is the screens', bound already. Return the exit code."""
    stop = _stop_signal()
    async with _zone(config, file) as zone:
        server = _Server(_serving(zone))
        try:
            async with asyncio.TaskGroup() as tasks:
                working = [tasks.create_task(work) for work in _work(zone)]
                serving = tasks.create_task(server.serve([port]))
                log.info("zone runs", device=config.device, boot=zone.journal.boot, screens=port.getsockname()[1])
                await _first_of(stop, serving)
                server.should_exit = True
                await serving
                for task in working:
                    task.cancel()
        finally:
            await _let_go(zone)
    log.info("zone stopped", device=config.device)
    return exits.OK if stop.is_set() else exits.FAILED


@contextlib.asynccontextmanager
async def _zone(config: ZoneConfig, file: Path) -> AsyncIterator[Zone]:
    """Make every part from zone.toml; the journal is first and last."""
    key = sign.signer(config.signing_key.read_bytes())
    journal = Journal(file.parent / "journal.db", config.device, config.epoch, key)
    try:
        yield _assembled(config, file, journal)
    finally:
        journal.close()


def _assembled(config: ZoneConfig, file: Path, journal: Journal) -> Zone:
    hub, past = Hub(), Past(journal, config.locker)
    alarms = Alarms(journal, past)
    centre = Centre(config.central.url, config.central.token.read_text().strip(), hub.changed)
    printer = open_driver(config.printer) if config.printer else None
    scanner = open_driver(config.scanner) if config.scanner else None
    lockers = bays = desk = None
    if config.locker:
        bus, key = open_driver(config.locker), config.locker.key.read_bytes()
        lockers = Lockers(
            config.locker,
            key=key,
            bus=bus,
            journal=journal,
            alarms=alarms,
            changed=hub.changed,
            credential_keys=[sign.verifier(key) for key in config.central.credential_keys],
            past=past,
        )
    if config.parking:
        bays = Bays(config.parking, config.zone_broker or config.broker, journal, hub.changed, past)
    if printer and config.service:
        desk = Desk(config, journal, printer, centre, alarms, hub, past)
    verify = sign.any_of(map(sign.verifier, config.central.centre_keys))
    reporting = Reporting(journal, config.broker, centre, alarms, exits.version(), verify)
    manifests = Manifests(journal, past)
    orders = Orders(
        journal,
        verify,
        centre=centre,
        lockers=lockers,
        manifests=manifests,
        broker_is_up=reporting.link.up.is_set,
    )
    reporting.listen(topics.down_journal(config.device), orders.arrived)
    journal.append(AgentStarted(version=exits.version(), config=hashlib.sha256(file.read_bytes()).hexdigest()))
    return Zone(
        config=config,
        folder=file.parent,
        journal=journal,
        alarms=alarms,
        hub=hub,
        centre=centre,
        reporting=reporting,
        orders=orders,
        manifests=manifests,
        receipts=Receipts(journal, past),
        seal_key=seal.read_public_key(config.central.seal_key),
        staff=Staff(file.parent / "staff.toml"),
        lockers=lockers,
        bays=bays,
        desk=desk,
        printer=printer,
        reader=open_driver(config.reader) if config.reader else None,
        scanner=scanner,
        scans=Scans(scanner, alarms, hub.changed) if scanner else None,
        lamp=open_driver(config.lamp) if config.lamp else None,
    )


def _work(zone: Zone) -> Iterator[Coroutine[Any, Any, None]]:
    """What goes on all the time."""
    yield zone.reporting.run()
    yield zone.orders.run()
    yield zone.centre.watch()
    yield disk.watch(zone.journal, zone.alarms)
    if zone.lockers:
        yield zone.lockers.run()
    if zone.bays:
        yield zone.bays.run()
    if zone.desk:
        yield zone.desk.run()
    if zone.scans:
        yield zone.scans.run()


async def _let_go(zone: Zone) -> None:
    for device in (zone.lockers and zone.lockers.bus, zone.desk or zone.printer, zone.reader, zone.scanner):
        if device:
            await device.close()
    if zone.lamp:
        with contextlib.suppress(DeviceFault):  # it was dead before
            zone.lamp.close()


# --- the program around it ---


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the agent has more to end than pages."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _serving(zone: Zone) -> uvicorn.Config:
    return uvicorn.Config(
        screens.app(zone), log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_S
    )


def bind(host: str, port: int) -> socket.socket:
    """Take the screens' port before anything else is touched; DeviceFault when somebody has it."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise DeviceFault(f"{host}:{port}: {os.strerror(error.errno or 0)}; is another agent running?") from None


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop


async def _first_of(stop: asyncio.Event, serving: "asyncio.Task[None]") -> None:
    waiting = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((waiting, serving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
