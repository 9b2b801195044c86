"""One compartment: what lies in it, what it is being used for, and the table that says what follows.

The use is folded from the journal; the door beside it is live knowledge (`locker.door`) that no happening here changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeGuard

from locker import contents
from locker.changed import changed
from locker.contents import Item, Reservation, Taking
from locker.door import Door, ImpossibleHappening
from wire.entry import Instant
from wire.happenings import (
    CompartmentBlocked,
    CompartmentReserved,
    CompartmentUnblocked,
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositMoved,
    DepositOpened,
    DoorClosed,
    DoorForced,
    Happening,
    InspectionBegun,
    InspectionEnded,
    InspectionOpened,
    MisplacementReported,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Redirected,
    Reissued,
    ReservationEnded,
    Settled,
    Size,
    Taken,
)


class Use(Enum):
    """`ADDING`: filling a compartment in which items of the same person lie already."""

    FREE = "free"
    RESERVED = "reserved"
    FILLING = "filling"
    HOLDING = "holding"
    ADDING = "adding"
    EMPTYING = "emptying"
    INSPECTING = "inspecting"


Stage = tuple[Use, bool]
"""A use, and whether its opening was seen."""

FREE: Stage = (Use.FREE, False)
RESERVED: Stage = (Use.RESERVED, False)
FILLING: Stage = (Use.FILLING, False)
FILLING_OPENED: Stage = (Use.FILLING, True)
HOLDING: Stage = (Use.HOLDING, False)
ADDING: Stage = (Use.ADDING, False)
ADDING_OPENED: Stage = (Use.ADDING, True)
EMPTYING: Stage = (Use.EMPTYING, False)
EMPTYING_OPENED: Stage = (Use.EMPTYING, True)
INSPECTING: Stage = (Use.INSPECTING, False)
INSPECTING_OPENED: Stage = (Use.INSPECTING, True)

STAGES: tuple[Stage, ...] = (
    FREE,
    RESERVED,
    FILLING,
    FILLING_OPENED,
    HOLDING,
    ADDING,
    ADDING_OPENED,
    EMPTYING,
    EMPTYING_OPENED,
    INSPECTING,
    INSPECTING_OPENED,
)


@dataclass(frozen=True)
class Place:
    """A compartment as it was built; `number` is its door's on the lock board too; `low`: reached from a wheelchair."""

    number: int
    size: Size
    low: bool = False


@dataclass(frozen=True)
class Compartment:
    """`items` lie inside, the first one's number and issue are the code's; `arriving` is being laid in.

    `opened`: the contact confirmed this use's opening. `since`: when its last entry was written. `blocked`: why nothing
    new is laid in here. `attempts`: at opening for what lies inside. `was`: what it was before the inspection.
    """

    number: int
    size: Size
    low: bool = False
    door: Door = Door.UNKNOWN
    door_since: Instant = 0
    use: Use = Use.FREE
    opened: bool = False
    items: tuple[Item, ...] = ()
    arriving: Item | None = None
    since: Instant = 0
    blocked: str = ""
    reserved: Reservation | None = None
    taking: Taking | None = None
    attempts: int = 0
    was: Stage = FREE

    @property
    def about(self) -> str:
        """How alarms name it."""
        return f"door {self.number}"

    @property
    def stage(self) -> Stage:
        return self.use, self.opened

    @property
    def claimed(self) -> bool:
        """The giver says that the item lies inside, and no contact saw the door open: two people look (`settle`)."""
        return not self.opened and self.arriving is not None and self.arriving.misplaced

    @property
    def at_rest(self) -> bool:
        """Nobody was promised that the door opens: if it does, it was forced."""
        return self.use in _AT_REST or (self.claimed and self.use is not Use.INSPECTING)

    @property
    def awaits_opening(self) -> bool:
        return not self.opened and not self.at_rest

    @property
    def occupied(self) -> bool:
        """Something lies inside, or may do so."""
        return bool(self.items) or self.arriving is not None

    @property
    def lead(self) -> Item | None:
        """The item whose number and issue open the compartment."""
        return self.items[0] if self.items else None

    def item(self, item: str) -> Item | None:
        """Return what lies inside under this id."""
        return next((inside for inside in self.items if inside.id == item), None)

    def content(self) -> Item:
        """Return the lead; ImpossibleHappening when nothing lies inside."""
        if not self.items:
            raise ImpossibleHappening(f"compartment {self.number} is {self.use.value}: nothing lies inside")
        return self.items[0]

    def laid_in(self) -> Item:
        """Return what is being laid in; ImpossibleHappening when nothing is."""
        if self.arriving is None:
            raise ImpossibleHappening(f"compartment {self.number} is {self.use.value}: nothing is laid in")
        return self.arriving


_AT_REST = frozenset((Use.FREE, Use.RESERVED, Use.HOLDING))

CompartmentHappening = (
    DepositBegun
    | DepositOpened
    | DepositMoved
    | Deposited
    | DepositAbandoned
    | PickupReserved
    | PickupOpened
    | Taken
    | PickupLapsed
    | DoorForced
    | DoorClosed
    | CompartmentReserved
    | ReservationEnded
    | CompartmentBlocked
    | CompartmentUnblocked
    | Reissued
    | Redirected
    | InspectionBegun
    | InspectionOpened
    | InspectionEnded
    | Settled
    | MisplacementReported
)

Branch = Mapping[str, Stage]
"""What follows depends on what is left to do or to keep: see `_left`."""

MORE, OTHERS, NOTHING = "more to take", "others stay", "nothing left"

