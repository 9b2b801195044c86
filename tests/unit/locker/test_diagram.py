from pathlib import Path

from locker.compartment import STAGES, USES, stage_name
from locker.diagram import door_arrows, mermaid, page, rule_cells, table, tag, use_arrows
from locker.door import TRANSITIONS, Door
from locker.rules import RULES

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
    assert {(before, happening.split(" ")[0]) for before, happening, _ in use_arrows()} == {
        (stage_name(stage), tag(kind)) for stage, kind in USES
    }
    text = page()
    for arrow in (*door_arrows(), *use_arrows()):
        before, happening, after = arrow
        assert before == after or f"{before} --> {after}: {happening}" in text or f", {happening}" in text


def test_every_state_of_a_door_has_a_row_and_every_stage_a_column():
    text = page()
    assert all(f"| **{door.value}** |" in text for door in Door)
    assert f"|  | {' | '.join(map(stage_name, STAGES))} |" in text


def test_where_it_depends_every_case_is_drawn():
    page_of = mermaid("free", [arrow for arrow in use_arrows() if arrow[0] != arrow[2]])
    assert "emptying_opened --> free: taken (nothing left)" in page_of
    assert "emptying_opened --> holding: taken (others stay)" in page_of


def test_every_right_to_take_out_is_in_the_table():
    assert "| **pickup** | code, qr | recall | · | · |" in page()
    assert len(rule_cells()) == len(RULES)
