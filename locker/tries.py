"""Wrong codes in a row at one screen: what they cost. Folded from the journal, so pulling the plug buys no tries."""

from dataclasses import dataclass

from wire.entry import Instant

FREE = 5
"""Wrong codes in a row that cost no wait; the sixth costs the first one: 34 tries a day at most."""

FIRST_WAIT = 60_000
LONGEST_WAIT = 3_600_000


@dataclass(frozen=True)
class Tries:
    """`wrong` codes in a row, the last of them at `at`."""

    wrong: int = 0
    at: Instant = 0

    @property
    def until(self) -> Instant:
        """The end of the wait; not later than `at` when there is none."""
        return self.at + wait(self.wrong)

    def resumed(self, now: Instant) -> "Tries":
        """A clock that was turned back while the power was off lengthens no wait beyond its own length."""
        return Tries(self.wrong, min(self.at, now))


def of_qr(number: str) -> str:
    """Return where wrong tails and cards after the QR code of this pickup number are counted: at no screen."""
    return f"qr {number}"


def wait(wrong: int) -> int:
    """Return the milliseconds that so many wrong codes in a row cost."""
    over = wrong - FREE
    return 0 if over <= 0 else min(FIRST_WAIT * 2 ** min(over - 1, 10), LONGEST_WAIT)
