"""The bank of lockers: the core decides, the journal remembers, then the bolt moves. Here is what one may ask."""

import contextlib
import hmac
import math
from collections.abc import Callable, Mapping, Sequence

from edge.alarms import Alarms
from edge.config import Locker
from edge.drivers import LockBus
from edge.journal import Journal, Ordered
from edge.kept_bank import KeptBank
from edge.past import Past
from edge.refusals import LockerRefused
from locker import pickup
from locker.bank import Bank
from locker.parcel import Parcel
from locker.rules import Role
from locker.step import Reason, Step
from locker.tries import Tries
from wire import credential
from wire.errors import BadMessage
from wire.happenings import OrderTaken, Size
from wire.orders import Order
from wire.sign import Verify

__all__ = ["LockerRefused", "Lockers"]

HOUR_MS = 3_600_000

REFUSED_CODES: frozenset[Reason] = frozenset(
    (
        "wrong_code",
        "wrong_tail",
        "wrong_card",
        "spent",
        "locked_out",
        "forged",
        "foreign",
        "not_here",
        "old_issue",
        "too_early",
        "expired",
    )
)


class Lockers(KeptBank):
    """Every method records first, then opens; LockerRefused says why nothing opens, JournalFault that nothing may.

    `credential_keys` verify the QR codes of the centre. A phone number comes sealed already; an ID card's number stays
    in memory and only for the time of the call.
    """

    def __init__(
        self,
        section: Locker,
        *,
        key: bytes,
        bus: LockBus,
        journal: Journal,
        alarms: Alarms,
        changed: Callable[[str], None],
        credential_keys: Sequence[Verify] = (),
        past: Past | None = None,
    ) -> None:
        super().__init__(section, bus=bus, journal=journal, alarms=alarms, changed=changed, past=past)
        self.refused_codes = 0
        self._key = key
        self._credential_keys = credential_keys
        self._loan_ms = section.loan_hours * HOUR_MS

    # --- laying in ---

    async def deposit(self, parcel: Parcel) -> Step:
        """Open a compartment for it, also for an article that was lent and comes back."""
        self._refuse_when_full()
        return await self._ask(lambda bank, now: bank.deposit(parcel, now))

    async def cancel_deposit(self, compartment: int) -> Step:
        """The giver took the item back."""
        return await self._ask(lambda bank, now: bank.cancel_deposit(compartment, now))

    async def claim_deposit(self, parcel: Parcel, compartment: int) -> Step:
        """The giver says that it lies inside, though no contact saw the door open: two people settle it."""
        return await self._ask(lambda bank, now: bank.claim_deposit(parcel, compartment, now))

    async def reserve(self, *, reservation: str, size: Size, low: bool, by: str, until: int) -> Step:
        """Keep a compartment for one deposit until `until` (wall, ms)."""
        self._refuse_when_full()
        return await self._ask(
            lambda bank, now: bank.reserve(reservation=reservation, size=size, low=low, by=by, until=until, now=now)
        )

    async def cancel_reservation(self, reservation: str) -> Step:
        return await self._ask(lambda bank, now: bank.cancel_reservation(reservation, now))

    # --- taking out ---

    async def pick_up(self, number: str, code: str, screen: str, tail: str = "", id_number: str = "") -> Step:
        """Open the compartment of this number for its code; "needs_tail" and "needs_card" ask for more."""
        holder = self._holder(id_number)
        return await self._ask(
            lambda bank, now: bank.pick_up(
                number=number, code=code, screen=screen, code_of=self._code_of, tail=tail, holder=holder, now=now
            )
        )

    async def present(self, text: str, screen: str, tail: str = "", id_number: str = "") -> Step:
        """Open the compartment that a QR code gives the right to."""
        whole = text.rjust(credential.MAX_TEXT)  # it may begin with a space, which forms and scanners like to drop
        try:
            shown = credential.read(whole, self._credential_keys)
        except BadMessage:
            return await self._ask(lambda bank, now: bank.refuse_forged(screen, now))
        holder, clock = self._holder(id_number), self._journal.clock.read()
        return await self._ask(
            lambda bank, now: bank.present(
                shown,
                device=self._journal.device,
                screen=screen,
                tail=tail,
                holder=holder,
                now=now,
                wall=clock.wall,
                clock_good=clock.good,
            )
        )

    async def collect(self, item: str, by: str, role: Role) -> Step:
        """Open for whom the purpose of the item gives it to; `by` as the record names people."""
        return await self._ask(lambda bank, now: bank.collect(item, by=by, role=role, now=now))

    async def lend(self, item: str, phone: str, phone_tail: str) -> Step:
        """Open for who borrows the article; zone.toml says when it is due back."""
        due = self._journal.clock.now() + self._loan_ms
        return await self._ask(lambda bank, now: bank.lend(item, phone=phone, phone_tail=phone_tail, due=due, now=now))

    # --- what staff do ---

    async def block(self, compartment: int, why: str, by: str) -> Step:
        return await self._ask(lambda bank, now: bank.block(compartment, why, by, now))

    async def unblock(self, compartment: int, by: str) -> Step:
        return await self._ask(lambda bank, now: bank.unblock(compartment, by, now))

    async def inspect(self, compartment: int, by: str, witness: str, why: str) -> Step:
        """Open for looking inside; an occupied compartment wants two people."""
        return await self._ask(lambda bank, now: bank.inspect(compartment, by=by, witness=witness, why=why, now=now))

    async def settle(self, compartment: int, *, gone: bool, by: str, witness: str, why: str) -> Step:
        """Two people say what the contact does not: whether the item is gone."""
        return await self._ask(
            lambda bank, now: bank.settle(compartment, gone=gone, by=by, witness=witness, why=why, now=now)
        )

    async def report_misplaced(self, item: str, by: str, note: str) -> Step:
        """The item does not lie where the record has it."""
        return await self._ask(lambda bank, now: bank.report_misplaced(item, by=by, note=note, now=now))

    async def report_wrong_inside(self, item: str) -> Step:
        """Whoever stands at the open door to take this item says that something else lies there."""
        return await self._ask(lambda bank, now: bank.report_wrong_inside(item, now))

    async def reissue(
        self, item: str, *, issue: int, why: str, by: str, phone: str = "", phone_tail: str = "", id_number: str = ""
    ) -> Step:
        """Give the item another code."""
        holder = self._holder(id_number)
        return await self._ask(
            lambda bank, now: bank.reissue(
                item, issue=issue, why=why, by=by, phone=phone, phone_tail=phone_tail, holder=holder, now=now
            )
        )

    # --- what the centre orders ---

    async def obey(self, order: Order, kept: Ordered, notes: Mapping[str, str]) -> str:
        """Do what the centre ordered, once; return the outcome, "" for an order that was taken before.

        The order itself and `notes` are written in the transaction of the answer, before any bolt moves.
        """
        async with self._one_at_a_time:
            clock = self._journal.clock.read()
            step = self.bank.obey(
                order,
                epoch=kept.epoch,
                seq=kept.seq,
                now=self._now(),
                wall=clock.wall,
                clock_good=clock.good,
                boot=self._journal.boot,
            )
            with contextlib.suppress(LockerRefused):  # the board fell silent: the record will say how it ended
                await self._do(step, notes, (kept,))
        return next((taken.outcome for taken in step.record if isinstance(taken, OrderTaken)), "")

    # --- inside ---

    def holder(self, id_number: str) -> str:
        """Return what a deposit keeps of an ID card: a commitment that only this bank can check."""
        return self._holder(id_number)

    def wait_s(self, screen: str) -> int:
        """Return for how many seconds this screen takes no codes."""
        return self._seconds_until(self.bank.tries.get(screen, Tries()).until)

    async def _ask(self, decide: Callable[[Bank, int], Step]) -> Step:
        async with self._one_at_a_time:
            step = decide(self.bank, self._now())
            await self._do(step)
        refused = step.refused
        if refused is not None:
            self.refused_codes += refused.reason in REFUSED_CODES
            raise LockerRefused(refused.reason, refused.until, self._seconds_until(refused.until or 0))
        return step

    def _seconds_until(self, until: int) -> int:
        return max(0, math.ceil((until - self._now()) / 1000))

    def _refuse_when_full(self) -> None:
        """What room is left on the disk belongs to those who fetch something."""
        if self._journal.full:
            raise LockerRefused("disk_full")

    def _holder(self, id_number: str) -> str:
        return pickup.holder(self._mac, id_number) if id_number else ""

    def _code_of(self, item: str, issue: int) -> str:
        return pickup.code(self._mac, item, issue)

    def _mac(self, data: bytes) -> bytes:
        return hmac.digest(self._key, data, "sha256")
