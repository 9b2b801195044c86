"""central.toml: what a centre is called, whom it serves, and where its broker and its SMS gateway are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from wire import config
from wire.config import option
from wire.errors import BadConfig

KEY_BYTES = 32
KEYS = ("seal", "field", "centre", "credential")


@dataclass(frozen=True)
class Http:
    """Where pages and devices find the centre; behind a proxy with TLS in the field."""

    host: str = option("127.0.0.1")
    port: int = option(8241, least=1, most=65535)


@dataclass(frozen=True)
class Broker:
    """The broker that the agents report to."""

    host: str = option("127.0.0.1")
    port: int = option(8243, least=1, most=65535)
    keepalive_s: int = option(10, least=2, most=600)


@dataclass(frozen=True)
class Sms:
    """The gateway that takes `{"id", "to", "text"}` and delivers each id once."""

    driver: Literal["webhook"] = option("webhook")
    url: str = option(pattern=r"https?://\S+")


@dataclass(frozen=True)
class Service:
    """What tickets are taken for: number `prefix` + 001 of each day."""

    id: str = option(pattern=r"[a-z0-9][a-z0-9-]{0,31}")
    prefix: str = option(pattern=r"[A-Z]{1,3}")
    zh: str = option()
    en: str = option()


@dataclass(frozen=True)
class Counter:
    """A counter and the services it works for."""

    id: str = option(pattern=r"[A-Za-z0-9-]{1,16}")
    zh: str = option()
    en: str = option()
    services: tuple[str, ...] = option()


@dataclass(frozen=True)
class Lockers:
    """When people are reminded: of what waits for them, every `remind_after_s`; of a loan, so long before it is due.

    What waits longer than `overdue_after_s` is overdue, and staff take it back.
    """

    remind_after_s: int = option(86_400, least=1)
    overdue_after_s: int = option(604_800, least=1)
    loan_remind_s: int = option(3_600, least=0)


@dataclass(frozen=True)
class CentralConfig:
    """All of central.toml; `phone` is what a sorry page tells people to call.

    `public_url` is where citizens find the centre's pages from outside, which SMS name; without it, `http`.
    """

    centre: str = option()
    phone: str = option()
    database: str = option("sqlite:///central.db")
    public_url: str = option("", pattern=r"|https?://[^/\s]+(/[^\s]*)?")
    http: Http = option(Http())
    broker: Broker = option(Broker())
    sms: Sms = option()
    lockers: Lockers = option(Lockers())
    service: tuple[Service, ...] = option(())
    counter: tuple[Counter, ...] = option(())

    def service_of(self, id_: str) -> Service | None:
        return next((service for service in self.service if service.id == id_), None)

    def link(self, path: str) -> str:
        """Return the address of a page, as an SMS names it."""
        return (self.public_url.rstrip("/") or f"http://{self.http.host}:{self.http.port}") + path

    def counter_of(self, id_: str) -> Counter | None:
        return next((counter for counter in self.counter if counter.id == id_), None)


@dataclass(frozen=True, repr=False)
class Site:
    """A centre's folder, read and checked: its configuration and its keys.

    `seal_key` and `field_key` open sealed and kept phones; `centre_key` signs receipts and orders, `credential_key`
    citizens' QR codes.
    """

    folder: Path
    config: CentralConfig
    database: URL
    seal_key: bytes
    field_key: bytes
    centre_key: bytes
    credential_key: bytes


def read(file: Path) -> Site:
    """Return the centre whose central.toml this is; BadConfig names every mistake."""
    config_ = config.read(CentralConfig, file)
    folder = file.resolve().parent
    mistakes = [f"{file}: {mistake}" for mistake in _disagreements(config_) + _not_urls(config_.sms.url)]
    keys = {name: _key(folder / "secrets" / f"{name}.key", mistakes) for name in KEYS}
    database = _database(config_.database, folder, mistakes)
    if mistakes or database is None:
        raise BadConfig("\n".join(mistakes))
    return Site(folder, config_, database, keys["seal"], keys["field"], keys["centre"], keys["credential"])


def _disagreements(config_: CentralConfig) -> list[str]:
    services = [service.id for service in config_.service]
    prefixes = [service.prefix for service in config_.service]
    counters = [counter.id for counter in config_.counter]
    twice = [f"service id {id_} stands twice" for id_ in _doubled(services)]
    twice += [f"service prefix {prefix} stands twice" for prefix in _doubled(prefixes)]
    twice += [f"counter id {id_} stands twice" for id_ in _doubled(counters)]
    return twice + [
        f"counter {counter.id} works for {id_}, which is no service; services: {', '.join(services)}"
        for counter in config_.counter
        for id_ in counter.services
        if id_ not in services
    ]


def _not_urls(url: str) -> list[str]:
    try:
        return [] if httpx.URL(url).host else [f"sms.url is {url!r}; it names no host"]
    except httpx.InvalidURL as error:
        return [f"sms.url is {url!r}; {error}"]


def _doubled(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _database(url: str, folder: Path, mistakes: list[str]) -> URL | None:
    try:
        made = make_url(url)
    except ArgumentError:
        mistakes.append(f"database is {url!r}; it is a URL: sqlite:///central.db")
        return None
    if made.get_backend_name() != "sqlite" or not made.database:
        mistakes.append("database is not a file of SQLite: sqlite:///central.db")
        return None
    return made.set(database=str(folder / made.database))


def _key(file: Path, mistakes: list[str]) -> bytes:
    try:
        key, mode = file.read_bytes(), file.stat().st_mode
    except OSError as error:
        mistakes.append(f"{file}: {error.strerror}; make it with zone24-provision init, or init --update")
        return b""
    if len(key) != KEY_BYTES:
        mistakes.append(f"{file}: a key has {KEY_BYTES} bytes, not {len(key)}")
    if mode & 0o077:
        mistakes.append(f"{file}: others may read it; chmod 600")
    return key
