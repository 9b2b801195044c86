"""One driver, one file: `driver = "escpos"` in zone.toml is edge/drivers/escpos.py. The folder is the registry.

A driver module has one function, `open(section)`, that returns the driver for its table of zone.toml. Opening touches
no device: one that is not there raises `DeviceFault` at its first use, and may come back at any later one. A driver
whose options can contradict each other has `check(section)` too, which raises `BadConfig`.
"""

import importlib
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, NamedTuple, Protocol

from wire.board import Move
from wire.errors import BadConfig


class Look(NamedTuple):
    """A lock board seen once: `open` are the doors whose contact says open now, `moves` are oldest first.

    `boot` is the board's; `lost` counts moves that nobody will ever hear of, so that `open` is the only truth.
    """

    boot: int
    open: frozenset[int]
    lost: int
    moves: tuple[Move, ...]


class LockBus(Protocol):
    """A board of latches and door contacts. Every method raises `DeviceFault` when the board does not answer."""

    @property
    def bad_frames(self) -> int:
        """How many damaged or senseless frames came in since the start."""

    async def unlock(self, door: int, nonce: int) -> str:
        """Pulse the latch once and return a word of `wire.board.OUTCOMES`; the same nonce is never pulsed twice."""

    async def look(self, handled: int) -> Look:
        """Ask what happened; moves up to number `handled` of the board's boot are on disk and may be forgotten."""

    async def close(self) -> None:
        """Let go of the line."""


class Line(NamedTuple):
    """A line of a slip; `scale` 1, 2 or 4 times the normal height and width."""

    text: str
    scale: Literal[1, 2, 4] = 1
    bold: bool = False
    align: Literal["left", "center"] = "left"


class Qr(NamedTuple):
    """A QR code on a slip, drawn by the printer itself; `dots` is the side of one module, 8 dots to a millimetre."""

    text: str
    dots: int = 4


Slip = tuple[Line | Qr, ...]
"""A slip, top to bottom; the driver cuts it at the end."""


@dataclass(frozen=True)
class PrinterStatus:
    """What the printer says of itself; `online` and `cover_open` are None where it does not say."""

    online: bool | None
    paper: Literal["plenty", "low", "out", "unknown"]
    cover_open: bool | None


class Printer(Protocol):
    """A slip printer."""

    async def status(self) -> PrinterStatus:
        """Ask the printer; a silent one is `PrinterStatus(None, "unknown", None)`."""

    async def print(self, slip: Slip) -> str:
        """Print, cut, return the evidence of paper; DeviceFault's args[0]: no_paper, printer_silent or cover_open."""

    async def close(self) -> None:
        """Let go of the line."""


class Card(NamedTuple):
    """What an ID card says; it lives in memory only, and for the time of one act."""

    name: str
    number: str


class Reader(Protocol):
    """An ID card reader."""

    async def status(self) -> bool:
        """Tell whether the reader answers."""

    async def read_card(self) -> Card | None:
        """Return the card on the reader, None where there is none."""

    async def close(self) -> None:
        """Let go of the line."""


class Scanner(Protocol):
    """A scanner of bar codes and QR codes that speaks when something is held before it."""

    async def scan(self) -> str:
        """Wait for the next code and return it; DeviceFault when the scanner is not there."""

    async def close(self) -> None:
        """Let go of the line, also in the middle of a `scan`."""


class Lamp(Protocol):
    """A lamp."""

    def set(self, on: bool) -> None:
        """Switch it."""

    def close(self) -> None:
        """Switch it off and let go of the pin."""


def open_driver(section: Any) -> Any:
    """Return the driver that a table of zone.toml names, opened for it."""
    return find_driver(section).open(section)


def find_driver(section: Any) -> ModuleType:
    """Return the module of the driver that a table names; BadConfig when the folder has none that works here."""
    name = f"{__name__}.{section.driver}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise BadConfig(f"{section.driver!r} needs the package {error.name!r}") from None
        raise BadConfig(f"there is no {section.driver!r} in edge/drivers") from None
    if hasattr(module, "check"):
        module.check(section)
    return module
