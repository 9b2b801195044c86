"""A serial line to one device, and the one thread in which everything that blocks on it happens."""

import asyncio
import termios
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import serial

from wire.errors import DeviceFault

T = TypeVar("T")

BROKEN = (OSError, termios.error)
"""Every way in which a line breaks; termios.error is no OSError."""


class SerialPort:
    """One thing after the other; a line that broke is opened anew, by its path, at the next use.

    `opened` is called with every line that is opened. Whatever breaks under a `use` is DeviceFault(`silent`).
    """

    def __init__(
        self,
        path: Path,
        baud: int,
        *,
        read_s: float,
        write_s: float,
        silent: str,
        opened: Callable[[serial.Serial], object] = lambda line: None,
    ) -> None:
        self._path = path
        self._baud = baud
        self._read_s = read_s
        self._write_s = write_s
        self._silent = silent
        self._opened = opened
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=path.name)
        self._line: serial.Serial | None = None

    async def use(self, work: Callable[[], T]) -> T:
        """Do `work` in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._guarded, work)

    async def close(self) -> None:
        """Let go of line and thread, after whatever is being done."""
        await self.use(self.drop)
        self._thread.shutdown(wait=False)

    def _guarded(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except DeviceFault:  # it is an OSError too
            raise
        except BROKEN as error:
            self.drop()
            raise DeviceFault(self._silent) from error

    # --- in the thread ---

    def line(self) -> serial.Serial:
        """Return the line, opened where it is not; nobody else can open it meanwhile."""
        if self._line is None:
            self._line = serial.Serial(
                str(self._path), self._baud, timeout=self._read_s, write_timeout=self._write_s, exclusive=True
            )
            self._opened(self._line)
        return self._line

    def drop(self) -> None:
        """Close the line; what it did not take yet is thrown away, or closing would wait for a dead device."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(*BROKEN):
                line.reset_output_buffer()
            with suppress(*BROKEN):
                line.close()
