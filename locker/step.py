"""What comes of asking a bank: the next bank, what goes into the journal, and what the shell must then do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wire.entry import Instant
from wire.happenings import Happening

if TYPE_CHECKING:
    from locker.bank import Bank

Reason = Literal[
    # a code
    "wrong_code",  # or a number that nobody has: the answer must not tell which
    "wrong_tail",  # the code was right, the tail of the phone was not: a try
    "wrong_card",  # the code was right, the ID card was another: a try
    "needs_tail",  # the code is right; ask for the last four digits of the phone (a deposit: none was given)
    "needs_card",  # the code is right; ask for the ID card (a deposit: level 2 without a card)
    "locked_out",  # until `Refuse.until`
    "spent",
    # a QR code
    "forged",
    "foreign",  # it is for another bank
    "not_here",  # its item does not lie in this bank
    "old_issue",  # a newer code was given out (a reissue: its issue is not higher than the present one)
    "too_early",
    "expired",
    # a door
    "busy",  # somebody is at this door right now
    "stuck",  # three attempts at a door that does not move; the code holds
    "board_silent",  # the lock board does not answer: nothing can be opened
    "door_open",  # it has to be closed first
    # a deposit
    "no_compartment",
    "no_low_compartment",  # within reach from a wheelchair
    "already_here",  # the item lies in this bank, or is being laid in
    "no_such_number",  # nothing lies under the number that this item should join
    "not_same_person",  # what lies there is for somebody else, or for another purpose
    "no_reservation",
    "too_late",  # nothing to take back: the deposit has ended; or the reservation would end before it begins
    "disk_full",  # the shell's word: what happens could not be written down
    # an item
    "no_such_item",
    "not_yours",
    "misplaced",  # somebody said that it does not lie there: staff must be called
    "not_lent",  # the article is not out
    "not_alone",  # what lies with it is fetched with the same code
    # a compartment, and what staff and the centre do with it
    "no_such_compartment",
    "blocked",
    "already_reserved",  # by a reservation of the same name
    "needs_witness",  # a second person
    "governed",  # too many openings by hand within the hour
    "nothing_to_settle",
]


@dataclass(frozen=True)
class Open:
    """Pulse the latch of this compartment's door, once, after the record is on disk."""

    compartment: int


@dataclass(frozen=True)
class Refuse:
    """Nothing opens; `until` says when asking again makes sense, where that is known."""

    reason: Reason
    until: Instant | None = None


Effect = Open | Refuse


@dataclass(frozen=True)
class Step:
    """`record` is durable before any of `effects` is done; with neither, what was said was no news."""

    bank: "Bank"
    record: tuple[Happening, ...] = ()
    effects: tuple[Effect, ...] = ()

    @property
    def refused(self) -> Refuse | None:
        return next((effect for effect in self.effects if isinstance(effect, Refuse)), None)
