"""The broker that firmware is tested with."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for firmware_bench; `tests` itself is never a package

from firmware_bench import Broker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    program = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if program is None:
        why = "no mosquitto: the MQTT client is NOT tested against a real broker; `make system-packages` installs it"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    started = Broker(program, tmp_path)
    yield started
    started.stop()
