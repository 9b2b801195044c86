"""The tables of doors and compartments as pictures: `python -m locker.diagram > docs/doors.md` writes the page."""

import sys
from collections.abc import Iterable, Mapping
from typing import get_args

from locker.compartment import STAGES, USES, Branch, CompartmentHappening, Stage, stage_name
from locker.door import TRANSITIONS, Door, Heard
from locker.rules import RULES, Role
from wire.happenings import PURPOSES

Arrow = tuple[str, str, str]
"""From a state, by a happening, to a state."""


def mermaid(initial: str, arrows: Iterable[Arrow]) -> str:
    """Return a state diagram; happenings that lead from one state to the same other share an arrow."""
    labels: dict[tuple[str, str], list[str]] = {}
    for before, happening, after in arrows:
        labels.setdefault((before, after), []).append(happening)
    lines = [f"    {before} --> {after}: {', '.join(names)}" for (before, after), names in labels.items()]
    return "\n".join(("stateDiagram-v2", f"    [*] --> {initial}", *lines))


def table(states: Iterable[str], happenings: Iterable[str], arrows: Iterable[Arrow]) -> str:
    """Return the same as a Markdown table; a dot is an impossible pair."""
    after = {(before, happening): then for before, happening, then in arrows}
    heads = list(happenings)
    rows = [["", *heads], ["---"] * (len(heads) + 1)]
    rows += [[f"**{state}**", *(after.get((state, head), "·") for head in heads)] for state in states]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def door_arrows(transitions: Mapping[tuple[Door, Heard], Door] = TRANSITIONS) -> list[Arrow]:
    return [(before.value, heard.value, after.value) for (before, heard), after in transitions.items()]


def use_arrows(uses: Mapping[tuple[Stage, type[CompartmentHappening]], Stage | Branch] = USES) -> list[Arrow]:
    """Where it depends, there is an arrow for each case, and the case stands with the happening."""
    return [
        (stage_name(before), f"{tag(kind)}{case}", stage_name(then))
        for (before, kind), follows in uses.items()
        for case, then in _cases(follows)
    ]


def _cases(follows: Stage | Branch) -> list[tuple[str, Stage]]:
    if isinstance(follows, tuple):
        return [("", follows)]
    return [(f" ({case})", then) for case, then in follows.items()]


def tag(kind: type[CompartmentHappening]) -> str:
    """Return the happening's name in the journal."""
    return str(kind.__struct_config__.tag)


def page() -> str:
    """Return docs/doors.md."""
    doors, uses = door_arrows(), use_arrows()
    kinds = list(dict.fromkeys(happening for _, happening, _ in uses))
    return _PAGE.format(
        door_picture=mermaid(Door.UNKNOWN.value, (arrow for arrow in doors if arrow[0] != arrow[2])),
        door_table=table((door.value for door in Door), (heard.value for heard in Heard), doors),
        use_picture=mermaid(stage_name(STAGES[0]), (arrow for arrow in uses if arrow[0] != arrow[2])),
        use_table=table(
            kinds, map(stage_name, STAGES), [(happening, before, after) for before, happening, after in uses]
        ),
        rules_table=table(PURPOSES, get_args(Role), rule_cells()),
    )


def rule_cells() -> list[Arrow]:
    return [(purpose, role, ", ".join(sorted(rights))) for (purpose, role), rights in RULES.items()]


_PAGE = """\
# Doors and compartments

<!-- Written by `python -m locker.diagram`; a test compares. Change the tables, not this page. -->

The two tables that decide what may happen at a bank of lockers, drawn from the code. A dot is an impossible pair: it
raises and changes nothing. The rules around them are at the top of `locker/bank.py` and of the modules it names.

## A door

Live knowledge, never kept: what was ordered, and what the contact says. After a restart every door is unknown until its
contact has spoken. An order is not an opening: a door that is not open within ten seconds is stuck.

```mermaid
{door_picture}
```

{door_table}

## A compartment

The fold of the journal: a restart changes nothing. `opened` says that the contact confirmed the opening that was
promised; from `pickup_opened` on the code is spent. Behind one door lie the items of one person, with one code: what
follows in brackets says what is left behind the door. An inspection leads back to what it interrupted. `adding` is
filling where something lies already; `deposit_moved` leaves the door that did not open and goes on at a free one.
Whether a compartment is blocked stands beside all this: nothing new is laid in, and what lies inside may be fetched.

```mermaid
{use_picture}
```

{use_table}

## Who may take it out

By what right, and as whom; a dot may nothing. A giver takes out only what that very person laid in. Where two people
look inside (`inspect`), nobody takes anything out.

{rules_table}
"""

if __name__ == "__main__":
    sys.stdout.write(page())
