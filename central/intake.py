"""A device's journal arrives: verified, appended in one transaction with what it changes, answered with a receipt.

A receipt says what the centre has, whatever was sent: after a duplicate or a gap it is the same as before, so a receipt
that was lost costs nothing but a repetition.
"""

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy import insert as plain_insert

from central.gathered import Gathered
from central.metrics import Counts
from central.people import People
from central.projections import Told, project
from central.registry import Registry
from central.schema import device as devices
from central.schema import entry as entries
from central.schema import fork as forks
from central.schema import item as items
from central.schema import journal as journals
from central.sql import insert, many
from central.standing_alarms import raise_alarm
from central.store import Work
from wire import entry
from wire.entry import Entry, Receipt, Signed
from wire.errors import BadMessage
from wire.happenings import Happening
from wire.registered import Registered
from wire.sign import Verify

MAX_KIND = 64


class _Kind(msgspec.Struct):
    kind: str


_kind = msgspec.json.Decoder(_Kind)


@dataclass(frozen=True)
class Arrived:
    """An entry, verified; its body is read when it is asked for, which nobody does for what was sent again."""

    entry: Entry
    signed: Signed
    digest: str

    @property
    def kind(self) -> str:
        return _kind.decode(self.entry.body).kind[:MAX_KIND]

    @functools.cached_property
    def happening(self) -> Happening | BadMessage | None:
        """What happened; the BadMessage where that cannot be read, for then the entry is kept all the same."""
        try:
            return self.entry.happening()
        except BadMessage as error:
            return error

    @property
    def item(self) -> str:
        return getattr(self.happening, "item", "")


@dataclass
class Head:
    """What the centre has of a device's journal."""

    device: str
    epoch: int
    upto: int
    head: str

    def receipt(self) -> Receipt:
        return Receipt(v=1, device=self.device, epoch=self.epoch, upto=self.upto, head=self.head)


class Intake:
    """Takes the batches of every registered device."""

    def __init__(self, registry: Registry, people: People, counts: Counts) -> None:
        self._registry = registry
        self._people = people
        self._counts = counts

    def read(self, device: str, batch: bytes) -> Callable[[Work], Receipt | None]:
        """Check what needs no database; returns the job that does the rest. BadMessage: drop it, there is no receipt.

        The job returns None where nothing may be taken and nobody answered: a machine that was replaced, or a first
        entry without the device's signature. From an entry that is not signed on, nothing of a batch is taken.
        """
        registered = self._registry.device(device)
        if registered is None:
            raise BadMessage(f"device {device} is not registered")
        read = [arrived(device, signed) for signed in entry.unpack(batch)]
        verifiers = {epoch: self._registry.verifier(device, epoch) for epoch in {one.entry.epoch for one in read}}
        good = list(itertools.takewhile(lambda one: _is_signed(one, verifiers[one.entry.epoch]), read))
        bad = read[len(good)] if len(good) < len(read) else None
        return lambda work: self._judge(work, registered, good, bad)

    def _judge(self, work: Work, registered: Registered, good: list[Arrived], bad: Arrived | None) -> Receipt | None:
        foreign = next((one.entry.epoch for one in good if one.entry.epoch != registered.epoch), None)
        if bad is not None:
            self._refuse_signature(work, registered, bad)
        if foreign is not None:
            self._refuse_epoch(work, registered.device, foreign, registered.epoch)
        if foreign is not None or not good:
            return None
        return self._take(work, registered.device, registered.epoch, good)

    def _refuse_signature(self, work: Work, registered: Registered, bad: Arrived) -> None:
        self._counts.bad_signatures.inc()
        known = self._registry.verifier(registered.device, bad.entry.epoch) is not None
        why = "is not signed with it" if known else "has no registered key"
        # about the journal, not the epoch: who signs nothing may name any, and would fill the list of alarms
        said = f"epoch {bad.entry.epoch}, entry {bad.entry.seq} {why}"
        raise_alarm(work, registered.device, "signature_bad", "journal", said)

    def _refuse_epoch(self, work: Work, device: str, foreign: int, epoch: int) -> None:
        self._counts.foreign_epochs.inc()
        raise_alarm(work, device, "epoch_foreign", f"epoch {foreign}", f"registered is epoch {epoch}")

    def _take(self, work: Work, device: str, epoch: int, arrived: list[Arrived]) -> Receipt:
        head = _head(work, device, epoch)
        known = _digests(work, head, arrived)
        new: list[Arrived] = []
        for one in arrived:
            if one.entry.seq <= head.upto:
                self._repeated(work, one, known.get(one.entry.seq, ""))
            elif one.entry.seq > head.upto + 1:
                self._counts.gaps.inc()
            elif one.entry.prev != head.head:
                self._keep_fork(work, one, "follows another entry than the one the centre has")
            else:
                head.upto, head.head = one.entry.seq, one.digest
                known[one.entry.seq] = one.digest
                new.append(one)
        if new:
            self._append(work, head, new)
        return head.receipt()

    def _repeated(self, work: Work, one: Arrived, known: str) -> None:
        self._counts.duplicates.inc()
        if known != one.digest:
            self._keep_fork(work, one, "says another thing than the entry the centre has")

    def _append(self, work: Work, head: Head, new: list[Arrived]) -> None:
        if new[0].entry.seq == 1:  # a new machine knows no leg of the one before
            work.connection.execute(update(items).where(items.c.device == head.device).values(head=""))
        append(work, self._people, head, new)
        self._counts.entries.inc(len(new))

    def _keep_fork(self, work: Work, one: Arrived, why: str) -> None:
        """Both histories are kept; which one is true is for people to find out."""
        self._counts.forks.inc()
        said = one.entry
        kept = insert(forks).values(
            device=said.device, epoch=said.epoch, seq=said.seq, digest=one.digest, received=work.now,
            data=one.signed.data, signature=one.signed.signature,
        )  # fmt: skip
        work.connection.execute(kept.on_conflict_do_nothing())
        raise_alarm(work, said.device, "journal_fork", "journal", f"entry {said.seq} {why}")


