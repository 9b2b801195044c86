"""The journals read as an auditor would: the bytes and the public keys, and none of the programs' own conclusions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from wire import chain, entry
from wire.entry import GENESIS, Entry, Instant, Signed
from wire.errors import BadMessage
from wire.legs import Leg, leg_of
from wire.sign import Verify


class Row(NamedTuple):
    """An entry as a database keeps it."""

    device: str
    epoch: int
    seq: int
    data: bytes
    signature: bytes


class Told(NamedTuple):
    """A leg, when its journal says that it was, and the digest of its entry."""

    at: Instant
    leg: Leg
    digest: str


@dataclass
class Ledger:
    """`wrong`: what does not verify; `legs` of each item, oldest first; `custodians`: who has each in the end."""

    wrong: list[str] = field(default_factory=list)
    legs: dict[str, list[Leg]] = field(default_factory=dict)
    custodians: dict[str, str] = field(default_factory=dict)

    def kinds(self, item: str) -> list[str]:
        """Return what was done to an item, in order: release, accept, withdraw, correct."""
        return [leg.kind for leg in self.legs.get(item, [])]


def read(rows: Iterable[Row], keys: Mapping[tuple[str, int], Verify]) -> Ledger:
    """Read journals, each in one piece and oldest first; `keys` has one for each device and epoch."""
    ledger = Ledger()
    told: list[Told] = []
    for journal, entries in groupby(rows, key=lambda row: (row.device, row.epoch)):
        of_journal = [Signed(row.data, row.signature) for row in entries]
        ledger.wrong += _wrong(journal, of_journal, keys.get(journal))
        legs = [leg for signed in of_journal if (leg := _leg(journal[0], signed))]
        ledger.wrong += _unlinked(journal, legs)
        told += legs
    for each in sorted(told, key=lambda each: each.at):
        _hand_over(ledger, each.leg)
    return ledger


def _wrong(journal: tuple[str, int], entries: list[Signed], verify: Verify | None) -> list[str]:
    device, epoch = journal
    if verify is None:
        return [f"{device} {epoch}: nobody knows its key"]
    fault = chain.first_bad(entries, verify, device=device, epoch=epoch)
    return [f"{device} {epoch}: entry {fault.seq} is {fault.wrong}"] if fault else []


def _leg(device: str, signed: Signed) -> Told | None:
    try:
        said: Entry = entry.decode(signed.data)
        happening = said.happening()
    except BadMessage:
        return None
    leg = leg_of(device, happening) if happening else None
    return Told(said.wall, leg, entry.digest(signed.data)) if leg else None


def _unlinked(journal: tuple[str, int], legs: list[Told]) -> list[str]:
    """Name every leg that does not name the item's leg before it in this journal."""
    heads: dict[str, str] = {}
    wrong = []
    for _, leg, digest in legs:
        if leg.before != heads.get(leg.item, GENESIS):
            wrong.append(f"{journal[0]} {journal[1]}: a {leg.kind} of {leg.item} does not name the leg before it")
        heads[leg.item] = digest
    return wrong


def _hand_over(ledger: Ledger, leg: Leg) -> None:
    ledger.legs.setdefault(leg.item, []).append(leg)
    if leg.kind in ("accept", "correct"):
        ledger.custodians[leg.item] = leg.receiver
    else:
        ledger.custodians.setdefault(leg.item, leg.giver)
