"""The disk below SQLite, recorded: what was written and what was synced, in the very library that `sqlite3` uses.

A copy of SQLite's own file system layer (its VFS) becomes the default one. Files in the watched folder get a table of
methods of ours, in which a write, a truncation and a sync are noted and then done by the real ones. Nothing above
knows: `edge.journal` and `central.store` run as they are. The shared memory of WAL is no file and is not recorded.
"""

import ctypes
import ctypes.util
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

OK = 0


class Write(NamedTuple):
    file: str
    at: int
    data: bytes


class Truncate(NamedTuple):
    file: str
    size: int


class Sync(NamedTuple):
    file: str


class Delete(NamedTuple):
    file: str


class Said(NamedTuple):
    """No act of the disk: what somebody above was told when everything before it had been done."""

    what: Any


Act = Write | Truncate | Sync | Delete | Said

_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(Structure):
    """`sqlite3_vfs`, version 3."""

    _fields_: ClassVar = [
        ("version", c_int), ("file_size", c_int), ("longest_path", c_int), ("next", c_void_p), ("name", c_char_p),
        ("data", c_void_p), ("open", _OPEN), ("delete", _DELETE), ("others", c_void_p * 14),
    ]  # fmt: skip


class _Methods(Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_: ClassVar = [
        ("version", c_int), ("close", c_void_p), ("read", c_void_p), ("write", _WRITE), ("truncate", _TRUNCATE),
        ("sync", _SYNC), ("others", c_void_p * 13),
    ]  # fmt: skip


class _File(Structure):
    """`sqlite3_file`: what follows it is the real layer's own."""

    _fields_: ClassVar = [("methods", POINTER(_Methods))]


def _library() -> ctypes.CDLL:
    """Return the library that is loaded already: one of the same name is never loaded twice."""
    import _sqlite3  # noqa: F401

    found = ctypes.CDLL(ctypes.util.find_library("sqlite3") or "libsqlite3.so.0")
    found.sqlite3_vfs_find.restype = POINTER(_Vfs)
    found.sqlite3_vfs_find.argtypes = [c_char_p]
    found.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
    return found


class _Recorder:
    """The layer itself: made once a process, for SQLite keeps pointers into it."""

    def __init__(self) -> None:
        self.folder = ""
        self.acts: list[Act] = []
        self._library = _library()
        self._real = self._library.sqlite3_vfs_find(None)
        self._vfs = _Vfs.from_buffer_copy(self._real.contents)
        self._vfs.name, self._vfs.next = b"zone24-recorded", None
        self._vfs.open, self._vfs.delete = _OPEN(self._opened), _DELETE(self._deleted)
        self._methods: dict[int, tuple[_Methods, _Methods]] = {}
        self._names: dict[int, str] = {}

    def become_default(self, *, yes: bool) -> None:
        self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), int(yes))
        if not yes:
            self._library.sqlite3_vfs_register(self._real, 1)

    def _opened(self, _vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        done: int = self._real.contents.open(ctypes.addressof(self._real.contents), name, file, flags, out)
        path = os.fsdecode(ctypes.string_at(name)) if name else ""
        if done == OK and self.folder and path.startswith(self.folder):
            opened = _File.from_address(file)
            self._names[file] = path[len(self.folder) + 1 :]
            opened.methods = ctypes.pointer(self._recording(opened.methods))
        return done

    def _deleted(self, _vfs: int, name: bytes, sync: int) -> int:
        path = os.fsdecode(name)
        if self.folder and path.startswith(self.folder):
            self.acts.append(Delete(path[len(self.folder) + 1 :]))
        return int(self._real.contents.delete(ctypes.addressof(self._real.contents), name, sync))

    def _recording(self, real: Any) -> _Methods:
        """Return the table that notes and then calls the real one; there are few, one a kind of locking."""
        address = ctypes.addressof(real.contents)
        if address not in self._methods:
            ours, theirs = (_Methods.from_buffer_copy(real.contents) for _ in range(2))
            ours.write = _WRITE(self._noting_write(theirs.write))
            ours.truncate = _TRUNCATE(self._noting(Truncate, theirs.truncate))
            ours.sync = _SYNC(self._noting(lambda file, _flags: Sync(file), theirs.sync))
            self._methods[address] = ours, theirs
        return self._methods[address][0]

    def _noting_write(self, real: Callable[[int, int, int, int], int]) -> Callable[[int, int, int, int], int]:
        def write(file: int, data: int, amount: int, at: int) -> int:
            self.acts.append(Write(self._names[file], at, ctypes.string_at(data, amount)))
            return real(file, data, amount, at)

        return write

    def _noting(self, act: Callable[[str, int], Act], real: Callable[[int, int], int]) -> Callable[[int, int], int]:
        def do(file: int, value: int) -> int:
            self.acts.append(act(self._names[file], value))
            return real(file, value)

        return do


_recorders: list[_Recorder] = []


@contextmanager
def recorded(folder: Path) -> Iterator[list[Act]]:
    """Record what SQLite does to files of this folder that are opened from now on; gives the list that grows."""
    if not _recorders:
        _recorders.append(_Recorder())
    recorder = _recorders[0]
    recorder.folder, recorder.acts = str(folder.resolve()), []
    recorder.become_default(yes=True)
    try:
        yield recorder.acts
    finally:
        recorder.folder = ""
        recorder.become_default(yes=False)
