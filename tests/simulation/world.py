"""A world: two banks, a centre, a network, people and trouble, for some days, from one seed."""

import functools
import logging
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import structlog

from central import store
from edge import reporting
from edge.journal import Journal
from tests.simulation.agenda import DAY, HOUR, MINUTE, SECOND, Agenda
from tests.simulation.agent import Agent
from tests.simulation.bugs import BUGS
from tests.simulation.centre import Centre
from tests.simulation.god import God
from tests.simulation.lock_board import LockBoard
from tests.simulation.network import Network, Weather
from tests.simulation.office import Office
from tests.simulation.parts import SIZES, Parts
from tests.simulation.people import People
from tests.simulation.signing import Scheme, Signing
from tests.simulation.trouble import Trouble
from wire import entry
from wire.entry import Receipt

DRAINED_WITHIN = 10 * MINUTE
"""After the last fault every device that can be reached has told everything."""


SHORT = 3 * HOUR
"""Of a world that is only about the time after it."""


class World:
    """`handovers` a day over all banks; `bug` is one of `bugs.BUGS`."""

    def __init__(
        self, folder: Path, seed: str, *, handovers: int = 300, scheme: Scheme = "keyed", bug: str = "", banks: int = 2
    ) -> None:
        self.seed, self.handovers = seed, handovers
        dice = random.Random(seed)
        self.dice = dice
        self.agenda, signing = Agenda(), Signing(scheme)
        names = [f"zone-{n:02}" for n in range(1, banks + 1)]
        self.god = God(names, self.agenda)
        self.parts = BUGS[bug] if bug else Parts()
        self.network = Network(self.agenda, dice, {name: Weather() for name in names})
        self.centre = Centre(
            folder / "centre", names, agenda=self.agenda, signing=signing, intake=self.parts.intake, answer=self._down
        )
        self.agents = {
            name: Agent(
                name, folder / name, agenda=self.agenda, dice=dice, network=self.network, parts=self.parts,
                board=LockBoard(len(SIZES), dice, lambda door, nonce, name=name: self.god.bolt(name, door, nonce)),
                signing=signing, http=self._http,
            )
            for name in names
        }  # fmt: skip
        self.network.to_centre = self.centre.arrived
        if self.parts.believes_the_broker:
            self.network.acknowledged = self._believe_the_broker
        self.people = People(self.agents, agenda=self.agenda, dice=dice, god=self.god)
        self.centre.told = self.people.hear
        self.office = Office(self.centre, self.people, self.agents, agenda=self.agenda, dice=dice, god=self.god)
        self.trouble = Trouble(self.agents, self.centre, self.network, agenda=self.agenda, dice=dice)

    def start(self) -> None:
        """Switch everything on."""
        self.centre.start()
        for name, agent in self.agents.items():
            agent.opened = lambda file, name=name: self.god.opened(name, file)
            agent.appended = lambda journal, name=name: self.god.appended(name, journal)
            agent.start()

    def live(self, days: int, trouble: float = 1.0) -> None:
        """Let days pass, with `trouble` times the usual trouble; look at every journal at the end of each."""
        for _ in range(days):
            self.people.live_a_day(self.handovers)
            self.office.live_a_day()
            self.trouble.live_a_day(trouble)
            self.agenda.run(DAY)
            self.god.audit()
            if not self.god.is_content:
                return

    def live_and_drain(self) -> float:
        """Live a few bad hours, leave one device cut off, and see whether the others are drained; return the days."""
        self.people.live_a_day(self.handovers)
        self.office.live_a_day()
        self.trouble.live_a_day(8)
        self.agenda.run(SHORT)
        cut_off = self.dice.choice(sorted(self.agents))
        self.heal(cut_off)
        return (SHORT + DRAINED_WITHIN) / DAY

    def heal(self, cut_off: str = "") -> None:
        """End all trouble but one, send people home, and see whether everything arrives in time."""
        self.people.are_home = True
        self.trouble.end()
        if cut_off:
            self.network.weather[cut_off].silent = True
        self.agenda.run(DRAINED_WITHIN)
        reached = [name for name in self.agents if name != cut_off]
        self.god.compare(self.centre.file, self.centre.delivered, reached)
        for name in reached:
            journal = self.agents[name].journal
            if journal is None or journal.cursor != journal.last:
                self.god.broken.append(f"{name} is not drained {DRAINED_WITHIN // SECOND} s after the last fault")

    @property
    def faults(self) -> Counter[str]:
        """What went wrong, by kind."""
        carried = Counter({"messages lost": self.network.lost, "messages doubled": self.network.doubled})
        disks = sum(agent.faults for agent in self.agents.values())
        return self.trouble.met + carried + Counter({"refused by a full disk": disks + self.centre.faults})

    # --- who reaches whom ---

    def _down(self, device: str, topic: str, payload: bytes) -> None:
        self.network.carry(device, lambda: self.agents[device].hear(topic, payload))

    def _http(self, device: str, path: str, body: bytes) -> bytes | None:
        weather = self.network.weather[device]
        if not weather.http or weather.silent:
            return None
        answer = self.centre.take(device, body) if path == "/v1/sync" else self.centre.orders_for(device, path)
        return answer if self.dice.random() >= weather.loss else None

    def _believe_the_broker(self, device: str, batch: bytes) -> None:
        """Move the cursor because a broker has something: a planted bug."""
        journal, last = self.agents[device].journal, entry.unpack(batch)[-1].data
        assert journal
        receipt = Receipt(v=1, device=device, epoch=1, upto=entry.decode(last).seq, head=entry.digest(last))
        Journal.take(journal, receipt)


@contextmanager
def world(seed: str, **how: object) -> Iterator[World]:
    """Make a world in memory where this machine has such files; it is gone afterwards."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="zone24-world-", dir=memory if memory.is_dir() else None))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        made = World(folder, seed, **how)  # type: ignore[arg-type]
        stage = SimpleNamespace(monotonic=lambda: made.agenda.now / SECOND)
        engine = functools.cache(store._engine)  # a centre that starts again need not compile its statements again
        with (
            patch.multiple(reporting, time=stage, random=made.dice, Link=made.network.link),
            patch.object(store, "_engine", lambda url, *, immediate: engine(url, immediate=immediate)),
        ):
            made.start()
            yield made
            for agent in made.agents.values():
                agent.crash()
            made.centre.crash()
    finally:
        structlog.reset_defaults()
        shutil.rmtree(folder)
