"""KERONG CU48: `02 DEVICE LOCK CMD 03 SUM`, answered with `02 DEVICE LOCK 75 LENGTH data SUM`; a set bit is closed.

Known from one public driver. Addresses from F0 on are left alone: in the maker's other protocol they mean every board.
"""

from collections.abc import Collection

from locker.boards import MORE, NOTHING, Contacts, Cut, Family, Opened, Question, begins, bits

_STATUS, _UNLOCK = 0x60, 0x61
_DONE = b"\x75"
_KINDS = (b"", _DONE, b"\x00")  # not there yet, done, failed
_LENGTHS = (b"", b"\x00", b"\x06")  # not there yet, none, the contacts of 48 locks


class KerongCu48(Family):
    """One CU48."""

    BOARDS = range(0xF0)
    LOCKS = range(1, 49)

    def open_frame(self, lock: int) -> bytes:
        return self._frame(self.checked(lock) - 1, _UNLOCK)

    def questions(self, locks: Collection[int]) -> tuple[Question, ...]:
        return (Question(self._frame(0, _STATUS), frozenset(map(self.checked, locks))),)

    def cut(self, data: bytes) -> Cut:
        head, kind, length = data[:2], data[3:4], data[4:5]
        if not begins(head, bytes((2, self.board))) or kind not in _KINDS or length not in _LENGTHS:
            return NOTHING
        size = 6 + int.from_bytes(length, "big")
        if len(data) < size:
            return MORE
        if data[2] + 1 not in self.LOCKS or data[size - 1] != sum(data[: size - 1]) % 256:
            return NOTHING
        if size > 6:
            return Cut(size, Contacts(bits(data[5:11])))
        return Cut(size, Opened(data[2] + 1, "pulsed" if kind == _DONE else "stale"))

    def _frame(self, lock: int, command: int) -> bytes:
        body = bytes((2, self.board, lock, command, 3))
        return body + bytes((sum(body) % 256,))


FAMILY = KerongCu48
