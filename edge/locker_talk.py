"""What happens at a bank's screen: what people do there, and what comes of what was asked for them.

What is asked for is in `edge.locker_asks`. PINs, codes and what a QR code says pass through here and are never kept.
"""

from dataclasses import dataclass

from wire.happenings import Size

# --- what people press ---


class PickupChosen:
    pass


class DepositChosen:
    """Staff want to lay something in, at once or again."""


class PapersChosen:
    pass


class LoanChosen:
    pass


class ReturnChosen:
    pass


class StaffChosen:
    pass


class CourierChosen:
    pass


class LowAsked:
    """The person needs compartments within reach from a wheelchair, or does not after all."""


class Confirmed:
    """Whoever stands there read the check page and agreed."""


class TookItBack:
    """The giver says that the item shall not stay."""


class NextAsked:
    """One more of the same."""


class MoreAsked:
    """The list has more than fits on the page."""


class WentBack:
    """One page back."""


class Left:
    """The person is done, or gone."""


@dataclass(frozen=True)
class LanguageChosen:
    lang: str


@dataclass(frozen=True)
class MenuChosen:
    to: str


# --- what people type, scan or lay on the reader ---


@dataclass(frozen=True)
class PinGiven:
    """A badge and its PIN: to sign in, or as the second person."""

    badge: str
    pin: str


@dataclass(frozen=True)
class Scanned:
    """The scanner read this, or a browser says so; what it means depends on the page."""

    text: str


@dataclass(frozen=True)
class CodeGiven:
    number: str
    code: str


@dataclass(frozen=True)
class TailGiven:
    """The last four digits of the receiver's phone."""

    tail: str


class CardShown:
    """The ID card lies on the reader, says the citizen."""


@dataclass(frozen=True)
class ItemDescribed:
    """What staff lay in; `holder` commits to an ID card, whose number is not kept. `level` None: as it was chosen."""

    item: str
    label: str
    size: Size
    phone: str
    level: int | None = None
    holder: str = ""
    into: str = ""
    address: str = ""
    low: bool = False


@dataclass(frozen=True)
class LevelChosen:
    """What the receiver must prove beyond the code."""

    level: int
    holder: str = ""


@dataclass(frozen=True)
class PapersDescribed:
    """`phone` is None while only the kind of papers was chosen."""

    label: str
    phone: str | None = None
    case: str = ""


@dataclass(frozen=True)
class ArticleChosen:
    """`phone` is None while only the article was chosen."""

    item: str
    phone: str | None = None


@dataclass(frozen=True)
class GivenBack:
    """What a borrower brings: its item number, or the tail of the phone it was lent to."""

    item: str


@dataclass(frozen=True)
class CourierItem:
    """The next item that a courier holds in the hand."""

    item: str


@dataclass(frozen=True)
class UnknownAccepted:
    """The courier leaves the unknown item: `back` says that it returns to the office, else staff look at it."""

    size: Size
    back: bool


@dataclass(frozen=True)
class RecallAsked:
    item: str


@dataclass(frozen=True)
class CollectAsked:
    item: str


@dataclass(frozen=True)
class Misplaced:
    """An item does not lie where the record has it; without a `note` the page asks for one."""

    item: str
    note: str = ""


@dataclass(frozen=True)
class CompartmentChosen:
    compartment: int


@dataclass(frozen=True)
class BlockAsked:
    """Without a `why` the page asks for one."""

    compartment: int
    why: str = ""


@dataclass(frozen=True)
class UnblockAsked:
    compartment: int


@dataclass(frozen=True)
class InspectAsked:
    """Without a `why` the page asks for one."""

    compartment: int
    why: str = ""


@dataclass(frozen=True)
class SettleAsked:
    """People looked: is the item `gone`, or does it lie inside?"""

    compartment: int
    gone: bool


# --- what came of it ---


@dataclass(frozen=True)
class StaffKnown:
    """Badge and PIN are right; `role`: "staff" or "courier"."""

    badge: str
    name: str
    role: str = "staff"


@dataclass(frozen=True)
class StaffRefused:
    """`wait_s` is for how many seconds nothing will be accepted, 0 where the next try is free."""

    wait_s: int = 0


@dataclass(frozen=True)
class DoorOrdered:
    """The bank agreed and told the board to open this door; `items` are all that lie there for this person."""

    compartment: int
    item: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class DoorRefused:
    """Nothing opens. `trouble` is a reason of the bank; with a wrong code, `tries_left` before a wait, or `wait_s`;
    with a QR code neither.
    """

    trouble: str
    tries_left: int = 0
    wait_s: int = 0


@dataclass(frozen=True)
class CardMissing:
    """No card was read; `mistake` is a word of `edge.sorry`."""

    mistake: str = "no_card"


@dataclass(frozen=True)
class ItemUnknown:
    """No manifest of this courier has the item."""

    item: str


@dataclass(frozen=True)
class Found:
    """One thing to choose from."""

    item: str
    label: str


@dataclass(frozen=True)
class LoansFound:
    """The articles out on loan that what was typed may mean."""

    loans: tuple[Found, ...]


class Acted:
    """What was asked is done, and no door opens for it."""


@dataclass(frozen=True)
class DoorMoved:
    """The door did not open: the deposit goes on at another one, which was told to open."""

    compartment: int


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
    """The door never opened for somebody with the right to the item: it is still there and the code holds."""


class InspectionClosed:
    """The door was closed after people looked inside."""


class InspectionLapsed:
    """The door did not open for people to look inside."""


Happening = (
    PickupChosen
    | DepositChosen
    | PapersChosen
    | LoanChosen
    | ReturnChosen
    | StaffChosen
    | CourierChosen
    | LowAsked
    | Confirmed
    | TookItBack
    | NextAsked
    | MoreAsked
    | WentBack
    | Left
    | LanguageChosen
    | MenuChosen
    | PinGiven
    | Scanned
    | CodeGiven
    | TailGiven
    | CardShown
    | ItemDescribed
    | LevelChosen
    | PapersDescribed
    | ArticleChosen
    | GivenBack
    | CourierItem
    | UnknownAccepted
    | RecallAsked
    | CollectAsked
    | Misplaced
    | CompartmentChosen
    | BlockAsked
    | UnblockAsked
    | InspectAsked
    | SettleAsked
    | StaffKnown
    | StaffRefused
    | DoorOrdered
    | DoorRefused
    | CardMissing
    | ItemUnknown
    | LoansFound
    | Acted
    | DoorMoved
    | DepositEnded
    | DepositAbandoned
    | DepositCancelled
    | ItemTaken
    | PickupLapsed
    | InspectionClosed
    | InspectionLapsed
)
