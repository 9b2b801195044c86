"""A journal of 10,000 entries is tampered with in every way at random places: always found, the first bad one named."""

import functools
import random
from collections.abc import Callable, Iterator

import pytest

from wire import chain, entry, sign
from wire.chain import Fault
from wire.entry import GENESIS, Signed
from wire.happenings import DoorClosed, DoorForced, Happening

ENTRIES = 10_000
SEED = 20_261_119
KEY = bytes(range(32))
SIGN, VERIFY = sign.signer(KEY), sign.verifier(sign.public_key(KEY))
FOREIGN = sign.signer(bytes(32))

Journal = list[Signed]
Sign = Callable[[bytes], bytes]


def written(
    length: int, *, first: int = 1, prev: str = GENESIS, device: str = "zone-01", key: Sign = SIGN, epoch: int = 1
) -> Iterator[Signed]:
    """Write entries that follow `prev`, signed with `key`; each says which door moved."""
    for seq in range(first, first + length):
        happening: Happening = DoorForced(compartment=seq) if seq % 2 else DoorClosed(compartment=seq)
        data = entry.encode(
            happening, device=device, epoch=epoch, seq=seq, prev=prev, boot=1, mono=seq, wall=seq, clock_good=True
        )
        prev = entry.digest(data)
        yield Signed(data, key(data))


@pytest.fixture(scope="module")
def journal() -> Journal:
    return list(written(ENTRIES))


@pytest.fixture(scope="module")
def quick(journal: Journal) -> sign.Verify:
    """The real verification, and its answers for the entries as they were written remembered."""
    return functools.lru_cache(maxsize=2 * ENTRIES)(VERIFY)


Look = Callable[..., Fault | None]


@pytest.fixture(scope="module")
def look(quick: sign.Verify) -> Look:
    return functools.partial(chain.first_bad, verify=quick, device="zone-01", epoch=1)


def places(number: int = 20, last: int = ENTRIES) -> list[int]:
    """Return both ends and random entries between, by number."""
    drawn = random.Random(SEED)
    return [1, 2, last - 1, last, *(drawn.randint(1, last) for _ in range(number))]


def tail(journal: Journal) -> dict[int, str]:
    """Return what the centre's last receipt says."""
    return {len(journal): entry.digest(journal[-1].data)}


def test_a_whole_journal_has_no_fault(journal: Journal, look: Look):
    assert look(journal) is None
    assert look(journal, known=tail(journal)) is None
    assert look([]) is None


def test_an_altered_entry_is_named(journal: Journal, look: Look):
    drawn = random.Random(SEED)
    for seq in places():
        data = bytearray(journal[seq - 1].data)
        data[drawn.randrange(len(data))] ^= 1 << drawn.randrange(8)
        bent = [*journal[: seq - 1], Signed(bytes(data), journal[seq - 1].signature), *journal[seq:]]
        assert look(bent) == Fault(seq, "altered")


def test_an_entry_altered_by_who_has_another_key_is_named(journal: Journal, look: Look):
    for seq in places(10):
        (forged,) = written(1, first=seq, prev=entry.decode(journal[seq - 1].data).prev, key=FOREIGN)
        assert look([*journal[: seq - 1], forged, *journal[seq:]]) == Fault(seq, "altered")


def test_an_altered_signature_is_named(journal: Journal, look: Look):
    drawn = random.Random(SEED)
    for seq in places():
        data, signature = journal[seq - 1]
        at, bit = drawn.randrange(64), 1 << drawn.randrange(8)
        bent = [*journal]
        bent[seq - 1] = Signed(data, bytes(byte ^ bit if n == at else byte for n, byte in enumerate(signature)))
        assert look(bent) == Fault(seq, "altered")
        bent[seq - 1] = Signed(data, b"")
        assert look(bent) == Fault(seq, "altered")


def test_a_deleted_entry_is_named(journal: Journal, look: Look):
    for seq in places():
        bent = [*journal[: seq - 1], *journal[seq:]]
        said = Fault(seq, "deleted" if seq < ENTRIES else "truncated")
        assert look(bent, known=tail(journal)) == said


