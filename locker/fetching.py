"""Fetching by pickup number and code.

The right code: PickupReserved, Open. Door open: PickupOpened for each item behind it, and the code is spent. Door
closed: Taken for each. Not open in 10 s: PickupLapsed, the items wait again and the code holds. After three attempts
and while `door_stuck` stands: Refuse "stuck"; the alarm is cleared, and the attempts are forgiven, when the door moves.

A wrong code and an unknown number are refused with the same word and count alike; the record tells them apart. The
sixth wrong one in a row at a screen locks it for 60 s, doubling to an hour: while it is locked nothing is looked at,
counted or recorded. Where the level asks for more than the code, the right code alone opens nothing, and the wrong tail
or card counts as a wrong code does.
"""

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from locker import doors
from locker.answer import ordered, recorded, refused
from locker.compartment import Compartment, Use
from locker.contents import Item
from locker.door import Door
from locker.memory import DOOR_STUCK, GUESSING
from locker.pickup import is_code, is_number
from locker.rules import By, may
from locker.step import Reason, Refuse, Step
from locker.tries import Tries
from wire.entry import Instant
from wire.happenings import CodeRefused, PickupReserved

if TYPE_CHECKING:
    from locker.bank import Bank

ATTEMPTS = 3
GUESSED = 10
"""Wrong codes in a row that raise an alarm."""


class Typed(NamedTuple):
    """What was given at a screen; `tail` and `holder` are empty until they were asked for."""

    number: str
    code: str
    screen: str
    tail: str
    holder: str


def pick_up(bank: "Bank", typed: Typed, code_of: Callable[[str, int], str], now: Instant) -> Step:
    tries = bank.tries.get(typed.screen, Tries())
    if now < tries.until:
        return refused(bank, "locked_out", tries.until)
    meant = bank.meant_by(typed.number)
    if meant is None:
        return wrong(bank, "unknown_number", "wrong_code", typed, now)
    item, issue = meant
    if not (is_code(typed.code) and hmac.compare_digest(code_of(item, issue), typed.code)):
        return wrong(bank, "wrong_code", "wrong_code", typed, now)
    return _right(bank, typed, now)


def _right(bank: "Bank", typed: Typed, now: Instant) -> Step:
    """The code is the right one for the number; the level may ask for more."""
    inside = bank.under(typed.number)
    if inside is None or is_spent(bank, inside):
        tries = bank.tries.get(typed.screen, Tries()).wrong
        spent = CodeRefused(number=typed.number, why="spent", tries=tries, screen=typed.screen)
        return recorded(bank, now, spent, effects=(Refuse("spent"),))
    if not may(inside.content().purpose, "citizen", "code"):
        return wrong(bank, "unknown_number", "wrong_code", typed, now)
    missing = asks_for(inside.items, typed.tail, typed.holder)
    if missing == "wrong_tail" or missing == "wrong_card":  # noqa: PLR1714 - a set would lose the type
        return wrong(bank, missing, missing, typed, now)
    if missing is not None:
        return refused(bank, missing)
    return reserve(bank, inside, inside.content(), by="code", screen=typed.screen, now=now)


def is_spent(bank: "Bank", inside: Compartment) -> bool:
    """The door stood open for this code; what people were allowed to take out of several leaves the code good."""
    return inside.use is Use.EMPTYING and inside.opened and inside.content().number in bank.spent.numbers


def asks_for(items: tuple[Item, ...], tail: str, holder: str) -> Reason | None:
    """Return what the strictest of the items still asks for, or what of it was wrong; None when all is proven."""
    strictest = max(items, key=lambda item: item.level)
    if strictest.level <= 0:
        return None
    if strictest.level == 1:
        if not tail:
            return "needs_tail"
        return None if _same(strictest.phone_tail, tail) else "wrong_tail"
    if not holder:
        return "needs_card"
    return None if _same(strictest.holder, holder) else "wrong_card"


def reserve(bank: "Bank", inside: Compartment, item: Item, *, by: By, screen: str, now: Instant) -> Step:
    """The right was proven. An unknown door opens, and an open one too."""
    reason = _not_now(bank, inside)
    if reason is not None:
        return refused(bank, reason)
    reserved = PickupReserved(
        item=item.id,
        compartment=inside.number,
        attempt=inside.attempts + 1,
        screen=screen,
        by=by,
        receiver=item.receiver,
    )
    return open_for(bank, inside, reserved, now)


def open_for(bank: "Bank", inside: Compartment, reserved: PickupReserved, now: Instant) -> Step:
    """Reserve, and open; a door that stands open already counts as opened."""
    begun = recorded(bank, now, reserved)
    opened = doors.opening(begun.bank.compartment(inside.number)) if inside.door is Door.OPEN else ()
    guessing = bank.clearing(GUESSING, f"screen {reserved.screen}") if reserved.by == "code" else ()
    return ordered(bank, inside, now, reserved, *opened, *guessing)


def _not_now(bank: "Bank", inside: Compartment) -> Reason | None:
    if inside.claimed or any(item.misplaced for item in inside.items):
        return "misplaced"
    return door_not_now(bank, inside)


def door_not_now(bank: "Bank", inside: Compartment) -> Reason | None:
    """Return why the door opens for nobody at the moment."""
    if inside.use is not Use.HOLDING:
        return "misplaced" if inside.claimed else "busy"
    if bank.silent:
        return "board_silent"
    if inside.door is Door.OPENING:
        return "busy"  # for a deposit that was cancelled
    if inside.attempts >= ATTEMPTS and bank.stands(DOOR_STUCK, inside.about):
        return "stuck"
    return None


def wrong(bank: "Bank", why: str, reason: Reason, typed: Typed, now: Instant) -> Step:
    """What is no pickup number is not kept: people type their phone number there."""
    tries = bank.tries.get(typed.screen, Tries()).wrong + 1
    number = typed.number if is_number(typed.number) else ""
    counted = CodeRefused(number=number, why=why, tries=tries, screen=typed.screen)
    guessing = bank.raising(GUESSING, f"screen {typed.screen}") if tries >= GUESSED else ()
    return recorded(bank, now, counted, *guessing, effects=(Refuse(reason),))


def _same(right: str, given: str) -> bool:
    """Of strings that came from outside: also what is not ASCII is compared, and takes as long."""
    return hmac.compare_digest(right.encode(errors="replace"), given.encode(errors="replace"))
