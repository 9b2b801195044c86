"""Receipts and journals checked with public keys alone: what they say, or what is wrong with them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from provisioning.centre import Centre
from wire import chain, proof, sign
from wire.entry import GENESIS, Entry
from wire.errors import BadConfig, BadMessage
from wire.proof import Proof
from wire.sign import Verify

CENTRE = "central"
"""The name that the centre's own journal is kept under."""

KeyOf = Callable[[str, int], Verify | None]
"""Return what verifies the entries of a device in an epoch, None where no key is known."""


def keys_of(centre: Centre | None, key: str | None) -> KeyOf:
    """Return where keys are found: in a centre's folder, or the one that was given."""
    if (centre is None) == (key is None):
        raise BadConfig("--centre CENTRE or --key KEY is due, one of them")
    if centre is not None:
        centre.read()
        return lambda device, epoch: _registered_key(centre, device, epoch)
    try:
        verify = sign.verifier(key or "")
    except ValueError as error:
        raise BadConfig(f"--key: {error}") from None
    return lambda _device, _epoch: verify


def _registered_key(centre: Centre, device: str, epoch: int) -> Verify | None:
    if device == CENTRE:
        return sign.any_of(map(sign.verifier, centre.centre_keys()))
    key = centre.registered(device).signing_key(epoch) if centre.device(device).exists() else ""
    return sign.verifier(key) if key else None


class Checked(NamedTuple):
    """`verdict` is a word of `proof.SAYS`; `proof` is what stands there, true only where the verdict is "good"."""

    verdict: str
    proof: Proof | None


def check(text: str, key_of: KeyOf, earlier: str | None = None) -> Checked:
    """Check a receipt, and that it follows an `earlier` one of the same item."""
    checked = _check_one(text, key_of)
    if earlier is None or checked.verdict != "good" or checked.proof is None:
        return checked
    before = _check_one(earlier, key_of)
    if before.verdict != "good" or before.proof is None:
        return before
    return checked if proof.follows(checked.proof, before.proof) else Checked("not_linked", checked.proof)


def _check_one(text: str, key_of: KeyOf) -> Checked:
    try:
        read = proof.read(text)
    except BadMessage:
        return Checked("changed" if proof.looks_like(text) else "unreadable", None)
    verify = key_of(read.entry.device, read.entry.epoch)
    if verify is None:
        return Checked("unknown_device", read)
    return Checked("good" if proof.check(read, verify) else "changed", read)


def facts(read: Proof) -> dict[str, Any]:
    """Return what a receipt says, for programs."""
    said: Entry = read.entry
    return {
        "leg": read.leg.kind,
        "kind": read.kind,
        "item": read.leg.item,
        "giver": read.leg.giver,
        "receiver": read.leg.receiver,
        "place": read.leg.place,
        "wall": said.wall,
        "clock": said.clock,
        "device": said.device,
        "epoch": said.epoch,
        "seq": said.seq,
        "digest": read.digest,
        "before": "" if read.leg.before == GENESIS else read.leg.before,
    }


FAULTS: dict[chain.Wrong, tuple[str, str]] = {
    "altered": ("被改动过", "was altered"),
    "deleted": ("被删除", "was deleted"),
    "swapped": ("与后面的记录调换了位置", "was swapped with a later one"),
    "inserted": ("是插入的，不属于这里", "was put in and does not belong here"),
    "truncated": ("及其后的记录被截去", "and what followed it were cut off"),
    "forked": ("与已知的历史不同：同一设备写了两份记录", "is of another history: the device has written two"),
}
