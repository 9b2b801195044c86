"""The nameless Chinese boards with 12, 24 or 50 channels: `HEAD BOARD LOCK FUNCTION XOR`, 8A opens and 80 asks.

A contact is 11 or 00, and which of them is open depends on how the lock's feedback is wired. Some boards tell a change
unasked (82). The variant `all24` asks for 24 contacts at once instead of one by one, where the board can. Lock 00 of an
opening (all locks), 90 (several at once), 9A and 9B (current on and off), 9D are not made here.
"""

from collections.abc import Collection

from locker.boards import MORE, NOTHING, Changed, Contacts, Cut, Family, Opened, Question, bits, xor

_OPEN, _ASK, _TELL = 0x8A, 0x80, 0x82
_DO_OPEN, _DO_ASK = 0x11, 0x33
_CONTACT = {0x00: False, 0x11: True}


class Board8A80(Family):
    """One board."""

    BOARDS = range(1, 100)
    LOCKS = range(1, 51)
    VARIANTS = ("", "all24")

    def open_frame(self, lock: int) -> bytes:
        return self._frame(_OPEN, self.checked(lock), _DO_OPEN)

    def questions(self, locks: Collection[int]) -> tuple[Question, ...]:
        asked = sorted(map(self.checked, locks))
        if self.variant == "all24" and asked and asked[-1] <= 24:
            return (Question(self._frame(_ASK, 0, _DO_ASK), frozenset(asked)),)
        return tuple(Question(self._frame(_ASK, lock, _DO_ASK), frozenset((lock,))) for lock in asked)

    def cut(self, data: bytes) -> Cut:
        head = data[0]
        if head not in (_OPEN, _ASK, _TELL) or (len(data) > 1 and data[1] != self.board):
            return NOTHING
        size = 7 if head == _ASK and self.variant == "all24" else 5
        if len(data) < size:
            return MORE
        if xor(data[: size - 1]) != data[size - 1]:
            return NOTHING
        return self._read(head, data[2 : size - 1], size)

    def _read(self, head: int, body: bytes, size: int) -> Cut:
        if size == 7:
            return Cut(size, Contacts(bits(body[2::-1]))) if body[3] == _DO_ASK else NOTHING
        lock, state = body
        if lock not in self.LOCKS or state not in _CONTACT:
            return NOTHING
        contact = _CONTACT[state]
        if head == _OPEN:  # the state is the contact's here too, but the door has hardly moved yet
            return Cut(size, Opened(lock, "pulsed"))
        return Cut(size, Contacts({lock: contact}) if head == _ASK else Changed(lock, contact))

    def _frame(self, head: int, lock: int, function: int) -> bytes:
        body = bytes((head, self.board, lock, function))
        return body + bytes((xor(body),))


FAMILY = Board8A80
