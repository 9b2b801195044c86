"""Scenarios, one file each: this folder is the registry, the first line of a file its title, `play` what happens."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from twin.verdict import Verdict
    from twin.zone import Zone


class Scenario(NamedTuple):
    """A scripted play through the real programs; it notes its facts in the verdict."""

    name: str
    title: str
    play: "Callable[[Zone, Verdict], Awaitable[None]]"
    altered: bool = False
    """It alters the world of the programs: a file of it says ALTERED = True."""


def names() -> list[str]:
    """Return the names of all scenarios: `wrong_code.py` is wrong-code."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))


def find(name: str) -> Scenario | None:
    """Return the scenario of this name, None where there is none."""
    if name not in names():
        return None
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    return Scenario(name, (module.__doc__ or "").partition("\n")[0], module.play, getattr(module, "ALTERED", False))
