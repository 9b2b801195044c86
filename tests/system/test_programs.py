"""Child processes: they are told to end, killed when they do not, and noticed when they end by themselves."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twin.ports import Claim, PortTaken
from twin.programs import Program, ProgramFailed, run
from twin.waiting import until

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


def _program(tmp_path: Path, code: str, **options: Any) -> Program:
    return Program("child", [sys.executable, "-c", code], tmp_path / "child.log", **options)


async def _has_spoken(program: Program) -> bool:
    return bool(program.words_with("ready"))


def test_a_program_that_ends_by_itself_is_noticed_with_its_last_words(tmp_path: Path):
    async def end() -> list[ProgramFailed]:
        failures: list[ProgramFailed] = []
        program = _program(tmp_path, "print('the disk is full'); raise SystemExit(7)", ended=failures.append)
        await program.start()
        await until("its end is noticed", lambda: failures)
        return failures

    failure = asyncio.run(end())[0]
    assert failure.code == 7
    assert "child ended by itself, exit code 7" in str(failure)
    assert "the disk is full" in str(failure)


def test_a_program_that_never_gets_ready_is_said_with_its_code(tmp_path: Path):
    async def start() -> None:
        program = _program(tmp_path, "raise SystemExit(3)")
        await program.start()
        await program.ready(lambda: _has_spoken(program))

    with pytest.raises(ProgramFailed, match="exit code 3") as failed:
        asyncio.run(start())
    assert failed.value.code == 3


def test_a_program_that_does_not_listen_is_killed_in_the_end(tmp_path: Path):
    async def stop() -> tuple[bool, list[ProgramFailed]]:
        failures: list[ProgramFailed] = []
        program = _program(tmp_path, STUBBORN, ended=failures.append)
        await program.start()
        await program.ready(lambda: _has_spoken(program))
        await program.stop(grace_s=0.2)
        return program.runs, failures

    assert asyncio.run(stop()) == (False, [])


def test_a_killed_program_starts_again_as_another_process(tmp_path: Path):
    async def kill() -> tuple[int | None, int | None, int | None]:
        program = _program(tmp_path, STUBBORN)
        await program.start()
        first = program.pid
        await program.kill()
        between = program.pid
        await program.start()
        second = program.pid
        await program.kill()
        return first, between, second

    first, between, second = asyncio.run(kill())
    assert between is None
    assert len({first, between, second}) == 3


def test_a_command_that_fails_is_told_with_its_words():
    with pytest.raises(ProgramFailed, match="no such device"):
        asyncio.run(run(sys.executable, "-c", "raise SystemExit('no such device')"))


def test_a_port_in_use_names_itself_and_the_way_out(free_port: Callable[[], int]):
    port = free_port()
    with Claim.on(port), pytest.raises(PortTaken, match=rf"Port {port} is in use.*PORT="):
        Claim.on(port)
    with Claim.on(port) as claim:
        assert claim.ports.all() == tuple(range(port, port + 6))


def test_a_later_port_in_use_is_said_with_the_first_and_lets_it_go(free_port: Callable[[], int]):
    port = free_port()
    with Claim.on(port + 3), pytest.raises(PortTaken, match=rf"{port + 3} \(PORT={port} \+ 3\)"):
        Claim.on(port)
    with Claim.on(port):
        pass


def test_two_free_claims_are_apart():
    with Claim.free() as one, Claim.free() as other:
        assert not set(one.ports.all()) & set(other.ports.all())
