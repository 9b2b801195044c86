"""A bank of lockers decides: one method for each thing that can happen to it.

A `Bank` is a value. Every method returns a `Step`: the next bank, the happenings to append to the journal, and the
effects. The shell writes `step.record` first (one transaction), then keeps `step.bank`, then does `step.effects`.
Without that order a bolt could move that nobody remembers. A step without record and effects is no news.

**Two truths.** The *use* of a compartment (free, filling, holding, emptying) is the fold of the journal: `bank =
bank.after(happening, entry.wall)` for every entry since the first, entries that are not a bank's included. The *door*
is live: what its contact says and what was ordered. After the fold call `resumed(now)` once: doors are unknown,
deadlines that ran start again.

**The shell's loop.** On every look at the lock board: `found(now)`; `moved(door, is_open, now)` for each reported move,
oldest first; then the same for the contact of each door: a contact that repeats itself is no news, and a move that got
lost is mended by the contact. A move told again would be another move: the shell keeps the number of the last one in
the same transaction as its record. When the board does not answer: `lost(now)`. At least once a second: `tick(now)`.
`now` is milliseconds UTC and never runs backwards.

**Deposit.** `deposit` chooses the smallest free compartment that is large enough, in order, and not open:
DepositBegun, Open. Door open: DepositOpened. Door closed: Deposited, the item has its issue, and number and code are
good. Not open in 10 s: DepositAbandoned "not_opened". `cancel_deposit`: DepositAbandoned "cancelled" at once, also
while the door stands open, so that a restart cannot forget it; the compartment is not given out again before its door
is closed.

**Pickup.** `pick_up` with the right code: PickupReserved, Open. Door open: PickupOpened, and the code is spent. Door
closed: Taken. Not open in 10 s: PickupLapsed, the item waits again and the code holds. After three attempts and while
`door_stuck` stands: Refuse "stuck"; the alarm is cleared, and the attempts are forgiven, when the door moves. An
unknown door opens, and an open one too: a contact that lies or is dead never traps an item. A wrong code and an
unknown number are refused with the same word and count alike; the record tells them apart. The sixth wrong one in a
row at a screen locks it for 60 s, doubling to an hour: while it is locked nothing is looked at, counted or recorded.

**Doors.** An opening that nobody ordered, or that comes after its deadline: DoorForced and the alarm `break_in`, until
DoorClosed. Of a free compartment whose door was unknown nothing is concluded. Left open for 60 s: the alarm
`door_left_open`. Alarms (words in `locker.memory`) are happenings of the record and stand in `bank.alarms`; they are
about "door 3", "lock board" or "screen <name>".

While the lock board is silent nothing new is begun (Refuse "board_silent") and no deadline runs: what happened
meanwhile is not known.
"""

import hmac
from collections.abc import Callable
from dataclasses import replace

from locker import doors
from locker.compartment import Compartment, Use
from locker.door import Door, Heard, hear
from locker.memory import BOARD, BOARD_SILENT, BREAK_IN, DOOR_LEFT_OPEN, DOOR_STUCK, GUESSING, Memory
from locker.pickup import is_code, is_number, next_number
from locker.step import Effect, Open, Reason, Refuse, Step
from locker.tries import Tries
from wire.entry import Instant
from wire.happenings import (
    SIZES,
    CodeRefused,
    DepositAbandoned,
    DepositBegun,
    Happening,
    PickupReserved,
    Size,
)

ATTEMPTS = 3
GUESSED = 10
"""Wrong codes in a row that raise an alarm."""


