"""Everybody's phone in one: the webhook that central sends its SMS to."""

import json
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from twin.watched import Watched
from wire.errors import BadMessage

KEPT = 200
"""Messages; older ones are forgotten, and would be taken again."""

MAX_BYTES = 4096
"""Of a request; the longest SMS is far below."""


@dataclass(frozen=True)
class Sms:
    """One message; `at` is the instant it arrived, in milliseconds."""

    id: str
    to: str
    text: str
    at: int


class Phone(Watched):
    """`messages`, newest first. A message with an id that is here already is accepted and forgotten, as gateways do."""

    def __init__(self, kept: int = KEPT) -> None:
        super().__init__()
        self.messages: deque[Sms] = deque(maxlen=kept)
        self.repeated = 0
        self.refused = 0
        self.out = False
        """The gateway is out of order: every request is turned away."""

    def receive(self, body: bytes) -> Sms:
        """Take a gateway's request; BadMessage says what is wrong with it."""
        try:
            said = _read(body)
        except BadMessage:
            self.refused += 1
            raise
        known = next((sms for sms in self.messages if sms.id == said["id"]), None)
        if known:
            self.repeated += 1
            return known
        sms = Sms(said["id"], said["to"], said["text"], time.time_ns() // 1_000_000)
        self.messages.appendleft(sms)
        self.changed()
        return sms

    def be_out(self, out: bool = True) -> None:
        """Let the gateway break down, or repair it."""
        self.out = out
        self.changed()

    def to(self, number: str) -> list[Sms]:
        """Return what a number got, newest first."""
        return [sms for sms in self.messages if sms.to == number]

    def state(self) -> list[dict[str, Any]]:
        """Return the messages, newest first, as JSON."""
        return [asdict(sms) for sms in self.messages]

    def restore(self, state: list[dict[str, Any]]) -> None:
        """Take up a `state`."""
        self.messages.clear()
        self.messages.extend(Sms(**sms) for sms in state)
        self.changed()


def _read(body: bytes) -> dict[str, str]:
    if len(body) > MAX_BYTES:
        raise BadMessage(f"an SMS of {len(body)} bytes; {MAX_BYTES} are enough")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise BadMessage("an SMS is sent as JSON") from None
    if not isinstance(said, dict) or set(said) != {"id", "to", "text"}:
        raise BadMessage('an SMS is an object of "id", "to" and "text"')
    for name, most in (("id", 128), ("to", 20), ("text", 500)):
        if not isinstance(said[name], str) or not 0 < len(said[name]) <= most:
            raise BadMessage(f'"{name}" of an SMS is a text of 1 to {most} characters')
    if not said["to"].removeprefix("+").isascii() or not said["to"].removeprefix("+").isdigit():
        raise BadMessage('"to" of an SMS is a phone number: digits, perhaps with + before them')
    return said
