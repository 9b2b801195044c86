"""PURE: the days of China, on which tickets are numbered."""

from wire.china import local


def day_of(instant_ms: int) -> str:
    """Return the day, yyyy-mm-dd, on which tickets of this instant are numbered."""
    return local(instant_ms).date().isoformat()
