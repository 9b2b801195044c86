"""A bank of lockers decides: one method for each thing that can happen to it.

A `Bank` is a value. Every method returns a `Step`: the next bank, the happenings to append to the journal, and the
effects. The shell writes `step.record` first (one transaction), then keeps `step.bank`, then does `step.effects`.
Without that order a bolt could move that nobody remembers. A step without record and effects is no news.

**Two truths.** The *use* of a compartment is the fold of the journal: `bank = bank.after(happening, entry.wall)` for
every entry since the first, entries that are not a bank's included. The *door* is live: what its contact says and what
was ordered. After the fold call `resumed(now)` once: doors are unknown, deadlines that ran start again.

**The shell's loop.** On every look at the lock board: `found(now)`; `moved(door, is_open, now)` for each reported move,
oldest first; then the same for the contact of each door: a contact that repeats itself is no news, and a move that got
lost is mended by the contact. A move told again would be another move: the shell keeps the number of the last one in
the same transaction as its record. When the board does not answer: `lost(now)`. At least once a second: `tick(now)`.
`now` is milliseconds and never runs backwards; `wall` is the time of day, believed only where `clock_good`.

**Where each subject is decided**: `depositing`, `reserving`, `fetching` (a code, a QR code), `collecting` (whoever has
the right by office: RULES), `lending`, `inspecting` (people look inside and decide), `caring` (blocked, misplaced, a
new code), `obeying` (orders of the centre), `doors` (contacts and time). Alarms (words in `locker.memory`) are
happenings of the record and stand in `bank.alarms`; they are about "door 3", "lock board" or "screen <name>".

While the lock board is silent nothing new is begun (Refuse "board_silent") and no deadline runs: what happened
meanwhile is not known. An unknown door opens, and an open one too: a contact that lies or is dead never traps an item.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from locker import (
    caring,
    collecting,
    depositing,
    doors,
    fetching,
    inspecting,
    lending,
    obeying,
    presenting,
    reserving,
)
from locker.answer import heard, recorded
from locker.compartment import Compartment
from locker.door import Heard
from locker.memory import BOARD, BOARD_SILENT, Memory
from locker.parcel import Parcel
from locker.rules import Role
from locker.step import Step
from wire.credential import Credential
from wire.entry import Instant
from wire.happenings import Size, Way
from wire.orders import Order


class Bank(Memory):
    """See the module."""

    # --- laying in ---

    def deposit(self, parcel: Parcel, now: Instant) -> Step:
        """Choose a compartment and open it, or open the one of `parcel.into` or of `parcel.reservation`."""
        return depositing.deposit(self, parcel, now)

    def cancel_deposit(self, compartment: int, now: Instant) -> Step:
        """The giver took the item back; refused: "too_late" when the deposit has ended already."""
        return depositing.cancel(self, compartment, now)

    def claim_deposit(self, parcel: Parcel, compartment: int, now: Instant) -> Step:
        """The giver says that the item lies inside, though no contact saw the door open: two people settle it.

        `parcel` as it was in `deposit`: the giver may also say so when the deposit was abandoned or went on elsewhere.
        """
        return depositing.claim(self, parcel, compartment, now)

    def reserve(self, *, reservation: str, size: Size, low: bool, by: str, until: Instant, now: Instant) -> Step:
        """Keep a free compartment for `Parcel.reservation` until `until` (wall)."""
        return reserving.reserve(self, reservation, size, low=low, by=by, until=until, now=now)

    def cancel_reservation(self, reservation: str, now: Instant) -> Step:
        """Let the compartment go."""
        return reserving.cancel(self, reservation, now)

    # --- taking out ---

    def pick_up(
        self,
        *,
        number: str,
        code: str,
        screen: str,
        code_of: Callable[[str, int], str],
        now: Instant,
        tail: str = "",
        holder: str = "",
    ) -> Step:
        """`code_of(item, issue)` is the right code; `holder` is the commitment of the ID card that was read.

        "needs_tail" and "needs_card" record nothing and count no try: ask, and call again with the same code.
        """
        typed = fetching.Typed(number, code, screen, tail, holder)
        return fetching.pick_up(self, typed, code_of, now)

    def present(
        self,
        credential: Credential,
        *,
        device: str,
        screen: str,
        now: Instant,
        wall: Instant,
        clock_good: bool,
        tail: str = "",
        holder: str = "",
    ) -> Step:
        """A QR code whose signature the shell has verified. It is never locked out and adds no tries."""
        shown = presenting.Shown(credential, device, screen, tail, holder)
        return presenting.present(self, shown, now, wall, clock_good=clock_good)

    def refuse_forged(self, screen: str, now: Instant) -> Step:
        """A QR code without a signature of the centre."""
        return presenting.refused_for(self, "forged", screen, now)

    def collect(self, item: str, *, by: str, role: Role, now: Instant) -> Step:
        """Whoever has the right by office, or the giver, takes it out; refused: "not_yours"."""
        return collecting.collect(self, item, by=by, role=role, now=now)

    def lend(self, item: str, *, phone: str, phone_tail: str, due: Instant, now: Instant) -> Step:
        """Lend an article until `due` (ms UTC); it comes back by `deposit` with the purpose "loan"."""
        return lending.lend(self, item, phone=phone, phone_tail=phone_tail, due=due, now=now)

    # --- what staff and the centre do with compartments and codes ---

    def block(self, compartment: int, why: str, by: str, now: Instant) -> Step:
        """Offer it no longer; what lies inside may still be fetched."""
        return caring.block(self, compartment, why, by, now)

    def unblock(self, compartment: int, by: str, now: Instant) -> Step:
        """Offer it again."""
        return caring.unblock(self, compartment, by, now)

    def inspect(self, compartment: int, *, by: str, witness: str, why: str, now: Instant, order: str = "") -> Step:
        """Open it for people to look inside; `witness` is another person where something lies, or may lie, inside."""
        return inspecting.inspect(self, compartment, by=by, witness=witness, why=why, now=now, order=order)

    def settle(self, compartment: int, *, gone: bool, by: str, witness: str, why: str, now: Instant) -> Step:
        """Two people saw whether the item is inside, which the contact does not tell."""
        return inspecting.settle(self, compartment, gone=gone, by=by, witness=witness, why=why, now=now)

    def report_misplaced(self, item: str, *, by: str, note: str, now: Instant) -> Step:
        """The giver or staff say that it lies elsewhere: nobody is sent there before it is recalled or settled."""
        return caring.report_misplaced(self, item, by=by, note=note, now=now)

    def report_wrong_inside(self, item: str, now: Instant) -> Step:
        """Whoever stands at the open door to take this item says that something else lies there: it is not taken."""
        return caring.report_wrong_inside(self, item, now)

    def reissue(
        self,
        item: str,
        *,
        issue: int,
        why: str,
        by: str,
        now: Instant,
        phone: str = "",
        phone_tail: str = "",
        holder: str = "",
        order: str = "",
    ) -> Step:
        """Void the codes of all that lies with the item: its issue becomes `issue`, which must be higher."""
        new = caring.NewCode(issue, why, by, phone, phone_tail, holder, order)
        return caring.reissue(self, item, new, now)

    def redirect(self, item: str, way: Way, *, by: str, now: Instant, order: str = "") -> Step:
        """Let a courier have what waits for a citizen, or the citizen again; refused where it does not lie alone."""
        return caring.redirect(self, item, way, by=by, order=order, now=now)

    def obey(
        self, order: Order, *, epoch: int, seq: int, now: Instant, wall: Instant, clock_good: bool, boot: int
    ) -> Step:
        """Do what the centre orders, unless it is too late; an order that was taken before is no news.

        The record ends with OrderTaken, which says what came of it: nothing is refused in the effects.
        """
        here = obeying.Here(epoch, seq, wall, clock_good, boot)
        return obeying.obey(self, order, here, now)

    # --- doors and time ---

    def moved(self, compartment: int, is_open: bool, now: Instant) -> Step:
        """A contact said so. A door without a compartment is nobody's."""
        return doors.moved(self, compartment, is_open, now)

    def news(self, open_doors: Collection[int]) -> list[int]:
        """Return the compartments of whose door contacts that say so tell `moved` something."""
        return doors.news(self, open_doors)

    def lost(self, now: Instant) -> Step:
        """The lock board does not answer."""
        bank: Bank = self
        for number in self.compartments:
            bank = heard(bank, number, Heard.LOST, now)
        return recorded(bank, now, *self.raising(BOARD_SILENT, BOARD))

    def found(self, now: Instant) -> Step:
        """The lock board answered: the deadlines that could not run start again."""
        if not self.silent:
            return Step(self)
        return recorded(replace(self, started=now), now, *self.clearing(BOARD_SILENT, BOARD))

    def tick(self, now: Instant, wall: Instant | None = None) -> Step:
        """Time has passed; `wall` where the time of day is another than `now`."""
        return doors.tick(self, now, now if wall is None else wall)

    def offers(self, compartment: Compartment) -> bool:
        """Whether something new may be laid in there."""
        return depositing.offers(self, compartment)
