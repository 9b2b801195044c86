"""What firmware is plugged into, for tests: a world of pins, a serial line that can be noisy, a broker."""

import contextlib
import json
import os
import pty
import select
import socket
import subprocess
import threading
import tty
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 10.0


class World:
    """The other end of SIM_CTL: remembers every message of the board, and drives its inputs."""

    def __init__(self, inputs: Mapping[int, int], echo_mm: int | None = None) -> None:
        self._start = [{"pin": pin, "value": value} for pin, value in inputs.items()]
        self._start += [{"echo_mm": echo_mm}, {"ready": True}]
        self._server = socket.create_server(("127.0.0.1", 0))
        self._changed = threading.Condition()
        self._connection: socket.socket | None = None
        self.said: list[dict[str, Any]] = []
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def tell(self, **message: object) -> None:
        assert self._connection is not None
        self._connection.sendall(json.dumps(message).encode() + b"\n")

    def wait(self, condition: Callable[[list[dict[str, Any]]], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.said), WAIT_S), self.said

    def count(self, **message: object) -> int:
        with self._changed:
            return self.said.count(message)

    def close(self) -> None:
        for end in (self._server, self._connection):
            if end is not None:
                _shut(end)
        self._thread.join()

    def _serve(self) -> None:
        try:
            self._connection, _ = self._server.accept()
        except OSError:
            return  # the test ended before a board came
        with self._connection.makefile("r") as lines:
            for line in _until_reset(lines):
                if not self.said:
                    for message in self._start:
                        self.tell(**message)
                with self._changed:
                    self.said.append(json.loads(line))
                    self._changed.notify_all()


def _until_reset(lines: Any) -> Any:
    try:
        yield from lines
    except OSError:
        return


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


class Line:
    """A serial line between two ttys, `board_end` and `host_end`; `noise` may change every chunk that passes."""

    def __init__(self) -> None:
        self.noise: Callable[[bytes], bytes] = bytes
        self._masters, slaves = zip(*(pty.openpty() for _ in range(2)), strict=True)
        for end in (*self._masters, *slaves):
            tty.setraw(end)
        self.board_end, self.host_end = (os.ttyname(slave) for slave in slaves)
        self._slaves = slaves  # open, so that a tty never hangs up
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    def close(self) -> None:
        os.close(self._stopped)
        self._thread.join()
        for end in (*self._masters, *self._slaves, self._stop):
            os.close(end)

    def _carry(self) -> None:
        board, host = self._masters
        while True:
            ready, _, _ = select.select([board, host, self._stop], [], [])
            if self._stop in ready:
                return
            for end in ready:
                os.write(host if end == board else board, self.noise(os.read(end, 1024)))


class Firmware:
    """A program of `firmware/` on the real MicroPython, with a heap as small as a board's."""

    def __init__(self, micropython: Path, program: str, **environment: str) -> None:
        path = f"{ROOT}/firmware/sim:{ROOT}:.frozen"
        command = [str(micropython), "-X", "heapsize=128K", f"{ROOT}/firmware/{program}/main.py"]
        self.printed = ""
        self.process = subprocess.Popen(
            command,
            env={"MICROPYPATH": path, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> str:
        """Return what the program printed; a traceback is a failure."""
        if self.process.stdout is not None and not self.process.stdout.closed:
            self.process.kill()
            self.printed = self.process.communicate()[0]
        assert "Traceback" not in self.printed, self.printed
        return self.printed


class Broker:
    """mosquitto on a port of its own, for clients of this machine."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
        )
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._answers)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0


def until(condition: Callable[[], object]) -> None:
    """Wait for the condition; fails when it does not come true in time."""
    waited = threading.Event()
    for _ in range(int(WAIT_S / 0.01)):
        if condition():
            return
        waited.wait(0.01)
    raise AssertionError(f"waited {WAIT_S} s in vain for {condition}")
