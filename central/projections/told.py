"""An entry while it is projected, and what every projection needs."""

from dataclasses import dataclass
from typing import Any

from central.gathered import Gathered, Item
from central.notices import ITEM_LANG, Facts, Kind, notice
from central.people import People, WrongKey
from central.standing_alarms import raise_alarm
from central.store import Work
from wire.entry import Entry
from wire.errors import BadMessage


@dataclass(frozen=True)
class Told:
    """`at` is when it happened, as far as its clock can be believed; `items` are those that its batch is about."""

    work: Work
    people: People
    entry: Entry
    digest: str
    at: int
    items: Gathered

    @property
    def device(self) -> str:
        return self.entry.device

    @property
    def id(self) -> str:
        return f"{self.entry.device}:{self.entry.epoch}:{self.entry.seq}"

    def do(self, statement: Any, parameters: Any = None) -> Any:
        return self.work.connection.execute(statement, parameters)

    def change(self, item: str, state: str) -> Item:
        """Let an item be in another state from now on."""
        changed = self.items.item(item)
        changed.state, changed.since = state, self.at
        self.work.tell("handovers")
        return changed

    def keep(self, sealed: str) -> str | None:
        """Keep a sealed phone; None where none was given, or none can be read."""
        if not sealed:
            return None
        try:
            row = self.people.person(self.work, self.people.unsealed(sealed), about=self.id)
        except BadMessage:
            raise_alarm(self.work, self.device, "phone_unreadable", "phone", f"entry {self.entry.seq}")
            return None
        self.items.person(row)
        return str(row["ref"])

    def notify(self, kind: Kind, facts: Facts, person: str | None) -> None:
        """Have a person told of this entry, once; nobody is told where no phone was given."""
        if person is not None:
            self.items.notice(notice(self.work, f"{kind}:{self.id}", kind, facts, person=person, lang=ITEM_LANG))

    def copied_address(self, item: str, kept: bytes | None, device: str) -> bytes | None:
        """Return what `device` told of an item's address, to be kept with what this journal tells of it."""
        if kept is None:
            return None
        try:
            address = self.people.text(kept, f"address {device} {item}")
        except WrongKey:
            return None
        return self.people.closed(address, f"address {self.device} {item}")

    def keep_address(self, item: str, sealed: str) -> bytes | None:
        """Keep a sealed address; None where none was given, or none can be read."""
        if not sealed:
            return None
        try:
            return self.people.closed(self.people.opened(sealed), f"address {self.device} {item}")
        except BadMessage:
            raise_alarm(self.work, self.device, "phone_unreadable", "address", f"entry {self.entry.seq}")
            return None
