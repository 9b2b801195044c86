"""A program in a world that is altered from outside: the time, and a disk that is full."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from twin.world import World, used

HOUR_MS = 3_600_000
PROGRAM = """
import os, sqlite3, sys, time
folder = sys.argv[1]
db = sqlite3.connect(os.path.join(folder, "a.db"), isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("CREATE TABLE IF NOT EXISTS kept (it)")
def insert():
    try:
        db.execute("INSERT INTO kept VALUES (?)", (os.urandom(3000),))
    except sqlite3.Error as error:
        return error.sqlite_errorname
    return "kept"
def free():
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
def clocks():
    counted = [time.time_ns() // 10**6, time.monotonic_ns() // 10**6]
    return counted + [int(time.time() * 1000), int(time.monotonic() * 1000)]
for line in sys.stdin:
    print(eval(line), flush=True)
"""


class Running:
    """The program, asked one thing at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def says(self, asked: str) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(asked + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline().strip()
        return line if line.isidentifier() else eval(line)


@contextmanager
def running(world: World, tmp_path: Path, disk: Path) -> Iterator[Running]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = world.around([str(program), str(disk)])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Running(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(20) == 0


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


def test_every_clock_of_a_program_goes_forward_as_far_as_it_is_put(tmp_path: Path, disk: Path) -> None:
    world = World(tmp_path / "world", disk)
    with running(world, tmp_path, disk) as program:
        before = program.says("clocks()")
        assert abs(before[0] - time.time_ns() // 10**6) < HOUR_MS / 2
        world.later(3 * 3600)
        world.later(3600)
        after = program.says("clocks()")
        assert all(0 <= now - was - 4 * HOUR_MS < HOUR_MS / 2 for was, now in zip(before, after, strict=True))
        assert world.ahead_s == 4 * 3600
    with running(world, tmp_path, disk) as again:
        assert again.says("clocks()")[0] > before[0] + 4 * HOUR_MS


def test_on_a_full_disk_nothing_can_be_kept_until_there_is_room(tmp_path: Path, disk: Path) -> None:
    world = World(tmp_path / "world", disk)
    with running(world, tmp_path, disk) as program:
        assert program.says("insert()") == "kept"
        world.fill()
        assert [program.says("insert()") for _ in range(3)] == ["SQLITE_FULL"] * 3
        assert program.says("free()") == 0
        world.empty()
        assert program.says("insert()") == "kept"
        assert program.says("free()") > 10**6
        assert program.says("db.execute('PRAGMA integrity_check').fetchone()[0]") == "ok"


def test_what_is_deleted_makes_room_on_a_full_disk(tmp_path: Path, disk: Path) -> None:
    world = World(tmp_path / "world", disk)
    (disk / "reserve").write_bytes(bytes(200_000))
    with running(world, tmp_path, disk) as program:
        assert program.says("insert()") == "kept"
        world.fill()
        assert program.says("insert()") == "SQLITE_FULL"
        (disk / "reserve").unlink()
        assert program.says("insert()") == "kept"


def test_a_disk_with_a_little_left_takes_a_little(tmp_path: Path, disk: Path) -> None:
    world = World(tmp_path / "world", disk)
    with running(world, tmp_path, disk) as program:
        assert program.says("insert()") == "kept"
        world.fill(left=40_000)
        said = [program.says("insert()") for _ in range(20)]
        assert said[0] == "kept"
        assert said[-1] == "SQLITE_FULL"
        assert used(disk) <= world._room


def test_other_disks_have_room(tmp_path: Path, disk: Path) -> None:
    world = World(tmp_path / "world", disk)
    (tmp_path / "elsewhere").mkdir()
    with running(world, tmp_path, tmp_path / "elsewhere") as program:
        world.fill()
        assert program.says("insert()") == "kept"
        assert program.says("free()") > 10**6
