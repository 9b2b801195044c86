"""The queue: its table written out once more by hand, and who is called."""

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.tickets import Happened, State, Waiting, after, choose, leads_to, number, possible_in
from locker.door import ImpossibleHappening

HAPPENED = ("reserved", "printed", "released", "called", "no_show", "finished", "expired")
EXPECTED: dict[str | None, tuple[str | None, ...]] = {
    # state      reserved    printed    released    called    no_show  finished    expired
    None: ("reserved", None, None, None, None, None, None),
    "reserved": (None, "waiting", "released", None, None, None, None),
    "waiting": (None, None, None, "called", None, None, "void"),
    "called": (None, None, None, None, "void", "finished", None),
    "finished": (None,) * 7,
    "void": (None,) * 7,
    "released": (None, "waiting", None, None, None, None, None),
}
PAIRS = [(state, *pair) for state, row in EXPECTED.items() for pair in zip(HAPPENED, row, strict=True)]


@pytest.mark.parametrize(("state", "happened", "then"), PAIRS)
def test_every_state_meets_every_happening(state: str | None, happened: str, then: str | None):
    before = State(state) if state else None
    if then is None:
        with pytest.raises(ImpossibleHappening, match=f"cannot be {happened}"):
            after(before, Happened(happened))
    else:
        assert after(before, Happened(happened)) is State(then)


def test_the_expected_table_has_every_pair():
    asked = {(State(state) if state else None, Happened(happened)) for state, happened, _ in PAIRS}
    assert asked == set(itertools.product([None, *State], Happened))


def test_where_a_happening_is_possible_is_read_from_the_table():
    assert set(possible_in(Happened.PRINTED)) == {State.RESERVED, State.RELEASED}
    assert possible_in(Happened.RESERVED) == ()
    assert possible_in(Happened.CALLED) == (State.WAITING,)


@pytest.mark.parametrize("happened", Happened)
def test_whatever_happens_leads_to_one_state_from_everywhere(happened: Happened):
    states = {then for _, name, then in PAIRS if name == happened.value and then is not None}
    assert states == {leads_to(happened).value}


def test_who_has_waited_longest_is_called_whatever_the_number():
    choice = choose([Waiting("b", 1, since=300), Waiting("a", 7, since=100), Waiting("c", 2, since=200)])
    assert choice
    assert (choice.ticket.id, choice.others) == ("a", 2)


def test_who_came_at_the_same_instant_is_called_by_number():
    choice = choose([Waiting("x", 12, since=100), Waiting("y", 3, since=100)])
    assert choice
    assert choice.ticket.id == "y"


def test_nobody_is_called_where_nobody_waits():
    assert choose([]) is None


@given(st.lists(st.integers(0, 50), max_size=12), st.randoms())
def test_calling_on_serves_everybody_once_in_the_order_of_their_waiting(arrivals: list[int], chance: Random):
    queue = [Waiting(str(ordinal), ordinal, since) for ordinal, since in enumerate(arrivals, 1)]
    served = []
    while queue:
        chance.shuffle(queue)
        choice = choose(queue)
        assert choice
        assert choice.others == len(queue) - 1
        served.append(choice.ticket)
        queue.remove(choice.ticket)
    assert [(ticket.since, ticket.ordinal) for ticket in served] == sorted(
        (since, ordinal) for ordinal, since in enumerate(arrivals, 1)
    )


@pytest.mark.parametrize(
    ("ordinal", "text"), [(1, "A001"), (42, "A042"), (999, "A999"), (1000, "A1000"), (9999, "A9999")]
)
def test_numbers_have_three_digits_or_more(ordinal: int, text: str):
    assert number("A", ordinal) == text


@pytest.mark.parametrize("ordinal", [0, -1, 10_000])
def test_numbers_outside_of_the_day_are_refused(ordinal: int):
    with pytest.raises(ValueError, match="1 to 9999"):
        number("A", ordinal)
