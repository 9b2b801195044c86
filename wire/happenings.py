"""What happens in a zone, one class a happening: the bodies of journal entries.

The cores return them, the agent writes them, the centre reads them: a happening is named once, in the past participle.
The order of the fields is the order in the bytes. A field is only ever added, with a default; a meaning is never
changed. Instants are milliseconds UTC, durations milliseconds unless the name says otherwise.

`before` is the digest of the item's previous leg in this journal (64 zeros: it has none here): with it every item has a
chain of its own. The journal fills it in as it writes (`wire.legs`).

People and places are named alike everywhere: "staff 1001", "courier 2001", "citizen ****5678", "bank zone-01".

A phone number travels only as `phone`: sealed to the centre's key (`wire.seal`), unreadable on the edge, and as
`phone_tail`, its last four digits, for people to recognise.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Size = Literal["S", "M", "L"]
"""Compartment sizes, smallest first."""

SIZES: tuple[Size, ...] = ("S", "M", "L")

BayState = Literal["free", "occupied", "unknown"]

Purpose = Literal["pickup", "papers", "delivery", "return", "quarantine", "loan"]
"""Why an item lies in a bank, which says who may take it out.

`pickup`: a citizen fetches it with a code. `papers`: a citizen handed it in for staff. `delivery`: a courier takes it
to its receiver. `return`: it goes back to the office that sent it. `quarantine`: nobody knows it, staff look at it.
`loan`: it is lent and comes back.
"""

PURPOSES: tuple[Purpose, ...] = ("pickup", "papers", "delivery", "return", "quarantine", "loan")

Way = Literal["delivery", "pickup"]
"""How a citizen gets an item: a courier brings it, or the citizen comes for it. One purpose may become the other."""

Number = Annotated[int, Meta(ge=0, le=2**53)]
"""A larger one fits into no database: it makes the entry unreadable, which is better than an entry nobody can keep."""


class _Happening(Struct, frozen=True, kw_only=True, tag_field="kind"):
    pass


# --- the agent ---


class AgentStarted(_Happening, frozen=True, tag="agent_started"):
    """The agent came up: `version` of zone24, `config`: SHA-256 of its zone.toml."""

    version: str
    config: str


class AlarmRaised(_Happening, frozen=True, tag="alarm_raised"):
    """`alarm` is a word of docs/alarms.md, `about` the part of the zone ("door 3", "printer", "bay P1").

    One alarm of such a pair stands at a time.
    """

    alarm: str
    about: str
    detail: str = ""


class AlarmCleared(_Happening, frozen=True, tag="alarm_cleared"):
    """The matching `AlarmRaised` no longer holds."""

    alarm: str
    about: str


# --- the lockers ---


class DepositBegun(_Happening, frozen=True, tag="deposit_begun"):
    """A compartment was chosen and is about to be opened for `giver` to lay `item` in.

    `level` 0: number and code, or the QR code, are enough; 1: the tail of the phone too; 2: the ID card, whose
    commitment is `holder` (12 hexadecimal digits). `into`: the pickup number of the items that this one joins. `low`:
    the compartment had to be within reach from a wheelchair. `address` is sealed like `phone`. `case`: the file that
    papers belong to. `order`: the order of the centre (a manifest, a reservation) that this deposit follows.
    """

    item: str
    label: str
    compartment: Number
    size: Size
    number: str
    giver: str
    phone: str
    phone_tail: str
    purpose: Purpose = "pickup"
    level: Number = 0
    holder: str = ""
    into: str = ""
    low: bool = False
    address: str = ""
    case: str = ""
    order: str = ""


class DepositOpened(_Happening, frozen=True, tag="deposit_opened"):
    """The door stands open for the deposit: its contact said so. The giver's leg of the handover."""

    item: str
    compartment: Number
    giver: str = ""
    before: str = ""


class DepositMoved(_Happening, frozen=True, tag="deposit_moved"):
    """The door of `compartment` did not open for the deposit: it goes on at the door of `to`, about to be opened."""

    item: str
    compartment: Number
    to: Number


class Deposited(_Happening, frozen=True, tag="deposited"):
    """The door was closed on the item: the bank has it. The bank's leg of the handover.

    A `pickup` is fetched with pickup `number`, issue `issue`; the instant of this entry is when papers were handed in.
    """

    item: str
    compartment: Number
    number: str
    issue: Number
    giver: str
    purpose: Purpose = "pickup"
    before: str = ""