def append(work: Work, people: People, head: Head, new: list[Arrived]) -> None:
    """Keep the entries, and let each change what it changes, in their order."""
    many(work.connection, _ENTRY, [_row(work, one) for one in new])
    gathered = Gathered(work, head.device, (one.item for one in new if one.item))
    for one in new:
        at = min(one.entry.wall, work.now) if one.entry.clock == "good" else work.now
        project(Told(work, people, one.entry, one.digest, at, gathered), one.happening)
    gathered.write()
    work.connection.execute(
        _JOURNAL, {"device": head.device, "epoch": head.epoch, "upto": head.upto, "head": head.head}
    )


def arrived(device: str, signed: Signed) -> Arrived:
    decoded = entry.decode(signed.data)
    if decoded.device != device:
        raise BadMessage(f"an entry of {decoded.device} in a batch of {device}")
    return Arrived(decoded, signed, entry.digest(signed.data))


def _is_signed(one: Arrived, verify: Verify | None) -> bool:
    return verify is not None and verify(one.signed.data, one.signed.signature)


def _head(work: Work, device: str, epoch: int) -> Head:
    """Return what there is of a journal, and note that the device spoke."""
    work.tell("devices")
    work.connection.execute(
        _SPOKE, {"device": device, "boot": 0, "version": "", "since": work.now, "last_word": work.now}
    )
    return head_of(work.connection, device, epoch)


def head_of(connection: Connection, device: str, epoch: int) -> Head:
    """Return what there is of a journal."""
    row = connection.execute(_HEAD, {"device": device, "epoch": epoch}).one_or_none()
    return Head(device, epoch, row.upto, row.head) if row else Head(device, epoch, 0, entry.GENESIS)


def _digests(work: Work, head: Head, arrived: list[Arrived]) -> dict[int, str]:
    """Return the digests of what was sent again."""
    again = [one.entry.seq for one in arrived if one.entry.seq <= head.upto]
    if not again:
        return {}
    mine = (entries.c.device == head.device) & (entries.c.epoch == head.epoch)
    rows = work.connection.execute(select(entries.c.seq, entries.c.digest).where(mine, entries.c.seq.in_(again)))
    return {row.seq: row.digest for row in rows}


def _row(work: Work, one: Arrived) -> dict[str, Any]:
    said = one.entry
    return {
        "device": said.device, "epoch": said.epoch, "seq": said.seq, "digest": one.digest, "kind": one.kind,
        "wall": said.wall, "received": work.now, "data": one.signed.data, "signature": one.signed.signature,
    }  # fmt: skip


_ENTRY = plain_insert(entries)
_HEAD = select(journals.c.upto, journals.c.head).where(
    journals.c.device == bindparam("device"), journals.c.epoch == bindparam("epoch")
)
_spoke = insert(devices)
_SPOKE = _spoke.on_conflict_do_update(index_elements=["device"], set_={"last_word": _spoke.excluded.last_word})
_journal = insert(journals)
_JOURNAL = _journal.on_conflict_do_update(
    index_elements=["device", "epoch"], set_={"upto": _journal.excluded.upto, "head": _journal.excluded.head}
)
