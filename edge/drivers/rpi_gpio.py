"""A lamp on a pin of a Raspberry Pi, through RPi.GPIO's interface (on a Pi of today: rpi-lgpio).

The library is imported at the first use, because it raises anywhere but on a Pi; a computer without pins is a device
that is not there.
"""

import importlib
import os
import sys
import tempfile
from types import ModuleType
from typing import Protocol

from wire.errors import BadConfig, DeviceFault

_reserved: set[int] = set()


class Section(Protocol):
    """What the driver reads of `[lamp]`."""

    @property
    def pin(self) -> int: ...


def open(section: Section) -> "GpioLamp":  # noqa: A001
    """Return the lamp of a table of zone.toml; BadConfig when another lamp has the pin already."""
    return GpioLamp(section.pin)


class GpioLamp:
    """The pin belongs to this lamp until `close`; it is dark before the first `set(True)` and after `close`."""

    def __init__(self, pin: int) -> None:
        if pin in _reserved:
            raise BadConfig(f"pin {pin} is in use by another lamp")
        _reserved.add(pin)
        self._pin = pin
        self._gpio: ModuleType | None = None

    def set(self, on: bool) -> None:
        gpio = self._gpio or self._set_up()
        try:
            gpio.output(self._pin, gpio.HIGH if on else gpio.LOW)
        except _faults() as error:
            self._gpio = None
            raise DeviceFault(f"pin {self._pin} cannot be switched: {error}") from error

    def close(self) -> None:
        gpio, self._gpio = self._gpio, None
        _reserved.discard(self._pin)
        if gpio is None:
            return
        try:
            gpio.output(self._pin, gpio.LOW)
            gpio.cleanup(self._pin)  # only ours: a bare cleanup() takes everybody's pins
        except _faults() as error:
            raise DeviceFault(f"pin {self._pin} cannot be let go: {error}") from error

    def _set_up(self) -> ModuleType:
        gpio = _library()
        try:
            gpio.setmode(gpio.BCM)
            gpio.setup(self._pin, gpio.OUT, initial=gpio.LOW)
        except _faults() as error:
            raise DeviceFault(f"pin {self._pin} cannot be set up: {error}") from error
        self._gpio = gpio
        return gpio


def _library() -> ModuleType:
    os.environ.setdefault(
        "LG_WD", tempfile.gettempdir()
    )  # lgpio makes a FIFO there; the working folder may be read-only
    try:
        gpio = importlib.import_module("RPi.GPIO")
    except ImportError as error:
        raise DeviceFault(f"no GPIO: {error.name or error} is not installed (pip install 'zone24[rpi]')") from error
    except (RuntimeError, NotImplementedError, OSError) as error:
        raise DeviceFault(f"no GPIO on this computer: {error}") from error
    return gpio


def _faults() -> tuple[type[Exception], ...]:
    """RPi.GPIO raises RuntimeError and ValueError; rpi-lgpio lets lgpio's own error through, which is neither."""
    lgpio = sys.modules.get("lgpio")
    return (RuntimeError, ValueError, OSError, *((lgpio.error,) if lgpio else ()))
