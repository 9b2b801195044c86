"""PURE: the days of China, which have had 8 hours more than UTC and no summer time since 1991."""

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def day_of(instant_ms: int) -> str:
    """Return the day, yyyy-mm-dd, on which tickets of this instant are numbered."""
    return datetime.fromtimestamp(instant_ms / 1000, UTC).astimezone(CHINA).date().isoformat()


def day_and_time(instant_ms: int) -> str:
    """Return 11月23日 08:05 of China for an instant."""
    moment = datetime.fromtimestamp(instant_ms / 1000, UTC).astimezone(CHINA)
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"
