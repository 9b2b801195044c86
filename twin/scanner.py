"""A code scanner on a serial port: what is held before it comes as a line, as such scanners send it."""

from pathlib import Path
from typing import Self

from twin.tty import Tty
from twin.watched import Watched
from wire.errors import Refused

MOST = 4096
"""Characters; no code that fits onto paper has more."""


class Scanner(Watched):
    """`async with Scanner(path) as scanner: scanner.show("…")`; `shown` is what was held before it last."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tty = Tty(path, lambda data: None)  # it has nothing to be told
        self.shown = ""

    async def __aenter__(self) -> Self:
        self.tty.plug()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.tty.unplug()

    def show(self, code: str) -> None:
        """Hold a code before it: its text and a carriage return go to the agent."""
        if not code.strip() or len(code) > MOST or not code.isprintable():
            raise Refused("no_code", "这不是一个码 / this is no code")
        self.shown = code
        self.tty.write(code.encode() + b"\r")
        self.changed()
