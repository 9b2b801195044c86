"""People at the banks: they deposit, fetch, mistype, forget to close, change their minds and come back later."""

import hmac
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from edge.lockers import Lockers
from locker import pickup
from locker.compartment import Item
from locker.parcel import Parcel
from locker.step import Step
from tests.simulation.agenda import DAY, HOUR, MINUTE, SECOND, Agenda
from tests.simulation.agent import Agent
from tests.simulation.centre import Told
from tests.simulation.god import God, Right
from tests.simulation.site import BANK_KEY

SIZES = "SSSSMML"
RETRIES = 6
FORGOTTEN_AFTER = 20 * HOUR
"""What nobody fetched, the giver recalls: as many compartments get free as are filled."""


class People:
    """`agents` by name; `handovers` a day over all of them."""

    def __init__(self, agents: dict[str, Agent], *, agenda: Agenda, dice: random.Random, god: God) -> None:
        self.agents, self.agenda, self.dice, self.god = agents, agenda, dice, god
        self.met: Counter[str] = Counter()
        self.are_home = False
        self._items = 0

    def live_a_day(self, handovers: int) -> None:
        """Have so many handovers begin within a day: half are deposits, and each brings a pickup."""
        for _ in range(handovers // 2):
            name = self.dice.choice(sorted(self.agents))
            self.agenda.after(self.dice.uniform(0, DAY), lambda name=name: self.deposit(name))

    # --- laying in ---

    def deposit(self, name: str, reservation: str = "") -> None:
        """Somebody of the staff comes with an item, perhaps to a compartment that was kept for it."""
        self._items += 1
        tail = f"{self._items:04d}"[-4:]
        parcel = Parcel(
            item=f"item-{self._items}", label="居住证", size=self.dice.choice(SIZES), giver="staff 1001",
            phone=f"1380000{tail}", phone_tail=tail, reservation=reservation,
        )  # fmt: skip
        self.lay_in(self.agents[name], parcel)

    def lay_in(self, agent: Agent, parcel: Parcel) -> None:
        """Lay this in, and come again when it cannot be."""
        self._lay_in(agent, parcel, RETRIES)

    def _lay_in(self, agent: Agent, parcel: Parcel, tries: int) -> None:
        answer = self._ask(agent, Right(parcel.item, taking=False), lambda lockers: lockers.deposit(parcel))
        if not isinstance(answer, Step):
            self.met[f"deposit: {answer}"] += 1
            if answer == "no_reservation":
                parcel = replace(parcel, reservation="")
            if tries and answer != "already_here":
                self.agenda.after(self._soon(), lambda: self._lay_in(agent, parcel, tries - 1))
            return
        self._attend(agent, parcel, tries)

    def _attend(self, agent: Agent, parcel: Parcel, tries: int, looks: int = 8) -> None:
        """Look where the door is open; lay the item in and close, or take it back."""
        at = agent.lockers.bank.holding(parcel.item) if agent.lockers else None
        door = at.number if at else None
        if door in agent.board.open and self.dice.random() > 0.02:
            self.agenda.after(self._closing_time(), lambda: agent.board.move(door, is_open=False))
        elif door in agent.board.open:
            self._take_back(agent, door)
        elif looks and (at or not agent.lockers):
            self.agenda.after(6 * SECOND, lambda: self._attend(agent, parcel, tries, looks - 1))
        elif at is None and tries:
            self.agenda.after(self._soon(), lambda: self._lay_in(agent, parcel, tries - 1))

    def _take_back(self, agent: Agent, door: int) -> None:
        self.met["taken back"] += 1
        agent.ask(lambda lockers: lockers.cancel_deposit(door))
        self.agenda.after(8 * SECOND, lambda: agent.board.move(door, is_open=False))

    # --- taking out ---

    def hear(self, told: Told) -> None:
        """Somebody reads the SMS, and comes some time later; one in forty never does."""
        agent = self.agents[told.device]
        if self.dice.random() > 0.025:
            self.agenda.after(self.dice.lognormvariate(-0.7, 0.8) * HOUR, lambda: self._fetch(agent, told, RETRIES))
        self.agenda.after(FORGOTTEN_AFTER, lambda: self._recall(agent, told.item))

    def _fetch(self, agent: Agent, told: Told, tries: int) -> None:
        for _ in range(self.dice.randint(1, 3) if self.dice.random() < 0.08 else 0):
            self._mistype(agent, told)
        code = pickup.code(lambda data: hmac.digest(BANK_KEY, data, "sha256"), told.item, told.issue)
        inside = next((i for i in self._inside(agent) if i.id == told.item), None)
        right = Right(told.item if inside and inside.issue == told.issue else "nothing any more", taking=True)
        answer = self._ask(agent, right, lambda lockers: lockers.pick_up(told.number, code, "left"))
        if not isinstance(answer, Step):
            self.met[f"pickup: {answer}"] += 1
            if tries and answer not in ("spent", "wrong_code"):
                self.agenda.after(self._soon(), lambda: self._fetch(agent, told, tries - 1))
            return
        self._go_with(agent, told.item, lambda: self._fetch(agent, told, tries - 1) if tries else None)

    def _inside(self, agent: Agent) -> list[Item]:
        return [item for c in agent.lockers.bank.compartments.values() for item in c.items] if agent.lockers else []

    def _mistype(self, agent: Agent, told: Told) -> None:
        """A wrong code gives nobody a right: if it opens, that is a wrong opening."""
        if self.are_home:
            return
        self.god.devices[agent.name].right = Right("nothing", taking=True)
        answer = agent.ask(lambda lockers: lockers.pick_up(told.number, f"{self.dice.randrange(10**8):08d}", "left"))
        self.god.devices[agent.name].right = None
        self.met[f"mistyped: {answer if isinstance(answer, str) else 'opened'}"] += 1

    def _recall(self, agent: Agent, item: str) -> None:
        """Whoever laid it in takes it out again, if it is still there."""
        if agent.lockers is None or agent.lockers.bank.holding(item) is None:
            return
        answer = self._ask(
            agent, Right(item, taking=True), lambda lockers: lockers.collect(item, by="staff 1001", role="giver")
        )
        if isinstance(answer, Step):
            self.met["recalled"] += 1
            self._go_with(agent, item, lambda: None)
        self.agenda.after(2 * HOUR, lambda: self._recall(agent, item))

    def _go_with(self, agent: Agent, item: str, again: Callable[[], None], looks: int = 3) -> None:
        """Take the item out of the open door and close it; a door that stays shut is tried again later."""
        at = agent.lockers.bank.holding(item) if agent.lockers else None
        if at and at.number in agent.board.open:
            self.agenda.after(self._closing_time(), lambda: agent.board.move(at.number, is_open=False))
        elif looks:
            self.agenda.after(6 * SECOND, lambda: self._go_with(agent, item, again, looks - 1))
        else:
            self.agenda.after(self._soon(), again)

    # --- inside ---

    def _ask(self, agent: Agent, right: Right, what: Callable[[Lockers], Coroutine[Any, Any, Step]]) -> Step | str:
        """Ask with a right to that door and no other."""
        if self.are_home:
            return "home"
        device = self.god.devices[agent.name]
        device.right = right
        answer = agent.ask(what)
        device.right = None
        return answer

    def _soon(self) -> float:
        return self.dice.uniform(3 * MINUTE, 40 * MINUTE)

    def _closing_time(self) -> float:
        """Most people close a door in seconds; one in fifty walks away, and somebody else closes it."""
        return self.dice.uniform(4, 40) * SECOND if self.dice.random() > 0.02 else self.dice.uniform(2, 30) * MINUTE
