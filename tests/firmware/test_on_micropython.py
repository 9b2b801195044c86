"""The pure tests once more, on the interpreter that the boards have."""

import subprocess
from pathlib import Path

import pytest
from firmware_bench import ROOT

RUN = """
import sys
def run(path):
    names = {"__name__": "pure"}
    with open(path) as file:
        exec(file.read(), names)
    failed = 0
    for name, test in sorted(names.items()):
        if name.startswith("test_"):
            print(name)
            try:
                test()
            except Exception as error:
                failed += 1
                sys.print_exception(error, sys.stdout)
    sys.exit(1 if failed else 0)
run(sys.argv[1])
"""

FILES = sorted((ROOT / "tests/firmware/pure").glob("test_*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_pure_firmware_passes_on_micropython(file: Path, micropython: Path, tmp_path: Path) -> None:
    runner = tmp_path / "run.py"
    runner.write_text(RUN)
    ran = subprocess.run(
        [str(micropython), "-X", "heapsize=128K", str(runner), str(file)],
        env={"MICROPYPATH": f"{ROOT}:.frozen"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("test_") >= file.read_text().count("\ndef test_")
