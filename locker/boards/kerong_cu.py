"""KERONG CU12 and CU16: `02 ADDR CMD [data] 03 SUM`, where ADDR is the board's number and the lock's, four bits each.

A set bit is a hook that holds. An opening (31) is answered with the contacts (35). A CU16 was seen to stay busy after
it until it is asked for its pulse time (38), so that is asked after every opening. Commands 33 (all locks), 37 and 39
(pulse and delay times) and the addresses from A0 (F0: all boards) are not made here.
"""

from collections.abc import Collection

from locker.boards import MORE, NOTHING, Contacts, Cut, Family, Question, Released, begins, bits

_STATUS, _UNLOCK, _STATE, _PULSE_TIME = 0x30, 0x31, 0x35, 0x38
_SIZES = {_STATE: 9, _PULSE_TIME: 7}


class KerongCu(Family):
    """One CU12 or CU16."""

    BOARDS = range(10)
    LOCKS = range(1, 17)
    OPENED_BY = Contacts

    def open_frame(self, lock: int) -> bytes:
        return self._frame(lock, _UNLOCK)

    def after_frame(self, lock: int) -> bytes | None:
        return self._frame(lock, _PULSE_TIME)

    def questions(self, locks: Collection[int]) -> tuple[Question, ...]:
        return (Question(self._frame(1, _STATUS), frozenset(map(self.checked, locks))),)

    def cut(self, data: bytes) -> Cut:
        if data[0] != 2 or (len(data) > 1 and data[1] >> 4 != self.board):
            return NOTHING
        for command, size in _SIZES.items():
            if begins(data[2:], bytes((command,))):
                if len(data) < size:
                    return MORE
                if data[size - 2] == 3 and data[size - 1] == sum(data[: size - 1]) % 256:
                    return Cut(size, Contacts(bits(data[3:5])) if command == _STATE else Released(None))
        return NOTHING

    def _frame(self, lock: int, command: int) -> bytes:
        body = bytes((2, self.board << 4 | self.checked(lock) - 1, command, 3))
        return body + bytes((sum(body) % 256,))


FAMILY = KerongCu
