"""PURE: instants as people in China read them: 8 hours more than UTC, and no summer time since 1991."""

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
LAST = 253_402_271_999_999
"""The end of the year 9999, the last that has a date; an entry may name later instants, and they read as this one."""


def local(instant_ms: int) -> datetime:
    """Return the date and time of an instant in China."""
    return datetime.fromtimestamp(min(instant_ms, LAST) / 1000, CHINA)


def day_and_time(instant_ms: int, *, english: bool = False) -> str:
    """Return 11月23日 08:05 for an instant, in English 23 Nov, 08:05."""
    moment = local(instant_ms)
    if english:
        return f"{moment.day} {moment:%b, %H:%M}"
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"
