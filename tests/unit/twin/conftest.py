"""Runs `async def test_…` of this folder, each in a loop of its own, and lends a program's end of a serial port."""

import asyncio
import contextlib
import inspect
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from twin.waiting import until


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    asyncio.run(asyncio.wait_for(pyfuncitem.obj(**wanted), 60))
    return True


class Program:
    """A program that has a serial port open."""

    def __init__(self) -> None:
        self._port = -1
        self._heard = b""

    def open(self, path: Path) -> None:
        self.close()
        self._port = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def close(self) -> None:
        if self._port >= 0:
            os.close(self._port)
            self._port = -1

    def write(self, data: bytes) -> None:
        assert os.write(self._port, data) == len(data)

    def heard(self) -> bytes:
        """Return what has come and was not read yet."""
        with contextlib.suppress(BlockingIOError):
            self._heard += os.read(self._port, 65536)
        return self._heard

    async def read(self, length: int) -> bytes:
        await until(f"{length} bytes", lambda: len(self.heard()) >= length)
        data, self._heard = self._heard[:length], self._heard[length:]
        return data


@pytest.fixture
def program() -> Iterator[Program]:
    program = Program()
    yield program
    program.close()


@pytest.fixture
def other_program() -> Iterator[Program]:
    program = Program()
    yield program
    program.close()


@pytest.fixture
def port(tmp_path: Path) -> Path:
    """A path for a serial port that is not there yet."""
    return tmp_path / "tty" / "port"
