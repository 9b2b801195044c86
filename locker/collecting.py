"""Fetching without a code: staff and couriers by their office, the giver what the giver laid in."""

from typing import TYPE_CHECKING

from locker.answer import refused
from locker.fetching import door_not_now, open_for
from locker.rules import By, Role, may
from locker.step import Step
from wire.entry import Instant
from wire.happenings import PickupReserved

if TYPE_CHECKING:
    from locker.bank import Bank


def collect(bank: "Bank", item: str, *, by: str, role: Role, now: Instant) -> Step:
    """A misplaced item may be recalled: whoever laid it in knows best where to look."""
    found = bank.lying(item)
    if found is None:
        return refused(bank, "busy" if bank.holding(item) else "no_such_item")
    inside, lies = found
    right: By = "recall" if role == "giver" else "collect"
    if not by or not may(lies.purpose, role, right) or (role == "giver" and by != lies.giver):
        return refused(bank, "not_yours")
    reason = door_not_now(bank, inside)
    if reason is not None:
        return refused(bank, reason)
    attempt = inside.attempts + 1
    reserved = PickupReserved(item=item, compartment=inside.number, attempt=attempt, by=right, receiver=by)
    return open_for(bank, inside, reserved, now)
