"""What happened until now, for every part of the agent: the journal is read once at the start, however many want it."""

from edge.blocks import Blocks
from edge.config import Locker
from edge.journal import Journal
from edge.order_book import OrderBook, put_last
from locker.bank import Bank
from locker.compartment import Compartment, Place
from wire.entry import Instant
from wire.happenings import (
    Accepted,
    AlarmCleared,
    AlarmRaised,
    BayChanged,
    BayState,
    Deposited,
    Happening,
    Taken,
    TicketPrinted,
    TicketReleased,
    TicketReserved,
)

RECEIPTS = 10_000
"""Items whose last handover is remembered: a receipt is asked for within minutes."""

AcceptedItem = Deposited | Taken | Accepted
"""The legs by which somebody has an item from now on."""


class Past:
    """`alarms` that stand, `bays` as recorded, `blocks` of numbers, `tickets` that nobody knows the end of.

    `accepted`: the entry that last accepted each item. `orders`: what came of the centre's. The `bank` may have
    compartments that zone.toml no longer has.
    """

    def __init__(self, journal: Journal, section: Locker | None = None) -> None:
        self.alarms: dict[tuple[str, str], str] = {}
        self.bays: dict[str, BayState] = {}
        self.blocks = Blocks()
        self.tickets: set[str] = set()
        self.accepted: dict[str, int] = {}
        self.orders = OrderBook()
        self.bank = Bank.empty(Place(c.number, c.size, c.low) for c in section.compartment) if section else None
        for entry, happening in journal.history():
            self._after(happening, entry.seq, entry.wall)

    def _after(self, happening: Happening, seq: int, wall: Instant) -> None:
        fold_alarm(self.alarms, happening)
        self.blocks = self.blocks.after(happening)
        fold_accepted(self.accepted, happening, seq)
        self.orders.after(happening)
        self._ticket(happening)
        if isinstance(happening, BayChanged):
            self.bays[happening.bay] = happening.state
        if self.bank:
            self.bank = _with_places(self.bank, happening).after(happening, wall)

    def _ticket(self, happening: Happening) -> None:
        if isinstance(happening, TicketReserved):
            self.tickets.add(happening.ticket)
        elif isinstance(happening, TicketPrinted | TicketReleased):
            self.tickets.discard(happening.ticket)


def fold_alarm(standing: dict[tuple[str, str], str], happening: Happening) -> None:
    """Bring the standing alarms up to date."""
    if isinstance(happening, AlarmRaised):
        standing[happening.alarm, happening.about] = happening.detail
    elif isinstance(happening, AlarmCleared):
        standing.pop((happening.alarm, happening.about), None)


def fold_accepted(accepted: dict[str, int], happening: Happening, seq: int) -> None:
    """Bring the entries that last accepted an item up to date with entry `seq`."""
    if isinstance(happening, AcceptedItem):
        put_last(accepted, happening.item, seq, RECEIPTS)


def _with_places(bank: Bank, happening: Happening) -> Bank:
    """Add the compartments that zone.toml had when this happened."""
    for name in ("compartment", "to"):
        number = getattr(happening, name, None)
        if number is not None and number not in bank.compartments:
            bank = bank.with_compartment(Compartment(number, "S"))
    return bank
