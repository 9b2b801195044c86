"""The same script over the same vectors on CPython and on the MicroPython that boards run, with a board's memory."""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def checked(*command: str, **environment: str) -> str:
    """Return what on_both.py says that it checked."""
    done = subprocess.run(
        [*command, str(HERE / "on_both.py"), str(HERE / "vectors")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_modules_that_boards_share_do_the_same_on_both(micropython: Path):
    on_a_board = checked(str(micropython), "-X", "heapsize=128K", MICROPYPATH=f"{ROOT}:.frozen")
    assert on_a_board == checked(sys.executable, PYTHONPATH=str(ROOT))
    counts = [len(json.loads((HERE / "vectors" / f"{name}.json").read_text())) for name in ("frames", "board", "node")]
    assert [int(each) for each in on_a_board.split() if each.isdigit()][::2] == [counts[0], counts[1], 300]
