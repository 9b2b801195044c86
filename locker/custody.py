"""Who has an item: its giver, then the bank, then its receiver; folded from the record of one bank.

Nothing but the two closings of the door hands an item over: one with the item inside, one after the citizen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from locker.door import ImpossibleHappening
from wire.happenings import (
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositOpened,
    Happening,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Taken,
)


class Hands(Enum):
    GIVER = "giver"
    BANK = "bank"
    RECEIVER = "receiver"


ItemHappening = (
    DepositBegun | DepositOpened | Deposited | DepositAbandoned | PickupReserved | PickupOpened | PickupLapsed | Taken
)

HANDOVERS: dict[tuple[Hands | None, type[ItemHappening]], Hands] = {
    (None, DepositBegun): Hands.GIVER,
    (Hands.GIVER, DepositBegun): Hands.GIVER,
    (Hands.GIVER, DepositOpened): Hands.GIVER,
    (Hands.GIVER, DepositAbandoned): Hands.GIVER,
    (Hands.GIVER, Deposited): Hands.BANK,
    (Hands.BANK, PickupReserved): Hands.BANK,
    (Hands.BANK, PickupLapsed): Hands.BANK,
    (Hands.BANK, PickupOpened): Hands.BANK,
    (Hands.BANK, Taken): Hands.RECEIVER,
    (Hands.RECEIVER, DepositBegun): Hands.GIVER,  # it came back to somebody who hands it in again
}
"""None: never seen here. A pair that is missing is impossible."""


@dataclass(frozen=True)
class Custodian:
    """`name` as the record names them: "staff 1001", the device of the bank, "citizen ****5678"."""

    hands: Hands
    name: str


@dataclass(frozen=True)
class Custody:
    """`bank` is the device; one custodian an item, by construction."""

    bank: str
    of: Mapping[str, Custodian] = field(default_factory=dict)

    def after(self, happening: Happening) -> "Custody":
        """Return who has what after this; ImpossibleHappening when it hands over what somebody else has."""
        if not isinstance(happening, ItemHappening):
            return self
        before = self.of.get(happening.item)
        pair = (before.hands if before else None, type(happening))
        if pair not in HANDOVERS:
            raise ImpossibleHappening(f"item {happening.item} is with {before}: no {happening!r}")
        custodian = self._custodian(before, HANDOVERS[pair], happening)
        return replace(self, of={**self.of, happening.item: custodian})

    def _custodian(self, before: Custodian | None, hands: Hands, happening: ItemHappening) -> Custodian:
        match happening:
            case DepositBegun(giver=giver):
                return Custodian(hands, giver)
            case Deposited():
                return Custodian(hands, self.bank)
            case Taken(receiver=receiver):
                return Custodian(hands, receiver)
        assert before is not None  # noqa: S101 - only DepositBegun comes first
        return before
