"""The items that a batch of entries is about: read once, changed in memory, written in a few statements.

A zone that comes back after days sends thousands of entries; a statement for each change would be the slowest thing the
centre does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy import insert as plain_insert

from central import schema
from central.chain import Chain
from central.notices import PUT_NOTICE
from central.people import PUT_PERSON
from central.sql import insert, many
from central.store import Work
from wire.entry import Entry
from wire.legs import Leg


@dataclass
class Item:
    """A row of `schema.item`, which says what each field is."""

    device: str
    item: str
    label: str = ""
    compartment: int = 0
    size: str = ""
    number: str = ""
    issue: int = 0
    state: str = "arriving"
    giver: str = ""
    person: str | None = None
    since: int = 0
    purpose: str = "pickup"
    level: int = 0
    holder: str = ""
    owner_card: str = ""
    joined: str = ""
    file: str = ""
    address: bytes | None = None
    principal: str | None = None
    mark: str = ""
    deposited: int = 0
    reminded: int = 0
    due: int = 0
    misplaced: bool = False
    flagged: bool = False
    head: str = ""
    held_by: str = ""
    opened: int | None = None
    open_giver: str = ""
    open_receiver: str = ""
    open_place: str = ""

    @property
    def chain(self) -> Chain:
        leg = Leg("release", self.item, self.open_giver, self.open_receiver, self.open_place, "")
        return Chain(self.head, self.held_by, leg if self.opened is not None else None)

    def follow(self, chain: Chain, at: int) -> None:
        """Take the chain after a leg of this instant."""
        self.head, self.held_by = chain.head, chain.held_by
        self.opened = at if chain.open else None
        _, _, self.open_giver, self.open_receiver, self.open_place, _ = chain.open or _CLOSED


_CLOSED = Leg("accept", "", "", "", "", "")


@dataclass
class Custodian:
    """A row of `schema.custody`."""

    item: str
    custodian: str
    device: str
    epoch: int
    seq: int
    at: int
    sure: bool = True

    def is_before(self, later: "Custodian", giver: str) -> bool | None:
        """Within one journal the number tells, however its clock jumped; between two journals only their clocks can.

        Where a clock was not set, `at` is when the entry arrived, and it was written before that. None: nobody can
        tell; it follows all the same where its `giver` is who has the item.
        """
        if self.device == later.device:
            return (self.epoch, self.seq) < (later.epoch, later.seq)
        if later.sure and (self.sure or self.at <= later.at):
            return self.at <= later.at
        return True if giver == self.custodian else None


class Gathered:
    """`wanted`: the ids of the items that the entries of `device` name."""

    def __init__(self, work: Work, device: str, wanted: Iterable[str]) -> None:
        self.work = work
        self._device = device
        self._items: dict[str, Item] = {}
        self._custody: dict[str, Custodian] = {}
        self._changed: set[str] = set()
        self._moved: set[str] = set()
        self._legs: list[dict[str, Any]] = []
        self._handovers: list[dict[str, Any]] = []
        self._persons: list[dict[str, Any]] = []
        self._notices: list[dict[str, Any]] = []
        self.fetch(wanted)

    def fetch(self, wanted: Iterable[str]) -> None:
        """Know these items too, which no entry names; what changed in memory stays as it is there."""
        ids = sorted(set(wanted) - self._items.keys())
        if ids:
            execute = self.work.connection.execute
            self._items |= {row.item: Item(*row) for row in execute(_ITEMS, {"device": self._device, "ids": ids})}
            handed = {row.item: Custodian(*row) for row in execute(_CUSTODY, {"ids": ids})}
            self._custody = handed | self._custody

    def lying(self, compartment: int) -> list[Item]:
        """Return the items that wait in a compartment, to be changed."""
        self.write()
        here = (schema.item.c.device == self._device) & (schema.item.c.compartment == compartment)
        waiting = (
            select(schema.item.c.item).where(here, schema.item.c.state == "waiting").order_by(schema.item.c.deposited)
        )
        ids = list(self.work.connection.execute(waiting).scalars())
        self.fetch(ids)
        return [self.item(each) for each in ids]

    def known(self, item: str) -> Item | None:
        """Return what this journal told of an item, None for nothing."""
        return self._items.get(item)

    def item(self, item: str) -> Item:
        """Return an item to be changed; one that was never heard of begins here."""
        self._changed.add(item)
        return self._items.setdefault(item, Item(self._device, item))

    def custodian(self, item: str) -> str:
        """Return who has an item, "" where nobody ever said so."""
        known = self._custody.get(item)
        return known.custodian if known else ""

    def hand(self, custodian: Custodian, giver: str) -> bool:
        """Let an item be somebody's, unless a later word is known: journals arrive late and in any order.

        False: nobody can tell which word is the later one, and the item stays where it is.
        """
        known = self._custody.get(custodian.item)
        follows = True if known is None else known.is_before(custodian, giver)
        if follows:
            self._custody[custodian.item] = custodian
            self._moved.add(custodian.item)
        return follows is not None

    def brought(self, item: str, giver: str, said: Entry, at: int) -> None:
        """Let an item that nobody told of before be with the one who brings it."""
        if item not in self._custody:
            sure = said.clock == "good"
            self.hand(Custodian(item, giver, said.device, said.epoch, said.seq, at, sure), giver)

    def leg(self, **row: Any) -> None:
        self._legs.append(row)

    def handover(self, **row: Any) -> None:
        self._handovers.append(row)

    def person(self, row: dict[str, Any]) -> None:
        self._persons.append(row)

    def notice(self, row: dict[str, Any]) -> None:
        self._notices.append(row)

    def write(self) -> None:
        """Put what changed into the database."""
        for statement, rows in (
            (_PUT_ITEM, [vars(self._items[each]) for each in sorted(self._changed)]),
            (_PUT_CUSTODY, [vars(self._custody[each]) for each in sorted(self._moved)]),
            (_PUT_LEG, self._legs),
            (_PUT_HANDOVER, self._handovers),
            (PUT_PERSON, self._persons),
            (PUT_NOTICE, self._notices),
        ):
            many(self.work.connection, statement, rows)
        self._changed, self._moved, self._legs, self._handovers = set(), set(), [], []
        self._persons, self._notices = [], []


def _upsert(table: Any, kind: type) -> Any:
    new = insert(table)
    keys = [column.name for column in table.primary_key]
    change = {field.name: new.excluded[field.name] for field in fields(kind) if field.name not in keys}
    return new.on_conflict_do_update(index_elements=keys, set_=change)


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_ITEMS = select(*(schema.item.c[field.name] for field in fields(Item))).where(
    schema.item.c.device == bindparam("device"), schema.item.c.item.in_(_IDS)
)
_CUSTODY = select(*(schema.custody.c[field.name] for field in fields(Custodian))).where(schema.custody.c.item.in_(_IDS))
_PUT_ITEM = _upsert(schema.item, Item)
_PUT_CUSTODY = _upsert(schema.custody, Custodian)
_PUT_LEG = plain_insert(schema.leg)
_PUT_HANDOVER = plain_insert(schema.handover)
