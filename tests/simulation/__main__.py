"""`make simulate DAYS=500 SEED=1`: days and days of trouble, in worlds of five days each, every one from its own seed.

Exit code 1 when anything was lost, doubled, opened wrongly or not in time; the last lines then say how to see it again.
"""

import argparse
import subprocess
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import get_args

from tests.simulation.bugs import BUGS
from tests.simulation.god import God
from tests.simulation.signing import Scheme
from tests.simulation.world import World, world

WORLD_DAYS = 5
"""Days of one world: an agent that starts reads its whole journal, so that old worlds are slow worlds."""


@dataclass
class Found:
    """The sum over all worlds."""

    days: float = 0
    handovers: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)

    def add(self, days: float, made: World) -> None:
        self.days += days
        self.handovers += made.god.handovers
        self.faults += made.faults
        self.judge(made.god)

    def judge(self, god: God) -> None:
        for what, words in god.found.items():
            self.bad[what] += len(words)
            self.words += [f"{what}: {each}" for each in words[:5]]


def main() -> int:
    """Run until the days are lived or something is found."""
    asked = _asked()
    found, began = Found(), time.process_time()
    first, last = (asked.world, asked.world + 1) if asked.world is not None else (0, _worlds(asked))
    for number in range(first, last):
        try:
            with world(f"{asked.seed}/{number}", handovers=asked.handovers, scheme=asked.sign, bug=asked.bug) as made:
                found.add(_live(made, asked), made)
        except Exception:  # noqa: BLE001 - a program that breaks is found too
            found.bad["broken"] += 1
            found.words.append(traceback.format_exc())
        if found.words:
            break
    _say(found, asked, time.process_time() - began)
    if found.words:
        _say_how_to_see_it_again(found, asked, number)
    return int(bool(found.words))


def _live(made: World, asked: argparse.Namespace) -> float:
    if asked.liveness:
        return made.live_and_drain()
    days = min(WORLD_DAYS, asked.days)
    made.live(days)
    made.heal()
    return days


def _worlds(asked: argparse.Namespace) -> int:
    return int(asked.liveness or -(-asked.days // WORLD_DAYS))


def _say(found: Found, asked: argparse.Namespace, took_s: float) -> None:
    signatures = "a keyed hash" if asked.sign == "keyed" else "Ed25519"
    speed = found.days / took_s
    _write(
        f"signatures: {signatures}; seed {asked.seed}, commit {_commit()}",
        f"{found.days:.0f} days, {found.handovers} handovers, {speed:.1f} days a second of one core",
        "faults: " + ", ".join(f"{count} x {kind}" for kind, count in sorted(found.faults.items())),
        ", ".join(f"{found.bad[what]} {what}" for what in ("lost", "doubled", "wrong openings", "broken")),
    )


def _say_how_to_see_it_again(found: Found, asked: argparse.Namespace, number: int) -> None:
    again = {
        "DAYS": asked.days, "SEED": asked.seed, "WORLD": str(number), "HANDOVERS": asked.handovers, "SIGN": asked.sign,
        "BUG": asked.bug, "LIVENESS": asked.liveness,
    }  # fmt: skip
    options = " ".join(f"{name}={value}" for name, value in again.items() if value)
    _write(*found.words, f"again: git checkout {_commit()} && make simulate {options}")


def _write(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


def _commit() -> str:
    try:
        said = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return said.stdout.strip()


def _asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    options.add_argument("--days", type=int, default=500)
    options.add_argument("--seed", default="1")
    options.add_argument("--world", type=int, default=None, help="only this one")
    options.add_argument("--handovers", type=int, default=300, help="a day, over all banks")
    options.add_argument("--sign", choices=get_args(Scheme), default="keyed")
    options.add_argument("--bug", choices=["", *BUGS], default="", help="a planted bug: it must be found")
    options.add_argument("--liveness", type=int, default=0, help="so many short worlds: are they drained in time?")
    return options.parse_args()


if __name__ == "__main__":
    sys.exit(main())
