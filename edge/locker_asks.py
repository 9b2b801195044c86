"""What a session at a bank's screen wants done; who does it tells the session what came of it.

PINs, codes and what a QR code says pass through here and are never kept.
"""

from dataclasses import dataclass

from locker.rules import Role
from wire.happenings import Purpose, Size


@dataclass(frozen=True)
class Draft:
    """What somebody wants to lay in, as it was told so far; `phone` and `address` are plain until the door is ordered.

    Fields as in `wire.happenings.DepositBegun`.
    """

    item: str = ""
    label: str = ""
    size: Size = "S"
    phone: str = ""
    purpose: Purpose = "pickup"
    level: int = 0
    holder: str = ""
    into: str = ""
    address: str = ""
    case: str = ""
    low: bool = False


NOTHING = Draft()


@dataclass(frozen=True)
class CheckPin:
    badge: str
    pin: str


@dataclass(frozen=True)
class Deposit:
    """Open a compartment for this; `giver` is empty for a citizen, whom the tail of the phone names."""

    draft: Draft
    giver: str = ""


@dataclass(frozen=True)
class ClaimDeposit:
    """The giver says that the item lies in this compartment, whatever the contact of its door says."""

    item: str
    compartment: int


@dataclass(frozen=True)
class CancelDeposit:
    compartment: int


@dataclass(frozen=True)
class DepositKnown:
    """Open a compartment for this item if a manifest of the courier has it."""

    item: str
    courier: str


@dataclass(frozen=True)
class PickUp:
    number: str
    code: str


@dataclass(frozen=True)
class Present:
    """Pick up with what a QR code says."""

    text: str


@dataclass(frozen=True)
class ProveTail:
    """The claim that was made before, and the tail of a phone with it."""

    tail: str


class ProveCard:
    """The claim that was made before, and the ID card on the reader with it."""


@dataclass(frozen=True)
class Collect:
    """Take an item out without a code: `role` "giver" is a recall."""

    item: str
    by: str
    role: Role


@dataclass(frozen=True)
class Lend:
    item: str
    phone: str


@dataclass(frozen=True)
class FindLoans:
    said: str


@dataclass(frozen=True)
class GiveBack:
    item: str
    low: bool = False


@dataclass(frozen=True)
class ReportMisplaced:
    item: str
    by: str
    note: str


@dataclass(frozen=True)
class ReportWrongInside:
    """Whoever stands at the open door to take this item says that something else lies there."""

    item: str


@dataclass(frozen=True)
class Block:
    compartment: int
    why: str
    by: str


@dataclass(frozen=True)
class Unblock:
    compartment: int
    by: str


@dataclass(frozen=True)
class Inspect:
    compartment: int
    why: str
    by: str
    witness: str = ""


@dataclass(frozen=True)
class Settle:
    compartment: int
    gone: bool
    by: str
    witness: str


@dataclass(frozen=True)
class PrintReceipt:
    """Print the receipt of what was just laid in."""

    draft: Draft
    lang: str


Effect = (
    CheckPin
    | Deposit
    | ClaimDeposit
    | CancelDeposit
    | DepositKnown
    | PickUp
    | Present
    | ProveTail
    | ProveCard
    | Collect
    | Lend
    | FindLoans
    | GiveBack
    | ReportMisplaced
    | ReportWrongInside
    | Block
    | Unblock
    | Inspect
    | Settle
    | PrintReceipt
)
