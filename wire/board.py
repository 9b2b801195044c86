"""What a Pi and a lock board say to each other. Runs on CPython and MicroPython.

The Pi asks, the board answers; a board never speaks unasked, so that many can share one RS-485 line. A frame of
`wire.frame` carries one message; an answer has the address and the sequence of its question. One class a message;
`encode` and `decode` are the whole contract, and `VERSION` tells whether both sides read the same one.
"""

import struct

from wire.errors import BadMessage

VERSION = 1
MAX_DOORS = 32
MAX_PULSE_MS = 500
"""Milliseconds; the firmware caps every pulse here, whatever the Pi asks for."""

MAX_MOVES = 12
"""Door moves in one `Report`; the rest come with the next poll."""

# What became of an Unlock
PULSED = 0  # the latch was pulsed
REPEATED = 1  # this nonce had been pulsed already; nothing was done
NO_SUCH_DOOR = 2
BUSY = 3  # another latch is being pulsed; one at a time
STALE = 4  # the boot in the Unlock is not the board's: it restarted since the Pi last looked

OUTCOMES = ("pulsed", "repeated", "no_such_door", "busy", "stale")


def _unpack(layout: str, data: bytes) -> tuple:  # type: ignore[type-arg]
    if len(data) != struct.calcsize(layout):
        raise BadMessage("a message of %d bytes, where %d are due" % (len(data), struct.calcsize(layout)))
    return struct.unpack(layout, data)


class Message:
    """Equality and a readable form for the messages below: the fields are the constructor's arguments."""

    KIND = 0
    FIELDS: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the payload of a frame."""
        raise NotImplementedError

    @classmethod
    def decode(cls, body: bytes) -> "Message":
        """Return the message whose payload, after its kind, is `body`; BadMessage when it is none."""
        raise NotImplementedError

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.FIELDS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((self.KIND, self._values()))

    def __repr__(self) -> str:
        return "%s(%s)" % (type(self).__name__, ", ".join("%s=%r" % (n, getattr(self, n)) for n in self.FIELDS))


class AskHello(Message):
    """Who are you? The first question after the line opened, and after every silence."""

    KIND = 0x01

    def encode(self) -> bytes:
        return bytes((self.KIND,))

    @classmethod
    def decode(cls, body: bytes) -> "AskHello":
        _unpack("<", body)
        return cls()


class Unlock(Message):
    """Pulse the latch of `door` (1 to 32) for `pulse_ms`; a `nonce` seen before is never pulsed again.

    `boot` is the board's boot number as its `Hello` gave it: after a restart the board has forgotten its nonces, and
    refuses.
    """

    KIND = 0x02
    FIELDS = ("door", "nonce", "pulse_ms", "boot")
    _LAYOUT = "<BIHI"

    def __init__(self, door: int, nonce: int, pulse_ms: int, boot: int) -> None:
        self.door = door
        self.nonce = nonce
        self.pulse_ms = pulse_ms
        self.boot = boot

    def encode(self) -> bytes:
        return bytes((self.KIND,)) + struct.pack(self._LAYOUT, self.door, self.nonce, self.pulse_ms, self.boot)

    @classmethod
    def decode(cls, body: bytes) -> "Unlock":
        return cls(*_unpack(cls._LAYOUT, body))


class Poll(Message):
    """What happened? `handled` is the number of the last door move that is safe on the Pi's disk; 0 for none."""

    KIND = 0x03
    FIELDS = ("handled",)
    _LAYOUT = "<I"

    def __init__(self, handled: int) -> None:
        self.handled = handled

    def encode(self) -> bytes:
        return bytes((self.KIND,)) + struct.pack(self._LAYOUT, self.handled)

    @classmethod
    def decode(cls, body: bytes) -> "Poll":
        return cls(*_unpack(cls._LAYOUT, body))


class Hello(Message):
    """`version` of this contract, number of `doors`, `boot`: a number that no two boots of the board share."""

    KIND = 0x81
    FIELDS = ("version", "doors", "boot")
    _LAYOUT = "<BBI"

    def __init__(self, version: int, doors: int, boot: int) -> None:
        self.version = version
        self.doors = doors
        self.boot = boot

    def encode(self) -> bytes:
        return bytes((self.KIND,)) + struct.pack(self._LAYOUT, self.version, self.doors, self.boot)

    @classmethod
    def decode(cls, body: bytes) -> "Hello":
        return cls(*_unpack(cls._LAYOUT, body))


