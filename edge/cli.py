"""`zone24-edge ZONE_TOML`: starts the agent of a zone, or checks what it would start with."""

import argparse
import asyncio
import re
import stat
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.config import ZoneConfig
from edge.drivers import find_driver
from wire import base64url, exits, log, seal
from wire import config as toml
from wire.errors import BadConfig, DeviceFault
from wire.staff_file import StaffFile

MOST_KEYS = 2

_FORMS: dict[str, Callable[[bytes], bool]] = {
    "64 hexadecimal digits": lambda found: re.fullmatch(rb"[0-9a-fA-F]{64}\s*", found) is not None,
    "32 bytes": lambda found: len(found) == 32,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0 it ended as asked, 2 mistakes in the configuration, 3 it cannot start here and now."""
    asked = _parser().parse_args(arguments)
    try:
        config = load(asked.zone)
    except BadConfig as mistakes:
        _complain(mistakes)
        return exits.MISCONFIGURED
    if asked.check:
        sys.stdout.write(f"{asked.zone}: no mistakes\n")
        return exits.OK
    return _start(config, asked.zone)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "zone24-edge",
        description="The agent of a zone: lockers, terminal, printer and bays of one Raspberry Pi.",
        epilog="Exit codes: 0 ended as asked, 1 failed, 2 mistakes in the configuration, 3 cannot start here and now.",
    )
    parser.add_argument("zone", type=Path, metavar="ZONE_TOML", help="the zone.toml that zone24-provision wrote")
    parser.add_argument("--check", action="store_true", help="tell every mistake in the configuration, start nothing")
    parser.add_argument("--version", action="version", version=f"zone24-edge {exits.version()}")
    return parser


def _start(config: ZoneConfig, file: Path) -> int:
    from edge import agent  # the screens' libraries take a second; --check and --help need none

    log.start("zone24-edge")
    try:
        with agent.bind(config.screen.host, config.screen.port) as port:
            return asyncio.run(agent.run(config, file, port))
    except BadConfig as mistakes:
        _complain(mistakes)
        return exits.MISCONFIGURED
    except DeviceFault as fault:
        _complain(fault)
        return exits.CANNOT_START


def _complain(words: object) -> None:
    sys.stderr.write(f"zone24-edge: {words}\n")


# --- the configuration ---


def load(file: Path) -> ZoneConfig:
    """Return a configuration that an agent can start with; BadConfig names every mistake, a line each."""
    config = toml.read(ZoneConfig, file)
    mistakes = [*_secrets(config), *_doubles(config), *_drivers(config)]
    mistakes += _staff(file.parent / "staff.toml")
    if mistakes:
        raise BadConfig("\n".join(f"{file}: {mistake}" for mistake in mistakes))
    return config


def _secrets(config: ZoneConfig) -> list[str]:
    mistakes = _secret("central.token", config.central.token, "64 hexadecimal digits")
    mistakes += _secret("signing_key", config.signing_key, "32 bytes")
    if config.locker:
        mistakes += _secret("locker.key", config.locker.key, "32 bytes")
    at = config.central
    for option, keys in (("centre_keys", at.centre_keys), ("credential_keys", at.credential_keys)):
        mistakes += _public_keys(f"central.{option}", keys, base64url.decode_key)
        if not 1 <= len(keys) <= MOST_KEYS:
            mistakes.append(f"central.{option}: {len(keys)} keys; one is due, or {MOST_KEYS} while one is exchanged")
    return mistakes + _public_keys("central.seal_key", [at.seal_key], seal.read_public_key)


def _public_keys(option: str, keys: Sequence[str], read: Callable[[str], object]) -> list[str]:
    try:
        for key in keys:
            read(key)
    except ValueError as error:
        return [f"{option}: {error}"]
    return []


def _secret(option: str, file: Path, form: str) -> list[str]:
    try:
        mode, found = file.stat().st_mode, file.read_bytes()
    except OSError as error:
        return [f"{option}: {file}: {error.strerror}"]
    mistakes = []
    if stat.S_IMODE(mode) & 0o077:
        mistakes.append(f"{option}: {file} is open to others: chmod 600 {file}")
    if not _FORMS[form](found):
        mistakes.append(f"{option}: {file} is not {form}")
    return mistakes


def _doubles(config: ZoneConfig) -> list[str]:
    named: dict[str, list[str]] = {
        "locker.compartment.number": [str(c.number) for c in config.locker.compartment] if config.locker else [],
        "parking.bay.bay": [b.bay for b in config.parking.bay] if config.parking else [],
        "parking.bay.node": [b.node for b in config.parking.bay] if config.parking else [],
        "service.id": [s.id for s in config.service],
        "service.prefix": [s.prefix for s in config.service],
    }
    return [
        f"{option} {value} is there {count} times"
        for option, values in named.items()
        for value, count in Counter(values).items()
        if count > 1
    ]


def _staff(file: Path) -> list[str]:
    """Read what a sign-in will read; a zone without the file has no staff."""
    if file.exists():
        try:
            toml.read(StaffFile, file, {})
        except BadConfig as error:
            return [line.replace(str(file), file.name) for line in str(error).splitlines()]
    return []


def _drivers(config: ZoneConfig) -> list[str]:
    mistakes = []
    for table in ("locker", "printer", "reader", "scanner", "lamp"):
        section = getattr(config, table)
        try:
            if section is not None:
                find_driver(section)
        except BadConfig as error:
            mistakes.append(f"{table}.driver: {error}")
    return mistakes


if __name__ == "__main__":
    sys.exit(main())
