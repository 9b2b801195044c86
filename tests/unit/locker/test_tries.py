import pytest

from locker.tries import FREE, LONGEST_WAIT, Tries, wait

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("wrong", "seconds"),
    [(0, 0), (1, 0), (5, 0), (6, 60), (7, 120), (8, 240), (9, 480), (10, 960), (11, 1920), (12, 3600), (13, 3600)],
)
def test_five_are_free_then_a_minute_that_doubles_to_an_hour(wrong: int, seconds: int):
    assert wait(wrong) == seconds * 1000


def test_a_million_wrong_codes_cost_no_more_than_an_hour_each():
    assert wait(10**6) == LONGEST_WAIT == HOUR


def test_whoever_guesses_all_day_gets_34_tries():
    now, count = 0, 0
    while now < 24 * HOUR:
        count += 1
        now = max(now, Tries(count, now).until)
    assert count == 34


def test_a_wait_ends_when_it_has_passed():
    tries = Tries(FREE + 1, at=1_000)
    assert tries.until == 61_000
    assert Tries(FREE, at=1_000).until == 1_000


def test_a_clock_turned_back_lengthens_no_wait():
    late = Tries(12, at=10 * HOUR)
    assert late.resumed(2 * HOUR).until == 3 * HOUR
    assert late.resumed(10 * HOUR + 5).until == 11 * HOUR
