"""The centre's own journal, device "central": handovers that no bank sees, signed with the centre's key.

It is written like a device's: numbered, chained, every item with a chain of its own. A new one begins with every start.
"""

from typing import Any

import msgspec
from sqlalchemy import select

from central.intake import append, arrived, head_of
from central.people import People
from central.registry import CENTRE
from central.schema import item as items
from central.store import Work
from wire import entry, legs
from wire.entry import Signed
from wire.happenings import Happening
from wire.sign import Sign


class OwnJournal:
    """`epoch` is the instant of this start."""

    def __init__(self, sign: Sign, epoch: int, people: People) -> None:
        self.epoch = epoch
        self._sign = sign
        self._people = people

    def write(self, work: Work, happening: Happening) -> tuple[int, int]:
        """Record what happened, with all that it changes; returns its epoch and number."""
        head = head_of(work.connection, CENTRE, self.epoch)
        data = entry.encode(
            _chained(work, happening), device=CENTRE, epoch=self.epoch, seq=head.upto + 1, prev=head.head, boot=1,
            mono=max(0, work.now - self.epoch), wall=work.now, clock_good=True,
        )  # fmt: skip
        one = arrived(CENTRE, Signed(data, self._sign(data)))
        head.upto, head.head = one.entry.seq, one.digest
        append(work, self._people, head, [one])
        return self.epoch, head.upto


def _chained(work: Work, happening: Happening) -> Happening:
    """Return a leg with the digest of the item's leg before it."""
    if not legs.is_leg(happening):
        return happening
    mine = select(items.c.head).where(items.c.device == CENTRE, items.c.item == happening.item)
    before: Any = work.connection.execute(mine).scalar_one_or_none()
    return msgspec.structs.replace(happening, before=before or entry.GENESIS)
