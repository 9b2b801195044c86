"""A serial port whose other end is in our hands: a raw pty behind a path that survives unplugging."""

import asyncio
import contextlib
import errno
import os
import tty as modes
from collections.abc import Callable
from pathlib import Path
from typing import Self

_READ = 4096


class Tty:
    """The device's end of a cable; a program opens `path` as it would open /dev/ttyUSB0.

    `async with Tty(path, received) as tty:` gives every byte that the program writes to `received`, in the loop.
    """

    def __init__(self, path: Path, received: Callable[[bytes], None]) -> None:
        self.path = path
        self.lost = 0
        """Bytes written while nobody read, or while unplugged: as on a wire, they are gone."""
        self._received = received
        self._near: int | None = None
        self._far: int | None = None

    @property
    def plugged(self) -> bool:
        return self._near is not None

    async def __aenter__(self) -> Self:
        self.plug()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.unplug()

    def plug(self) -> None:
        """Make the port appear; it must be unplugged."""
        self._near, self._far = (
            os.openpty()
        )  # the far end stays open here too, or reading fails while no program is there
        modes.setraw(self._far)
        os.set_blocking(self._near, False)
        asyncio.get_running_loop().add_reader(self._near, self._read)
        self._point_at(os.ttyname(self._far))

    def unplug(self) -> None:
        """Make the port vanish as a pulled USB cable does: who has it open gets EIO."""
        if self._near is None or self._far is None:
            return
        asyncio.get_running_loop().remove_reader(self._near)
        self.path.unlink(missing_ok=True)
        for end in (self._near, self._far):
            os.close(end)
        self._near = self._far = None

    def write(self, data: bytes) -> None:
        """Send to the program; what does not fit is lost."""
        sent = 0
        if self._near is not None:
            with contextlib.suppress(BlockingIOError):
                sent = os.write(self._near, data)
        self.lost += len(data) - sent

    def _read(self) -> None:
        if self._near is None:
            return
        try:
            data = os.read(self._near, _READ)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return
        if data:
            self._received(data)

    def _point_at(self, device: str) -> None:
        """Swap the link in one step, so that no program ever finds half of it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(f".{self.path.name}.new")
        new.unlink(missing_ok=True)
        new.symlink_to(device)
        new.replace(self.path)


class Cable:
    """Two ports joined: what a program writes to `near.path` comes out of `far.path`, and the other way.

    The agent opens one end and the firmware of a board the other; `noise` puts bytes on the wire that nobody sent.
    """

    def __init__(self, near: Path, far: Path) -> None:
        self.near = Tty(near, self._to_far)
        self.far = Tty(far, self._to_near)
        self.carried = 0

    async def __aenter__(self) -> Self:
        self.near.plug()
        self.far.plug()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.near.unplug()
        self.far.unplug()

    def noise(self, data: bytes) -> None:
        """Let both ends hear `data`."""
        self.near.write(data)
        self.far.write(data)

    def _to_far(self, data: bytes) -> None:
        self.carried += len(data)
        self.far.write(data)

    def _to_near(self, data: bytes) -> None:
        self.carried += len(data)
        self.near.write(data)
