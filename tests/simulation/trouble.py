"""What goes wrong in a world, and how often: drawn beforehand, so that a seed is a history."""

import random
from collections import Counter
from collections.abc import Callable

from tests.simulation.agenda import DAY, HOUR, MINUTE, SECOND, START, Agenda
from tests.simulation.agent import Agent
from tests.simulation.centre import Centre
from tests.simulation.network import Network
from tests.simulation.power import Death

DEATHS: tuple[Death, Death] = ("before the commit", "after the commit")

A_DAY = {
    "partition": 0.7,
    "long partition": 0.03,
    "silent partition": 1.5,
    "storm": 1.0,
    "broker amnesia": 0.8,
    "old message": 2.0,
    "agent dies": 0.4,
    "agent dies at a commit": 0.6,
    "centre dies": 0.3,
    "centre dies at a commit": 0.5,
    "centre restored": 0.25,
    "backup": 1.0,
    "clock jump": 0.5,
    "agent's disk full": 0.3,
    "centre's disk full": 0.3,
    "lock board silent": 0.5,
    "lock board restarts": 0.5,
    "door stuck": 1.5,
    "door forced": 0.5,
    "eager reporting": 0.7,
}
"""How often a day, over all machines of the world."""


class Trouble:
    """`met` counts by kind what happened; `end` repairs everything that can be repaired."""

    def __init__(
        self, agents: dict[str, Agent], centre: Centre, network: Network, *, agenda: Agenda, dice: random.Random
    ) -> None:
        self.agents, self.centre, self.network, self.agenda, self.dice = agents, centre, network, agenda, dice
        self.met: Counter[str] = Counter()
        self._over = False
        self._kinds: dict[str, Callable[[Agent], None]] = {
            "partition": lambda agent: self._part(agent, self._long(MINUTE, 8 * HOUR)),
            "long partition": lambda agent: self._part(agent, 72 * HOUR),
            "silent partition": self._go_silent,
            "storm": self._storm,
            "broker amnesia": lambda _: network.forget(),
            "old message": lambda _: network.repeat_something_old(),
            "agent dies": self._kill_agent,
            "agent dies at a commit": self._doom_agent,
            "centre dies": lambda _: self._kill_centre(),
            "centre dies at a commit": lambda _: self._doom_centre(),
            "centre restored": lambda _: self._restore(),
            "backup": lambda _: centre.back_up(),
            "clock jump": self._jump,
            "agent's disk full": self._fill_agent,
            "centre's disk full": lambda _: self._fill_centre(),
            "lock board silent": self._silence,
            "lock board restarts": lambda agent: agent.board.restart(),
            "door stuck": self._jam,
            "door forced": self._force,
            "eager reporting": self._be_eager,
        }

    def live_a_day(self, times: float = 1.0) -> None:
        """Have a day's troubles come, `times` as many as usual."""
        for kind, often in A_DAY.items():
            expected = often * times
            for _ in range(int(expected) + (self.dice.random() < expected % 1)):
                self.agenda.after(self.dice.uniform(0, DAY), lambda kind=kind: self._strike(kind))

    def strike(self, kind: str) -> None:
        """Have this happen now to somebody."""
        self._strike(kind)

    def end(self) -> None:
        """Repair everything and let nothing new begin."""
        self._over = True
        for agent in self.agents.values():
            agent.fill_disk(full=False)
            agent.death, agent.board.silent = None, False
            agent.board.stuck.clear()
            agent.start()
            self.network.weather[agent.name].clear()
            agent.eager = True
            agent.report()
        self.centre.death = None
        self.centre.start()
        self.centre.fill_disk(full=False)
        self.centre.send_orders()

    def _strike(self, kind: str) -> None:
        if not self._over:
            self.met[kind] += 1
            self._kinds[kind](self.agents[self.dice.choice(sorted(self.agents))])

    def _long(self, least: float, most: float) -> float:
        return least * (most / least) ** self.dice.random()

    def _later(self, milliseconds: float, repair: Callable[[], None]) -> None:
        self.agenda.after(milliseconds, lambda: None if self._over else repair())

    # --- the network ---

    def _part(self, agent: Agent, milliseconds: float) -> None:
        weather = self.network.weather[agent.name]
        weather.mqtt = False
        weather.http = self.dice.random() < 0.3
        self._later(milliseconds, lambda: self._heal(agent))

    def _go_silent(self, agent: Agent) -> None:
        self.network.weather[agent.name].silent = True
        self._later(self._long(5 * SECOND, 5 * MINUTE), lambda: self._heal(agent))

    def _storm(self, agent: Agent) -> None:
        weather = self.network.weather[agent.name]
        weather.loss, weather.doubling, weather.slowest = 0.3, 0.3, 20 * SECOND
        self._later(self._long(5 * MINUTE, 3 * HOUR), lambda: self._heal(agent))

    def _heal(self, agent: Agent) -> None:
        self.network.weather[agent.name].clear()
        agent.eager = False
        agent.report()
        self.centre.send_orders()  # a device that is back says so, and hears what waits for it

    def _be_eager(self, agent: Agent) -> None:
        agent.eager = True
        self._later(20 * MINUTE, lambda: setattr(agent, "eager", False))

    # --- power ---

    def _kill_agent(self, agent: Agent) -> None:
        agent.crash()
        self.agenda.after(self._long(5 * SECOND, 30 * MINUTE), agent.start)

    def _doom_agent(self, agent: Agent) -> None:
        agent.death = self.dice.choice(DEATHS)

    def _kill_centre(self) -> None:
        self.centre.crash()
        self.agenda.after(self._long(5 * SECOND, 20 * MINUTE), self.centre.start)

    def _doom_centre(self) -> None:
        self.centre.death = self.dice.choice(DEATHS)

    def _restore(self) -> None:
        if not self.centre.restore():
            self.met["centre restored"] -= 1

    # --- clocks and disks ---

    def _jump(self, agent: Agent) -> None:
        agent.clock.error = self.dice.choice([-(START - 1_000), 365 * DAY, -DAY, HOUR, -HOUR])
        if self.dice.random() < 0.3:
            self._kill_agent(agent)
        self._later(self._long(MINUTE, 10 * HOUR), lambda: setattr(agent.clock, "error", 0))

    def _fill_agent(self, agent: Agent) -> None:
        agent.fill_disk(full=True)
        self._later(self._long(5 * MINUTE, 2 * HOUR), lambda: agent.fill_disk(full=False))

    def _fill_centre(self) -> None:
        self.centre.fill_disk(full=True)
        self._later(self._long(MINUTE, 20 * MINUTE), lambda: self.centre.fill_disk(full=False))

    # --- the lock board ---

    def _silence(self, agent: Agent) -> None:
        agent.board.silent = True
        agent.look()
        self._later(self._long(10 * SECOND, 20 * MINUTE), lambda: self._speak(agent))

    def _speak(self, agent: Agent) -> None:
        agent.board.silent = False
        agent.look()

    def _jam(self, agent: Agent) -> None:
        door = self.dice.choice(agent.board.doors)
        agent.board.stuck.add(door)
        self._later(self._long(10 * MINUTE, 4 * HOUR), lambda: agent.board.stuck.discard(door))

    def _force(self, agent: Agent) -> None:
        door = self.dice.choice(agent.board.doors)
        agent.board.move(door, is_open=True)
        self.agenda.after(self._long(5 * SECOND, 30 * MINUTE), lambda: agent.board.move(door, is_open=False))
