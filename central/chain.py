"""PURE: one item's legs in one journal: a release, then its acceptance; what cannot be is told and not hidden.

Custody moves only when both legs are there and belong together. The centre may not refuse what a device has written, so
a leg that contradicts the ones before it moves nothing and becomes a case for people.
"""

from typing import NamedTuple

from wire.legs import Leg

CENTRE_BANK = "bank central"
"""What the centre's own journal would call its bank, if it had one."""

MISSING = "missing"
"""Who has what a bank had and two people did not find there."""


class Chain(NamedTuple):
    """`head`: digest of the last leg, "" where there is none; `held_by`: who has it as far as this journal knows.

    `open`: the release that was not accepted yet.
    """

    head: str = ""
    held_by: str = ""
    open: Leg | None = None


class Verdict(NamedTuple):
    """`custodian`: whom the item went to with this leg, None where it stayed; `wrong`: why the leg cannot be."""

    custodian: str | None = None
    wrong: str = ""


def follow(chain: Chain, leg: Leg, digest: str, *, bank: str) -> tuple[Chain, Verdict]:
    """Return the chain after a leg, whose digest is `digest`, in the journal of `bank` ("bank zone-01")."""
    wrong = _missing(chain, leg) or _not_its_own(chain, leg, bank) or _RULES[leg.kind](chain, leg, bank)
    after = {
        "release": lambda: Chain(digest, chain.held_by, leg),
        "accept": lambda: Chain(digest, leg.receiver),
        "withdraw": lambda: Chain(digest, chain.held_by),
        "correct": lambda: Chain(digest, leg.receiver),
    }[leg.kind]()
    moved = leg.kind in {"accept", "correct"} and not wrong
    return after, Verdict(leg.receiver if moved else None, wrong)


def _missing(chain: Chain, leg: Leg) -> str:
    """A `before` that is empty comes from a device that did not chain items yet."""
    expected = chain.head or "0" * 64
    return "" if leg.before in {"", expected} else "it names another leg before it than the one that is here"


def _not_its_own(chain: Chain, leg: Leg, bank: str) -> str:
    """A device tells of its own bank only; what people do elsewhere stands in the centre's own journal."""
    lost = leg.kind == "correct" and leg.receiver == MISSING and chain.held_by == bank
    mine = bank == CENTRE_BANK or bank in {leg.giver, leg.receiver} or lost
    return "" if mine else "it tells of hands that are not this bank's"


def _release(chain: Chain, leg: Leg, bank: str) -> str:
    if chain.open:
        return f"released to {leg.receiver} while it was released to {chain.open.receiver}"
    if (leg.giver == bank) != (chain.held_by == bank):
        return f"released by {leg.giver}, while {chain.held_by or 'nobody here'} has it"
    return ""


def _accept(chain: Chain, leg: Leg, _bank: str) -> str:
    if not chain.open:
        return f"accepted by {leg.receiver} without a release"
    giver, receiver = chain.open.giver or leg.giver, chain.open.receiver or leg.receiver  # "": an older device
    if (giver, receiver) != (leg.giver, leg.receiver):
        return f"released by {giver} to {receiver}, accepted by {leg.receiver} from {leg.giver}"
    return ""


def _anyhow(_chain: Chain, _leg: Leg, _bank: str) -> str:
    """A deposit that ends before its door opened withdraws what was never released; people's word is always taken."""
    return ""


_RULES = {"release": _release, "accept": _accept, "withdraw": _anyhow, "correct": _anyhow}
