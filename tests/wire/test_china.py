"""Instants as people in China read them, also those that no calendar has."""

import pytest

from wire import china


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (0, "1970-01-01 08:00:00"),
        (1_795_392_000_000, "2026-11-23 08:00:00"),
        (china.LAST, "9999-12-31 23:59:59"),
        (china.LAST + 1, "9999-12-31 23:59:59"),
        (2**53, "9999-12-31 23:59:59"),
    ],
)
def test_an_instant_has_a_date(instant: int, text: str):
    assert f"{china.local(instant):%Y-%m-%d %H:%M:%S}" == text


def test_a_day_and_time_is_spoken_without_zeros_in_front_of_the_day():
    assert china.day_and_time(1_796_083_500_000) == "12月1日 08:05"
