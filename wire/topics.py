"""Every MQTT topic: built and read here and nowhere else."""

import re
from typing import NamedTuple

from wire.errors import BadMessage

ROOT = "zone24/1"

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
"""A device's or node's name: 1 to 32 small letters, digits and hyphens.

A `+`, `#` or `/` would open other people's topics.
"""

UP_JOURNAL = f"{ROOT}/+/up/journal"
UP_STATUS = f"{ROOT}/+/up/status"
NODES = f"{ROOT}/node/+/+"


class Topic(NamedTuple):
    """A topic taken apart: `device` "zone-01", `way` "up/journal"; of a node, `device` "node-1", `way` "node/event"."""

    device: str
    way: str


def journal(device: str) -> str:
    """Batches of entries from the device; QoS 1."""
    return f"{ROOT}/{device}/up/journal"


def status(device: str) -> str:
    """`wire.entry.Status`; QoS 1, retained, with a last will."""
    return f"{ROOT}/{device}/up/status"


def telemetry(device: str) -> str:
    """Last values; QoS 0, may be lost."""
    return f"{ROOT}/{device}/up/telemetry"


def receipt(device: str) -> str:
    """The centre's receipts; QoS 1."""
    return f"{ROOT}/{device}/down/receipt"


def down_journal(device: str) -> str:
    """Batches of the centre's journal for the device; QoS 1."""
    return f"{ROOT}/{device}/down/journal"


def node_event(node: str) -> str:
    """A bay changed; QoS 1."""
    return f"{ROOT}/node/{node}/event"


def node_heartbeat(node: str) -> str:
    """A bay at every period; QoS 0, retained, so that an agent that starts knows at once."""
    return f"{ROOT}/node/{node}/heartbeat"


def read(topic: str) -> Topic:
    """Take a topic apart; BadMessage when it is none of ours."""
    match topic.split("/"):
        case ["zone24", "1", "node", node, ("event" | "heartbeat") as way] if NAME.fullmatch(node):
            return Topic(node, f"node/{way}")
        case ["zone24", "1", device, ("up" | "down") as direction, last] if NAME.fullmatch(device):
            return Topic(device, f"{direction}/{last}")
    raise BadMessage(f"{topic!r} is not a topic of ours")
