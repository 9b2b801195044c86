"""What tests of every folder share."""

import os
import shutil
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def micropython() -> Path:
    """Return the MicroPython to run firmware on: $MICROPYTHON, the environment's own, or the PATH's."""
    beside = Path(sys.executable).with_name("micropython")
    named = os.environ.get("MICROPYTHON") or (str(beside) if beside.exists() else None) or shutil.which("micropython")
    if named and shutil.which(named):
        return Path(named)
    why = f"no MicroPython ({named or 'not installed'}): the firmware is NOT tested; set MICROPYTHON to a unix port"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
