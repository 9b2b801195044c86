"""What a zone.toml may say: one frozen dataclass a table, with its limits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wire.config import option
from wire.happenings import Size
from wire.topics import NAME

_NAME = NAME.pattern
_DRIVER = r"[a-z][a-z0-9_]*"
_PUBLIC_KEY = r"[A-Za-z0-9_-]{43}"
_FROM_PROVISION = "43 characters of base64url from zone24-provision"
_BAUD = "bits a second, as the device's switches say"


@dataclass(frozen=True, kw_only=True)
class Screen:
    """Where the zone's screens are served; a browser in kiosk mode shows them."""

    host: str = option("127.0.0.1")
    port: int = option(8242, least=1, most=65535)


@dataclass(frozen=True, kw_only=True)
class Central:
    """The centre over HTTP: `token` is a file, `seal_key` the centre's public key that phones are sealed to.

    `centre_keys` sign its receipts and orders, `credential_keys` the QR codes of citizens: public keys, one of each,
    and a second while one is exchanged.
    """

    url: str = option(pattern=r"https?://[^\s/]+", help="http://HOST:PORT, without a path")
    token: Path = option(help="a file with 64 hexadecimal digits, mode 0600")
    seal_key: str = option(pattern=_PUBLIC_KEY, help=_FROM_PROVISION)
    centre_keys: tuple[str, ...] = option(pattern=_PUBLIC_KEY, help=_FROM_PROVISION)
    credential_keys: tuple[str, ...] = option(pattern=_PUBLIC_KEY, help=_FROM_PROVISION)


@dataclass(frozen=True, kw_only=True)
class Broker:
    """An MQTT broker; a peer that says nothing for 1.5 x `keepalive_s` seconds is taken for dead."""

    host: str = option()
    port: int = option(least=1, most=65535)
    keepalive_s: int = option(5, least=2, most=600)


@dataclass(frozen=True, kw_only=True)
class CompartmentSection:
    """One compartment: `number` is the door's number on the board, `low` within reach from a wheelchair."""

    number: int = option(least=1, most=32)
    size: Size = option()
    low: bool = option(False)


@dataclass(frozen=True, kw_only=True)
class Locker:
    """The bank: `key`: the file with the key of its pickup codes; `contact_open`: a set contact bit means open.

    What is lent is due back after `loan_hours`.
    """

    driver: str = option("board", pattern=_DRIVER)
    family: str = option("", pattern=rf"({_DRIVER})?", help="a family of locker/boards, for the driver polled")
    variant: str = option("", pattern=rf"({_DRIVER})?", help="of the family")
    port: Path = option(help="a stable path such as /dev/serial/by-id/…")
    baud: int = option(115200, least=1200, most=4_000_000, help=_BAUD)
    address: int = option(1, least=0, most=255)
    key: Path = option(help="a file of 32 bytes, mode 0600")
    pulse_ms: int = option(200, least=20, most=500)
    contact_open: bool = option(True)
    loan_hours: int = option(24, least=1, most=8760)
    compartment: tuple[CompartmentSection, ...] = option()


@dataclass(frozen=True, kw_only=True)
class Printer:
    """The slip printer."""

    driver: str = option("escpos", pattern=_DRIVER)
    port: Path = option()
    baud: int = option(19200, least=1200, most=4_000_000, help=_BAUD)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The ID card reader."""

    driver: str = option("sdt", pattern=_DRIVER)
    port: Path = option()
    baud: int = option(115200, least=1200, most=4_000_000, help=_BAUD)


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """The scanner of bar codes and QR codes at the lockers, set to end what it reads with CR or LF."""

    driver: str = option("scanner", pattern=_DRIVER)
    port: Path = option()
    baud: int = option(9600, least=1200, most=4_000_000, help=_BAUD)


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """The lamp over the bank."""

    driver: str = option("rpi_gpio", pattern=_DRIVER)
    pin: int = option(least=0, most=27, help="the BCM number")


@dataclass(frozen=True, kw_only=True)
class BaySection:
    """One bay and the node that watches it."""

    bay: str = option(pattern=r"[A-Za-z0-9-]{1,16}")
    node: str = option(pattern=_NAME)


@dataclass(frozen=True, kw_only=True)
class Parking:
    """The bays: a node silent for `silent_after_s` seconds means unknown; a change counts after `settle_s` seconds."""

    silent_after_s: int = option(6, least=1, most=3600)
    settle_s: int = option(1, least=0, most=60)
    bay: tuple[BaySection, ...] = option()


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service that tickets are issued for."""

    id: str = option(pattern=_NAME)
    prefix: str = option(pattern=r"[A-Z]")
    zh: str = option()
    en: str = option()


@dataclass(frozen=True, kw_only=True)
class ZoneConfig:
    """The whole zone.toml; a zone without lockers, printer, reader, scanner, lamp or parking leaves the table out."""

    device: str = option(pattern=_NAME)
    epoch: int = option(least=1, most=2**31)
    name: str = option()
    centre: str = option()
    phone: str = option(help="whom a sorry page names for people to call")
    signing_key: Path = option(help="a file of 32 bytes, mode 0600: the key that this device's journal is signed with")
    central: Central = option()
    broker: Broker = option()
    screen: Screen = option(Screen())
    zone_broker: Broker | None = option(None)
    locker: Locker | None = option(None)
    printer: Printer | None = option(None)
    reader: Reader | None = option(None)
    scanner: Scanner | None = option(None)
    lamp: Lamp | None = option(None)
    parking: Parking | None = option(None)
    service: tuple[Service, ...] = option(())


Driver = Literal["locker", "printer", "reader", "scanner", "lamp"]
