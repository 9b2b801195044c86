from pathlib import Path

from locker.compartment import STAGES, USES
from locker.diagram import door_arrows, mermaid, page, stage_name, table, use_arrows
from locker.door import TRANSITIONS, Door

PAGE = Path(__file__).parents[3] / "docs" / "doors.md"


def test_the_page_of_the_documentation_is_current():
    assert PAGE.read_text("utf-8") == page(), "run: python -m locker.diagram > docs/doors.md"


def test_arrows_between_the_same_two_states_are_one():
    arrows = [("a", "pushed", "b"), ("b", "pulled", "a"), ("a", "kicked", "b")]
    assert mermaid("a", arrows).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> a",
        "    a --> b: pushed, kicked",
        "    b --> a: pulled",
    ]


def test_an_impossible_pair_is_a_dot():
    assert table("ab", ["pushed"], [("a", "pushed", "b")]).splitlines() == [
        "|  | pushed |",
        "| --- | --- |",
        "| **a** | b |",
        "| **b** | · |",
    ]


def test_every_transition_is_drawn():
    assert len(door_arrows()) == len(TRANSITIONS)
    assert len(use_arrows()) == len(USES)
    text = page()
    for arrow in (*door_arrows(), *use_arrows()):
        before, happening, after = arrow
        assert before == after or f"{before} --> {after}: {happening}" in text or f", {happening}" in text


def test_every_state_has_a_row():
    text = page()
    assert all(f"| **{state}** |" in text for state in [*(door.value for door in Door), *map(stage_name, STAGES)])
