"""Runs one of our programs, unchanged, in a world that a play can alter: `python -m twin.altered WORLD DISK COMMAND …`.

The clocks that Python reads are put forward by what WORLD says. Where SQLite asks the kernel to make a file below DISK
longer than the disk has room for, the answer is ENOSPC: at the system call, so that everything above it is the real
thing; neither root nor a mount is needed. What Python itself writes is not limited; it can ask how much is free.
"""

import ctypes
import errno
import importlib
import mmap
import os
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twin.world import LAYOUT, used

_CLOCKS = {"time_ns": 1, "monotonic_ns": 1, "time": 1e9, "monotonic": 1e9}
"""And how many nanoseconds one of its units has."""

_kept: list[Any] = []
"""What C holds on to must not be collected."""


def main() -> None:
    """Alter the world, then be the program."""
    world, disk, *command = sys.argv[1:]
    with Path(world).open("rb") as file:
        seen = mmap.mmap(file.fileno(), LAYOUT.size, prot=mmap.PROT_READ)
    _put_clocks_forward(lambda: LAYOUT.unpack(seen[:])[0])
    _limit_disk(Path(disk).resolve(), lambda: LAYOUT.unpack(seen[:])[1])
    sys.argv = command
    sys.path[0] = str(Path(command[0]).parent)
    runpy.run_path(command[0], run_name="__main__")


def _put_clocks_forward(ahead_ns: Callable[[], int]) -> None:
    for name, unit in _CLOCKS.items():
        setattr(time, name, _Clock(getattr(time, name), unit, ahead_ns))
    sys.modules["uvloop"] = None  # type: ignore[assignment]  # it counts by a clock of its own; asyncio does without it


class _Clock:
    """Not a function: one in a class body would become a method, which the built-in clocks do not."""

    def __init__(self, real: Callable[[], Any], unit: float, ahead_ns: Callable[[], int]) -> None:
        self._real = real
        self._unit = unit
        self._ahead_ns = ahead_ns

    def __call__(self) -> Any:
        ahead = self._ahead_ns()
        return self._real() + (ahead if self._unit == 1 else ahead / self._unit)


# --- the disk ---


def _limit_disk(disk: Path, room: Callable[[], int]) -> None:
    def fits(fd: int, end: int) -> bool:
        """Tell whether the file may reach to `end`."""
        limit = room()
        if limit < 0:
            return True
        path = Path(f"/proc/self/fd/{fd}").readlink()
        longer = end - os.fstat(fd).st_size
        return longer <= 0 or not path.is_relative_to(disk) or used(disk) + longer <= limit

    _limit_sqlite(fits)
    _limit_python(disk, room)


def _limit_sqlite(fits: Callable[[int, int], bool]) -> None:
    """SQLite's unix VFS lets its system calls be replaced; that is how its authors test full disks."""
    library = ctypes.CDLL(importlib.import_module("_sqlite3").__file__, use_errno=True)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
    vfs = library.sqlite3_vfs_find(None)
    libc = ctypes.CDLL(None, use_errno=True)

    def write_at(fd: int, data: int, size: int, offset: int) -> int:
        if not fits(fd, offset + size):
            ctypes.set_errno(errno.ENOSPC)
            return -1
        return int(pwrite(fd, data, size, offset))

    signature = ctypes.CFUNCTYPE(
        ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64, use_errno=True
    )
    pwrite = signature(("pwrite64", libc))
    replacement = signature(write_at)
    _kept.append(replacement)
    for name in (b"pwrite", b"pwrite64"):
        vfs.contents.set_system_call(vfs, name, ctypes.cast(replacement, ctypes.c_void_p))


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, version 3, as far as is needed here."""


_set_system_call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Vfs), ctypes.c_char_p, ctypes.c_void_p)
_Vfs._fields_ = [
    ("version", ctypes.c_int),
    ("file_size", ctypes.c_int),
    ("max_path", ctypes.c_int),
    ("next", ctypes.c_void_p),
    ("name", ctypes.c_char_p),
    ("data", ctypes.c_void_p),
    *((f"version_1_{at}", ctypes.c_void_p) for at in range(12)),
    ("current_time_64", ctypes.c_void_p),
    ("set_system_call", _set_system_call),
]


def _limit_python(disk: Path, room: Callable[[], int]) -> None:
    """What a program learns that asks how much is free."""
    statvfs = os.statvfs

    def limited(path: Any) -> os.statvfs_result:
        real, limit = statvfs(path), room()
        if limit < 0 or isinstance(path, int) or not Path(path).resolve().is_relative_to(disk):
            return real
        free = min(max(limit - used(disk), 0) // real.f_frsize, real.f_bavail)
        return os.statvfs_result((*real[:3], free, free, *real[5:]))

    os.statvfs = limited


if __name__ == "__main__":
    main()
