"""Receipts for people: the entry that last accepted an item, as one line that anybody can check."""

from typing import NamedTuple

from edge.journal import Journal
from edge.past import AcceptedItem, Past, fold_accepted
from wire import entry
from wire.entry import Instant
from wire.happenings import Happening

ONE = 2 * entry.MAX_ENTRY
"""Bytes; no line is longer."""


class Handover(NamedTuple):
    """An entry that accepted an item: what it says, when, and its line `base64(signature) SPACE entry`."""

    happening: AcceptedItem
    at: Instant
    line: str


class Receipts:
    """The newest handover of every item in this journal."""

    def __init__(self, journal: Journal, past: Past | None = None) -> None:
        self._journal = journal
        self._accepted = (past or Past(journal)).accepted
        journal.watch(self._fold)

    def of(self, item: str) -> Handover | None:
        """Return the newest handover of this item; None when this device accepted or gave out no such item."""
        seq = self._accepted.get(item)
        if seq is None:
            return None
        _, signed = self._journal.read(seq - 1, ONE)[0]
        read = entry.decode(signed.data)
        happening = read.happening()
        assert isinstance(happening, AcceptedItem)  # noqa: S101  only these are folded
        return Handover(happening, read.wall, entry.line_of(signed).decode())

    def _fold(self, happenings: tuple[Happening, ...]) -> None:
        first = self._journal.last - len(happenings) + 1
        for seq, happening in enumerate(happenings, first):
            fold_accepted(self._accepted, happening, seq)
