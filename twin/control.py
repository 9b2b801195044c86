"""The pins of a board whose firmware runs on this machine: the world's end of SIM_CTL (firmware/sim/machine.py)."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any, Self

from twin.watched import Watched


class Control(Watched):
    """Waits at `address` for one board, whichever comes last; what is set on it outlives the board's restarts.

    `driven` is called with pin and level when the board changes an output. Between boards all outputs are low.
    """

    def __init__(self, driven: Callable[[int, int], None] = lambda pin, level: None) -> None:
        super().__init__()
        self.name: str | None = None
        """What the board calls itself; None while none is there."""
        self.boots = 0
        self.junk = 0
        """Lines that were none of the contract."""
        self._driven = driven
        self._inputs: dict[int, int] = {}
        self._outputs: dict[int, int] = {}
        self._echo_mm: int | None = None
        self._board: asyncio.StreamWriter | None = None

    @property
    def address(self) -> str:
        """The value of SIM_CTL for the board's process."""
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    @property
    def connected(self) -> bool:
        return self.name is not None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.power_off()

    def set_pin(self, pin: int, level: int) -> None:
        """Put a level on an input."""
        self._inputs[pin] = level
        self._say({"pin": pin, "value": level})

    def set_echo(self, distance_mm: int | None) -> None:
        """Put something before the distance sensor; None: nothing comes back."""
        self._echo_mm = distance_mm
        self._say({"echo_mm": distance_mm})

    def power_off(self) -> None:
        """Cut the board's power: its process ends by itself."""
        if self._board:
            self._board.transport.abort()

    def _say(self, message: dict[str, Any]) -> None:
        if self._board and not self._board.is_closing():
            self._board.write(json.dumps(message).encode() + b"\n")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.power_off()
        self._board = writer
        with contextlib.suppress(ConnectionError, ValueError):  # ValueError: a line without an end
            async for line in reader:
                self._hear(line)
        if self._board is writer:
            self._gone()
        writer.transport.abort()

    def _hear(self, line: bytes) -> None:
        match _read(line):
            case {"hello": str(name)}:
                self._greet(name)
            case {"pin": int(pin), "value": (0 | 1) as level}:
                self._drive(pin, level)
            case {"watchdog": int()}:
                pass  # a laptop that was asleep is no reason to restart
            case _:
                self.junk += 1

    def _greet(self, name: str) -> None:
        """Tell the board how its inputs are as its power comes on."""
        for pin, level in self._inputs.items():
            self._say({"pin": pin, "value": level})
        self._say({"echo_mm": self._echo_mm})
        self._say({"ready": True})
        self.name = name
        self.boots += 1
        self.changed()

    def _drive(self, pin: int, level: int) -> None:
        self._outputs[pin] = level
        self._driven(pin, level)

    def _gone(self) -> None:
        self._board = self.name = None
        for pin, level in list(self._outputs.items()):
            if level:
                self._drive(pin, 0)
        self.changed()


def _read(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
