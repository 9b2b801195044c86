"""A PIN fits what was kept of it, and nothing else does."""

import pytest

from wire import pins

KEPT = pins.kept("123456", bytes(range(16)))


def test_a_pin_fits_what_was_kept_of_it_and_no_other_does():
    assert pins.fits("123456", KEPT)
    assert not pins.fits("123457", KEPT)
    assert not pins.fits("\ud800", KEPT)


def test_the_same_pin_is_kept_otherwise_with_another_salt():
    assert pins.kept("123456", bytes(16)) != KEPT


@pytest.mark.parametrize("kept", ["", "123456", "scrypt$$", KEPT[:-1], KEPT.replace("$", "$0", 1), "a$00$00"])
def test_what_is_no_hash_fits_nothing(kept: str):
    assert not pins.fits("123456", kept)


def test_nobodys_hash_fits_nothing():
    assert not pins.fits("000000", pins.NOBODYS)
