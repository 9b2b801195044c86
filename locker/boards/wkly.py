"""WKLY: `57 4B 4C 59 LENGTH BOARD CMD data XOR`; a contact is 00 for open and 01 for closed.

82 opens one lock, 84 asks for all contacts; 85 is a change that the board tells unasked. A contact that is neither 00
nor 01 is one that the board could not read, and is left out. 80 and 87 (several locks), 86 (all), 81, 88 and 89
(current on and off) are not made here.
"""

from collections.abc import Collection

from locker.boards import MORE, NOTHING, Changed, Contacts, Cut, Family, Opened, Question, begins, xor

_START = b"WKLY"
_OPEN, _ASK, _TELL = 0x82, 0x84, 0x85
_CONTACT = {0: False, 1: True}


class Wkly(Family):
    """One board."""

    BOARDS = range(255)
    LOCKS = range(1, 51)

    def open_frame(self, lock: int) -> bytes:
        return self._frame(_OPEN, self.checked(lock))

    def questions(self, locks: Collection[int]) -> tuple[Question, ...]:
        return (Question(self._frame(_ASK), frozenset(map(self.checked, locks))),)

    def cut(self, data: bytes) -> Cut:
        size = data[4] if len(data) > 4 else 0
        if not begins(data, _START) or (len(data) > 5 and data[5] != self.board):
            return NOTHING
        if size and not 10 <= size <= 10 + len(self.LOCKS):
            return NOTHING
        if not size or len(data) < size:
            return MORE
        return self._read(data[6], data[7 : size - 1], size) if xor(data[: size - 1]) == data[size - 1] else NOTHING

    def _read(self, command: int, body: bytes, size: int) -> Cut:
        if command == _OPEN and len(body) == 3 and body[1] in self.LOCKS:
            return Cut(size, Opened(body[1], "pulsed" if body[0] == 0 else "stale"))
        if command == _ASK and len(body) == 2 + body[1]:
            states = enumerate(body[2:], 1)
            return Cut(size, Contacts({lock: _CONTACT[state] for lock, state in states if state in _CONTACT}))
        if command == _TELL and len(body) == 2 and body[0] in self.LOCKS and body[1] in _CONTACT:
            return Cut(size, Changed(body[0], _CONTACT[body[1]]))
        return NOTHING

    def _frame(self, command: int, *data: int) -> bytes:
        body = _START + bytes((8 + len(data), self.board, command, *data))
        return body + bytes((xor(body),))


FAMILY = Wkly
