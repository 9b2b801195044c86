"""What a zone and a parking node have in common when they are registered."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.centre import Centre
from wire.errors import BadConfig
from wire.registered import Registered

CENTRE_COMMENT = "Made by zone24-provision: what the centre knows of this device."


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was asked for a device; None for what was not, and an update leaves that as it is."""

    name: str | None = None
    central_url: str | None = None
    broker: tuple[str, int] | None = None
    zone_broker: tuple[str, int] | None = None
    screen_port: int | None = None
    lock_port: str | None = None
    printer_port: str | None = None
    reader_port: str | None = None
    scanner_port: str | None = None
    compartments: list[dict[str, Any]] | None = None
    bays: list[dict[str, str]] | None = None
    zone: str | None = None


def known_device(device: str, kind: str, centre: Centre, *, expected: bool) -> Registered | None:
    """Return what the centre has registered under this name; None for a new device."""
    centre.read()
    file = centre.device(device)
    if not file.exists():
        return None
    if not expected:
        raise BadConfig(f"{device}: registered already; --update changes its addresses, never a key")
    known = centre.registered(device)
    if known.kind != kind:
        raise BadConfig(f"{device}: registered as a {known.kind}, not a {kind}")
    return known


def same_device(file: Path, there: Any, device: str) -> None:
    if there not in {None, device}:
        raise BadConfig(f"{file}: the folder of another device, {there}")


def due(options: dict[str, Any]) -> None:
    missing = [f"{option} is missing" for option, value in options.items() if value is None]
    if missing:
        raise BadConfig("\n".join(missing))
