"""How a program of the simulation dies: at one instant, with nothing tidied up, its files as they were."""

import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal, TypeVar

T = TypeVar("T")

Death = Literal["before the commit", "after the commit"]


class PowerCut(BaseException):
    """The power failed just here. Nobody can catch this: who is dead does nothing more."""


def dying(write: Callable[[Callable[[Any], T]], T], at: Death) -> Callable[[Callable[[Any], T]], T]:
    """Return a `write(change)` in which the power fails."""

    def write_and_die(change: Callable[[Any], T]) -> T:
        def die(database: Any) -> T:
            change(database)
            raise PowerCut

        write(die if at == "before the commit" else change)
        raise PowerCut

    return write_and_die


def left_behind(file: Path, to: Path) -> None:
    """Copy a database as it lies on the disk, with its log: nobody has closed it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", "-wal"):
        part = file.with_name(file.name + ending)
        if part.exists():
            shutil.copyfile(part, to.with_name(to.name + ending))


def done(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run what never has to wait, for everything it asks answers at once."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise AssertionError(f"{coroutine} waits, and nothing here takes time")