class DepositAbandoned(_Happening, frozen=True, tag="deposit_abandoned"):
    """The item stayed with its giver: the door never opened, or the giver took it back.

    `why`: "not_opened", "cancelled", "settled".
    """

    item: str
    compartment: Number
    why: str
    before: str = ""


class PickupReserved(_Happening, frozen=True, tag="pickup_reserved"):
    """Somebody has the right to the item: written before the bolt moves. `attempt` counts from 1.

    `by` says what proved it: "code", "qr", "recall", "collect", "loan". `receiver`: who takes it. Of a loan, `phone` is
    whom to remind, and `due` (ms UTC) by when it has to be back.
    """

    item: str
    compartment: Number
    attempt: Number
    screen: str = ""
    by: str = "code"
    receiver: str = ""
    phone: str = ""
    phone_tail: str = ""
    due: Number = 0


class PickupOpened(_Happening, frozen=True, tag="pickup_opened"):
    """The door stands open for the receiver: its contact said so. The bank's leg of the handover.

    The code is spent from here on.
    """

    item: str
    compartment: Number
    receiver: str = ""
    before: str = ""


class Taken(_Happening, frozen=True, tag="taken"):
    """The door was closed after the pickup: the receiver has the item. The receiver's leg of the handover."""

    item: str
    compartment: Number
    receiver: str
    before: str = ""
    due: Number = 0


class PickupLapsed(_Happening, frozen=True, tag="pickup_lapsed"):
    """The item waits again. `why`: "not_opened": the door never opened, and the code holds; "settled": two people saw
    that it lies there still, and it gets a new one; "wrong_inside": the receiver found something else, took nothing and
    closed the door.
    """

    item: str
    compartment: Number
    why: str
    before: str = ""


class CodeRefused(_Happening, frozen=True, tag="code_refused"):
    """A code was given that opens nothing.

    `why`: "wrong_code", "spent", "unknown_number", "wrong_tail", "wrong_card"; of a QR code also "forged", "foreign",
    "old_issue", "too_early", "expired". `tries`: wrong ones in a row at this screen; a wrong tail or card after a QR
    code counts for its pickup number instead, and `screen` is then "qr 1000".
    """

    number: str
    why: str
    tries: Number
    screen: str


class DoorForced(_Happening, frozen=True, tag="door_forced"):
    """A door opened without a command."""

    compartment: Number


class DoorClosed(_Happening, frozen=True, tag="door_closed"):
    """A forced door was closed again."""

    compartment: Number


class CompartmentReserved(_Happening, frozen=True, tag="compartment_reserved"):
    """A free compartment is kept for one deposit until `until` (ms UTC)."""

    reservation: str
    compartment: Number
    size: Size
    by: str
    until: Number


class ReservationEnded(_Happening, frozen=True, tag="reservation_ended"):
    """`why`: "used", "expired", "cancelled"."""

    reservation: str
    compartment: Number
    why: str


class CompartmentBlocked(_Happening, frozen=True, tag="compartment_blocked"):
    """Nothing new is laid in here; what lies inside may still be fetched. `why` is a sentence of whoever blocked it."""

    compartment: Number
    why: str
    by: str


class CompartmentUnblocked(_Happening, frozen=True, tag="compartment_unblocked"):
    """The compartment is offered again."""

    compartment: Number
    by: str


class Reissued(_Happening, frozen=True, tag="reissued"):
    """The code of an item is another one from here on: `issue` rose, and the older codes open nothing.

    `why`: "reissue", "proxy", "proxy_revoked", "newer_qr", "redirected" (`Redirected` follows). `phone` (sealed),
    `phone_tail` and `holder` are the new receiver's, empty where they stay what they were.
    """

    item: str
    compartment: Number
    number: str
    issue: Number
    why: str
    by: str
    phone: str = ""
    phone_tail: str = ""
    holder: str = ""
    order: str = ""


class Redirected(_Happening, frozen=True, tag="redirected"):
    """The item waits for a courier from here on (`delivery`), or for its citizen again (`pickup`), who asked for it.

    The code was made another one just before (`Reissued`): to a courier no code opens.
    """

    item: str
    compartment: Number
    purpose: Way
    by: str
    order: str = ""


