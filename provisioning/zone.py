"""A zone's data folder: its zone.toml, its keys, and what the centre keeps of it."""

import hashlib
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

from provisioning.centre import STAFF_COMMENT, Centre
from provisioning.device import CENTRE_COMMENT, Given, due, known_device, same_device
from provisioning.folder import OWN_ONLY, keep_secret, new_key, read_key, read_table, write_table
from wire import sign
from wire.errors import BadConfig
from wire.registered import Registered

COMMENT = "Made by zone24-provision. Options: docs/config.md. Check it with zone24-edge --check."

SILENT_AFTER_S = 6
"""Seconds without a word from a node until its bay is unknown: three of its heartbeats."""


def add_zone(device: str, centre: Centre, folder: Path, given: Given, *, update: bool, anew: bool) -> dict[str, Any]:
    """Make a zone's folder and register it; its token, its signing key and its bank's key are made once and stay.

    `anew`: a new machine under a known name: a new token and signing key, an empty journal and so a new epoch, and the
    same bank.
    """
    known = known_device(device, "zone", centre, expected=update or anew)
    config = folder / "zone.toml"
    before = read_table(config) if config.exists() else {}
    same_device(config, before.get("device"), device)
    if anew:
        known = _replaced(device, known, config)
    elif known and not before:
        raise BadConfig(f"{config}: not there; --replace makes a new machine under the known name {device}")
    elif known:
        known = replace(known, epoch=_epoch(config, before, known))
    if not before:
        due({"--central-url": given.central_url, "--broker": given.broker})
    table = _zone(device, known, before, centre, given)
    token = keep_secret(folder / "secrets" / "token", lambda: secrets.token_hex(32).encode())
    signing_key = folder / "secrets" / "signing.key"
    if not signing_key.exists() and known and known.signing_key(table["epoch"]):
        raise BadConfig(f"{signing_key}: not there; restore it, or --replace makes a new machine of {device}")
    keep_secret(signing_key, new_key)
    signing_keys = _signing_keys(known, table["epoch"], signing_key)
    doors = len(table["locker"]["compartment"]) if "locker" in table else 0
    if doors:
        _share_bank_key(centre.bank_key(device), folder / "secrets" / "bank.key")
    changed = write_table(config, table, COMMENT)
    copy_staff(centre, folder)
    record = {
        "device": device,
        "epoch": table["epoch"],
        "kind": "zone",
        "name": table["name"],
        "token_sha256": hashlib.sha256(token).hexdigest(),
        "signing_keys": signing_keys,
        "bays": [each["bay"] for each in table.get("parking", {}).get("bay", [])],
        "compartments": doors,
    }
    changed |= write_table(centre.device(device), record, CENTRE_COMMENT)
    return {"device": device, "kind": "zone", "folder": str(folder), "changed": changed}


def copy_staff(centre: Centre, folder: Path) -> bool:
    """Give a device the staff of its centre: their PINs work there without the centre. True when that was news."""
    staff = read_table(centre.staff) if centre.staff.exists() else {"staff": []}
    return write_table(folder / "staff.toml", staff, STAFF_COMMENT, OWN_ONLY)


def _replaced(device: str, known: Registered | None, config: Path) -> Registered:
    if known is None:
        raise BadConfig(f"--replace: {device} is not registered")
    if config.exists():
        raise BadConfig(f"--replace: {config} is there; a new machine begins with an empty folder")
    return replace(known, epoch=known.epoch + 1)


def _epoch(file: Path, before: dict[str, Any], known: Registered) -> int:
    """Return the epoch of a machine that is updated: one ahead of the centre's after a --replace that was cut off."""
    epoch = before.get("epoch", known.epoch)
    if not isinstance(epoch, int) or epoch < known.epoch:
        raise BadConfig(f"{file}: of epoch {epoch}, registered is epoch {known.epoch}: this machine was replaced")
    return min(epoch, known.epoch + 1)