class Unlocked(Message):
    """The answer to `Unlock`: `outcome` is one of PULSED, REPEATED, NO_SUCH_DOOR, BUSY, STALE. Not yet an opening."""

    KIND = 0x82
    FIELDS = ("nonce", "outcome")
    _LAYOUT = "<IB"

    def __init__(self, nonce: int, outcome: int) -> None:
        self.nonce = nonce
        self.outcome = outcome

    def encode(self) -> bytes:
        return bytes((self.KIND,)) + struct.pack(self._LAYOUT, self.nonce, self.outcome)

    @classmethod
    def decode(cls, body: bytes) -> "Unlocked":
        nonce, outcome = _unpack(cls._LAYOUT, body)
        if outcome >= len(OUTCOMES):
            raise BadMessage("unlock outcome %d is not known" % outcome)
        return cls(nonce, outcome)


class Move(Message):
    """One door moved: `number` rises by one from 1 within a boot; `age_ms` ago, as the board's clock tells."""

    FIELDS = ("number", "door", "is_open", "age_ms")
    LAYOUT = "<IBBI"

    def __init__(self, number: int, door: int, is_open: bool, age_ms: int) -> None:
        self.number = number
        self.door = door
        self.is_open = is_open
        self.age_ms = age_ms


class Report(Message):
    """The answer to `Poll`: the contacts now (bit `door - 1` set: open) and the moves not yet handled, oldest first.

    `lost` counts moves that fell out of the board's memory unhandled: the contacts are then the only truth.
    """

    KIND = 0x83
    FIELDS = ("boot", "contacts", "lost", "moves")
    _LAYOUT = "<IIHB"

    def __init__(self, boot: int, contacts: int, lost: int, moves: "list[Move] | tuple[Move, ...]") -> None:
        self.boot = boot
        self.contacts = contacts
        self.lost = lost
        self.moves = tuple(moves)

    def encode(self) -> bytes:
        if len(self.moves) > MAX_MOVES:
            raise ValueError("a report has at most %d moves" % MAX_MOVES)
        head = struct.pack(self._LAYOUT, self.boot, self.contacts, self.lost, len(self.moves))
        moves = (struct.pack(Move.LAYOUT, m.number, m.door, 1 if m.is_open else 0, m.age_ms) for m in self.moves)
        return bytes((self.KIND,)) + head + b"".join(moves)

    @classmethod
    def decode(cls, body: bytes) -> "Report":
        head, each = struct.calcsize(cls._LAYOUT), struct.calcsize(Move.LAYOUT)
        boot, contacts, lost, count = _unpack(cls._LAYOUT, body[:head])
        if count > MAX_MOVES or len(body) != head + count * each:
            raise BadMessage("a report says %d moves in %d bytes" % (count, len(body)))
        moves = []
        for at in range(head, len(body), each):
            number, door, is_open, age_ms = struct.unpack(Move.LAYOUT, body[at : at + each])
            if is_open > 1 or not 1 <= door <= MAX_DOORS:
                raise BadMessage("a move of door %d to %d" % (door, is_open))
            moves.append(Move(number, door, is_open == 1, age_ms))
        return cls(boot, contacts, lost, moves)


class Rejected(Message):
    """The question was not of the contract; the board did nothing."""

    KIND = 0x8F

    def encode(self) -> bytes:
        return bytes((self.KIND,))

    @classmethod
    def decode(cls, body: bytes) -> "Rejected":
        _unpack("<", body)
        return cls()


MESSAGES: tuple[type[Message], ...] = (AskHello, Unlock, Poll, Hello, Unlocked, Report, Rejected)


def decode(payload: bytes) -> Message:
    """Return the message in a frame's payload; BadMessage when it is none."""
    if not payload:
        raise BadMessage("an empty message")
    for message in MESSAGES:
        if payload[0] == message.KIND:
            return message.decode(payload[1:])
    raise BadMessage("a message of kind 0x%02x" % payload[0])
