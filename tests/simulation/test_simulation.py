"""Days of trouble from a seed: nothing is lost, doubled or opened wrongly; with a planted bug something is found."""

from collections.abc import Callable

import pytest

from tests.simulation.agenda import HOUR, SECOND
from tests.simulation.bugs import BUGS
from tests.simulation.world import World, world


def _history(made: World) -> tuple[object, ...]:
    heads = [(agent.journal.last, agent.journal._head) for agent in made.agents.values() if agent.journal]
    return heads, made.god.handovers, dict(made.faults), dict(made.people.met)


@pytest.mark.parametrize("seed", ["a", "b", "c", "d"])
def test_five_days_of_trouble_lose_nothing_double_nothing_and_open_nothing_wrongly(seed: str):
    with world(seed) as made:
        made.live(5)
        made.heal()
    assert made.god.found == {"lost": [], "doubled": [], "wrong openings": [], "broken": []}
    assert made.god.handovers > 1_000
    assert len(+made.faults) > 15


def test_entries_signed_with_the_real_signature_arrive_just_so():
    with world("signed", scheme="ed25519", handovers=100) as made:
        made.live(1)
        made.heal()
    assert made.god.is_content, made.god.found
    assert made.centre.refused == 0


def test_the_same_seed_is_the_same_history():
    histories = []
    for _ in range(2):
        with world("again", handovers=100) as made:
            made.live(1, trouble=3)
            made.heal()
        histories.append(_history(made))
    assert histories[0] == histories[1]


@pytest.mark.parametrize("seed", range(10))
def test_whoever_can_be_reached_is_drained_ten_minutes_after_the_last_fault(seed: int):
    with world(f"drained {seed}") as made:
        made.live_and_drain()
    assert made.god.is_content, made.god.found


def _overtaken(made: World) -> None:
    """Some hours in which messages get lost, doubled and overtaken everywhere, all the time."""
    for name, agent in made.agents.items():
        agent.eager = True
        made.network.weather[name].__init__(loss=0.3, doubling=0.3, slowest=20 * SECOND)
    made.people.live_a_day(made.handovers)
    made.agenda.run(6 * HOUR)


def _restored(made: World) -> None:
    made.live(1, trouble=0)
    made.centre.back_up()
    made.live(1, trouble=0)
    assert made.centre.restore()


CONTROLS: dict[str, tuple[Callable[[World], None], set[str]]] = {
    "no-sequence-check": (_overtaken, {"lost", "broken"}),
    "effect-before-record": (lambda made: made.live(1, trouble=0), {"wrong openings"}),
    "puback-moves-cursor": (_overtaken, {"lost"}),
    "restored-not-refilled": (_restored, {"lost"}),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found_where_a_sound_zone_has_none(bug: str):
    days, found = CONTROLS[bug]
    for planted in (bug, ""):
        with world("control", bug=planted, handovers=400 if days is _overtaken else 90) as made:
            days(made)
            made.heal()
        assert {what for what, words in made.god.found.items() if words} >= (found if planted else set())
        assert planted or made.god.is_content
