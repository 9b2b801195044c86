"""A parking node's data folder: its `node.json`, and what the centre keeps of it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from provisioning.centre import Centre
from provisioning.device import CENTRE_COMMENT, Given, due, known_device, same_device
from provisioning.folder import write_table, write_text
from wire.errors import BadConfig

HEARTBEAT_MS = 2000
OCCUPIED_BELOW_MM = 900


def add_node(device: str, centre: Centre, folder: Path, given: Given, *, update: bool, anew: bool) -> dict[str, Any]:
    """Make a parking node's `node.json` and register it with its zone."""
    known = known_device(device, "node", centre, expected=update or anew)
    config = folder / "node.json"
    before = _read_json(config) if config.exists() else {}
    same_device(config, before.get("node"), device)
    broker = given.zone_broker or given.broker
    if not before:
        due({"--zone-broker": broker})
    host, port = broker or (before["host"], before["port"])
    said = {"heartbeat_ms": HEARTBEAT_MS, "occupied_below_mm": OCCUPIED_BELOW_MM, **before}
    said |= {"node": device, "host": host, "port": port}
    record: dict[str, Any] = {
        "device": device,
        "epoch": known.epoch if known else 1,
        "kind": "node",
        "name": given.name or (known.name if known else f"{device} 车位"),
        "zone": given.zone or (known.zone if known else _only_zone(centre)),
    }
    _registered(centre, record["zone"])
    changed = write_text(config, json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    changed |= write_table(centre.device(device), record, CENTRE_COMMENT)
    return {"device": device, "kind": "node", "folder": str(folder), "changed": changed}


def _read_json(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        said = None
    if not isinstance(said, dict) or not {"host", "port"} <= said.keys():
        raise BadConfig(f"{file}: not a node's settings; remove it and add the node again")
    return said


def _zones(centre: Centre) -> Iterable[str]:
    return [name for name, device in centre.devices().items() if device.kind == "zone"]


def _only_zone(centre: Centre) -> str:
    match list(_zones(centre)):
        case [zone]:
            return zone
        case []:
            raise BadConfig("no zone is registered yet; add the zone before its nodes")
        case zones:
            raise BadConfig(f"--zone is missing: one of {', '.join(zones)}")


def _registered(centre: Centre, zone: str) -> None:
    if zone not in _zones(centre):
        raise BadConfig(f"--zone {zone}: not registered; add the zone before its nodes")
