"""How a bank answers: refused, recorded, or recorded and a door ordered open."""

from typing import TYPE_CHECKING

from locker.changed import changed
from locker.compartment import Compartment
from locker.door import Heard, hear
from locker.step import Effect, Open, Reason, Refuse, Step
from wire.entry import Instant
from wire.happenings import Happening

if TYPE_CHECKING:
    from locker.bank import Bank


def refused(bank: "Bank", reason: Reason, until: Instant | None = None) -> Step:
    """Nothing is recorded and nothing opens."""
    return Step(bank, effects=(Refuse(reason, until),))


def recorded(bank: "Bank", now: Instant, *record: Happening, effects: tuple[Effect, ...] = ()) -> Step:
    for happening in record:
        bank = bank.after(happening, now)
    return Step(bank, record, effects)


def ordered(bank: "Bank", compartment: Compartment, now: Instant, *record: Happening) -> Step:
    """Record it, and then the door of this compartment is to be opened."""
    bank = heard(bank, compartment.number, Heard.COMMANDED, now)
    return recorded(bank, now, *record, effects=(Open(compartment.number),))


def then(step: Step, next_step: Step) -> Step:
    """Join two steps, the second taken from the bank that the first left, into one: one transaction."""
    return Step(next_step.bank, step.record + next_step.record, step.effects + next_step.effects)


def heard(bank: "Bank", number: int, said: Heard, now: Instant) -> "Bank":
    before = bank.compartment(number)
    door = hear(before.door, said)
    return bank if door is before.door else bank.with_compartment(changed(before, {"door": door, "door_since": now}))
