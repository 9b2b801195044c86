"""Serial ports as programs find them: stable paths, raw bytes, plugs that are pulled."""

import os
from pathlib import Path
from typing import Any

import pytest

from twin.tty import Cable, Tty
from twin.waiting import until

ALL_BYTES = bytes(range(256))


@pytest.fixture
def stale(port: Path) -> Path:
    """A path whose link points to a port that is gone."""
    port.parent.mkdir()
    port.symlink_to("/dev/pts/nothing")
    return port


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


async def test_every_byte_passes_unchanged_both_ways(port: Path, program: Any) -> None:
    heard = bytearray()
    async with Tty(port, heard.extend) as tty:
        program.open(port)
        program.write(ALL_BYTES)
        await until("all bytes", lambda: len(heard) == 256)
        assert bytes(heard) == ALL_BYTES
        tty.write(ALL_BYTES)
        assert await program.read(256) == ALL_BYTES


async def test_a_pulled_plug_is_felt_and_the_path_is_the_same_after_it(port: Path, program: Any) -> None:
    heard = bytearray()
    async with Tty(port, heard.extend) as tty:
        program.open(port)
        tty.unplug()
        with pytest.raises(OSError, match="Input/output"):
            program.write(b"x")
        assert not _is_there(port)
        tty.plug()
        program.open(port)
        program.write(b"again")
        await until("bytes after the replug", lambda: bytes(heard) == b"again")


async def test_a_program_may_come_and_go(port: Path, program: Any) -> None:
    heard = bytearray()
    async with Tty(port, heard.extend):
        for _ in range(3):
            program.open(port)
            program.write(b"x")
            program.close()
        await until("three bytes", lambda: len(heard) == 3)


async def test_what_nobody_reads_is_lost_and_counted_not_waited_for(port: Path) -> None:
    async with Tty(port, lambda _: None) as tty:
        for _ in range(40):
            tty.write(bytes(1024))
        assert tty.lost > 0
        tty.unplug()
        lost = tty.lost
        tty.write(b"four")
        assert tty.lost == lost + 4


async def test_a_stale_link_of_a_crashed_run_is_replaced(stale: Path, program: Any) -> None:
    async with Tty(stale, lambda _: None):
        program.open(stale)
    assert not _is_there(stale)


async def test_a_cable_joins_two_programs_and_carries_noise(tmp_path: Path, program: Any, other_program: Any) -> None:
    agent, board = program, other_program
    async with Cable(tmp_path / "lock", tmp_path / "board") as cable:
        agent.open(tmp_path / "lock")
        board.open(tmp_path / "board")
        agent.write(b"ask")
        assert await board.read(3) == b"ask"
        board.write(b"answer")
        assert await agent.read(6) == b"answer"
        cable.noise(b"\xff")
        assert (await agent.read(1), await board.read(1)) == (b"\xff", b"\xff")
        assert cable.carried == 9
