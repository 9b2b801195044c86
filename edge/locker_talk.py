"""What is said at a bank's screen: what happens to its session, and what the session wants done about it.

PINs and codes pass through here and are never kept.
"""

from dataclasses import dataclass

from wire.happenings import Size

# --- what happens ---


class PickupChosen:
    pass


class DepositChosen:
    pass


@dataclass(frozen=True)
class PinGiven:
    badge: str
    pin: str


@dataclass(frozen=True)
class StaffKnown:
    badge: str
    name: str


@dataclass(frozen=True)
class StaffRefused:
    """`wait_s` is for how many seconds nothing will be accepted, 0 where the next try is free."""

    wait_s: int = 0


@dataclass(frozen=True)
class ItemDescribed:
    item: str
    label: str
    size: Size
    phone: str


class Confirmed:
    """The member of staff read the check page and agreed."""


@dataclass(frozen=True)
class CodeGiven:
    number: str
    code: str


@dataclass(frozen=True)
class DoorOrdered:
    """The bank agreed and told the board to open this door."""

    compartment: int
    item: str


@dataclass(frozen=True)
class DoorRefused:
    """Nothing opens. `trouble` is a reason of the bank; with a wrong code, `tries_left` before a wait, or `wait_s`."""

    trouble: str
    tries_left: int = 0
    wait_s: int = 0


@dataclass(frozen=True)
class DepositEnded:
    """The door was closed on the item, which waits under pickup `number`."""

    number: str


class DepositAbandoned:
    """The door never opened: the item is still with its giver."""


class DepositCancelled:
    """The giver took the item back out and closed the door."""


class ItemTaken:
    """The door was closed after a pickup."""


class PickupLapsed:
    """The door never opened for a right code: the item is still there and the code holds."""


class TookItBack:
    """The giver says that the item shall not stay."""


class WentBack:
    """One page back."""


class Left:
    """The person is done, or gone."""


@dataclass(frozen=True)
class LanguageChosen:
    lang: str


Happening = (
    PickupChosen
    | DepositChosen
    | PinGiven
    | StaffKnown
    | StaffRefused
    | ItemDescribed
    | Confirmed
    | CodeGiven
    | DoorOrdered
    | DoorRefused
    | DepositEnded
    | DepositAbandoned
    | DepositCancelled
    | ItemTaken
    | PickupLapsed
    | TookItBack
    | WentBack
    | Left
    | LanguageChosen
)

# --- what is to be done ---


@dataclass(frozen=True)
class CheckPin:
    badge: str
    pin: str


@dataclass(frozen=True)
class Deposit:
    item: str
    label: str
    size: Size
    phone: str
    badge: str


@dataclass(frozen=True)
class PickUp:
    number: str
    code: str


@dataclass(frozen=True)
class CancelDeposit:
    compartment: int


Effect = CheckPin | Deposit | PickUp | CancelDeposit
