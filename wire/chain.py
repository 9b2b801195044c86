"""Whether a journal is whole, and which entry is the first that is not: told from the entries and a public key alone.

Who has no key can change nothing unseen, and only cut off the end. Who has the device's key can write another history
too; both show against the digests that somebody else knows, such as the centre's receipts or its copy.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from wire import entry
from wire.entry import GENESIS, Entry, Signed
from wire.errors import BadMessage
from wire.sign import Verify

Wrong = Literal["altered", "deleted", "swapped", "inserted", "truncated", "forked"]


class Fault(NamedTuple):
    """The first entry that is not as it was written, by its number, which is its place as well: those before are."""

    seq: int
    wrong: Wrong


class _Read(NamedTuple):
    """An entry as far as it can be trusted; `said` is None where it is not signed by the device, or no entry at all."""

    digest: str
    said: Entry | None


class _Reader:
    def __init__(self, verify: Verify, device: str, epoch: int) -> None:
        self._verify = verify
        self._journal = device, epoch

    def read(self, signed: Signed) -> _Read:
        digest = entry.digest(signed.data)
        try:
            said = entry.decode(signed.data) if self._verify(signed.data, signed.signature) else None
        except BadMessage:
            said = None
        if said is not None and (said.device, said.epoch) != self._journal:
            said = None
        return _Read(digest, said)


def first_bad(
    entries: Iterable[Signed],
    verify: Verify,
    *,
    device: str,
    epoch: int,
    known: Mapping[int, str] = MappingProxyType({}),
) -> Fault | None:
    """Return the first fault of a journal from its first entry on, None where it is whole.

    `known` has digests by number, of entries that must be there: what receipts say, what another copy has.
    """
    reader = _Reader(verify, device, epoch)
    rest = map(reader.read, entries)
    head, seq = GENESIS, 0
    for one in rest:
        if one.said is None or one.said.seq != seq + 1 or one.said.prev != head:
            return Fault(seq + 1, _wrong(one, seq + 1, head, list(rest)))
        head, seq = one.digest, seq + 1
        if known.get(seq, head) != head:
            return Fault(seq, "forked")
    return Fault(seq + 1, "truncated") if seq < max(known, default=0) else None


def _wrong(one: _Read, due: int, head: str, later: list[_Read]) -> Wrong:
    """Say what became of the entry that is `due` after `head`, where `one` stands instead and then `later`."""
    follows = later[0].said if later else None
    goes_on = follows is not None and (follows.seq, follows.prev) == (due, head)
    if one.said is None:
        return "inserted" if goes_on else "altered"
    if one.said.seq == due:
        return "forked"
    if one.said.seq < due or (goes_on and one.digest in {each.digest for each in later}):
        return "inserted"
    return "swapped" if any(each.said is not None and each.said.seq == due for each in later) else "deleted"
