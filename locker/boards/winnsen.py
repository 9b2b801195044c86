"""Winnsen: `90 LENGTH FUNCTION STATION LOCK [word] 03`, without any checksum; a set contact is open.

In the answer to a status (92) some firmware puts the contact before the lock: variant `swapped`. Station 0 is left
alone, which some firmware hears as every station.
"""

from collections.abc import Collection

from locker.boards import MORE, NOTHING, Contacts, Cut, Family, Opened, Question

_UNLOCK, _STATUS, _ANSWER = 0x05, 0x12, 0x80
_OUTCOMES = {0: "stale", 1: "pulsed", 2: "busy"}
"""0: the lock did not report that it opened; 2: it is too hot, and nothing was done."""


class Winnsen(Family):
    """One station."""

    BOARDS = range(1, 255)
    LOCKS = range(1, 17)
    VARIANTS = ("", "swapped")

    def open_frame(self, lock: int) -> bytes:
        return self._frame(_UNLOCK, lock)

    def questions(self, locks: Collection[int]) -> tuple[Question, ...]:
        return tuple(Question(self._frame(_STATUS, lock), frozenset((lock,))) for lock in sorted(locks))

    def cut(self, data: bytes) -> Cut:
        if not b"\x90\x07".startswith(data[:2]):
            return NOTHING
        if len(data) > 2 and data[2] not in (_UNLOCK | _ANSWER, _STATUS | _ANSWER):
            return NOTHING
        if len(data) > 3 and data[3] != self.board:
            return NOTHING
        if len(data) < 7:
            return MORE
        return self._read(data) if data[6] == 3 else NOTHING

    def _read(self, data: bytes) -> Cut:
        lock, word = data[4:6]
        if data[2] == _STATUS | _ANSWER and self.variant == "swapped":
            lock, word = word, lock
        if lock not in self.LOCKS or word not in _OUTCOMES:
            return NOTHING
        if data[2] == _UNLOCK | _ANSWER:
            return Cut(7, Opened(lock, _OUTCOMES[word]))
        return Cut(7, Contacts({lock: word == 1})) if word < 2 else NOTHING

    def _frame(self, function: int, lock: int) -> bytes:
        return bytes((0x90, 6, function, self.board, self.checked(lock), 3))


FAMILY = Winnsen
