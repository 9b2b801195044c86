"""Programs as the twin starts and ends them."""

import asyncio
from pathlib import Path

from twin.programs import Program


async def test_a_program_that_two_start_at_once_runs_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = Program("sleeper", ["sh", "-c", "echo up; exec sleep 60"], log)
    before = len(_children())
    await asyncio.gather(*(program.start() for _ in range(3)))
    try:
        assert len(_children()) == before + 1
    finally:
        await program.kill()


def _children() -> list[str]:
    return [child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()]
