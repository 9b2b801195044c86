"""The bank of lockers: the core decides, the journal remembers, then the bolt moves."""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import structlog

from edge.alarms import Alarms
from edge.config import Locker
from edge.drivers import LockBus, Look
from edge.journal import Journal, JournalFault
from locker import pickup
from locker.bank import Bank
from locker.compartment import Compartment, CompartmentHappening, Place, Use
from locker.door import ImpossibleHappening
from locker.step import Open, Reason, Step
from wire.board import MAX_MOVES, Move
from wire.errors import BadConfig, DeviceFault, Refused
from wire.happenings import Size

POLL_S = 0.05
RETRY_S = 0.5
"""Seconds between questions to a board that does not answer."""

BUSY_TRIES = 10
BUSY_S = 0.1

_MARK = "lock board"

SENTENCES: dict[Reason, str] = {
    "wrong_code": "取件号或取件码不对，请核对短信后重新输入。",
    "spent": "这个取件码已经用过，柜门不会再次打开。",
    "locked_out": "输错次数过多，请稍后再试。",
    "busy": "柜门正在打开，请看一下您的格口。",
    "stuck": "柜门没能打开，取件码仍然有效，请联系工作人员。",
    "board_silent": "柜机暂时没有响应，请稍后再试或联系工作人员。",
    "no_compartment": "没有合适的空格口，请换一个尺寸或联系工作人员。",
    "already_here": "这个物品已经在柜中。",
    "too_late": "这次存件已经结束，不能取消。",
}

log = structlog.get_logger()


class LockerRefused(Refused):
    """The bank opens nothing; `until` (ms UTC) says when asking again makes sense, where that is known."""

    def __init__(self, reason: Reason, until: int | None = None) -> None:
        super().__init__(reason, SENTENCES[reason])
        self.until = until


class Mark(NamedTuple):
    """The last door move that is on disk: its number, and the boot of the board that counted it."""

    boot: int = 0
    number: int = 0


