"""Lending an article: it goes out against a phone number, and comes back as a deposit."""

from typing import TYPE_CHECKING

from locker.answer import refused
from locker.fetching import door_not_now, open_for
from locker.rules import may
from locker.step import Step
from wire.entry import Instant
from wire.happenings import PickupReserved

if TYPE_CHECKING:
    from locker.bank import Bank


def lend(bank: "Bank", item: str, *, phone: str, phone_tail: str, due: Instant, now: Instant) -> Step:
    found = bank.lying(item)
    if found is None or not may(found[1].purpose, "citizen", "loan"):
        return refused(bank, "no_such_item")
    if not phone_tail:
        return refused(bank, "needs_tail")
    inside, lies = found
    reason = "misplaced" if lies.misplaced else door_not_now(bank, inside)
    if reason is not None:
        return refused(bank, reason)
    reserved = PickupReserved(
        item=item,
        compartment=inside.number,
        attempt=inside.attempts + 1,
        by="loan",
        receiver=f"citizen ****{phone_tail}",
        phone=phone,
        phone_tail=phone_tail,
        due=due,
    )
    return open_for(bank, inside, reserved, now)
