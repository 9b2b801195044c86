"""Who may take what out of a bank, and by what right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from wire.happenings import Purpose

if TYPE_CHECKING:
    from locker.contents import Item

Role = Literal["citizen", "giver", "staff", "courier"]
"""`giver`: the very one who laid it in."""

By = Literal["code", "qr", "collect", "recall", "loan"]
"""As in PickupReserved."""

RULES: dict[tuple[Purpose, Role], frozenset[By]] = {
    ("pickup", "citizen"): frozenset(("code", "qr")),
    ("pickup", "giver"): frozenset(("recall",)),
    ("papers", "staff"): frozenset(("collect",)),
    ("quarantine", "staff"): frozenset(("collect",)),
    ("return", "staff"): frozenset(("collect",)),
    ("delivery", "courier"): frozenset(("collect",)),
    ("delivery", "giver"): frozenset(("recall",)),
    ("loan", "citizen"): frozenset(("loan",)),
    ("loan", "staff"): frozenset(("collect",)),
}
"""A pair that is missing may nothing."""


def may(purpose: Purpose, role: Role, by: By) -> bool:
    return by in RULES.get((purpose, role), ())


def at_once(inside: Sequence["Item"], asked: "Item", by: str) -> list["Item"]:
    """Return what one opening hands over: everything behind the door; a recall what its giver laid in."""
    if by == "recall":
        return [item for item in inside if item.giver == asked.giver]
    return list(inside)
