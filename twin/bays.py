"""The parking bays as asphalt: a car over a node's distance sensor, or none."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Self

from twin.control import Control
from twin.watched import Watched
from wire.errors import Refused

FREE_MM, CAR_MM = 2500, 620
"""What the sensor above a bay measures to the ground, and to the roof of a car."""


@dataclass
class Bay:
    """One bay; `board.address` is where the firmware of its node finds its sensor."""

    bay: str
    node: str
    board: Control
    car: bool = False
    blind: bool = False
    """The sensor hears no echo: leaves lie on it."""

    def tell(self) -> None:
        """Put before the sensor what is there."""
        self.board.set_echo(None if self.blind else CAR_MM if self.car else FREE_MM)


class Bays(Watched):
    """`Bays({"P1": "node-1", …})`; a node has power while its process runs."""

    def __init__(self, nodes: Mapping[str, str]) -> None:
        super().__init__()
        self.bays = {bay: Bay(bay, node, Control()) for bay, node in nodes.items()}
        self._stack = AsyncExitStack()
        for bay in self.bays.values():
            bay.board.watch(self.changed)
            bay.tell()

    def __getitem__(self, bay: str) -> Bay:
        if bay not in self.bays:
            raise Refused("no_such_bay", f"没有车位 {bay} / there is no bay {bay}")
        return self.bays[bay]

    async def __aenter__(self) -> Self:
        for bay in self.bays.values():
            await self._stack.enter_async_context(bay.board)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def park(self, bay: str) -> None:
        if self[bay].car:
            raise Refused("taken", f"车位 {bay} 上有车 / a car stands on bay {bay}")
        self._set(bay, car=True)

    def leave(self, bay: str) -> None:
        if not self[bay].car:
            raise Refused("free", f"车位 {bay} 上没有车 / no car stands on bay {bay}")
        self._set(bay, car=False)

    def blind(self, bay: str, blind: bool = True) -> None:
        """Cover the sensor of a bay, or clean it."""
        self[bay].blind = blind
        self[bay].tell()
        self.changed()

    def state(self) -> dict[str, Any]:
        """Return what it looks like, as JSON."""
        return {name: {"node": bay.node, "car": bay.car, "blind": bay.blind} for name, bay in self.bays.items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a `state`, for the bays that are still there."""
        for name, bay in self.bays.items():
            bay.car = bool(state.get(name, {}).get("car"))
            bay.blind = bool(state.get(name, {}).get("blind"))
            bay.tell()
        self.changed()

    def _set(self, bay: str, *, car: bool) -> None:
        self[bay].car = car
        self[bay].tell()
        self.changed()
