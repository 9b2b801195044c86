"""PURE: what is known of a device from its status messages, and what people are told of it.

The broker speaks for a device that is gone (its last will), and remembers the last status of each (retained). Both may
be late, so the number of the boot decides: what an older boot says is no news.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from central.alarms import Severity
from wire.entry import Instant, Status

State = Literal["online", "offline", "unknown"]
Verdict = Literal["good", "warn", "bad"]

WORST_FIRST: tuple[State, ...] = ("offline", "unknown", "online")


@dataclass(frozen=True)
class Seen:
    """`online` None: no status was ever heard; `since` when that became so; `last_word`: of the device itself."""

    online: bool | None
    boot: int
    version: str
    since: Instant
    last_word: Instant


def hear(seen: Seen, status: Status, now: Instant, *, retained: bool) -> Seen | None:
    """Return what is known after a status; None when it is of an older boot, and no news.

    Only a live "online" is a word of the device: the rest is the broker's memory, or its word for the dead.
    """
    if status.boot < seen.boot:
        return None
    after = replace(seen, online=status.online, boot=status.boot, version=status.version or seen.version)
    if seen.online is not status.online:
        after = replace(after, since=now)
    if status.online and not retained:
        after = replace(after, last_word=now)
    return after


def state(online: bool | None, *, heard: bool) -> State:
    """Tell how a device is; `heard`: its status came since our own link to the broker stands."""
    if online is None or not heard:
        return "unknown"
    return "online" if online else "offline"


def node_state(bay: str | None, zone: State) -> State:
    """Tell how a parking node is: it speaks through its zone, and is silent or puzzled while its bay is unknown."""
    if zone != "online" or bay in {None, "unknown"}:
        return "unknown"
    return "online"


def verdict(zone: State, parts: Iterable[State], alarms: Iterable[Severity]) -> Verdict:
    """Sum a zone up in one word, the worst of what there is."""
    severities = set(alarms)
    if zone == "offline" or "bad" in severities:
        return "bad"
    if zone == "unknown" or severities or any(part != "online" for part in parts):
        return "warn"
    return "good"
