"""A bank on its lock board: what it decides is recorded, believed, done; what the board tells, it hears."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import structlog

from edge.alarms import Alarms
from edge.config import Locker
from edge.drivers import LockBus, Look
from edge.journal import Journal, JournalFault, Ordered
from edge.past import Past
from edge.refusals import LockerRefused
from locker.bank import Bank
from locker.compartment import Use
from locker.door import ImpossibleHappening
from locker.step import Open, Step
from wire.board import MAX_MOVES, Move
from wire.errors import BadConfig, DeviceFault
from wire.happenings import DepositBegun, DepositMoved, Happening, InspectionBegun, PickupReserved

POLL_S = 0.05
RETRY_S = 0.5
"""Seconds between questions to a board that does not answer."""

BUSY_TRIES = 10
BUSY_S = 0.1

_MARK = "lock board"
_IMPOSSIBLE = "impossible_move"

log = structlog.get_logger()


class Mark(NamedTuple):
    """The last door move that is on disk: its number, and the boot of the board that counted it."""

    boot: int = 0
    number: int = 0


class KeptBank:
    """The bank, folded from the journal; `bank` is the value that everybody may look at.

    Its instants are those of `Clock.steady`: a wall clock that is set right must not let a deadline pass.
    """

    def __init__(
        self,
        section: Locker,
        *,
        bus: LockBus,
        journal: Journal,
        alarms: Alarms,
        changed: Callable[[str], None],
        past: Past | None = None,
    ) -> None:
        self.bus = bus
        self._journal = journal
        self._alarms = alarms
        self._changed = changed
        self._one_at_a_time = asyncio.Lock()
        self._mark = _read_mark(journal.note(_MARK))
        self._handled = 0
        self._lost = 0
        built = {compartment.number for compartment in section.compartment}
        bank = (past or Past(journal, section)).bank
        assert bank is not None  # noqa: S101  the past of a zone with lockers has one
        self.bank = _without_removed(bank, built).resumed(self._now())

    def _now(self) -> int:
        return self._journal.clock.steady()

    # --- record, adopt, act ---

    async def _do(self, step: Step, notes: Mapping[str, str] | None = None, ordered: Sequence[Ordered] = ()) -> None:
        """Write what happened, believe it, and only then move a bolt; LockerRefused when the board does not answer."""
        last = self._keep(step, notes, ordered)
        for compartment, nonce in openings(step, last):
            await self._open(compartment, nonce)

    def _keep(self, step: Step, notes: Mapping[str, str] | None = None, ordered: Sequence[Ordered] = ()) -> int:
        """Write what happened, then believe it; return the number of its last entry."""
        seq = self._journal.last
        if step.record or notes:
            seq = self._journal.append(*step.record, notes=notes, ordered=ordered)
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
        if self.bank.compartment(compartment).use in (Use.FILLING, Use.ADDING):
            self._keep(self.bank.cancel_deposit(compartment, self._now()))

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
            return await self._time_passed()

    async def _time_passed(self) -> bool:
        """A door that did not open may send the deposit to another one."""
        try:
            await self._do(self.bank.tick(self._now(), self._journal.clock.now()))
        except LockerRefused:  # the board fell silent; the record has it
            return False
        return True

    def _board_is_silent(self, fault: DeviceFault) -> None:
        self._handled = 0  # another board may answer next: it must not forget moves for our old number
        step = self.bank.lost(self._now())
        if step.record:
            log.warning("lock board silent", why=str(fault))
        self._keep(step)

    def _take_in(self, look: Look) -> None:
        self._keep(self.bank.found(self._now()))
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
            impossible = any(alarm == _IMPOSSIBLE for alarm, _ in self._alarms.active)
            for number in self.bank.compartments if impossible else self.bank.news(look.open):
                self._moved(Move(0, number, number in look.open, 0))

    def _moved(self, move: Move, mark: Mark | None = None) -> None:
        """Let the core hear a move; what it finds impossible is an alarm, and no reason to leave a bank alone."""
        about = f"door {move.door}"
        try:
            step = self.bank.moved(move.door, move.is_open, self._now())
        except ImpossibleHappening as impossible:
            self._keep_move(Step(self.bank), mark)
            self._alarms.raise_(_IMPOSSIBLE, about, str(impossible))
            return
        self._keep_move(step, mark)
        self._alarms.clear(_IMPOSSIBLE, about)

    def _keep_move(self, step: Step, mark: Mark | None) -> None:
        """A move and its number are written together: told again, it would be another move."""
        self._keep(step, {_MARK: f"{mark.boot} {mark.number}"} if mark else None)
        self._mark = mark or self._mark


def openings(step: Step, last: int) -> Iterator[tuple[int, int]]:
    """Yield each door to open with its nonce: the number of the entry that ordered it, of which the newest is `last`.

    An opening that no entry ordered is impossible: without a record the bolt stays.
    """
    first = last - len(step.record) + 1
    ordered = {_door_of(happening): first + at for at, happening in enumerate(step.record)}
    for effect in step.effects:
        if isinstance(effect, Open):
            if effect.compartment not in ordered:
                raise ImpossibleHappening(f"nothing on record orders compartment {effect.compartment} to open")
            yield effect.compartment, ordered[effect.compartment]


def _door_of(happening: Happening) -> int | None:
    match happening:
        case DepositMoved(to=compartment):
            return compartment
        case DepositBegun() | PickupReserved() | InspectionBegun():
            return happening.compartment
    return None


def _read_mark(note: str | None) -> Mark:
    return Mark(*map(int, note.split())) if note else Mark()


def _without_removed(bank: Bank, built: set[int]) -> Bank:
    """Return the bank as zone.toml has it now; BadConfig when that leaves out a compartment with an item."""
    removed = [c for number, c in bank.compartments.items() if number not in built]
    inside = [(c, item) for c in removed for item in (*c.items, c.arriving) if item]
    left = [f"locker.compartment {c.number} is missing, and {item.id} lies in it" for c, item in inside]
    if left:
        raise BadConfig("\n".join(left))
    return replace(bank, compartments={number: bank.compartments[number] for number in built})
