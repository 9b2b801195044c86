"""The network between agents and centre: it loses, doubles and overtakes; it breaks, and a broker forgets."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.agenda import SECOND, Agenda


@dataclass
class Weather:
    """Between one agent and the centre: chances of a message, and the longest time that it takes (ms).

    `mqtt` and `http` stand or do not; what is `silent` stands and lets nothing through, and nobody is told.
    """

    mqtt: bool = True
    http: bool = True
    silent: bool = False
    loss: float = 0.002
    doubling: float = 0.002
    slowest: float = 0.2 * SECOND

    def clear(self) -> None:
        """Be a network as it should be."""
        self.__init__()  # type: ignore[misc]


class _Up:
    def __init__(self, weather: Weather) -> None:
        self._weather = weather

    def is_set(self) -> bool:
        return self._weather.mqtt


class SimulatedLink:
    """Stands where `wire.link.Link` stands in an agent."""

    def __init__(self, network: "Network", device: str) -> None:
        self.up = _Up(network.weather[device])
        self._network, self._device = network, device

    def subscribe(self, topic: str, qos: int = 1) -> None:
        """Everything that is addressed to the device comes anyway."""

    def greet(self, topic: str, payload: bytes) -> None:
        """Who is there is not simulated."""

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> bool:
        if not self.up.is_set():
            return False
        self._network.carry(self._device, lambda: self._network.to_centre(topic, payload))
        self._network.acknowledged(self._device, payload)
        return True


@dataclass
class Network:
    """`to_centre(topic, payload)` is where messages go up; `carry` brings anything up or down.

    `acknowledged(device, payload)`: the broker has it, which proves nothing.
    """

    agenda: Agenda
    dice: random.Random
    weather: dict[str, Weather]
    to_centre: Callable[[str, bytes], None] = lambda _topic, _payload: None
    acknowledged: Callable[[str, bytes], None] = lambda _device, _payload: None
    lost: int = 0
    doubled: int = 0
    _memory: int = 0
    _old: list[Callable[[], None]] = field(default_factory=list)

    def link(self, _host: str, _port: int, device: str, **_: Any) -> SimulatedLink:
        """Stand for the class `Link`."""
        return SimulatedLink(self, device)

    def carry(self, device: str, deliver: Callable[[], None]) -> None:
        """Bring a message, or lose it, or bring it twice, and in any order."""
        weather = self.weather[device]
        if weather.silent or self.dice.random() < weather.loss:
            self.lost += 1
            return
        copies = 1 + (self.dice.random() < weather.doubling)
        self.doubled += copies - 1
        for _ in range(copies):
            self.agenda.after(self.dice.uniform(5, weather.slowest), self._if_remembered(device, deliver))
        if self.dice.random() < 0.01:
            self._old.append(deliver)

    def forget(self) -> None:
        """Lose everything that is on its way: the broker was set up anew."""
        self._memory += 1

    def repeat_something_old(self) -> None:
        """Bring a message of long ago once more."""
        if self._old:
            self.dice.choice(self._old)()

    def _if_remembered(self, device: str, deliver: Callable[[], None]) -> Callable[[], None]:
        memory = self._memory

        def arrive() -> None:
            if memory == self._memory and self.weather[device].mqtt and not self.weather[device].silent:
                deliver()
            else:
                self.lost += 1

        return arrive