def test_swapped_entries_are_named(journal: Journal, look: Look):
    drawn = random.Random(SEED)
    for one in places(last=ENTRIES - 1):
        other = drawn.choice([one + 1, drawn.randint(one + 1, ENTRIES)])
        bent = [*journal]
        bent[one - 1], bent[other - 1] = bent[other - 1], bent[one - 1]
        assert look(bent) == Fault(one, "swapped")


def test_an_entry_from_elsewhere_in_the_journal_is_named_where_it_was_put_in(journal: Journal, look: Look):
    drawn = random.Random(SEED)
    for seq in places():
        copy = journal[drawn.choice([n for n in range(ENTRIES) if n + 1 != seq])]
        assert look([*journal[: seq - 1], copy, *journal[seq - 1 :]]) == Fault(seq, "inserted")


def test_an_entry_that_the_device_never_wrote_is_named_where_it_was_put_in(journal: Journal, look: Look):
    for seq in places():
        prev = entry.decode(journal[seq - 1].data).prev
        forged = [
            *written(1, first=seq, prev=prev, key=FOREIGN),
            *written(1, first=seq, prev=prev, device="zone-02"),
            *written(1, first=seq, prev=prev, epoch=2),
            Signed(b"{}", SIGN(b"{}")),
        ]
        for each in forged:
            assert look([*journal[: seq - 1], each, *journal[seq - 1 :]]) == Fault(seq, "inserted")


def test_what_was_put_in_after_the_end_is_named(journal: Journal, look: Look):
    (forged,) = written(1, first=ENTRIES + 1, prev=entry.digest(journal[-1].data), key=FOREIGN)
    assert look([*journal, forged]) == Fault(ENTRIES + 1, "altered")
    assert look([*journal, journal[17]]) == Fault(ENTRIES + 1, "inserted")


def test_a_cut_off_end_is_named_by_what_the_centre_had(journal: Journal, look: Look):
    for left in [0, 1, ENTRIES - 1, *places()[4:]]:
        if left < ENTRIES:
            assert look(journal[:left], known=tail(journal)) == Fault(left + 1, "truncated")
    assert look(journal[:-1]) is None  # who has nothing but the journal cannot know


def test_another_history_that_the_device_signed_is_named_where_it_leaves_the_one_that_is_known(
    journal: Journal, look: Look
):
    digests = {seq: entry.digest(signed.data) for seq, signed in enumerate(journal, 1)}
    for seq in places(4):
        prev = entry.decode(journal[seq - 1].data).prev
        upto = min(seq + 19, ENTRIES)
        bent = [*journal[: seq - 1], *other_history(seq, prev, upto - seq + 1)]
        assert look(bent, known=digests) == Fault(seq, "forked")  # against the centre's copy
        assert look(bent, known={upto: digests[upto]}) == Fault(upto, "forked")  # against its receipt alone


def other_history(first: int, prev: str, length: int) -> Iterator[Signed]:
    """Write another history with the device's own key: its card was copied."""
    for seq in range(first, first + length):
        data = entry.encode(
            DoorForced(compartment=32), device="zone-01", epoch=1, seq=seq, prev=prev, boot=2, mono=seq, wall=seq,
            clock_good=True,
        )  # fmt: skip
        prev = entry.digest(data)
        yield Signed(data, SIGN(data))


def test_another_history_that_does_not_end_like_ours_is_named_where_they_meet(journal: Journal, look: Look):
    for seq in places(10, ENTRIES - 1):
        prev = entry.decode(journal[seq - 1].data).prev
        bent = [*journal[: seq - 1], *other_history(seq, prev, 1), *journal[seq:]]
        assert look(bent) == Fault(seq + 1, "forked")
        assert look(bent, known={seq: entry.digest(journal[seq - 1].data)}) == Fault(seq, "forked")


def test_a_verifier_that_trusts_everybody_lets_a_forged_entry_pass(journal: Journal):
    """The control: the tests above are red without the signatures."""
    forged = list(written(50, key=FOREIGN))
    trusting = chain.first_bad(forged, lambda _data, _signature: True, device="zone-01", epoch=1)
    assert trusting is None
    assert chain.first_bad(forged, VERIFY, device="zone-01", epoch=1) == Fault(1, "altered")
