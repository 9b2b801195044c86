"""What a scenario found out: facts, each with what it should be; a scenario is well only if every one of them holds."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fact:
    """One thing that was looked at: its value, and the value it must have."""

    value: Any
    expected: Any

    @property
    def holds(self) -> bool:
        """Whether it is as it must be: compared as JSON, where True is not 1 and a tuple is a list."""
        return json.dumps(self.value, sort_keys=True) == json.dumps(self.expected, sort_keys=True)


@dataclass
class Verdict:
    """The facts of one play, in the order in which they were found."""

    scenario: str
    facts: dict[str, Fact] = field(default_factory=dict)
    seconds: float = 0.0

    def fact(self, name: str, value: Any, expected: Any = True) -> None:
        """Note a fact; a name is noted once."""
        if name in self.facts:
            raise ValueError(f"the fact {name!r} is there already")
        self.facts[name] = Fact(value, expected)

    @property
    def ok(self) -> bool:
        """Whether there are facts and all of them hold."""
        return bool(self.facts) and all(fact.holds for fact in self.facts.values())

    def as_json(self) -> str:
        """Return the verdict as one line."""
        facts = {
            name: {"holds": fact.holds, "value": fact.value, "expected": fact.expected}
            for name, fact in self.facts.items()
        }
        said = {"scenario": self.scenario, "ok": self.ok, "seconds": round(self.seconds, 2), "facts": facts}
        return json.dumps(said, ensure_ascii=False)

    def as_text(self) -> str:
        """Return the verdict for a person, a line a fact."""
        lines = [
            f"  ok  {name}: {fact.value}"
            if fact.holds
            else f"  NO  {name}: {fact.value!r}, where {fact.expected!r} is due"
            for name, fact in self.facts.items()
        ]
        return "\n".join([*lines, f"{self.scenario}: {'ok' if self.ok else 'NOT OK'} ({self.seconds:.1f} s)"])
