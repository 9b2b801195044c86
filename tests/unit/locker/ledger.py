"""What an auditor keeps who reads only the journal: where every item is, by rules of the auditor's own."""

from typing import Any

import msgspec

from wire.happenings import (
    Corrected,
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositMoved,
    DepositOpened,
    InspectionBegun,
    MisplacementReported,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Redirected,
    Reissued,
    Settled,
    Taken,
)


class Ledger:
    """`where`: a compartment or a hand; `inside`: in the order in which they were laid in."""

    def __init__(self) -> None:
        self.where: dict[str, str | int] = {}
        self.inside: dict[int, list[str]] = {}
        self.begun: dict[str, DepositBegun] = {}
        self.issue: dict[str, int] = {}
        self.door_seen: set[str] = set()
        self.promised: dict[int, PickupReserved] = {}
        self.released: dict[str, int] = {}
        self.wrong: set[str] = set()
        self.way_since: dict[str, int] = {}
        self.spent: set[tuple[str, int]] = set()
        self.codes: set[tuple[str, str, int]] = set()

    def read(self, happening: Any) -> None:
        {
            DepositBegun: self._begun,
            DepositOpened: self._seen,
            DepositMoved: self._moved,
            DepositAbandoned: self._abandoned,
            Deposited: self._deposited,
            PickupReserved: self._reserved,
            PickupOpened: self._opened,
            PickupLapsed: self._lapsed,
            Taken: self._taken,
            Reissued: self._reissued,
            Redirected: self._redirected,
            MisplacementReported: self._reported,
            Settled: self._settled,
            Corrected: self._corrected,
            InspectionBegun: self._looked,
        }.get(type(happening), lambda _: None)(happening)

    def is_inside(self, item: str) -> bool:
        return any(item in items for items in self.inside.values())

    def in_bank(self, item: str) -> bool:
        return isinstance(self.where.get(item), int)

    def opens(self, number: str, item: str, issue: int) -> bool:
        """Whether this code may open a door now."""
        at = self.where.get(item)
        if not isinstance(at, int) or self.inside.get(at, [])[:1] != [item] or self.begun[item].purpose != "pickup":
            return False
        return (self.begun[item].number, self.issue[item]) == (number, issue) and (item, issue) not in self.spent

    def _begun(self, h: DepositBegun) -> None:
        assert not self.in_bank(h.item), "an item is in two places"
        others = self.inside.get(h.compartment, [])
        if others:
            lead = self.begun[others[0]]
            assert (h.into, h.number) == (lead.number, lead.number), "two people's items in one compartment"
            assert (h.phone_tail, h.purpose) == (lead.phone_tail, lead.purpose), "two people's items in one compartment"
        else:
            assert h.compartment not in self.where.values(), "two items in one compartment"
            numbers = {self.begun[item].number for item in self.begun if self.in_bank(item)}
            assert h.number not in numbers, "a number was given out twice"
        self.where[h.item], self.begun[h.item] = h.compartment, h
        self.door_seen.discard(h.item)

    def _seen(self, h: DepositOpened) -> None:
        assert self.where[h.item] == h.compartment, "a door opened for what is laid in elsewhere"
        self.door_seen.add(h.item)

    def _moved(self, h: DepositMoved) -> None:
        assert self.where[h.item] == h.compartment, "a deposit moved from where it was not"
        assert h.to not in self.where.values(), "two items in one compartment"
        self.where[h.item] = h.to
        self.door_seen.discard(h.item)

    def _abandoned(self, h: DepositAbandoned) -> None:
        assert not self.is_inside(h.item), "an item that lay inside was given up"
        self.where[h.item] = "giver"

    def _deposited(self, h: Deposited) -> None:
        assert self.where[h.item] == h.compartment, "an item lies where it was not laid in"
        assert h.item in self.door_seen, "an item went in through a closed door"
        given = {(item, issue) for _, item, issue in self.codes} | self.spent
        assert all(issue < h.issue for item, issue in given if item == h.item), "an old code became good again"
        self.inside.setdefault(h.compartment, []).append(h.item)
        self.issue[h.item] = self.way_since[h.item] = h.issue
        self.codes.add((h.number, h.item, h.issue))

    def _reserved(self, h: PickupReserved) -> None:
        assert h.item in self.inside[h.compartment], "an opening for what does not lie there"
        self.promised[h.compartment] = h

    def _opened(self, h: PickupOpened) -> None:
        assert h.item in self.inside[h.compartment], "an item was released from where it was not"
        again = (h.item, self.issue[h.item]) in self.spent
        assert not again or self.promised[h.compartment].by not in ("code", "qr"), "a door opened twice for one code"
        assert self.promised[h.compartment].receiver == h.receiver, "a door opened for another receiver"
        self.spent.add((h.item, self.issue[h.item]))
        self.released[h.item] = h.compartment

    def _lapsed(self, h: PickupLapsed) -> None:
        assert (h.item in self.released) == (h.why != "not_opened"), "a pickup lapsed after its door was open"
        assert (h.item in self.wrong) == (h.why == "wrong_inside"), "a pickup lapsed without a word of its receiver"
        self.released.pop(h.item, None)
        self.wrong.discard(h.item)

    def _taken(self, h: Taken) -> None:
        assert self.released.pop(h.item, None) == h.compartment, "an item was taken through a closed door"
        assert h.item not in self.wrong, "an item was taken by whoever found something else"
        self.inside[h.compartment].remove(h.item)
        self.where[h.item] = h.receiver

    def _reissued(self, h: Reissued) -> None:
        assert h.issue > self.issue[h.item], "a new code was an old one"
        for item in self.inside[h.compartment]:
            self.issue[item] = max(self.issue[item] + 1, h.issue)
            self.codes.add((self.begun[item].number, item, self.issue[item]))

    def _redirected(self, h: Redirected) -> None:
        assert self.inside[h.compartment] == [h.item], "others went another way with an item"
        assert {self.begun[h.item].purpose, h.purpose} == {"pickup", "delivery"}, "an item went a way that it has not"
        assert self.issue[h.item] > self.way_since[h.item], "a redirected item kept its code"
        self.way_since[h.item] = self.issue[h.item]
        self.begun[h.item] = msgspec.structs.replace(self.begun[h.item], purpose=h.purpose)

    def _reported(self, h: MisplacementReported) -> None:
        if h.item in self.released:
            self.wrong.add(h.item)

    def _settled(self, h: Settled) -> None:
        assert len({h.by, h.witness} - {""}) == 2, "one person alone settled what two must see"

    def _corrected(self, h: Corrected) -> None:
        at = self.where[h.item]
        assert isinstance(at, int), "an item that was not here was corrected"
        self.inside[at].remove(h.item)
        self.spent.add((h.item, self.issue[h.item]))
        self.where[h.item] = h.custodian

    def _looked(self, h: InspectionBegun) -> None:
        occupied = h.compartment in self.where.values()
        assert not occupied or h.witness not in ("", h.by), "one person alone looked at what lies inside"
