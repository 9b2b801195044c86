"""What the suites share: a story is played on a rig of each driver, and a fault is asked for its word."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from wire.errors import DeviceFault

WITHIN_S = 60


@pytest.fixture
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    """Play a story on a rig of each driver in the suite's RIGS."""

    def run(story: Callable[[Any], Awaitable[None]], **wiring: object) -> None:
        async def on_rig() -> None:
            async with request.module.RIGS[request.param](tmp_path, **wiring) as rig:
                await asyncio.wait_for(story(rig), WITHIN_S)

        asyncio.run(on_rig())

    return run


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that plays a story once a driver, or on those drivers that it names itself."""
    named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "play" in metafunc.fixturenames and "play" not in named:
        metafunc.parametrize("play", sorted(metafunc.module.RIGS), indirect=True)


@pytest.fixture
def fault_of() -> Callable[[Awaitable[object]], Awaitable[str]]:
    """Return the word of the DeviceFault in which something ends."""

    async def word(doing: Awaitable[object]) -> str:
        with pytest.raises(DeviceFault) as fault:
            await doing
        return str(fault.value.args[0])

    return word