class InspectionBegun(_Happening, frozen=True, tag="inspection_begun"):
    """People look inside; the door is about to be opened. `witness` is a second person where something lies inside."""

    compartment: Number
    by: str
    witness: str
    why: str
    order: str = ""


class InspectionOpened(_Happening, frozen=True, tag="inspection_opened"):
    """The door stands open for the inspection."""

    compartment: Number


class InspectionEnded(_Happening, frozen=True, tag="inspection_ended"):
    """`why`: "closed", "not_opened", "settled" (the contact did not tell). What lay inside lies inside."""

    compartment: Number
    why: str


class Settled(_Happening, frozen=True, tag="settled"):
    """Two people saw what the sensor does not tell; the ending that follows in the same record is on their word."""

    compartment: Number
    gone: bool
    by: str
    witness: str
    why: str


class MisplacementReported(_Happening, frozen=True, tag="misplacement_reported"):
    """`by` says that the item does not lie where the record has it; nobody is sent there before it is settled."""

    item: str
    compartment: Number
    by: str
    note: str


class OrderTaken(_Happening, frozen=True, tag="order_taken"):
    """An order of the centre arrived; `epoch` and `seq` are its place in the centre's journal for this device.

    `outcome`: "done", or why it was refused: "late", "early", "fenced", "clock_unsure", "governed", "not_understood",
    or a reason of the bank.
    """

    order: str
    outcome: str
    epoch: Number
    seq: Number


# --- handovers that no bank sees ---


class Released(_Happening, frozen=True, tag="released"):
    """The giver's leg: `giver` gives `item` to `receiver` at `place` ("counter 1", "the door")."""

    item: str
    giver: str
    receiver: str
    place: str
    before: str = ""


class Accepted(_Happening, frozen=True, tag="accepted"):
    """The receiver's leg: `receiver` has it."""

    item: str
    giver: str
    receiver: str
    place: str
    before: str = ""


class Withdrawn(_Happening, frozen=True, tag="withdrawn"):
    """The giver keeps it after all: the open leg is void."""

    item: str
    giver: str
    receiver: str
    place: str
    why: str
    before: str = ""


class Corrected(_Happening, frozen=True, tag="corrected"):
    """People found out who has the item; what was written before stays, and this says what is true."""

    item: str
    custodian: str
    why: str
    by: str
    witness: str
    before: str = ""


# --- the tickets ---


class BlockLeased(_Happening, frozen=True, tag="block_leased"):
    """The centre lent the numbers `first` to `last` of `service` for `day` (yyyy-mm-dd).

    They are issued while the centre cannot be reached.
    """

    service: str
    prefix: str
    first: Number
    last: Number
    day: str


class TicketReserved(_Happening, frozen=True, tag="ticket_reserved"):
    """A number is about to be printed. `source`: "centre" or "block"."""

    ticket: str
    service: str
    number: str
    day: str
    source: str
    phone: str
    phone_tail: str
    lang: str = "zh"


class TicketPrinted(_Happening, frozen=True, tag="ticket_printed"):
    """There is evidence of paper: only now the number counts. `evidence`: what the printer answered after the cut."""

    ticket: str
    evidence: str


class TicketReleased(_Happening, frozen=True, tag="ticket_released"):
    """The number was not printed and never counts. `why`: "no_paper", "printer_silent", "interrupted"."""

    ticket: str
    why: str


# --- the parking ---


class BayChanged(_Happening, frozen=True, tag="bay_changed"):
    """`bay` is now `state`, settled; `node` said so, or fell silent (`unknown`)."""

    bay: str
    node: str
    state: BayState


Happening = (
    AgentStarted
    | AlarmRaised
    | AlarmCleared
    | DepositBegun
    | DepositOpened
    | DepositMoved
    | Deposited
    | DepositAbandoned
    | PickupReserved
    | PickupOpened
    | Taken
    | PickupLapsed
    | CodeRefused
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
    | OrderTaken
    | Released
    | Accepted
    | Withdrawn
    | Corrected
    | BlockLeased
    | TicketReserved
    | TicketPrinted
    | TicketReleased
    | BayChanged
)
