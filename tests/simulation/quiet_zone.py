"""One bank and its centre, without trouble and without people: nothing happens but what a test does."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from locker import pickup
from locker.parcel import Parcel
from locker.step import Step
from tests.simulation.agenda import HOUR, MINUTE, SECOND
from tests.simulation.agent import Agent
from tests.simulation.centre import Told
from tests.simulation.god import Right
from tests.simulation.site import BANK_KEY
from tests.simulation.world import World, world
from wire.orders import MANIFEST_HOURS, GiveManifest, ManifestItem, Order

NAME = "zone-01"
COURIER = "courier 2001"


class QuietZone:
    """`told`: the codes that went out, by item."""

    def __init__(self, made: World) -> None:
        self.world, self.agenda = made, made.agenda
        self.agent: Agent = made.agents[NAME]
        self.agent.eager = True
        self.told: dict[str, Told] = {}
        made.centre.told = lambda told: self.told.__setitem__(told.item, told)
        self.agenda.run(SECOND)

    def lay_in(self, parcel: Parcel) -> None:
        """Deposit to the end."""
        self._as(Right(parcel.item, taking=False), lambda: self.agent.ask(lambda lockers: lockers.deposit(parcel)))

    def fetch(self, told: Told) -> None:
        """Pick up to the end, with the code that was told."""
        code = pickup.code(lambda data: hmac.digest(BANK_KEY, data, "sha256"), told.item, told.issue)
        self._as(
            Right(told.item, taking=True),
            lambda: self.agent.ask(lambda lockers: lockers.pick_up(told.number, code, "left")),
        )

    def _as(self, right: Right, ask: Any) -> None:
        device = self.world.god.devices[NAME]
        device.right = right
        answer = ask()
        device.right = None
        assert isinstance(answer, Step), (right, answer)
        (door,) = self.agent.board.open
        self.agenda.run(20 * SECOND)
        self.agent.board.move(door, is_open=False)
        self.agenda.run(MINUTE)

    def parcel_of(self, item: str) -> Parcel:
        """Return what the bank makes of an item that the courier brings now."""
        assert self.agent.manifests
        assert self.agent.journal
        return self.agent.manifests.parcel(item, COURIER, self.agent.journal.clock.now())

    def order(self, given: Order) -> None:
        """Order something at the centre, and give it time to arrive."""
        assert self.world.centre.order(NAME, given)
        self.agenda.run(3 * MINUTE)

    def manifest(self, order: str, *items: str) -> GiveManifest:
        """Return a manifest of these items, made now."""
        brought = (
            ManifestItem(item=item, label="快递", size="S", phone="13900001234", phone_tail="1234") for item in items
        )
        return GiveManifest(
            order=order, actor="office 1", courier=COURIER, until=self.agenda.now + MANIFEST_HOURS * HOUR,
            items=tuple(brought),
        )  # fmt: skip

    def restart(self) -> None:
        """Pull the plug and put it back."""
        self.agent.crash()
        self.agent.start()
        self.agenda.run(SECOND)

    def cut_off(self) -> None:
        """Cut every line between the zone and the centre."""
        weather = self.world.network.weather[NAME]
        weather.mqtt = weather.http = False

    def reconnect(self) -> None:
        """Mend the lines, and see that everything arrives in time."""
        self.world.heal()
        assert self.world.god.is_content, self.world.god.found
        self.world.people.are_home = False

    @property
    def held(self) -> set[str]:
        """The items that lie in the bank."""
        assert self.agent.lockers
        return {item.id for c in self.agent.lockers.bank.compartments.values() for item in c.items}


def staff(item: str) -> Parcel:
    """Return what a member of the staff lays in for a citizen."""
    return Parcel(item=item, label="居住证", size="S", giver="staff 1001", phone="13800005678", phone_tail="5678")


@contextmanager
def quiet_zone() -> Iterator[QuietZone]:
    """Make one; everything is up."""
    with world("quiet", banks=1) as made:
        yield QuietZone(made)
