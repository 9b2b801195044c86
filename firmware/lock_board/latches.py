"""Which latch may be pulsed, and for how long. Pure."""

from wire.board import BUSY, MAX_PULSE_MS, NO_SUCH_DOOR, PULSED, REPEATED, STALE, Unlock

REMEMBERED = 32
"""Nonces; the host has one Unlock in flight, so it never repeats one that is older."""


class Latches:
    """One latch at a time: the supply carries one solenoid. `pulsing` is its door, None between pulses."""

    def __init__(self, doors: int, boot: int) -> None:
        self.pulsing: int | None = None
        self._doors = doors
        self._boot = boot
        self._until_ms = 0
        self._nonces: list[int] = []

    def unlock(self, asked: Unlock, now_ms: int) -> int:
        """Return the outcome of an `Unlock`; PULSED starts the pulse."""
        if asked.boot != self._boot:
            return STALE
        if not 1 <= asked.door <= self._doors:
            return NO_SUCH_DOOR
        if asked.nonce in self._nonces:
            return REPEATED
        if self.pulsing is not None:
            return BUSY
        self._nonces = self._nonces[1 - REMEMBERED :] + [asked.nonce]
        self.pulsing = asked.door
        self._until_ms = now_ms + min(asked.pulse_ms, MAX_PULSE_MS)
        return PULSED

    def tick(self, now_ms: int) -> None:
        """End the pulse when its time is over."""
        if self.pulsing is not None and now_ms >= self._until_ms:
            self.pulsing = None

    def release(self) -> None:
        """End the pulse now."""
        self.pulsing = None
