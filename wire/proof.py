"""A custody receipt for people: one line with what a device wrote and signed, which anybody may check.

The line is what slips and pages carry as a QR code: the signature in base64, a space, the entry; exactly a line of a
batch. docs/receipts.md says how to check one without us.
"""

from typing import NamedTuple

from wire import entry
from wire.entry import Entry, Signed
from wire.errors import BadMessage
from wire.legs import Kind, Leg, leg_of
from wire.sign import Verify

WORDS: dict[Kind, tuple[str, str]] = {
    "release": ("交出方已交出，等待接收方确认", "handed over by the giver, not yet accepted"),
    "accept": ("接收方已收到，交接完成", "accepted by the receiver: the handover is complete"),
    "withdraw": ("没有交出，物品仍由原保管人保管", "not handed over: it stays with whoever had it"),
    "correct": ("经两人核实更正保管人", "corrected by two people: who has it"),
}
"""What each leg says, in Chinese and in English."""

LEGS: dict[str, tuple[Kind, str, str, str]] = {
    "deposit_opened": ("release", "giver", "bank", "door"),
    "deposited": ("accept", "giver", "bank", "door"),
    "deposit_abandoned": ("withdraw", "", "bank", "door"),
    "pickup_opened": ("release", "bank", "receiver", "door"),
    "taken": ("accept", "bank", "receiver", "door"),
    "pickup_lapsed": ("withdraw", "bank", "", "door"),
    "released": ("release", "giver", "receiver", "place"),
    "accepted": ("accept", "giver", "receiver", "place"),
    "withdrawn": ("withdraw", "giver", "receiver", "place"),
    "corrected": ("correct", "", "custodian", ""),
}
"""`wire.legs` as a table for readers in other languages: by kind the leg, and where giver, receiver and place stand.

"bank" is "bank DEVICE", "door" is "DEVICE door COMPARTMENT", "" is nothing; everything else is a field of the body.
"""

SAYS: dict[str, tuple[str, str]] = {
    "good": ("凭证有效：由该设备签发，一个字也没有改动。", "Genuine: the device wrote exactly this."),
    "changed": (
        "凭证被改动过：内容与签名不符，不能采信。",
        "CHANGED: this is not what the device signed. Do not rely on it.",
    ),
    "unreadable": (
        "这不是一张完整的凭证，请重新扫描或粘贴整行内容。",
        "Not a receipt, or not all of it: scan it again, or paste the whole line.",
    ),
    "unknown_device": (
        "没有这台设备的公钥：凭证来自别的中心，或设备名被改动过。",
        "No key of this device is known: the receipt is another centre's, or the name was changed.",
    ),
    "not_linked": (
        "凭证本身有效，但与前一张凭证不相连：两者之间还有别的交接，或不是同一件物品。",
        "Genuine, but it does not follow the earlier receipt: something lies between, or it is another item.",
    ),
}
"""What a check found, in Chinese and in English."""


class Proof(NamedTuple):
    """What a receipt says; nothing of it is known to be true before `check`."""

    signed: Signed
    entry: Entry
    kind: str
    leg: Leg

    @property
    def digest(self) -> str:
        """The SHA-256 of the entry: what the item's next leg names as its `before`."""
        return entry.digest(self.signed.data)


def read(text: str) -> Proof:
    """Return what the text of a receipt says; BadMessage for what is none: cut off, changed, or something else."""
    try:
        signed = entry.read_line(text.strip().encode())
    except UnicodeError:
        raise BadMessage("not text") from None
    read_ = entry.decode(signed.data)
    happening = read_.happening()
    leg = leg_of(read_.device, happening) if happening is not None else None
    if happening is None or leg is None:
        raise BadMessage("an entry that hands nothing over")
    return Proof(signed, read_, str(happening.__struct_config__.tag), leg)


def looks_like(text: str) -> bool:
    """Tell whether this was a receipt before somebody changed it, so that nobody takes it for a bad scan."""
    return '"prev":"' in text or '"body":{' in text


def check(proof: Proof, verify: Verify) -> bool:
    """Tell whether the device wrote exactly this: with one character changed it did not."""
    return verify(*proof.signed)


def follows(proof: Proof, earlier: Proof) -> bool:
    """Tell whether `earlier` is the item's leg right before this one; both are to be checked on their own.

    The centre's own journal begins a new epoch with every start, and an item's legs go on over it.
    """
    same = (proof.entry.device, proof.leg.item)
    return proof.leg.before == earlier.digest and same == (earlier.entry.device, earlier.leg.item)
