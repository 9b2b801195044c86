"""The clock never goes back, keeps running, and admits when it guesses."""

from typing import Any

from edge.clock import EARLIEST_MS


def test_a_set_clock_is_believed(watch: Any) -> None:
    clock = watch.clock()
    first = clock.read()
    watch.pass_(40)
    second = clock.read()
    assert (first.good, second.good) == (True, True)
    assert (second.wall - first.wall, second.mono - first.mono) == (40, 40)


def test_a_clock_from_before_this_program_was_written_is_not_believed(watch: Any) -> None:
    watch.wall = EARLIEST_MS - 1
    assert not watch.clock().read().good


def test_a_clock_that_is_turned_back_goes_on_from_where_it_was(watch: Any) -> None:
    clock = watch.clock()
    before = clock.now()
    watch.wall -= 3_600_000
    watch.pass_(500)
    after = clock.read()
    assert (after.wall, after.good) == (before + 500, False)
    watch.pass_(500)
    assert clock.now() == before + 1_000


def test_a_clock_that_was_set_right_is_believed_again(watch: Any) -> None:
    clock = watch.clock()
    clock.not_before(watch.wall + 10_000)
    assert not clock.read().good
    watch.pass_(10_000)
    watch.wall += 1
    assert clock.read().good


def test_a_clock_never_set_still_runs(watch: Any) -> None:
    watch.wall = 0
    clock = watch.clock()
    first = clock.now()
    watch.pass_(1_000)
    assert clock.now() - first == 1_000


def test_the_steady_time_does_not_jump_with_the_wall_clock(watch: Any) -> None:
    clock = watch.clock()
    start = clock.steady()
    assert start == watch.wall
    for jump in (365 * 86_400_000, -86_400_000):
        watch.wall += jump
        watch.pass_(100)
    assert clock.steady() == start + 200
    assert clock.now() > start + 86_400_000


def test_the_steady_time_begins_no_earlier_than_what_is_written_down(watch: Any) -> None:
    clock = watch.clock()
    clock.not_before(watch.wall + 5_000)
    assert clock.steady() == watch.wall + 5_000
