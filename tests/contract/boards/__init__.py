"""Lock boards as they answer on the wire, written from the published frames and not from our codecs.

`Metal` is what hangs on a board; `Double` is a board whose `receive` is given every byte of the line.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

SPRING_S = 0.15


@dataclass
class Door:
    """One door; `pulses` are since the start."""

    is_open: bool = False
    pulses: int = 0


class Metal:
    """Latches and doors: a pulse lets a closed door spring open, unless it is `jammed`.

    `overlaps` counts latches that had current at the same time.
    """

    def __init__(self, count: int, pulse_ms: int) -> None:
        self.doors = {number: Door() for number in range(1, count + 1)}
        self.overlaps = 0
        self.jammed: set[int] = set()
        self.moved: Callable[[int], None] = lambda door: None
        self._pulse_s = pulse_ms / 1000
        self._live: set[int] = set()

    def pulse(self, number: int) -> None:
        """Give a latch current for the pulse that is set on the board."""
        self.energise(number)
        asyncio.get_running_loop().call_later(self._pulse_s, self.release, number)

    def energise(self, number: int) -> None:
        self.overlaps += bool(self._live - {number})
        self._live.add(number)
        self.doors[number].pulses += 1
        if number not in self.jammed:
            asyncio.get_running_loop().call_later(SPRING_S, self._move, number, True)

    def release(self, number: int) -> None:
        self._live.discard(number)

    @property
    def energised(self) -> frozenset[int]:
        return frozenset(self._live)

    def force(self, number: int) -> None:
        self._move(number, is_open=True)

    def close(self, number: int) -> None:
        self._move(number, is_open=False)

    def _move(self, number: int, is_open: bool) -> None:
        if self.doors[number].is_open != is_open:
            self.doors[number].is_open = is_open
            self.moved(number)


class Double:
    """A board at address 1 with a door a lock; `say` puts bytes on the line."""

    FOREIGN: bytes
    UNASKED: bytes

    def __init__(self, metal: Metal, say: Callable[[bytes], None]) -> None:
        self.metal = metal
        self.say = say
        self._held = b""

    def receive(self, data: bytes) -> None:
        """Do what every whole request says, and skip a byte where none begins."""
        self._held += data
        while self._held:
            size = self.size(self._held)
            if size and len(self._held) < size:
                break
            frame, self._held = self._held[: size or 1], self._held[size or 1 :]
            if size:
                answer = self.obey(frame)
                if answer:
                    self.say(answer)

    def size(self, data: bytes) -> int:
        """Return how long the request is that begins here, 0 where none does."""
        raise NotImplementedError

    def obey(self, frame: bytes) -> bytes:
        """Do what a request says, and return the answer, if one is due."""
        raise NotImplementedError

    def closed(self, *locks: int) -> int:
        """Return a bit a lock, the first one lowest: set where the door is closed, or where there is none."""
        doors = self.metal.doors
        return sum((lock not in doors or not doors[lock].is_open) << at for at, lock in enumerate(locks))


def xor(data: bytes) -> bytes:
    total = 0
    for byte in data:
        total ^= byte
    return data + bytes((total,))


def summed(data: bytes) -> bytes:
    return data + bytes((sum(data) & 0xFF,))
