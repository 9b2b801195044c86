"""PURE: the days of China, which have had 8 hours more than UTC and no summer time since 1991."""

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def day_of(instant_ms: int) -> str:
    """Return the day, yyyy-mm-dd, on which tickets of this instant are numbered."""
    return datetime.fromtimestamp(instant_ms / 1000, UTC).astimezone(CHINA).date().isoformat()
