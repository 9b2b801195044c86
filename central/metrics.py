"""What this program has counted since it started, for /metrics and /v1/counts."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, generate_latest

NAMES = {
    "entries": "Journal entries appended",
    "duplicates": "Journal entries that were there already",
    "gaps": "Journal entries that came before their turn",
    "forks": "Journal entries that say another history",
    "bad_signatures": "Journal entries that are not signed by the device's registered key",
    "foreign_epochs": "Batches of a machine that was replaced",
    "bad_messages": "MQTT messages and batches that are not of the contract",
    "bad_requests": "HTTP requests that were refused",
    "dropped": "MQTT messages that found the inbox full",
    "sms_sent": "SMS the gateway took",
    "sms_failed": "Tries the gateway did not take",
    "sms_expired": "SMS that were not sent in time to be of use",
}


class Counts:
    """One counter a name of `NAMES`, as an attribute; each program has its own."""

    entries: Counter
    duplicates: Counter
    gaps: Counter
    forks: Counter
    bad_signatures: Counter
    foreign_epochs: Counter
    bad_messages: Counter
    bad_requests: Counter
    dropped: Counter
    sms_sent: Counter
    sms_failed: Counter
    sms_expired: Counter

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for name, help_ in NAMES.items():
            setattr(self, name, Counter(f"zone24_central_{name}", help_, registry=self.registry))

    def as_numbers(self) -> dict[str, int]:
        """Return every count by its name."""
        return {name: int(_value(getattr(self, name))) for name in NAMES}

    def text(self) -> bytes:
        """Return what Prometheus reads."""
        return generate_latest(self.registry)


def _value(counter: Counter) -> Any:
    return next(s.value for metric in counter.collect() for s in metric.samples if s.name.endswith("_total"))
