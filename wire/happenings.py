"""What happens in a zone, one class a happening: the bodies of journal entries.

The cores return them, the agent writes them, the centre reads them: a happening is named once, in the past participle.
The order of the fields is the order in the bytes. A field is only ever added, with a default; a meaning is never
changed. Instants are milliseconds UTC, durations milliseconds unless the name says otherwise.

A phone number travels only as `phone`: sealed to the centre's key (`wire.seal`), unreadable on the edge, and as
`phone_tail`, its last four digits, for people to recognise.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Size = Literal["S", "M", "L"]
"""Compartment sizes, smallest first."""

SIZES: tuple[Size, ...] = ("S", "M", "L")

BayState = Literal["free", "occupied", "unknown"]

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
    """A compartment was chosen and is about to be opened for `giver` to lay `item` in."""

    item: str
    label: str
    compartment: Number
    size: Size
    number: str
    giver: str
    phone: str
    phone_tail: str


class DepositOpened(_Happening, frozen=True, tag="deposit_opened"):
    """The door stands open for the deposit: its contact said so."""

    item: str
    compartment: Number


class Deposited(_Happening, frozen=True, tag="deposited"):
    """The door was closed on the item: the bank has it, to be fetched with pickup `number`, issue `issue`."""

    item: str
    compartment: Number
    number: str
    issue: Number
    giver: str


class DepositAbandoned(_Happening, frozen=True, tag="deposit_abandoned"):
    """The item stayed with its giver: the door never opened, or the giver took it back.

    `why`: "not_opened", "cancelled".
    """

    item: str
    compartment: Number
    why: str


class PickupReserved(_Happening, frozen=True, tag="pickup_reserved"):
    """A right code was given at `screen`: written before the bolt moves. `attempt` counts from 1."""

    item: str
    compartment: Number
    attempt: Number
    screen: str = ""


class PickupOpened(_Happening, frozen=True, tag="pickup_opened"):
    """The door stands open for the citizen: its contact said so. The code is spent from here on."""

    item: str
    compartment: Number


class Taken(_Happening, frozen=True, tag="taken"):
    """The door was closed after the pickup: the citizen has the item, the compartment is free."""

    item: str
    compartment: Number
    receiver: str


class PickupLapsed(_Happening, frozen=True, tag="pickup_lapsed"):
    """The door never opened for the right code; the item waits again and the code holds. `why`: "not_opened"."""

    item: str
    compartment: Number
    why: str


class CodeRefused(_Happening, frozen=True, tag="code_refused"):
    """A code was given that opens nothing.

    `why`: "wrong_code", "spent", "unknown_number"; `tries`: wrong ones in a row at this screen.
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
    | Deposited
    | DepositAbandoned
    | PickupReserved
    | PickupOpened
    | Taken
    | PickupLapsed
    | CodeRefused
    | DoorForced
    | DoorClosed
    | BlockLeased
    | TicketReserved
    | TicketPrinted
    | TicketReleased
    | BayChanged
)
