"""A driver without a rig in its contract suite proves nothing."""

import ast
import importlib
from pathlib import Path

import edge.drivers
import locker.boards

HERE = Path(__file__).parent
SUITES = ("lock_bus", "printer", "reader", "scanner", "lamp")


def rigs(suite: str) -> set[str]:
    """Return the drivers that a suite runs over: the keys of its RIGS."""
    tree = ast.parse((HERE / f"test_{suite}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "RIGS" and node.value:
            assert isinstance(node.value, ast.Dict)
            return {str(ast.literal_eval(key)) for key in node.value.keys if key}
    raise AssertionError(f"test_{suite}.py has no RIGS")


def test_every_driver_has_a_rig_in_one_suite() -> None:
    drivers = {file.stem for file in Path(edge.drivers.__file__).parent.glob("[!_]*.py")}
    tested = {rig.split("/")[0] for suite in SUITES for rig in rigs(suite)}
    assert tested == drivers


def test_every_family_and_variant_of_lock_boards_has_a_rig() -> None:
    families = [file.stem for file in Path(locker.boards.__file__).parent.glob("[!_]*.py")]
    made = {family: importlib.import_module(f"locker.boards.{family}").FAMILY for family in families}
    named = {"/".join(filter(None, ("polled", f, variant))) for f in families for variant in made[f].VARIANTS}
    assert {rig for rig in rigs("lock_bus") if rig != "board"} == named
