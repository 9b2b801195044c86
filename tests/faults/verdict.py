"""What a look at a disk after a power cut found, and the sum of many."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum


class Verdict(Enum):
    """`LOST`: something that somebody had been told is not there. `CORRUPT`: it cannot be read as it was written."""

    GOOD = "good"
    LOST = "lost"
    CORRUPT = "corrupt"


@dataclass
class Tally:
    """The verdicts over many cuts; `worst` says where the first ones were found."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    worst: list[str] = field(default_factory=list)

    @property
    def cuts(self) -> int:
        return self.verdicts.total()

    @property
    def lost(self) -> int:
        return self.verdicts[Verdict.LOST]

    @property
    def corrupt(self) -> int:
        return self.verdicts[Verdict.CORRUPT]

    def add(self, verdict: Verdict, where: str) -> None:
        self.verdicts[verdict] += 1
        if verdict is not Verdict.GOOD and len(self.worst) < 5:
            self.worst.append(f"{verdict.value}: {where}")
