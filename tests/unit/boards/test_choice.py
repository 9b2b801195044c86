"""`driver = "polled"` and a family: what cannot be is told before anything is opened."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from edge.config import Locker
from edge.drivers import find_driver
from wire.errors import BadConfig


def section(**options: Any) -> SimpleNamespace:
    fields = {"driver": "polled", "family": "kerong_cu", "variant": "", "address": 0, "pulse_ms": 200, "doors": (1, 2)}
    fields |= options
    doors = fields.pop("doors")
    return SimpleNamespace(**fields, compartment=[SimpleNamespace(number=door) for door in doors])


@pytest.mark.parametrize("address", [0, 9])
@pytest.mark.parametrize("doors", [(), (1,), (16,)])
def test_a_board_that_can_be_is_found(address: int, doors: tuple[int, ...]):
    assert find_driver(section(address=address, doors=doors)).__name__ == "edge.drivers.polled"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"family": "nobody"}, "there is no family 'nobody'"),
        ({"family": ""}, "there is no family ''"),
        ({"address": 10}, "kerong_cu: the board's address is 0 to 9, not 10"),
        ({"doors": (17,)}, "kerong_cu: a lock is 1 to 16, not 17"),
        ({"doors": (0,)}, "not 0"),
        ({"variant": "swapped"}, "kerong_cu: the variant is one of '', not 'swapped'"),
        ({"family": "winnsen", "address": 0}, "winnsen: the board's address is 1 to 254, not 0"),
        ({"family": "modbus_rtu", "address": 248}, "modbus_rtu: the board's address is 1 to 247, not 248"),
    ],
)
def test_what_cannot_be_is_told(options: dict[str, Any], words: str):
    with pytest.raises(BadConfig, match=words):
        find_driver(section(**options))


def test_the_driver_reads_options_that_the_zone_has():
    locker = Locker(driver="polled", family="wkly", port=Path("tty"), key=Path("key"), compartment=())
    assert find_driver(locker)
