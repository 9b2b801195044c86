"""An agent: the real journal, the real lockers and the real reporting, with virtual time, line, disk and power."""

import random
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from edge.alarms import Alarms
from edge.centre import Unreachable
from edge.clock import Clock
from edge.journal import Journal, JournalFault
from edge.lockers import Lockers
from edge.manifests import Manifests
from edge.orders import Orders
from edge.past import Past
from edge.refusals import LockerRefused
from edge.reporting import HTTP_AFTER_S, Reporting
from locker.door import Door
from locker.doors import LEFT_OPEN_AFTER, OPENS_WITHIN
from locker.step import Step
from tests.simulation.agenda import HOUR, MINUTE, SECOND, Agenda
from tests.simulation.lock_board import LockBoard
from tests.simulation.network import Network
from tests.simulation.parts import BROKER, SECTION, Parts, WallClock
from tests.simulation.power import Death, PowerCut, done, dying, left_behind
from tests.simulation.signing import Signing
from tests.simulation.site import BANK_KEY
from tests.simulation.small_disk import SmallDisk
from wire import topics

ASKS_AFTER = 3 * HOUR
"""How often an agent without news asks what the centre has; every minute in truth, which takes half of all the time."""

LAZY = (2 * HOUR, 4 * HOUR)
"""How long entries gather until they are sent, most of the time: large batches cost least."""


