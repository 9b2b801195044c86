"""One compartment: what lies in it, what it is being used for, and the table that says what follows.

The use is folded from the journal; the door beside it is live knowledge (`locker.door`) that no happening here changes.
"""

from dataclasses import dataclass, replace
from enum import Enum

from locker.door import Door, ImpossibleHappening
from wire.entry import Instant
from wire.happenings import (
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositOpened,
    DoorClosed,
    DoorForced,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Size,
    Taken,
)


class Use(Enum):
    FREE = "free"
    FILLING = "filling"
    HOLDING = "holding"
    EMPTYING = "emptying"


@dataclass(frozen=True)
class Place:
    """A compartment as it was built; `number` is its door's on the lock board too; `low`: reached from a wheelchair."""

    number: int
    size: Size
    low: bool = False


@dataclass(frozen=True)
class Item:
    """What lies in a compartment; `issue`: 0 until the door was closed on it; `attempts`: at opening for its code."""

    id: str
    label: str
    number: str
    giver: str
    phone_tail: str
    issue: int = 0
    attempts: int = 0

    @property
    def receiver(self) -> str:
        """How the record names the one who has the right to it: never by more than the tail of a phone."""
        return f"citizen ****{self.phone_tail}"


@dataclass(frozen=True)
class Compartment:
    """`opened`: the contact confirmed this deposit's or pickup's opening; `since`: when its last entry was written."""

    number: int
    size: Size
    low: bool = False
    door: Door = Door.UNKNOWN
    door_since: Instant = 0
    use: Use = Use.FREE
    opened: bool = False
    item: Item | None = None
    since: Instant = 0

    @property
    def about(self) -> str:
        """How alarms name it."""
        return f"door {self.number}"

    @property
    def at_rest(self) -> bool:
        """Nobody was promised that the door opens: if it does, it was forced."""
        return self.use in (Use.FREE, Use.HOLDING)

    @property
    def awaits_opening(self) -> bool:
        return not self.at_rest and not self.opened

    def content(self) -> Item:
        """Return the item; ImpossibleHappening when the compartment is free."""
        if self.item is None:
            raise ImpossibleHappening(f"compartment {self.number} is free")
        return self.item


CompartmentHappening = (
    DepositBegun
    | DepositOpened
    | Deposited
    | DepositAbandoned
    | PickupReserved
    | PickupOpened
    | Taken
    | PickupLapsed
    | DoorForced
    | DoorClosed
)

Stage = tuple[Use, bool]
"""A use, and whether its opening was seen."""

STAGES: tuple[Stage, ...] = (
    (Use.FREE, False),
    (Use.FILLING, False),
    (Use.FILLING, True),
    (Use.HOLDING, False),
    (Use.EMPTYING, False),
    (Use.EMPTYING, True),
)

USES: dict[tuple[Stage, type[CompartmentHappening]], Stage] = {
    ((Use.FREE, False), DepositBegun): (Use.FILLING, False),
    ((Use.FILLING, False), DepositOpened): (Use.FILLING, True),
    ((Use.FILLING, False), DepositAbandoned): (Use.FREE, False),
    ((Use.FILLING, True), Deposited): (Use.HOLDING, False),
    ((Use.FILLING, True), DepositAbandoned): (Use.FREE, False),
    ((Use.HOLDING, False), PickupReserved): (Use.EMPTYING, False),
    ((Use.EMPTYING, False), PickupOpened): (Use.EMPTYING, True),
    ((Use.EMPTYING, False), PickupLapsed): (Use.HOLDING, False),
    ((Use.EMPTYING, True), Taken): (Use.FREE, False),
    ((Use.FREE, False), DoorForced): (Use.FREE, False),
    ((Use.HOLDING, False), DoorForced): (Use.HOLDING, False),
    **{(stage, DoorClosed): stage for stage in STAGES},  # a pickup may begin while a forced door still stands open
}
"""A pair that is missing is impossible."""


def after(compartment: Compartment, happening: CompartmentHappening, at: Instant) -> Compartment:
    """Return the compartment after this; ImpossibleHappening when it cannot be, or is of an item that is not inside."""
    stage = (compartment.use, compartment.opened)
    if (stage, type(happening)) not in USES:
        raise ImpossibleHappening(f"compartment {compartment.number} is {compartment.use.value}: no {happening!r}")
    use, opened = USES[stage, type(happening)]
    item = _item_after(compartment, happening)
    return replace(compartment, use=use, opened=opened, item=item, since=at)


def _item_after(compartment: Compartment, happening: CompartmentHappening) -> Item | None:
    match happening:
        case DepositBegun():
            return Item(
                happening.item, happening.label, happening.number, happening.giver, phone_tail=happening.phone_tail
            )
        case DoorForced() | DoorClosed():
            return compartment.item
    item = compartment.content()
    if item.id != happening.item:
        raise ImpossibleHappening(f"compartment {compartment.number} has item {item.id}, not {happening.item}")
    match happening:
        case Deposited(issue=issue):
            return replace(item, issue=issue)
        case PickupReserved(attempt=attempt):
            return replace(item, attempts=attempt)
        case Taken() | DepositAbandoned():
            return None
    return item
