"""Runs on CPython by pytest, and on MicroPython by ../test_on_micropython.py."""

from firmware.common.debounce import Debounce


def test_a_level_settles_when_it_held_without_a_break():
    contact = Debounce(False, 20)
    assert [contact.settled(True, at) for at in (0, 10, 19, 20, 25)] == [False, False, False, True, False]
    assert contact.level is True


def test_chatter_settles_nothing():
    contact = Debounce(False, 20)
    levels = [True, False, True, True, False] * 20
    assert not any(contact.settled(level, 5 * at) for at, level in enumerate(levels))
    assert contact.level is False


def test_each_settled_change_is_told_once():
    contact = Debounce(True, 20)
    told = [at for at in range(0, 400, 5) if contact.settled(at % 200 >= 100, at)]
    assert told == [20, 120, 220, 320]
