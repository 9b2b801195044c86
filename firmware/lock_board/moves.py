"""The door moves that the host has not handled yet. Pure."""

from wire.board import MAX_MOVES, Move

_LARGEST_AGE = 0xFFFFFFFF
_LARGEST_LOST = 0xFFFF


class Moves:
    """Moves numbered from 1 within a boot. When `room` is used up the oldest falls out and is counted in `lost`."""

    def __init__(self, room: int = 64) -> None:
        self.lost = 0
        self._room = room
        self._last = 0
        self._told = 0
        self._waiting: list[tuple[int, int, bool, int]] = []  # number, door, is_open, at_ms

    def record(self, door: int, is_open: bool, now_ms: int) -> None:
        self._last += 1
        if len(self._waiting) == self._room:
            self._waiting.pop(0)
            self.lost = min(self.lost + 1, _LARGEST_LOST)
        self._waiting.append((self._last, door, is_open, now_ms))

    def handled(self, number: int) -> None:
        """Forget the moves up to `number`.

        A number that was never told is of an earlier boot, and the host has not noticed the restart: none is forgotten.
        """
        if number <= self._told:
            while self._waiting and self._waiting[0][0] <= number:
                self._waiting.pop(0)

    def told(self, now_ms: int) -> list[Move]:
        """Return the oldest moves for a `Report`; they stay until they are handled."""
        moves = []
        for number, door, is_open, at_ms in self._waiting[:MAX_MOVES]:
            moves.append(Move(number, door, is_open, min(now_ms - at_ms, _LARGEST_AGE)))
            self._told = max(self._told, number)
        return moves
