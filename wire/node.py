"""What a parking node says over MQTT, as JSON. Runs on CPython and MicroPython.

An event is sent when the state of the bay changed, a heartbeat at every period; both carry the whole truth, so that a
lost event heals with the next heartbeat. `held_ms` is how long the state has held; `number` rises by one with every
message of a boot, `boot` is a number that no two boots share.
"""

import json

from wire.errors import BadMessage

FREE = "free"
OCCUPIED = "occupied"
UNKNOWN = "unknown"
"""The node is alive but its sensor does not answer, or disagrees with itself."""

STATES = (FREE, OCCUPIED, UNKNOWN)

MAX_MESSAGE = 256
"""Bytes of one message; deeper nested junk than fits here would exhaust the reader's stack."""

_LARGEST = 0xFFFFFFFF


def encode(boot: int, number: int, state: str, held_ms: int, distance_mm: int) -> bytes:
    """Return an event's or heartbeat's payload; `distance_mm` is the last echo, -1 where there was none."""
    said = {"boot": boot, "number": number, "state": state, "held_ms": held_ms, "distance_mm": distance_mm}
    return json.dumps(said).encode()


def decode(payload: bytes) -> "Reading":
    """Return what a node said; BadMessage when it is none of ours."""
    if len(payload) > MAX_MESSAGE:
        raise BadMessage("a node's message of %d bytes" % len(payload))
    try:
        said = json.loads(payload)
    except (ValueError, UnicodeError):
        raise BadMessage("a node's message is not JSON") from None
    if not isinstance(said, dict):
        raise BadMessage("a node's message is not an object")
    state = said.get("state")
    if state not in STATES:
        raise BadMessage("a bay cannot be %r" % (state,))
    return Reading(
        _whole(said, "boot", 0),
        _whole(said, "number", 0),
        state,
        _whole(said, "held_ms", 0),
        _whole(said, "distance_mm", -1),
    )


def _whole(said: dict[str, object], name: str, least: int) -> int:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST:
        raise BadMessage("%s of a node's message is %r" % (name, value))
    return value


class Reading:
    """One message of a node, checked."""

    def __init__(self, boot: int, number: int, state: str, held_ms: int, distance_mm: int) -> None:
        self.boot = boot
        self.number = number
        self.state = state
        self.held_ms = held_ms
        self.distance_mm = distance_mm
