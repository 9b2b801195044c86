"""The people at the centre: they reserve, block, give new codes, have doors opened by two, and send couriers."""

import random
from collections import Counter

from tests.simulation.agenda import DAY, HOUR, MINUTE, Agenda
from tests.simulation.agent import Agent
from tests.simulation.centre import Centre
from tests.simulation.god import God
from tests.simulation.parts import SIZES
from tests.simulation.people import People
from wire import orders
from wire.orders import GiveManifest, ManifestItem, Order

COURIER = "courier 2001"
EACH_A_DAY = 2


class Office:
    """Gives orders; `met` counts them by kind, and what the devices made of them is for `God` to judge."""

    def __init__(
        self, centre: Centre, people: People, agents: dict[str, Agent], *, agenda: Agenda, dice: random.Random, god: God
    ) -> None:  # fmt: skip
        self.centre, self.people, self.agents = centre, people, agents
        self.agenda, self.dice, self.god = agenda, dice, god
        self.met: Counter[str] = Counter()
        self._orders = 0

    def live_a_day(self) -> None:
        """Do a day's work."""
        for kind in (self.reserve, self.block, self.open, self.reissue, self.send_courier):
            for _ in range(EACH_A_DAY):
                self.agenda.after(self.dice.uniform(0, DAY), lambda kind=kind: kind(self._somewhere()))

    def reserve(self, agent: Agent) -> None:
        """Keep a compartment; somebody comes with the item within its time, or nobody does."""
        order, until = self._new(), self.agenda.now + 2 * HOUR
        self._give(
            agent, orders.ReserveCompartment(order=order, actor="office 1", reservation=order, size="S", until=until)
        )
        if self.dice.random() < 0.7:
            self.agenda.after(HOUR, lambda: self.people.deposit(agent.name, reservation=order))

    def block(self, agent: Agent) -> None:
        """Take a compartment out of use, and give it back some hours later."""
        door = self.dice.randint(1, len(SIZES))
        self._give(agent, orders.BlockCompartment(order=self._new(), actor="office 1", compartment=door, why="清洁"))
        self.agenda.after(3 * HOUR, lambda: self._unblock(agent, door))

    def _unblock(self, agent: Agent, door: int) -> None:
        self._give(agent, orders.UnblockCompartment(order=self._new(), actor="office 1", compartment=door))

    def open(self, agent: Agent) -> None:
        """Two people want to look inside, now; half a minute later it must not happen any more."""
        door, not_after = self.dice.randint(1, len(SIZES)), self.agenda.now + orders.OPEN_WITHIN_MS
        opening = orders.OpenCompartment(
            order=self._new(), actor="office 1", witness="office 2", compartment=door, why="检查", not_after=not_after,
            fence=agent.journal.boot if agent.journal else 1,
        )  # fmt: skip
        self.god.expect_opening(agent.name, opening)
        self._give(agent, opening)
        self.agenda.after(2 * MINUTE, lambda: self._close(agent, door))

    def _close(self, agent: Agent, door: int) -> None:
        compartment = agent.lockers.bank.compartments[door] if agent.lockers else None
        if compartment and compartment.use.value == "inspecting":
            agent.board.move(door, is_open=False)

    def reissue(self, agent: Agent) -> None:
        """Give somebody a new code; the old one must not open any more."""
        held = [c.items[0] for c in agent.lockers.bank.compartments.values() if c.items] if agent.lockers else []
        if held:
            item = self.dice.choice(held)
            again = orders.Reissue(
                order=self._new(), actor="office 1", item=item.id, issue=item.issue + 1, why="reissue"
            )
            self._give(agent, again)

    def send_courier(self, agent: Agent) -> None:
        """Tell a bank what a courier brings; the courier comes an hour later, and once more with something unknown."""
        order = self._new()
        items = tuple(
            ManifestItem(
                item=f"parcel-{order[-6:]}-{n}", label="快递", size="S", phone=f"139{n:08d}", phone_tail=f"{n:04d}"
            )
            for n in range(self.dice.randint(1, 3))
        )
        until = self.agenda.now + orders.MANIFEST_HOURS * HOUR
        self._give(agent, GiveManifest(order=order, actor="office 1", courier=COURIER, until=until, items=items))
        for n, item in enumerate(items):
            self.agenda.after(HOUR + n * 2 * MINUTE, lambda item=item: self._bring(agent, item.item))

    def _bring(self, agent: Agent, item: str) -> None:
        if agent.manifests and agent.journal:
            self.people.lay_in(agent, agent.manifests.parcel(item, COURIER, agent.journal.clock.now()))

    def _give(self, agent: Agent, given: Order) -> None:
        kind = type(given).__name__ if self.centre.order(agent.name, given) else "nobody could write it down"
        self.met[kind] += 1

    def _somewhere(self) -> Agent:
        return self.agents[self.dice.choice(sorted(self.agents))]

    def _new(self) -> str:
        self._orders += 1
        return f"{self._orders:032x}"
