"""What the pages of the lockers list: items, articles, compartments, and what a courier still holds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from edge.locker_session import Session
from edge.manifests import Brought
from locker.bank import Bank
from locker.compartment import Compartment, Use
from locker.contents import Item
from locker.rules import may
from wire.happenings import Purpose

ROWS = 4
"""What fits on the smallest screen without scrolling."""

_FOR: dict[str, tuple[Purpose, ...]] = {"staff": ("papers", "quarantine", "return", "loan"), "courier": ("delivery",)}


@dataclass(frozen=True)
class Row:
    """One line of a list; `count`: how many of the same there are."""

    item: str
    label: str
    compartment: int = 0
    purpose: str = ""
    count: int = 1
    size: str = ""


class Listed(NamedTuple):
    """One page of a list: `more` pages follow, then the first again; `all` is how many there are in the whole."""

    rows: tuple[Row, ...]
    more: bool
    all: int


class Tile(NamedTuple):
    """A compartment among its neighbours; `look` is "free", "kept", "used", "blocked" or "trouble"."""

    number: int
    look: str


def listed(rows: Iterable[Row], page: int) -> Listed:
    """Return this page of the list; after the last comes the first."""
    every = tuple(rows)
    first = page % max(1, -(-len(every) // ROWS)) * ROWS
    return Listed(every[first : first + ROWS], len(every) > ROWS, len(every))


def mine(bank: Bank, person: str) -> list[Row]:
    """Return what this person laid in for citizens and nobody has fetched."""
    return [
        _row(c, item) for c, item in _waiting(bank) if item.giver == person and may(item.purpose, "giver", "recall")
    ]


def collectable(bank: Bank, role: str) -> list[Row]:
    """Return what waits for somebody of this role."""
    return [_row(c, item) for c, item in _waiting(bank) if item.purpose in _FOR.get(role, ())]


def articles(bank: Bank) -> list[Row]:
    """Return what may be borrowed, each kind once."""
    kinds: dict[str, list[Row]] = {}
    for compartment, item in _waiting(bank):
        if item.purpose == "loan" and not item.misplaced and not compartment.blocked:
            kinds.setdefault(item.label or item.id, []).append(_row(compartment, item))
    return [replace(rows[0], count=len(rows)) for rows in kinds.values()]


def label_of(bank: Bank, item: str) -> str:
    """Return what people call the item that lies here under this id."""
    return next((one.label or one.id for _, one in _waiting(bank) if one.id == item), item)


def carried(brought: Iterable[Brought]) -> list[Row]:
    """Return what a courier is still to lay in."""
    return [Row(each.item.item, each.item.label or each.item.item, size=each.item.size) for each in brought]


def choices(session: Session) -> list[Row]:
    return [Row(found.item, found.label or found.item) for found in session.choices]


def tiles(bank: Bank) -> list[Tile]:
    """Return every compartment."""
    return [Tile(number, _look(bank, compartment)) for number, compartment in sorted(bank.compartments.items())]


def in_trouble(bank: Bank, compartment: Compartment) -> bool:
    """Tell whether people have to look: an alarm stands about its door, or an item is not where the record has it."""
    reported = any(item.misplaced for item in compartment.items) or compartment.claimed
    return reported or any(about == compartment.about for _, about in bank.alarms)


def is_doubtful(compartment: Compartment) -> bool:
    """Tell whether two people may say what lies inside: something was being moved, or was reported."""
    moving = compartment.use in (Use.FILLING, Use.ADDING, Use.EMPTYING)
    return moving or any(item.misplaced for item in compartment.items)


def _look(bank: Bank, compartment: Compartment) -> str:
    if in_trouble(bank, compartment):
        return "trouble"
    if compartment.blocked:
        return "blocked"
    return {Use.FREE: "free", Use.RESERVED: "kept"}.get(compartment.use, "used")


def _waiting(bank: Bank) -> Iterable[tuple[Compartment, Item]]:
    for _, compartment in sorted(bank.compartments.items()):
        if compartment.use in (Use.HOLDING, Use.ADDING):
            for item in compartment.items:
                yield compartment, item


def _row(compartment: Compartment, item: Item) -> Row:
    return Row(item.id, item.label or item.id, compartment.number, item.purpose, size=item.size)