def _zone(
    device: str, known: Registered | None, before: dict[str, Any], centre: Centre, given: Given
) -> dict[str, Any]:
    """Return zone.toml: what stood there, with what is given and what the centre says put in its place."""
    at_centre = centre.read()
    table: dict[str, Any] = {
        "device": device,
        "epoch": known.epoch if known else 1,
        "name": given.name or (known.name if known else f"{device} 自助服务区"),
        "centre": at_centre["centre"],
        "phone": at_centre["phone"],
        "signing_key": "secrets/signing.key",
    }
    table["screen"] = _over(_section(before, "screen", {"host": "127.0.0.1", "port": 8242}), port=given.screen_port)
    central = _over(_section(before, "central", {}), url=given.central_url)
    table["central"] = {
        **central,
        "token": "secrets/token",
        "seal_key": centre.public_key(),
        "centre_keys": centre.centre_keys(),
        "credential_keys": centre.credential_keys(),
    }
    brokers = {"broker": given.broker, "zone_broker": given.zone_broker or (None if before else given.broker)}
    for section, broker in brokers.items():
        if broker:
            host, port = broker
            table[section] = {"keepalive_s": 5, **_section(before, section, {}), "host": host, "port": port}
    table |= _devices(before, given)
    table |= {name: value for name, value in before.items() if name not in table}  # what was added by hand
    table["service"] = at_centre.get("service", [])
    return table


def _devices(before: dict[str, Any], given: Given) -> dict[str, Any]:
    fresh: dict[str, dict[str, Any]] = {
        "locker": {"driver": "board", "address": 1, "key": "secrets/bank.key", "pulse_ms": 200, "contact_open": True},
        "printer": {"driver": "escpos", "baud": 19200},
        "reader": {"driver": "sdt"},
        "scanner": {"driver": "scanner", "baud": 9600},
        "parking": {"silent_after_s": SILENT_AFTER_S, "settle_s": 1},
    }
    changes: dict[str, dict[str, Any]] = {
        "locker": {"port": given.lock_port, "compartment": given.compartments},
        "printer": {"port": given.printer_port},
        "reader": {"port": given.reader_port},
        "scanner": {"port": given.scanner_port},
        "parking": {"bay": given.bays},
    }
    made = {}
    for section, change in changes.items():
        if section in before or any(value is not None for value in change.values()):
            made[section] = _over(_section(before, section, fresh[section]), **change)
    if "locker" in made:
        due({"--lock-port": made["locker"].get("port"), "--compartments": made["locker"].get("compartment")})
    return made


def _section(table: dict[str, Any], name: str, fresh: dict[str, Any]) -> dict[str, Any]:
    section = table.get(name, fresh)
    if not isinstance(section, dict):
        raise BadConfig(f"{name} of zone.toml is no table: [{name}]")
    return section


def _over(table: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {**table, **{name: value for name, value in given.items() if value is not None}}


def _share_bank_key(at_centre: Path, at_device: Path) -> None:
    """Let the bank and its centre have the same key: both make pickup codes of it, without a network between them."""
    source = at_centre if at_centre.exists() or not at_device.exists() else at_device
    key = keep_secret(source, new_key)
    for file in (at_centre, at_device):
        keep_secret(file, lambda: key)
    if read_key(at_centre) != read_key(at_device):
        raise BadConfig(f"{at_device}: not the key in {at_centre}; the codes that citizens hold would open nothing")


def _signing_keys(known: Registered | None, epoch: int, file: Path) -> list[str]:
    """Return the public keys of every epoch, with the one of this machine in its place."""
    ours = sign.public_key(read_key(file))
    before = known.signing_key(epoch) if known else ""
    if before not in {"", ours}:
        raise BadConfig(f"{file}: not the key that is registered for epoch {epoch}; --replace makes a new machine")
    keys = [*(known.signing_keys if known else ())][: epoch - 1]
    return [*keys, *[""] * (epoch - 1 - len(keys)), ours]
