"""Child processes: each with its own log file, and none of them outlives this process, however it ends."""

import asyncio
import ctypes
import os
import shutil
import signal
import sys
import sysconfig
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from twin.waiting import DidNotHappen, until

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

TAIL = 12
"""Lines of a program's log that are shown when it ended by itself."""

LINE = 600
"""Characters of such a line."""


class ProgramFailed(Exception):
    """A program did not start, or ended by itself: `args[0]` has its last words; `code` is None when it still runs."""

    def __init__(self, sentence: str, code: int | None) -> None:
        super().__init__(sentence)
        self.code = code


Ended = Callable[[ProgramFailed], None]


class Program:
    """One program: `start`, `ready`, `stop`, `kill`, `start` again; `ended` hears of an end that nobody asked for."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        ended: Ended = lambda failed: None,
    ) -> None:
        self.name = name
        self._command = command
        self._log = log
        self._environment = dict(environment or {})
        self._ended = ended
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._asked_to_end = False
        self._starting = asyncio.Lock()
        self._log_begins = self._log_before = log.stat().st_size if log.exists() else 0

    @property
    def pid(self) -> int | None:
        """The process, None while there is none."""
        return self._process.pid if self.runs and self._process else None

    @property
    def runs(self) -> bool:
        """Whether the process is there now."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Begin the program, unless it runs; it is not ready yet."""
        async with self._starting:  # or two people who press the switch at once would begin two
            if not self.runs:
                await self._start()

    async def _start(self) -> None:
        if self._watch:
            await self._watch
        self._asked_to_end = False
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._log_begins = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self._environment},
                start_new_session=True,  # Ctrl-C is for us: we stop the programs in their order
                preexec_fn=_dies_with(os.getpid()),
            )
        self._watch = asyncio.create_task(self._notice_end(self._process))

    async def ready(self, look: Callable[[], Awaitable[bool]], within_s: float = 30) -> None:
        """Wait until `look` says yes; ProgramFailed when the program ended before, or took too long."""

        async def looks() -> bool:
            return not self.runs or await look()

        try:
            await until(f"{self.name} is ready", looks, within_s)
        except DidNotHappen as late:
            raise ProgramFailed(f"{late}\n{self.last_words()}", None) from None
        if not self.runs:
            raise self._failure()

    async def stop(self, grace_s: float = 8) -> None:
        """Ask the program to end; one that does not within `grace_s` is killed."""
        if not self.runs or not self._process:
            return
        self._asked_to_end = True
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), grace_s)
        except TimeoutError:
            await self.kill()

    def kill_now(self) -> None:
        """SIGKILL, as a power cut would."""
        if self.runs and self._process:
            self._asked_to_end = True
            self._process.kill()

    async def kill(self) -> None:
        """SIGKILL; returns when the process is gone."""
        self.kill_now()
        if self._process:
            await self._process.wait()

    def last_words(self) -> str:
        """Return the last lines that this run of the program wrote to its log."""
        lines = self._words(self._log_begins)
        return "\n".join(f"  {self.name}: {_shortened(line)}" for line in lines[-TAIL:])

    def words_with(self, words: str) -> int:
        """Return how many lines that it wrote to its log have these words."""
        return sum(words in line for line in self._words(self._log_before))

    def _words(self, since: int) -> list[str]:
        if not self._log.exists():
            return []
        with self._log.open("rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace").splitlines()

    async def _notice_end(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        if not self._asked_to_end:
            self._ended(self._failure())

    def _failure(self) -> ProgramFailed:
        code = self._process.returncode if self._process else None
        return ProgramFailed(f"{self.name} ended by itself, {_manner(code)}\n{self.last_words()}", code)


def installed(name: str) -> str:
    """Return the path of one of our commands, as installed beside this Python."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def micropython() -> str:
    """Return the path of MicroPython's unix port: $MICROPYTHON, or the one installed beside this Python."""
    return os.environ.get("MICROPYTHON") or installed("micropython")


def missing() -> list[str]:
    """Return a sentence for every program that a zone needs and this machine does not have."""
    needed = [installed(name) for name in ("zone24-central", "zone24-edge", "zone24-provision")]
    lacking = [f"缺少 / missing: {path} (make install)" for path in needed if not shutil.which(path)]
    if not shutil.which(micropython()):
        lacking.append(f"缺少 / missing: MicroPython ({micropython()}); set MICROPYTHON= to its unix port")
    return lacking


async def run(*command: str) -> str:
    """Run a command to its end and return what it printed; ProgramFailed with its words when it does not exit 0."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        preexec_fn=_dies_with(os.getpid()),
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        words = (err or out).decode(errors="replace").strip()
        raise ProgramFailed(
            f"{Path(command[0]).name} {command[1]}: {_manner(process.returncode)}\n{words}", process.returncode
        )
    return out.decode()


def _shortened(line: str) -> str:
    return line if len(line) <= LINE else f"{line[: LINE // 3]} … {line[-LINE * 2 // 3 :]}"


def _manner(code: int | None) -> str:
    if code is not None and code < 0:
        return f"by signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _dies_with(parent: int) -> Callable[[], None]:
    """Return what a child does between fork and exec: ask the kernel for SIGKILL at the death of `parent`."""

    def ask() -> None:
        if _libc:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask
