"""The power fails after every write: nothing is corrupt, and nothing that somebody was told is gone."""

import random
from pathlib import Path

import pytest

from tests.faults.power_cut import cuts
from tests.faults.power_cuts import WORKLOADS, Workload, run
from tests.faults.sqlite_disk import Delete, Said, Sync, Truncate, Write, recorded

each_workload = pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)


@each_workload
def test_no_cut_corrupts_or_loses_what_was_promised(workload: Workload):
    tally = run(workload, most=200, seed=1)
    assert (tally.cuts, tally.corrupt, tally.lost) == (200, 0, 0), tally.worst


@each_workload
def test_the_control_that_waits_for_the_disk_too_rarely_loses(workload: Workload):
    assert run(workload, most=120, seed=1, synchronous="NORMAL", share=0.1).lost


@each_workload
def test_the_control_that_never_waits_for_the_disk_loses_or_breaks(workload: Workload):
    tally = run(workload, most=60, seed=1, synchronous="OFF", share=0.1)
    assert tally.lost + tally.corrupt


@each_workload
def test_the_same_seed_finds_the_same(workload: Workload):
    first, again = (run(workload, most=60, seed=1, synchronous="OFF", share=0.1).worst for _ in range(2))
    assert first == again != []


def test_a_disk_keeps_what_was_synced_and_any_part_of_the_rest():
    old, new = b"o" * 1536, b"n" * 1536
    acts = [Write("a", 0, old), Sync("a"), Said("kept"), Write("a", 0, new), Truncate("a", 512), Delete("a")]
    left = list(cuts({}, (), acts, random.Random(1)))
    assert [cut.image.get("a") for cut in left if cut.left != "part"] == [old, old, new, new[:512], None]
    assert [list(cut.said) for cut in left if isinstance(cut.after, Delete)] == [["kept"], ["kept"]]
    torn = {cut.image["a"] for seed in range(50) for cut in cuts({}, (), acts[:4], random.Random(seed)) if cut.said}
    assert torn == {b"".join(each * 512 for each in mix) for mix in _mixes()}


def _mixes() -> list[tuple[bytes, ...]]:
    return [(a, b, c) for a in (b"o", b"n") for b in (b"o", b"n") for c in (b"o", b"n")]


def test_only_the_watched_folder_is_recorded_and_only_while_it_is_watched(tmp_path: Path):
    import sqlite3

    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    with recorded(inside) as acts:
        for folder in (outside, inside):
            sqlite3.connect(folder / "a.db").execute("CREATE TABLE t (a)").connection.close()
    seen = len(acts)
    assert {act.file for act in acts if not isinstance(act, Said)} == {"a.db", "a.db-journal"}
    sqlite3.connect(inside / "b.db").execute("CREATE TABLE t (a)").connection.close()
    assert len(acts) == seen
