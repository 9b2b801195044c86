"""Fetching by a QR code: signed by the centre for one item at one bank, checked without any network.

The shell has verified the signature. Here it is judged whether this is the bank, whether the item lies inside, whether
a newer code was given out, and, where the clock can be believed, whether it is the time. A code with an issue above the
bank's is a newer one that the bank had not heard of: from then on the older ones open nothing.

Wrong codes never lock this path: nobody can shut out the citizens with a handful of wrong numbers. A wrong tail or card
after the right QR code counts for that pickup number alone, at all screens together, and after five of them there is a
wait: a code that was photographed gives no endless guesses at four digits.
"""

from typing import TYPE_CHECKING, NamedTuple

from locker.answer import recorded, refused, then
from locker.compartment import Compartment, Use
from locker.contents import Item
from locker.fetching import Typed, asks_for, is_spent, reserve, wrong
from locker.rules import may
from locker.step import Reason, Refuse, Step
from locker.tries import Tries, of_qr
from wire.credential import Credential, bank_mark, item_mark
from wire.entry import Instant
from wire.happenings import CodeRefused, Reissued

if TYPE_CHECKING:
    from locker.bank import Bank

HOUR = 3_600_000
GRACE = 24 * HOUR
"""A code still opens for so long after its time: it is the item and its issue that make it good."""

CENTRE = "centre"
"""Who gave out a code that the bank had not heard of."""


class Shown(NamedTuple):
    """What was held before the scanner of a screen; `tail` and `holder` are empty until they were asked for."""

    credential: Credential
    device: str
    screen: str
    tail: str
    holder: str


def present(bank: "Bank", shown: Shown, now: Instant, wall: Instant, *, clock_good: bool) -> Step:
    found = _find(bank, shown)
    if isinstance(found, str):
        return refused_for(bank, found, shown.screen, now)
    inside, item = found
    reason = _not_good(bank, inside, item, shown.credential) or (_not_the_time(shown, wall) if clock_good else None)
    if reason is not None:
        return refused_for(bank, reason, shown.screen, now, inside.content().number)
    if inside.use is not Use.HOLDING:
        return Step(bank, effects=(Refuse("misplaced" if inside.claimed else "busy"),))
    known = _newer(bank, inside, item, shown.credential, now)
    return then(known, _open(known.bank, inside.number, item.id, shown, now))


def refused_for(bank: "Bank", reason: Reason, screen: str, now: Instant, number: str = "") -> Step:
    """Write down that a QR code was refused; the tries of the screen stay what they are."""
    tries = bank.tries.get(screen, Tries()).wrong
    why = "unknown_number" if reason == "not_here" else reason
    shown = CodeRefused(number=number, why=why, tries=tries, screen=screen)
    return recorded(bank, now, shown, effects=(Refuse(reason),))


def _find(bank: "Bank", shown: Shown) -> tuple[Compartment, Item] | Reason:
    if shown.credential.bank != bank_mark(shown.device):
        return "foreign"
    mark = shown.credential.item
    for compartment in bank.compartments.values():
        for item in compartment.items:
            if item_mark(item.id) == mark:
                return (compartment, item) if may(item.purpose, "citizen", "qr") else "not_here"
    return "spent" if any(item_mark(item) == mark for item in bank.spent.issues) else "not_here"


def _not_good(bank: "Bank", inside: Compartment, item: Item, credential: Credential) -> Reason | None:
    if credential.issue < item.issue:
        return "old_issue"
    going = inside.taking is not None and item.id in inside.taking.going
    return "spent" if going or is_spent(bank, inside) else None


def _not_the_time(shown: Shown, wall: Instant) -> Reason | None:
    begins = shown.credential.not_before
    if wall < begins:
        return "too_early"
    return "expired" if wall >= begins + shown.credential.valid_h * HOUR + GRACE else None


def _newer(bank: "Bank", inside: Compartment, item: Item, credential: Credential, now: Instant) -> Step:
    if credential.issue <= item.issue:
        return Step(bank)
    newer = Reissued(
        item=item.id,
        compartment=inside.number,
        number=item.number,
        issue=credential.issue,
        why="newer_qr",
        by=CENTRE,
        holder=credential.holder.hex() if any(credential.holder) else "",
    )
    return recorded(bank, now, newer)


def _open(bank: "Bank", number: int, item: str, shown: Shown, now: Instant) -> Step:
    """The stricter of what the deposit and what the code ask for."""
    inside = bank.compartment(number)
    lies = inside.item(item)
    assert lies is not None  # noqa: S101 - it was found there
    counted = Typed(lies.number, "", of_qr(lies.number), shown.tail, shown.holder)
    tries = bank.tries.get(counted.screen, Tries())
    if (shown.tail or shown.holder) and now < tries.until:
        return refused(bank, "locked_out", tries.until)
    missing = asks_for((*inside.items, _at_least(lies, shown.credential)), shown.tail, shown.holder)
    if missing == "wrong_tail" or missing == "wrong_card":  # noqa: PLR1714 - a set would lose the type
        return wrong(bank, missing, missing, counted, now)
    if missing is not None:
        return Step(bank, effects=(Refuse(missing),))
    return reserve(bank, inside, lies, by="qr", screen=shown.screen, now=now)


def _at_least(item: Item, credential: Credential) -> Item:
    holder = credential.holder.hex() if any(credential.holder) else item.holder
    return Item(item.id, "", item.number, item.giver, item.phone_tail, level=credential.level, holder=holder)
