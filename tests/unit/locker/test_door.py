"""The door's table, written out once more by hand: every state x every happening."""

import itertools

import pytest

from locker.door import TRANSITIONS, Door, Heard, ImpossibleHappening, hear

HEARD = ("commanded", "opened", "closed", "timed_out", "lost")
EXPECTED = {
    # state       commanded   opened  closed     timed_out  lost
    "unknown": ("opening", "open", "closed", None, "unknown"),
    "closed": ("opening", "open", "closed", None, "unknown"),
    "opening": (None, "open", "opening", "stuck", "unknown"),
    "open": ("open", "open", "closed", None, "unknown"),
    "stuck": ("opening", "open", "stuck", None, "unknown"),
}
PAIRS = [(state, heard, after) for state, row in EXPECTED.items() for heard, after in zip(HEARD, row, strict=True)]


@pytest.mark.parametrize(("state", "heard", "after"), PAIRS)
def test_every_door_hears_everything(state: str, heard: str, after: str | None):
    if after is None:
        with pytest.raises(ImpossibleHappening, match=f"{state} cannot be {heard}"):
            hear(Door(state), Heard(heard))
    else:
        assert hear(Door(state), Heard(heard)) is Door(after)


def test_the_expected_table_has_every_pair():
    assert {(Door(state), Heard(heard)) for state, heard, _ in PAIRS} == set(itertools.product(Door, Heard))
    assert len(TRANSITIONS) == sum(after is not None for _, _, after in PAIRS)


def test_silence_is_never_taken_for_a_state():
    assert {hear(door, Heard.LOST) for door in Door} == {Door.UNKNOWN}


def test_whatever_a_contact_says_is_possible_in_every_state():
    for door in Door:
        assert hear(door, Heard.OPENED) is Door.OPEN
        assert hear(door, Heard.CLOSED) is not Door.OPEN
