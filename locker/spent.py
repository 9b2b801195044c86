"""Codes that opened a door: they open nothing ever again, after restarts and after years."""

from collections.abc import Mapping
from dataclasses import dataclass, field

REMEMBERED = 1000
"""Spent pickup numbers, and items, that are still known; none of these numbers is given out again."""


@dataclass(frozen=True)
class Spent:
    """`numbers`: pickup number to the item and issue that it opened. `issues`: item to its highest issue, oldest first.

    `floor`: no issue above it was ever forgotten, so an item that is not known starts above it: also one that comes
    back after years gets no code a second time.
    """

    numbers: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    issues: Mapping[str, int] = field(default_factory=dict)
    floor: int = 0

    def issue_of(self, item: str) -> int:
        """Return the highest issue that may have been spent on the item."""
        return self.issues.get(item, self.floor)

    def after(self, item: str, issue: int, number: str) -> "Spent":
        """`number` is empty while something else still lies under it."""
        issues, floor = {**self.issues}, self.floor
        issues[item] = max(issue, issues.pop(item, 0))
        if len(issues) > REMEMBERED:
            floor = max(floor, issues.pop(next(iter(issues))))
        if not number:
            return Spent(self.numbers, issues, floor)
        numbers = {**self.numbers, number: (item, issue)}
        if len(numbers) > REMEMBERED:
            del numbers[next(iter(numbers))]
        return Spent(numbers, issues, floor)
