"""Run the workloads on a recorded disk, cut the power everywhere, open what is left.

A run starts on an empty disk or on what a cut of the run before left, so that programs also go on after a cut, and are
cut again.
"""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.faults import central_store, edge_journal, old_journal
from tests.faults.power_cut import Cut, Image, cuts, put
from tests.faults.sqlite_disk import Act
from tests.faults.verdict import Tally, Verdict

GOES_ON = 0.5
"""How often a run starts on the disk that a cut left."""

LONGEST = 60
"""Promises after which a disk is put away: they all are looked for after every cut."""


class Workload(NamedTuple):
    """`work(folder, disk, dice, synchronous)` returns the acts; `judge(folder, said)` opens the disk after a cut.

    `begin()` returns a disk, and what had been promised on it.
    """

    name: str
    work: Callable[[Path, Image, random.Random, str], list[Act]]
    judge: Callable[[Path, Sequence[object]], Verdict]
    begin: Callable[[], tuple[Image, tuple[object, ...]]]


WORKLOADS = (
    Workload("edge journal", edge_journal.work, edge_journal.judge, lambda: ({}, ())),
    Workload("edge journal of the version before", edge_journal.work, edge_journal.judge, old_journal.begin),
    Workload("central store", central_store.work, central_store.judge, central_store.begin),
)


def run(workload: Workload, *, most: int, seed: int, synchronous: str = "FULL", share: float = 1.0) -> Tally:
    """Cut `most` times and say what was found; with a `share` below 1 not everywhere, and so over a longer history."""
    dice, tally = random.Random(f"{workload.name} {seed}"), Tally()
    disk, said = workload.begin()
    while tally.cuts < most:
        with _folder() as folder:
            acts = workload.work(folder, disk, dice, synchronous)
        last = None
        for cut in cuts(disk, said, acts, dice):
            if share < 1 and dice.random() >= share:
                continue
            verdict = _judged(workload, cut)
            tally.add(verdict, f"{workload.name}, seed {seed}, cut {tally.cuts}: {cut.left} of it left")
            if verdict is Verdict.GOOD and (last is None or dice.random() < 0.02):
                last = cut
            if tally.cuts == most:
                break
        goes_on = last is not None and dice.random() < GOES_ON and len(last.said) < LONGEST
        disk, said = (last.image, last.said) if goes_on and last else workload.begin()
    return tally


def _judged(workload: Workload, cut: Cut) -> Verdict:
    with _folder() as folder:
        put(cut.image, folder)
        return workload.judge(folder, cut.said)


@contextmanager
def _folder() -> Iterator[Path]:
    """Give an empty folder, in memory where this machine has such files."""
    memory = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(prefix="zone24-cut-", dir=memory if memory.is_dir() else None))
    try:
        yield made
    finally:
        shutil.rmtree(made)
