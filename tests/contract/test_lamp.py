"""What every lamp promises. The pins are a stand-in with the rules of RPi.GPIO; on a Pi the real ones are tried too.

A driver that is added to edge/drivers gets a rig here, and must pass everything.
"""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from edge.drivers import Lamp, open_driver, rpi_gpio
from wire.errors import BadConfig, DeviceFault

STAND_IN = Path(__file__).parent / "stand_in"


@dataclass
class Rig:
    """Lamps under test on a computer's pins; `lit` tells what is on a pin, None where it is not an output."""

    lamp: Callable[[int], Lamp]
    lit: Callable[[int], bool | None]
    break_chip: Callable[[Exception | None], None]


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """RPi.GPIO as if this were a Pi, fresh for each test."""
    monkeypatch.syspath_prepend(str(STAND_IN))
    for name in ("RPi", "RPi.GPIO"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module("RPi.GPIO")
    for name in ("RPi", "RPi.GPIO"):
        sys.modules.pop(name, None)
    rpi_gpio._reserved.clear()


def on_rpi_gpio(pins: ModuleType) -> Rig:
    def lamp(pin: int) -> Lamp:
        made: Lamp = open_driver(SimpleNamespace(driver="rpi_gpio", pin=pin))
        return made

    def lit(pin: int) -> bool | None:
        return bool(pins.levels[pin]) if pin in pins.levels else None

    return Rig(lamp, lit, lambda error: setattr(pins, "broken", error))


RIGS: dict[str, Callable[[ModuleType], Rig]] = {"rpi_gpio": on_rpi_gpio}


@pytest.fixture(params=sorted(RIGS))
def rig(request: pytest.FixtureRequest, pins: ModuleType) -> Rig:
    return RIGS[request.param](pins)


def test_a_lamp_is_switched_on_and_off(rig: Rig) -> None:
    lamp = rig.lamp(17)
    for on in (True, False, True, True):
        lamp.set(on)
        assert rig.lit(17) is on


def test_opening_touches_no_pin(rig: Rig) -> None:
    rig.lamp(17)
    assert rig.lit(17) is None


def test_a_closed_lamp_is_dark_and_its_pin_is_free(rig: Rig) -> None:
    lamp, other = rig.lamp(17), rig.lamp(27)
    lamp.set(True)
    other.set(True)
    lamp.close()
    assert rig.lit(17) is None
    assert rig.lit(27) is True
    rig.lamp(17).set(True)
    assert rig.lit(17) is True


def test_a_lamp_that_was_never_lit_is_closed_in_silence(rig: Rig) -> None:
    lamp = rig.lamp(17)
    lamp.close()
    assert rig.lit(17) is None
    rig.lamp(17).set(True)
    assert rig.lit(17) is True


def test_two_lamps_on_one_pin_are_a_mistake_in_the_configuration(rig: Rig) -> None:
    lamp = rig.lamp(17)
    with pytest.raises(BadConfig, match="17"):
        rig.lamp(17)
    lamp.close()
    rig.lamp(17)


@pytest.mark.parametrize("error", [RuntimeError("can not open gpiochip"), OSError("busy"), ValueError("invalid")])
def test_a_chip_that_refuses_is_a_fault_and_the_lamp_works_when_it_is_back(rig: Rig, error: Exception) -> None:
    lamp = rig.lamp(17)
    for _ in range(2):
        rig.break_chip(error)
        with pytest.raises(DeviceFault, match="17"):
            lamp.set(True)
        rig.break_chip(None)
        lamp.set(True)
        assert rig.lit(17) is True


# --- what a computer that is no Pi says ---


class Blocks:
    """An importer that answers for RPi.GPIO as a PC does."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] == "RPi":
            raise self._error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModuleNotFoundError("No module named 'RPi'", name="RPi"), "zone24\\[rpi\\]"),
        (RuntimeError("This module can only be run on a Raspberry Pi!"), "no GPIO on this computer"),
    ],
)
def test_without_gpio_the_fault_says_so(monkeypatch: pytest.MonkeyPatch, error: Exception, words: str) -> None:
    monkeypatch.setattr(sys, "meta_path", [Blocks(error), *sys.meta_path])
    for name in ("RPi", "RPi.GPIO"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    lamp = open_driver(SimpleNamespace(driver="rpi_gpio", pin=17))
    try:
        with pytest.raises(DeviceFault, match=words):
            lamp.set(True)
    finally:
        lamp.close()


@pytest.mark.hardware
def test_a_real_pin_of_a_real_pi_takes_part() -> None:
    pin = os.environ.get("ZONE24_TEST_LAMP_PIN")
    if not pin:
        pytest.skip("needs a Raspberry Pi: name a free BCM pin in ZONE24_TEST_LAMP_PIN")
    lamp = open_driver(SimpleNamespace(driver="rpi_gpio", pin=int(pin)))
    for on in (True, False):
        lamp.set(on)
    lamp.close()
