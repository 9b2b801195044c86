"""What tests of every folder share: the MicroPython, and real zones as a person starts them, seen from outside."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from twin.broker import find_mosquitto
from twin.ports import Claim

ENDS_WITHIN_S = 160
PAGES = 15
"""Lines that `run` prints: the twin's page and the others."""


@pytest.fixture(scope="session")
def micropython() -> Path:
    """Return the MicroPython to run firmware on: $MICROPYTHON, the environment's own, or the PATH's."""
    beside = Path(sys.executable).with_name("micropython")
    named = os.environ.get("MICROPYTHON") or (str(beside) if beside.exists() else None) or shutil.which("micropython")
    if named and shutil.which(named):
        return Path(named)
    why = f"no MicroPython ({named or 'not installed'}): the firmware is NOT tested; set MICROPYTHON to a unix port"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def verdict(self) -> Any:
        """The last line that it printed."""
        return json.loads(self.out.splitlines()[-1])

    @property
    def broken(self) -> dict[str, Any]:
        """The facts that do not hold."""
        return {name: fact for name, fact in self.verdict["facts"].items() if not fact["holds"]}


def _command(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@pytest.fixture
def command() -> Callable[..., Ended]:
    """Run one of our programs to its end."""

    def run(*arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
        ended = subprocess.run(
            [_command(arguments[0]), *arguments[1:]],
            capture_output=True,
            text=True,
            timeout=ENDS_WITHIN_S,
            env={**os.environ, **(environment or {})},
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def play(tmp_path: Path, command: Callable[..., Ended], micropython: Path) -> Callable[..., Ended]:
    """Play a scenario in a folder of this test."""
    boards = {"MICROPYTHON": str(micropython)}

    def played(
        scenario: str, broker: str = "mosquitto", environment: Mapping[str, str] | None = None, data: str = "played"
    ) -> Ended:
        if broker == "mosquitto" and not find_mosquitto():
            why = "no mosquitto: the scenarios are NOT played; make system-packages"
            pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
        options = ("--json", "--broker", broker, "--data", str(tmp_path / data))
        return command("zone24-demo", "play", scenario, *options, environment={**boards, **(environment or {})})

    return played


class RunningZone:
    """A zone that somebody started with `zone24-demo run`; `lines` is what it printed about its pages."""

    def __init__(self, data: Path, port: int, errors: Path, micropython: Path) -> None:
        self.port = port
        self.data = data
        self.lines: list[str] = []
        self._errors = errors
        with errors.open("w") as err:
            self.process = subprocess.Popen(
                [_command("zone24-demo"), "run", "--port", str(port), "--data", str(data)],
                stdout=subprocess.PIPE,
                stderr=err,
                text=True,
                env={**os.environ, "MICROPYTHON": str(micropython)},
            )

    def url(self, offset: int = 0) -> str:
        """Return the root of a program's pages: 0 the twin, 1 central, 2 the agent."""
        return f"http://127.0.0.1:{self.port + offset}"

    def wait_until_up(self) -> None:
        """Read what it prints until every page was named."""
        assert self.process.stdout
        while len(self.lines) < PAGES:
            line = self.process.stdout.readline()
            assert line, f"it ended with {self.process.wait()}: {self.errors()}"
            self.lines.append(line.rstrip("\n"))

    def errors(self) -> str:
        """Return what it said on stderr."""
        return self._errors.read_text()

    def child(self, words: str) -> int:
        """Return the process below it whose command line has these words."""
        lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in self.children()}
        return next(pid for pid, line in lines.items() if words in line)

    def end(self, how: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(how)
        return self.process.wait(30)

    def stop(self) -> None:
        """End it if a test left it running."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        assert self.process.stdout
        self.process.stdout.close()

    def children(self) -> set[int]:
        """Return every process below it, children of children too."""
        parents = _parents()
        found: set[int] = set()
        while new := {child for child, parent in parents.items() if parent in found | {self.process.pid}} - found:
            found |= new
        return found


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Find the first of six ports that nobody uses."""

    def find() -> int:
        with Claim.free() as claim:
            return claim.ports.page

    return find


@pytest.fixture
def start_zone(tmp_path: Path, free_port: Callable[[], int], micropython: Path) -> Iterator[Callable[..., RunningZone]]:
    """Start zones, on free ports and a folder of this test; what still runs in the end is stopped."""
    running: list[RunningZone] = []

    def start(data: str = "data") -> RunningZone:
        errors = tmp_path / f"errors-{len(running)}"
        running.append(RunningZone(tmp_path / data, free_port(), errors, micropython))
        running[-1].wait_until_up()
        return running[-1]

    yield start
    for zone in running:
        zone.stop()


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Wait for a condition, not for a time."""

    def wait(what: str, look: Callable[[], object], within_s: float = 20) -> None:
        end = time.monotonic() + within_s
        while not look():
            assert time.monotonic() < end, f"{what}: not within {within_s} s"
            time.sleep(0.02)

    return wait


@pytest.fixture
def alive() -> Callable[[set[int]], set[int]]:
    """Tell which of some processes still run."""
    return lambda pids: {pid for pid in pids if _state(pid) not in ("", "Z", "X")}


def _parents() -> dict[int, int]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended while we looked
    return parents


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
