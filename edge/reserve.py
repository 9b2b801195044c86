"""Room kept back on the disk: on a full one it is let go, so that what is held can still be handed out and recorded."""

import os
from pathlib import Path

RESERVE = 256 * 1024
"""Bytes: some hundred entries."""

ROOM = 4 * RESERVE
"""Bytes that must be free before the reserve is made again: it is not for the last ones."""


class Reserve:
    """The file that keeps the room; `is_kept` is False while the disk is full."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.is_kept = self._is_whole()

    def keep(self) -> bool:
        """Make the file where there is room for it; tell whether it is there."""
        if not self.is_kept and self.has_room():
            try:
                self._make()
                self.is_kept = True
            except OSError:  # somebody else was quicker
                self._file.unlink(missing_ok=True)
        return self.is_kept

    def let_go(self) -> None:
        """Give the room to whoever writes next."""
        self.is_kept = False
        self._file.unlink(missing_ok=True)
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def has_room(self) -> bool:
        """Tell whether more is free than the reserve takes."""
        return self._free() >= ROOM

    def _free(self) -> int:
        disk = os.statvfs(self._file.parent)
        return disk.f_bavail * disk.f_frsize

    def _is_whole(self) -> bool:
        try:
            return self._file.stat().st_blocks * 512 >= RESERVE
        except OSError:
            return False

    def _make(self) -> None:
        """Write real bytes: a file with holes keeps nothing."""
        with self._file.open("wb") as out:
            out.write(os.urandom(RESERVE))
            out.flush()
            os.fsync(out.fileno())
