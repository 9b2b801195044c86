"""The lock board without its pins: questions and contacts in, answers and one latch out. Pure."""

from firmware.common.debounce import Debounce
from firmware.lock_board.latches import Latches
from firmware.lock_board.moves import Moves
from wire import board
from wire.errors import BadMessage

SETTLE_MS = 20
SILENT_AFTER_MS = 5000

_ANSWER = 0x80  # set in the kind of every message that a board, not a host, sends


class Board:
    """`levels` are the contacts at the start, True for open: a door that was open before is no move."""

    def __init__(self, levels: list[bool], boot: int) -> None:
        self.boot = boot
        self._contacts = [Debounce(level, SETTLE_MS) for level in levels]
        self._latches = Latches(len(levels), boot)
        self._moves = Moves()
        self._asked_ms = 0

    def pulsing(self, now_ms: int) -> int | None:
        """Return the door whose latch has current now, or None."""
        self._latches.tick(now_ms)
        if now_ms - self._asked_ms >= SILENT_AFTER_MS:
            self._latches.release()
        return self._latches.pulsing

    def sample(self, door: int, level: bool, now_ms: int) -> None:
        """Take in whether the contact of `door` is open at this moment."""
        contact = self._contacts[door - 1]
        if contact.settled(level, now_ms):
            self._moves.record(door, contact.level, now_ms)

    def answer(self, payload: bytes, now_ms: int) -> bytes | None:
        """Return the payload of the answer; None when there is none to give.

        An answer is not answered: some transceivers hear what they send themselves.
        """
        if payload and payload[0] & _ANSWER:
            return None
        self._asked_ms = now_ms
        try:
            return self._answer(board.decode(payload), now_ms).encode()
        except BadMessage:
            return board.Rejected().encode()

    def _answer(self, asked: board.Message, now_ms: int) -> board.Message:
        if isinstance(asked, board.Unlock):
            return board.Unlocked(asked.nonce, self._latches.unlock(asked, now_ms))
        if isinstance(asked, board.Poll):
            self._moves.handled(asked.handled)
            moves = self._moves.told(now_ms)
            return board.Report(self.boot, self._open(), self._moves.lost, moves)
        return board.Hello(board.VERSION, len(self._contacts), self.boot)

    def _open(self) -> int:
        return sum(1 << at for at, contact in enumerate(self._contacts) if contact.level)
