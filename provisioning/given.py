"""What a technician typed, checked: every mistake is collected, so that one run names them all."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from wire.errors import BadConfig
from wire.happenings import SIZES
from wire.registered import MOST_COMPARTMENTS
from wire.topics import NAME

T = TypeVar("T")

MOST_BAYS = 500
LONGEST_TEXT = 40
RESERVED = ("node", "central")

_BAY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,14}[A-Za-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\]")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{1,18}[0-9]")
_BADGE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,18}[A-Za-z0-9])?")
_PIN = re.compile(r"[0-9]{6}")


class Mistakes:
    """The mistakes found so far; `end` raises them all as one BadConfig."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, line: str) -> None:
        self._lines.append(line)

    def check(self, option: str, read: Callable[[str], T], value: str | None) -> T | None:
        """Return `read(value)`, None where none was given or it is a mistake. What a PIN was is never repeated."""
        if value is None:
            return None
        try:
            return read(value)
        except ValueError as error:
            self.add(f"{option}: {error}" if read is pin else f"{option} {value!r}: {error}")
            return None

    def tried(self, read: Callable[[], T]) -> T | None:
        """Return `read()`, None where that is a mistake."""
        try:
            return read()
        except BadConfig as error:
            self._lines += str(error).splitlines()
            return None

    def end(self) -> None:
        if self._lines:
            raise BadConfig("\n".join(self._lines))


def device_name(value: str) -> str:
    """Return the name of a device; it becomes a segment of topics and part of file names."""
    if not NAME.fullmatch(value):
        raise ValueError("a device's name is 1 to 32 small letters, digits and hyphens, a hyphen never first or last")
    if value in RESERVED:
        raise ValueError("this word names no device: it stands in topics and alarms for something else")
    return value


def text(value: str) -> str:
    """Return a name for people: 1 to 40 characters on one line."""
    if not 1 <= len(value.strip()) <= LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"1 to {LONGEST_TEXT} printable characters are due")
    return value.strip()


def phone(value: str) -> str:
    """Return the phone number of the centre that people are told to call."""
    if not _PHONE.fullmatch(value):
        raise ValueError("a phone number is 3 to 20 digits, spaces and hyphens")
    return value


def port(value: str) -> int:
    """Return a port number."""
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        raise ValueError("a port is a number from 1 to 65535")
    return int(value)


def address(value: str) -> tuple[str, int]:
    """Return host and port of `HOST:PORT`; an IPv6 host stands in brackets."""
    host, colon, number = value.rpartition(":")
    if not colon or not _HOST.fullmatch(host):
        raise ValueError("HOST:PORT is due, such as 192.0.2.7:1883")
    return host.strip("[]"), port(number)


def url(value: str) -> str:
    """Return an http or https address, without a closing slash."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it begins with http:// or https:// and names a host")
    if "@" in parts.netloc or parts.query or parts.fragment or not value.isprintable() or " " in value:
        raise ValueError("it has no user, no question and no spaces")
    if parts.port == 0:  # a larger one than 65535 raises by itself
        raise ValueError("a port is a number from 1 to 65535")
    return value.rstrip("/")


def origin(value: str) -> str:
    """Return the http or https address of a host, without a path."""
    if urlsplit(url(value)).path:
        raise ValueError("it is http://HOST:PORT, without a path")
    return url(value)


def serial_port(value: str) -> str:
    """Return a serial port as zone.toml names it: an absolute path, symlinks kept (/dev/serial/by-id/…)."""
    if not value or not value.isprintable():
        raise ValueError("the path of a serial port is due, such as /dev/ttyUSB0")
    return str(Path(value).absolute())


def compartments(value: str) -> list[dict[str, str | int | bool]]:
    """Return the compartments of `S,S:low,M,L`, numbered from 1; `:low` is one that a wheelchair reaches."""
    made: list[dict[str, str | int | bool]] = []
    for number, each in enumerate(value.split(","), 1):
        size, _, low = each.strip().partition(":")
        if size not in SIZES or low not in {"", "low"}:
            raise ValueError(
                f"sizes are S, M and L, with :low where it is low, in a row such as S,S:low,M; not {each!r}"
            )
        made.append({"number": number, "size": size, "low": bool(low)})
    if len(made) > MOST_COMPARTMENTS:
        raise ValueError(f"a lock board has at most {MOST_COMPARTMENTS} doors, not {len(made)}")
    return made


def bays(value: str) -> list[dict[str, str]]:
    """Return the bays and their nodes of `P1=node-1,P2=node-2`."""
    made = [_bay(each.strip()) for each in value.split(",")]
    if len(made) > MOST_BAYS:
        raise ValueError(f"a zone has at most {MOST_BAYS} bays, not {len(made)}")
    for part in ("bay", "node"):
        names = [each[part] for each in made]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{part} {', '.join(twice)} stands there twice")
    return made


def _bay(value: str) -> dict[str, str]:
    bay, equals, node = value.partition("=")
    if not equals or not _BAY.fullmatch(bay):
        raise ValueError(f"BAY=NODE is due, such as P1=node-1; not {value!r}")
    return {"bay": bay, "node": device_name(node)}


def badge(value: str) -> str:
    """Return the number on a badge."""
    if not _BADGE.fullmatch(value):
        raise ValueError("a badge is 1 to 20 letters, digits and hyphens")
    return value


def pin(value: str) -> str:
    """Return a PIN: six digits."""
    if not _PIN.fullmatch(value):
        raise ValueError("a PIN is six digits")
    return value
