"""A lock board and its doors: latches that pulse, contacts that tell, people who close what they opened."""

import random
from collections.abc import Callable

from edge.drivers import Look
from wire.board import MAX_MOVES, Move
from wire.errors import DeviceFault

MEMORY = 64
"""Moves that a board remembers until they are handled."""


class LockBoard:
    """The drivers' `LockBus`, without a line. `opens(door)` tells whether the bolt works; `bolt` hears every pulse."""

    bad_frames = 0

    def __init__(self, doors: int, dice: random.Random, bolt: Callable[[int, int], None]) -> None:
        self.doors = range(1, doors + 1)
        self.open: set[int] = set()
        self.stuck: set[int] = set()
        self.silent = False
        self.moved: Callable[[], None] = lambda: None
        self._bolt, self._dice = bolt, dice
        self._boot = 0
        self.restart()

    def restart(self) -> None:
        """Forget everything but the doors, as a board does that lost its power."""
        self._boot += 1
        self._known_boot = 0
        self._moves: list[Move] = []
        self._number = self._lost = 0
        self._pulsed: set[int] = set()

    async def look(self, handled: int) -> Look:
        self._answer()
        self._known_boot = self._boot
        self._moves = [move for move in self._moves if move.number > handled]
        return Look(self._boot, frozenset(self.open), self._lost, tuple(self._moves[:MAX_MOVES]))

    async def unlock(self, door: int, nonce: int) -> str:
        self._answer()
        if self._known_boot != self._boot:
            return "stale"
        if nonce in self._pulsed:
            return "repeated"
        self._pulsed.add(nonce)
        self._bolt(door, nonce)
        if door not in self.stuck:
            self.move(door, is_open=True)
        return "pulsed"

    async def close(self) -> None:
        """There is no line to let go of."""

    def move(self, door: int, *, is_open: bool) -> None:
        """Move a door, by whatever force; a door that stands so already does not move."""
        if is_open == (door in self.open):
            return
        (self.open.add if is_open else self.open.discard)(door)
        self._number += 1
        self._moves.append(Move(self._number, door, is_open, 0))
        if len(self._moves) > MEMORY:
            self._lost += 1
            del self._moves[0]
        self.moved()

    def _answer(self) -> None:
        if self.silent:
            raise DeviceFault("the lock board is silent")
