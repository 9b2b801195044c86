"""Our import names belong to us alone: another package with one of them would be imported in our place."""

import importlib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("central", "edge", "firmware", "locker", "provisioning", "twin", "wire")


@pytest.mark.parametrize("name", OURS)
def test_a_name_of_ours_is_nobody_elses(name: str):
    others = {each.lower() for each in packages_distributions().get(name, [])} - {"zone24"}
    assert not others, f"{name} also belongs to {others}"


@pytest.mark.parametrize("name", OURS)
def test_a_name_of_ours_is_imported_from_this_tree_and_says_what_it_is(name: str):
    package = importlib.import_module(name)
    assert package.__file__ is not None
    assert Path(package.__file__).parent == ROOT / name
    assert package.__doc__


def test_every_package_of_the_tree_is_a_name_of_ours():
    assert {file.parent.name for file in ROOT.glob("*/__init__.py")} == set(OURS)