LOOKED_INTO = (FREE, RESERVED, FILLING, FILLING_OPENED, HOLDING, ADDING, ADDING_OPENED, EMPTYING_OPENED)
"""Where people may look inside; filling and adding without an opening only when the giver says that it lies inside."""


def stage_name(stage: Stage) -> str:
    use, opened = stage
    return f"{use.value}_opened" if opened else use.value


_BACK: Branch = {f"was {stage_name(stage)}": stage for stage in LOOKED_INTO}
_HELD = (HOLDING, ADDING, ADDING_OPENED, INSPECTING, INSPECTING_OPENED)

USES: dict[tuple[Stage, type[CompartmentHappening]], Stage | Branch] = {
    (FREE, CompartmentReserved): RESERVED,
    (RESERVED, ReservationEnded): FREE,
    # something is laid in
    (FREE, DepositBegun): FILLING,
    (FREE, DepositMoved): FILLING,  # the door that it goes on at
    (FILLING, DepositOpened): FILLING_OPENED,
    (FILLING, DepositMoved): FREE,  # the door that did not open
    (FILLING, DepositAbandoned): FREE,
    (FILLING_OPENED, Deposited): HOLDING,
    (FILLING_OPENED, DepositMoved): FREE,  # the giver says that it lies behind the first door all the same
    (FILLING_OPENED, DepositAbandoned): FREE,
    # something more for the same person
    (HOLDING, DepositBegun): ADDING,
    (ADDING, DepositOpened): ADDING_OPENED,
    (ADDING, DepositAbandoned): HOLDING,
    (ADDING_OPENED, Deposited): HOLDING,
    (ADDING_OPENED, DepositAbandoned): HOLDING,
    # it is taken out
    (HOLDING, PickupReserved): EMPTYING,
    (EMPTYING, PickupOpened): EMPTYING_OPENED,
    (EMPTYING, PickupLapsed): HOLDING,
    (EMPTYING_OPENED, PickupOpened): EMPTYING_OPENED,  # of the next item behind the same door
    (EMPTYING_OPENED, Taken): {MORE: EMPTYING_OPENED, OTHERS: HOLDING, NOTHING: FREE},
    (EMPTYING_OPENED, PickupLapsed): {
        MORE: EMPTYING_OPENED,
        OTHERS: HOLDING,
    },  # two people saw that it still lies there, or the receiver found something else
    # people look inside
    **{(stage, InspectionBegun): INSPECTING for stage in LOOKED_INTO},
    (INSPECTING, InspectionOpened): INSPECTING_OPENED,
    (INSPECTING, InspectionEnded): _BACK,
    (INSPECTING_OPENED, InspectionEnded): _BACK,
    # two people decide what the sensor does not tell; an ending follows, but for what lay at rest
    **{(stage, Settled): stage for stage in LOOKED_INTO},
    (HOLDING, Settled): {OTHERS: HOLDING, NOTHING: FREE},
    # what changes no use
    **{(stage, Reissued): stage for stage in _HELD},
    (HOLDING, Redirected): HOLDING,
    **{(stage, MisplacementReported): stage for stage in (FILLING, HOLDING, ADDING, EMPTYING_OPENED)},
    **{(stage, DoorForced): stage for stage in (FREE, RESERVED, FILLING, HOLDING, ADDING)},
    **{(stage, DoorClosed): stage for stage in STAGES},  # a pickup may begin while a forced door still stands open
    **{(stage, CompartmentBlocked): stage for stage in STAGES},
    **{(stage, CompartmentUnblocked): stage for stage in STAGES},
}
"""A pair that is missing is impossible."""


def after(compartment: Compartment, happening: CompartmentHappening, at: Instant) -> Compartment:
    """Return the compartment after this; ImpossibleHappening when it cannot be, or is of an item that is not inside."""
    follows = USES.get((compartment.stage, type(happening)))
    if follows is None:
        raise ImpossibleHappening(f"compartment {compartment.number} is {compartment.use.value}: no {happening!r}")
    changes = contents.CHANGES[type(happening)](compartment, happening)
    stage = follows if isinstance(follows, tuple) else follows[_left(compartment, changes, happening)]
    if type(happening) in _QUIET:
        return changed(compartment, changes)
    return changed(compartment, {**changes, "use": stage[0], "opened": stage[1], "since": at})


_QUIET = frozenset(
    (CompartmentBlocked, CompartmentUnblocked, DoorForced, DoorClosed, MisplacementReported, Redirected, Reissued)
)
"""They start no deadline anew."""


def is_of_compartment(happening: Happening) -> TypeGuard[CompartmentHappening]:
    """Quicker than asking whether it is an instance: every happening of a journal comes by here."""
    return type(happening) in contents.CHANGES


def _left(compartment: Compartment, changes: Mapping[str, object], happening: CompartmentHappening) -> str:
    if isinstance(happening, InspectionEnded):
        return f"was {stage_name(compartment.was)}"
    if changes.get("taking") is not None:
        return MORE
    return OTHERS if changes.get("items", compartment.items) else NOTHING


def moved_in(compartment: Compartment, item: Item, moved: DepositMoved, at: Instant) -> Compartment:
    """Return the compartment that a deposit goes on at; ImpossibleHappening when it is not free."""
    if compartment.stage != FREE:
        raise ImpossibleHappening(f"compartment {compartment.number} is {compartment.use.value}: no {moved!r}")
    arriving = replace(item, moves=item.moves + 1)
    return replace(compartment, use=Use.FILLING, arriving=arriving, since=at)