class Bank(Memory):
    """See the module."""

    def deposit(
        self, *, item: str, label: str, size: Size, phone: str, phone_tail: str, giver: str, now: Instant
    ) -> Step:
        """`phone` is sealed to the centre; refused: "already_here", "board_silent", "no_compartment"."""
        if self.holding(item):
            return self._refused("already_here")
        if self.silent:
            return self._refused("board_silent")
        chosen = self._compartment_for(size)
        if chosen is None:
            return self._refused("no_compartment")
        begun = DepositBegun(
            item=item,
            label=label,
            compartment=chosen.number,
            size=size,
            number=next_number(self.last_number, self.numbers()),
            giver=giver,
            phone=phone,
            phone_tail=phone_tail,
        )
        return self._ordered(chosen, now, begun)

    def cancel_deposit(self, compartment: int, now: Instant) -> Step:
        """The giver took the item back; refused: "too_late" when the deposit has ended already."""
        filling = self.compartment(compartment)
        if filling.use is not Use.FILLING:
            return self._refused("too_late")
        abandoned = DepositAbandoned(item=filling.content().id, compartment=compartment, why="cancelled")
        return _step(self, now, abandoned)

    def pick_up(self, *, number: str, code: str, screen: str, code_of: Callable[[str, int], str], now: Instant) -> Step:
        """`code_of(item, issue)` is the right code; refused with any reason that is not a deposit's."""
        tries = self.tries.get(screen, Tries())
        if now < tries.until:
            return self._refused("locked_out", tries.until)
        meant = self.meant_by(number)
        if meant is None:
            return self._wrong("unknown_number", number, screen, now)
        item, issue = meant
        if not (is_code(code) and hmac.compare_digest(code_of(item, issue), code)):
            return self._wrong("wrong_code", number, screen, now)
        inside = self.under(number)
        if inside is None or inside.opened:
            spent = CodeRefused(number=number, why="spent", tries=tries.wrong, screen=screen)
            return _step(self, now, spent, effects=(Refuse("spent"),))
        return self._reserve(inside, screen, now)

    def moved(self, compartment: int, is_open: bool, now: Instant) -> Step:
        """A contact said so. A door without a compartment is nobody's."""
        before = self.compartments.get(compartment)
        if before is None:
            return Step(self)
        record = doors.on_opened(self, before) if is_open else doors.on_closed(self, before)
        return _step(_hear(self, compartment, Heard.OPENED if is_open else Heard.CLOSED, now), now, *record)

    def lost(self, now: Instant) -> Step:
        """The lock board does not answer."""
        bank: Bank = self
        for number in self.compartments:
            bank = _hear(bank, number, Heard.LOST, now)
        return _step(bank, now, *self.raising(BOARD_SILENT, BOARD))

    def found(self, now: Instant) -> Step:
        """The lock board answered: the deadlines that could not run start again."""
        if not self.silent:
            return Step(self)
        return _step(replace(self, started=now), now, *self.clearing(BOARD_SILENT, BOARD))

    def tick(self, now: Instant) -> Step:
        """Time has passed."""
        if self.silent:
            return Step(self)
        bank: Bank = self
        record: list[Happening] = []
        for compartment in self.compartments.values():
            record += doors.on_time_passed(self, compartment, now)
            if doors.is_stuck(compartment, now):
                bank = _hear(bank, compartment.number, Heard.TIMED_OUT, now)
        return _step(bank, now, *record)

    def _compartment_for(self, size: Size) -> Compartment | None:
        """Return the smallest that is large enough, None when there is none."""
        enough = [c for c in self.compartments.values() if _rank(c.size) >= _rank(size) and self._is_offered(c)]
        return min(enough, key=lambda c: (_rank(c.size), c.number), default=None)

    def _is_offered(self, compartment: Compartment) -> bool:
        if compartment.use is not Use.FREE or compartment.door not in (Door.CLOSED, Door.UNKNOWN):
            return False
        return not any(self.stands(alarm, compartment.about) for alarm in (DOOR_STUCK, DOOR_LEFT_OPEN, BREAK_IN))

    def _reserve(self, compartment: Compartment, screen: str, now: Instant) -> Step:
        """The code was right."""
        item = compartment.content()
        if compartment.use is Use.EMPTYING:
            return self._refused("busy")
        if self.silent:
            return self._refused("board_silent")
        if item.attempts >= ATTEMPTS and self.stands(DOOR_STUCK, compartment.about):
            return self._refused("stuck")
        attempt = item.attempts + 1
        reserved = PickupReserved(item=item.id, compartment=compartment.number, attempt=attempt, screen=screen)
        opened = (doors.opening(replace(compartment, use=Use.EMPTYING)),) if compartment.door is Door.OPEN else ()
        return self._ordered(compartment, now, reserved, *opened, *self.clearing(GUESSING, f"screen {screen}"))

    def _wrong(self, why: str, number: str, screen: str, now: Instant) -> Step:
        """What is no pickup number is not kept: people type their phone number there."""
        wrong = self.tries.get(screen, Tries()).wrong + 1
        refused = CodeRefused(number=number if is_number(number) else "", why=why, tries=wrong, screen=screen)
        guessing = self.raising(GUESSING, f"screen {screen}") if wrong >= GUESSED else ()
        return _step(self, now, refused, *guessing, effects=(Refuse("wrong_code"),))

    def _refused(self, reason: Reason, until: Instant | None = None) -> Step:
        return Step(self, effects=(Refuse(reason, until),))

    def _ordered(self, compartment: Compartment, now: Instant, *record: Happening) -> Step:
        bank = _hear(self, compartment.number, Heard.COMMANDED, now)
        return _step(bank, now, *record, effects=(Open(compartment.number),))


def _step(bank: Bank, now: Instant, *record: Happening, effects: tuple[Effect, ...] = ()) -> Step:
    for happening in record:
        bank = bank.after(happening, now)
    return Step(bank, record, effects)


def _hear(bank: Bank, number: int, heard: Heard, now: Instant) -> Bank:
    before = bank.compartment(number)
    door = hear(before.door, heard)
    return bank if door is before.door else bank.with_compartment(replace(before, door=door, door_since=now))


def _rank(size: Size) -> int:
    return SIZES.index(size)
