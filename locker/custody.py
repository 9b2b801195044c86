"""Who has an item: the fold over its legs, whichever device wrote them.

A release alone hands nothing over, and no acceptance comes without one: only both together move an item, so everybody
can say at any moment who has it. What a bank has only that bank gives away; people hand things on to each other without
telling us, so what one person has another may bring. `Held` is one item's value: who keeps many, keeps them as they
like (`Custody` in memory, the centre in its database).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from locker.door import ImpossibleHappening
from wire.entry import GENESIS
from wire.legs import Kind, Leg

BANK = "bank "
"""How the names of banks begin."""


class Stand(Enum):
    """`UNKNOWN`: nobody has handed it to anybody yet. `RELEASED`: its custodian has, and it is not yet accepted."""

    UNKNOWN = "unknown"
    HELD = "held"
    RELEASED = "released"


HANDOVERS: dict[tuple[Stand, Kind], Stand] = {
    (Stand.UNKNOWN, "release"): Stand.RELEASED,
    (Stand.UNKNOWN, "withdraw"): Stand.UNKNOWN,  # a door that never opened
    (Stand.UNKNOWN, "correct"): Stand.HELD,
    (Stand.HELD, "release"): Stand.RELEASED,
    (Stand.HELD, "withdraw"): Stand.HELD,  # a door that never opened
    (Stand.HELD, "correct"): Stand.HELD,
    (Stand.RELEASED, "release"): Stand.RELEASED,  # the same once more, at another door
    (Stand.RELEASED, "accept"): Stand.HELD,
    (Stand.RELEASED, "withdraw"): Stand.HELD,
    (Stand.RELEASED, "correct"): Stand.HELD,
}
"""A pair that is missing is impossible."""


@dataclass(frozen=True)
class Held:
    """`custodian` is empty while nobody is known; `release` is the open leg, `journal` and `digest` are its entry's.

    `heads`: the digest of the item's last leg in each journal.
    """

    stand: Stand = Stand.UNKNOWN
    custodian: str = ""
    release: Leg | None = None
    journal: str = ""
    heads: Mapping[str, str] = field(default_factory=dict)

    def after(self, leg: Leg, journal: str, digest: str = "") -> "Held":
        """`journal` is the device, and its epoch where it had several; `digest` is of the leg's entry.

        An empty `before` or `digest` (a leg that is not written yet) is not compared. ImpossibleHappening when the leg
        hands over what somebody else has, or when one before it is missing.
        """
        if (self.stand, leg.kind) not in HANDOVERS:
            raise _impossible(self, leg)
        self._check_chain(leg, journal)
        self._check_people(leg, journal)
        stand = HANDOVERS[self.stand, leg.kind]
        release = leg if stand is Stand.RELEASED else None
        heads = {**self.heads, journal: digest}
        return Held(stand, self._custodian(leg), release, journal if release else "", heads)

    def _check_chain(self, leg: Leg, journal: str) -> None:
        head = self.heads.get(journal, GENESIS)
        if leg.before and head and leg.before != head:
            raise ImpossibleHappening(f"item {leg.item}: a leg in the journal of {journal} is missing before {leg}")

    def _check_people(self, leg: Leg, journal: str) -> None:
        open_leg = self.release
        if leg.kind == "release" and open_leg is None and not self._may_release(leg):
            raise _impossible(self, leg)
        if open_leg is None or leg.kind == "correct":
            return
        same = _same(open_leg.giver, leg.giver) and _same(open_leg.receiver, leg.receiver)
        if not same or journal != self.journal:
            raise _impossible(self, leg)

    def _may_release(self, leg: Leg) -> bool:
        """Whether the giver can have it."""
        if self.custodian.startswith(BANK) or (leg.giver.startswith(BANK) and self.custodian):
            return leg.giver == self.custodian
        return True

    def _custodian(self, leg: Leg) -> str:
        match leg.kind:
            case "release":
                return leg.giver or self.custodian
            case "accept" | "correct":
                return leg.receiver
        return self.custodian


@dataclass(frozen=True)
class Custody:
    """One custodian an item, by construction."""

    of: Mapping[str, Held] = field(default_factory=dict)

    def after(self, leg: Leg, journal: str, digest: str = "") -> "Custody":
        """Return who has what after this; ImpossibleHappening as `Held.after`."""
        held = self.of.get(leg.item, Held()).after(leg, journal, digest)
        return replace(self, of={**self.of, leg.item: held})

    def custodian(self, item: str) -> str:
        """Return who has it, as the record names them; empty when nobody is known."""
        return self.of[item].custodian if item in self.of else ""


def _same(one: str, other: str) -> bool:
    """A leg of an older version does not name everybody."""
    return one == other or not one or not other


def _impossible(held: Held, leg: Leg) -> ImpossibleHappening:
    return ImpossibleHappening(f"item {leg.item} is {held.stand.value} by {held.custodian or 'nobody'}: no {leg}")