class Agent:
    """`lockers` and `journal` are None while the power is off. `appended` hears what was promised."""

    def __init__(
        self, name: str, folder: Path, *, agenda: Agenda, dice: random.Random, network: Network, board: LockBoard,
        signing: Signing, parts: Parts, http: Callable[[str, str, bytes], bytes | None],
    ) -> None:  # fmt: skip
        self.name, self.agenda, self.dice, self.board = name, agenda, dice, board
        self.clock = WallClock(agenda)
        self.journal: Journal | None = None
        self.lockers: Lockers | None = None
        self.reporting: Reporting | None = None
        self.manifests: Manifests | None = None
        self.disk = SmallDisk()
        self.death: Death | None = None
        self.eager = False
        self.faults = 0
        self.appended: Callable[[Journal], None] = lambda _: None
        self.opened: Callable[[Path], None] = lambda _: None
        self._folder, self._network, self._signing, self._parts, self._http = folder, network, signing, parts, http
        self._starts = 0
        self._powered_since = 0
        self._report_due: int | None = None
        board.moved = lambda: self._later(50, self.look)

    # --- power ---

    @property
    def file(self) -> Path:
        return self._folder / f"{self._starts}" / "journal.db"

    def start(self) -> None:
        """Come up on what the disk has."""
        if self.journal:
            return
        before, self._starts = self.file, self._starts + 1
        left_behind(before, self.file)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self._powered_since = self.agenda.now
        self._report_due = None
        clock = Clock(self.clock, lambda: self.agenda.now - self._powered_since)
        self.journal = self._parts.journal(self.file, self.name, 1, self._signing.signer(self.name), clock)
        self.disk.lies_under(self.journal)
        self._can_die_at_a_commit(self.journal)
        past = Past(self.journal, SECTION)
        alarms = Alarms(self.journal, past)
        self.lockers = self._parts.lockers(
            SECTION, key=BANK_KEY, bus=self.board, journal=self.journal, alarms=alarms, past=past,
            changed=lambda _: None,
        )  # fmt: skip
        verify = self._signing.verifier(self._signing.key_text("centre"))
        self.reporting = Reporting(self.journal, BROKER, self, alarms, "simulated", verify)
        self.manifests = Manifests(self.journal, past)
        self.orders = Orders(
            self.journal, verify, centre=self, lockers=self.lockers, manifests=self.manifests,
            broker_is_up=self.reporting.link.up.is_set,
        )  # fmt: skip
        journal = self.journal
        self.journal.watch(lambda _: self.appended(journal))
        self.opened(self.file)
        self._later(100, self.look)
        self._report_in(1 * SECOND)

    def crash(self) -> None:
        """Lose the power: what is not on the disk is gone."""
        if self.journal is None:
            return
        journal, self.journal, self.lockers, self.reporting = self.journal, None, None, None
        self.death = None
        left_behind(self.file, self._folder / "left" / "journal.db")
        journal.close()
        for part in self.file.parent.glob("journal.db*"):
            part.unlink()
        for part in (self._folder / "left").iterdir():
            part.rename(self.file.parent / part.name)

    def _can_die_at_a_commit(self, journal: Journal) -> None:
        write = journal._file.write

        def write_while_powered(change: Any) -> None:
            (dying(write, self.death) if self.death else write)(change)

        journal._file.write = write_while_powered  # type: ignore[method-assign]

    def fill_disk(self, *, full: bool) -> None:
        """Have no room for another page, or room again."""
        self.disk.fill(self.journal, full=full)

    # --- people and doors ---

    def ask(self, what: Callable[[Lockers], Coroutine[Any, Any, Step]]) -> Step | str:
        """Return what the lockers answered; a word where they refused, "dark" where no screen was lit."""
        answer: list[Step | str] = ["dark"]

        def asked() -> None:
            assert self.lockers
            try:
                answer[0] = done(what(self.lockers))
            except LockerRefused as refused:
                answer[0] = refused.reason

        self._alive(asked)
        if isinstance(answer[0], Step):
            self._later(OPENS_WITHIN + 200, lambda: self._look_if(Door.OPENING, Door.STUCK, Door.UNKNOWN))
            self._later(LEFT_OPEN_AFTER + 200, lambda: self._look_if(Door.OPEN))
        return answer[0]

    def _look_if(self, *doors: Door) -> None:
        """Look where a door has not opened in its time, or stands open: there time alone changes something."""
        if self.lockers and any(c.door in doors for c in self.lockers.bank.compartments.values()):
            self.look()

    def look(self) -> None:
        """Hear what the doors did, and that time has passed."""
        self._alive(lambda: done(self.lockers.look()) and None if self.lockers else None)

    def _alive(self, do: Callable[[], None]) -> None:
        """Do something if there is power; a full disk is a fault, a cut is the end of this run."""
        if self.journal is None:
            return
        try:
            do()
        except JournalFault:
            self.faults += 1
        except PowerCut:
            self.crash()
            self._later(self.dice.uniform(5 * SECOND, 10 * MINUTE), self.start)
        if self.reporting and self.reporting._wake.is_set():
            self.reporting._wake.clear()
            self._report_in(0.3 * SECOND if self.eager else self.dice.uniform(*LAZY))

    def _later(self, milliseconds: float, do: Callable[[], None]) -> None:
        self.agenda.after(milliseconds, do)

    # --- reporting ---

    def _report_in(self, milliseconds: float) -> None:
        due = self.agenda.now + int(milliseconds)
        if self._report_due is None or due < self._report_due:
            self._report_due = due
            self._later(milliseconds, lambda: self._report_if(due))

    def _report_if(self, due: int) -> None:
        if due == self._report_due:
            self._report_due = None
            self.report()

    def report(self) -> None:
        """Do one round of `Reporting`, and see when the next is due."""
        self._alive(self._round)
        if self.reporting is None:
            return
        window, now = self.reporting._window, self.agenda.now / SECOND
        if window._sent:
            self._report_in(max(window.deadline - now, 0.2) * SECOND)
        else:
            self._report_in(5 * MINUTE if not self.reporting.link.up.is_set() else MINUTE if self.eager else ASKS_AFTER)

    def _round(self) -> None:
        reporting, now = self.reporting, self.agenda.now / SECOND
        assert reporting
        if reporting.link.up.is_set():
            reporting._send_over_mqtt(now)
        elif now - reporting._down_since >= HTTP_AFTER_S:
            done(reporting._send_over_http())
            batch = done(self.orders._fetched())
            if batch:
                done(self.orders.hear(batch))
        reporting._notice_link()

    def hear(self, topic: str, payload: bytes) -> None:
        """Take a message of the centre."""

        def heard() -> None:
            assert self.reporting
            assert self.journal
            if topic == topics.down_journal(self.name):
                done(self.orders.hear(payload))
                self._report_in(SECOND)
                return
            self.reporting._take(payload)
            self.reporting._wake.clear()
            if self.journal.last - self.reporting._window.upto(self.journal.cursor) > 40:
                self._report_in(0.2 * SECOND)

        self._alive(heard)

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Ask the centre over HTTP, as `edge.centre.Centre` does."""
        answer = self._http(self.name, path, body)
        if answer is None:
            raise Unreachable("nobody answers")
        return 200, answer

    async def get(self, path: str) -> tuple[int, bytes]:
        return await self.post(path, b"")
