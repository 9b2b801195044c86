"""What comes of asking a bank: the next bank, what goes into the journal, and what the shell must then do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wire.entry import Instant
from wire.happenings import Happening

if TYPE_CHECKING:
    from locker.bank import Bank

Reason = Literal[
    "wrong_code",  # or a number that nobody has: the answer must not tell which
    "spent",
    "locked_out",  # until `Refuse.until`
    "busy",  # this door is being opened for this code right now
    "stuck",  # three attempts at a door that does not move; the code holds
    "board_silent",  # the lock board does not answer: nothing can be opened
    "no_compartment",
    "already_here",  # the item lies in this bank, or is being laid in
    "too_late",  # nothing to take back: the deposit has ended
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
