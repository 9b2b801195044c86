"""A driver without a rig in its contract suite proves nothing."""

import ast
from pathlib import Path

import edge.drivers

HERE = Path(__file__).parent
SUITES = ("lock_bus", "printer", "reader", "lamp")


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
    tested = [rig for suite in SUITES for rig in rigs(suite)]
    assert sorted(tested) == sorted(drivers)
