"""A bay's table, every pair of it, and the order in which a node's words count."""

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from edge.bay import REMEMBERED_BOOTS, TRANSITIONS, Bay, Heard
from wire.happenings import BayChanged, BayState
from wire.node import Reading

STATES: tuple[BayState, ...] = get_args(BayState)
BAY = Bay(bay="P1", node="node-1", silent_after=6_000, settle=1_000, heard_at=0)


def reading(state: str, *, number: int = 1, boot: int = 7, held_ms: int = 5_000) -> Reading:
    return Reading(boot, number, state, held_ms, 1234)


def shown(state: BayState) -> Bay:
    """A bay that is shown so, and whose node was heard at 10,000."""
    return replace(BAY, state=state, recorded=state, seen=state, boot=7, number=1, heard_at=10_000)


def hear(bay: Bay, heard: Heard) -> Bay:
    """Let the bay hear it, the way it comes from a node."""
    match heard:
        case Heard.SILENT:
            return bay.ticked(16_000)
        case Heard.UNSURE:
            return bay.heard(reading("unknown", number=2), 11_000)
    state, _, held = heard.value.partition(", ")
    if held == "held":
        return bay.heard(reading(state, number=2, held_ms=1_000), 11_000)
    return replace(bay, seen="unknown").heard(reading(state, number=2, held_ms=999), 11_000)


def test_the_table_has_every_pair() -> None:
    assert set(TRANSITIONS) == set(product(STATES, Heard))


@pytest.mark.parametrize(("state", "heard"), list(product(STATES, Heard)))
def test_every_state_hears_everything_as_the_table_says(state: BayState, heard: Heard) -> None:
    assert hear(shown(state), heard).state == TRANSITIONS[state, heard]


@pytest.mark.parametrize("heard", [Heard.SILENT, Heard.UNSURE])
@pytest.mark.parametrize("state", STATES)
def test_who_cannot_tell_or_does_not_speak_is_never_called_free(state: BayState, heard: Heard) -> None:
    assert TRANSITIONS[state, heard] == "unknown"


def test_a_change_settles_by_time_alone() -> None:
    bay = shown("free").heard(reading("occupied", number=2, held_ms=0), 11_000)
    assert [bay.ticked(at).state for at in (11_999, 12_000)] == ["free", "occupied"]


def test_a_car_that_only_passes_changes_nothing() -> None:
    bay = shown("free").heard(reading("occupied", number=2, held_ms=0), 11_000)
    bay = bay.heard(reading("free", number=3, held_ms=0), 11_500)
    assert bay.ticked(12_600).state == "free"


def test_a_heartbeat_does_not_start_the_settling_again() -> None:
    bay = shown("free").heard(reading("occupied", number=2, held_ms=0), 11_000)
    assert bay.heard(reading("occupied", number=3, held_ms=900), 12_000).state == "occupied"


@pytest.mark.parametrize("number", [0, 1])
def test_repeats_and_stragglers_of_a_boot_change_nothing(number: int) -> None:
    bay = shown("free")
    assert bay.heard(reading("occupied", number=number), 11_000) is bay


def test_a_repeat_does_not_keep_a_silent_node_alive() -> None:
    bay = shown("free").heard(reading("free", number=1), 15_900)
    assert bay.ticked(16_000).state == "unknown"


def test_a_node_that_restarted_counts_from_one_and_its_old_words_are_over() -> None:
    bay = shown("free").heard(reading("occupied", boot=8, number=1), 11_000)
    assert bay.state == "occupied"
    assert bay.heard(reading("free", boot=7, number=99), 11_500) is bay


def test_earlier_boots_are_remembered_within_bounds() -> None:
    bay = BAY
    for boot in range(1, 100):
        bay = bay.heard(reading("free", boot=boot), 100)
    assert len(bay.earlier_boots) == REMEMBERED_BOOTS
    assert bay.heard(reading("occupied", boot=98), 200) is bay


def test_a_silent_node_that_speaks_again_is_believed_at_once_if_its_state_held() -> None:
    silent = shown("occupied").ticked(60_000)
    assert silent.heard(reading("free", number=2, held_ms=30_000), 61_000).state == "free"


def test_news_is_recorded_once() -> None:
    bay = shown("free").heard(reading("occupied", number=2), 11_000)
    assert bay.to_record(11_000) == BayChanged(bay="P1", node="node-1", state="occupied")
    assert replace(bay, recorded=bay.state).to_record(11_000) is None


@pytest.mark.parametrize("recorded", [None, "free", "occupied"])
def test_a_bay_that_starts_is_unknown_and_says_so_when_its_node_had_time_to_speak(recorded: BayState | None) -> None:
    bay = replace(BAY, recorded=recorded)
    assert bay.ticked(1_000).state == "unknown"
    assert bay.to_record(5_999) is None
    assert bay.ticked(6_000).to_record(6_000) == BayChanged(bay="P1", node="node-1", state="unknown")


def test_a_restart_during_which_nothing_changed_is_no_news() -> None:
    bay = replace(BAY, recorded="free").heard(reading("free"), 2_000)
    assert (bay.state, bay.to_record(2_000)) == ("free", None)