class Lockers:
    """The bank, folded from the journal; `bank` is the value that everybody may look at."""

    def __init__(
        self,
        section: Locker,
        *,
        key: bytes,
        bus: LockBus,
        journal: Journal,
        alarms: Alarms,
        changed: Callable[[str], None],
    ) -> None:
        self.bus = bus
        self.refused_codes = 0
        self._key = key
        self._journal = journal
        self._alarms = alarms
        self._changed = changed
        self._one_at_a_time = asyncio.Lock()
        self._mark = _read_mark(journal.note(_MARK))
        self._handled = 0
        self._lost = 0
        self.bank = _resumed(section, journal)

    # --- what people ask ---

    async def deposit(self, *, item: str, label: str, size: Size, phone: str, phone_tail: str, giver: str) -> Step:
        """Open a compartment for the item; `phone` is sealed already. LockerRefused says why none opens."""
        return await self._ask(
            lambda bank, now: bank.deposit(
                item=item, label=label, size=size, phone=phone, phone_tail=phone_tail, giver=giver, now=now
            )
        )

    async def pick_up(self, number: str, code: str, screen: str) -> Step:
        """Open the compartment of this number for its code."""
        return await self._ask(
            lambda bank, now: bank.pick_up(number=number, code=code, screen=screen, code_of=self._code_of, now=now)
        )

    async def cancel_deposit(self, compartment: int) -> Step:
        """The giver took the item back."""
        return await self._ask(lambda bank, now: bank.cancel_deposit(compartment, now))

    async def _ask(self, decide: Callable[[Bank, int], Step]) -> Step:
        async with self._one_at_a_time:
            step = decide(self.bank, self._journal.clock.now())
            nonce = self._keep(step)
            for effect in step.effects:
                if isinstance(effect, Open):
                    await self._open(effect.compartment, nonce)
        refused = step.refused
        if refused is not None:
            self.refused_codes += refused.reason in ("wrong_code", "spent", "locked_out")
            raise LockerRefused(refused.reason, refused.until)
        return step

    def _code_of(self, item: str, issue: int) -> str:
        return pickup.code(lambda data: hmac.digest(self._key, data, "sha256"), item, issue)

    # --- record, adopt, act ---

    def _keep(self, step: Step, mark: Mark | None = None) -> int:
        """Write what happened, then believe it; return the number of its last entry."""
        seq = self._journal.last
        if step.record or mark is not None:
            notes = {} if mark is None else {_MARK: f"{mark.boot} {mark.number}"}
            seq = self._journal.append(*step.record, notes=notes)
        self._mark = mark or self._mark
        if step.bank is not self.bank and step.bank != self.bank:
            self.bank = step.bank
            self._changed("lockers")
        return seq

    async def _open(self, compartment: int, nonce: int) -> None:
        try:
            outcome = await self._unlocked(compartment, nonce)
        except DeviceFault as fault:
            self._board_is_silent(fault)
            self._leave_with_giver(compartment)
            raise LockerRefused("board_silent") from fault
        log.info("unlock", compartment=compartment, nonce=nonce, outcome=outcome)
        if outcome == "no_such_door":
            self._alarms.raise_(outcome, f"door {compartment}", "the board has fewer doors than zone.toml")
        # "stale": the board restarted. Whether the bolt moved before, only the contact can tell: never pulse again.

    def _leave_with_giver(self, compartment: int) -> None:
        """The giver is told that nothing was taken in: a bolt that moved all the same must not make a deposit of it."""
        if self.bank.compartment(compartment).use is Use.FILLING:
            self._keep(self.bank.cancel_deposit(compartment, self._journal.clock.now()))

    async def _unlocked(self, compartment: int, nonce: int) -> str:
        for _ in range(BUSY_TRIES):
            outcome = await self.bus.unlock(compartment, nonce)
            if outcome != "busy":  # another latch has the current; nothing was done for this nonce
                break
            await asyncio.sleep(BUSY_S)
        return outcome

    # --- what the board tells ---

    async def run(self) -> None:
        """Look at the board until cancelled; a board or a disk that fails is tried again."""
        while True:
            try:
                answers = await self.look()
            except JournalFault as fault:  # the board keeps its moves until they are written
                log.error("doors not recorded", why=str(fault))  # noqa: TRY400
                answers = False
            await asyncio.sleep(POLL_S if answers else RETRY_S)

    async def look(self) -> bool:
        """Take in what happened since the last look; False when the board does not answer."""
        async with self._one_at_a_time:
            try:
                look = await self.bus.look(self._handled)
            except DeviceFault as fault:
                self._board_is_silent(fault)
                return False
            self._take_in(look)
            self._keep(self.bank.tick(self._journal.clock.now()))
            return True

    def _board_is_silent(self, fault: DeviceFault) -> None:
        self._handled = 0  # another board may answer next: it must not forget moves for our old number
        step = self.bank.lost(self._journal.clock.now())
        if step.record:
            log.warning("lock board silent", why=str(fault))
        self._keep(step)

    def _take_in(self, look: Look) -> None:
        self._keep(self.bank.found(self._journal.clock.now()))
        if look.boot != self._mark.boot:
            log.info("lock board started", boot=look.boot)
            self._mark, self._lost = Mark(look.boot), 0
        if look.lost > self._lost:
            log.warning("door moves lost", count=look.lost - self._lost)
            self._lost = look.lost
        for move in look.moves:
            if move.number > self._mark.number:
                self._moved(move, Mark(look.boot, move.number))
        self._handled = self._mark.number
        if len(look.moves) < MAX_MOVES:  # else there are more to come, and the contacts are ahead of the moves
            for number in self.bank.compartments:
                self._moved(Move(0, number, number in look.open, 0))

    def _moved(self, move: Move, mark: Mark | None = None) -> None:
        """Let the core hear a move; what it finds impossible is an alarm, and no reason to leave a bank alone."""
        about = f"door {move.door}"
        try:
            step = self.bank.moved(move.door, move.is_open, self._journal.clock.now())
        except ImpossibleHappening as impossible:
            self._keep(Step(self.bank), mark)
            self._alarms.raise_("impossible_move", about, str(impossible))
            return
        self._keep(step, mark)
        self._alarms.clear("impossible_move", about)


def _read_mark(note: str | None) -> Mark:
    return Mark(*map(int, note.split())) if note else Mark()


def _resumed(section: Locker, journal: Journal) -> Bank:
    bank = Bank.empty(Place(c.number, c.size, c.low) for c in section.compartment)
    built = set(bank.compartments)
    for entry, happening in journal.history():
        if isinstance(happening, CompartmentHappening) and happening.compartment not in bank.compartments:
            bank = bank.with_compartment(Compartment(happening.compartment, "S"))  # zone.toml had it then
        bank = bank.after(happening, entry.wall)
    return _without_removed(bank, built).resumed(journal.clock.now())


def _without_removed(bank: Bank, built: set[int]) -> Bank:
    """Return the bank as zone.toml has it now; BadConfig when that leaves out a compartment with an item."""
    removed = [c for number, c in bank.compartments.items() if number not in built]
    left = [f"locker.compartment {c.number} is missing, and {c.item.id} lies in it" for c in removed if c.item]
    if left:
        raise BadConfig("\n".join(left))
    return replace(bank, compartments={number: bank.compartments[number] for number in built})
