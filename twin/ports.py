"""The six ports of a zone on one machine: a person's choice, or a free block; a port that is taken is a clear error."""

import random
import socket
from dataclasses import dataclass
from typing import Self

HOST = "127.0.0.1"

BLOCK = 8
"""Ports from the first of one zone to the first of the next, where blocks are found by chance."""

_BLOCKS = range(12_000, 32_000, BLOCK)
"""Below the ports of outgoing connections (Linux: 32768 to 60999), one of which could take ours at any moment."""


class PortTaken(OSError):
    """Another program listens where this zone wants to."""

    def __init__(self, port: int, first: int) -> None:
        chosen = "" if port == first else f" (PORT={first} + {port - first})"
        super().__init__(
            f"端口 {port}{chosen} 已被占用：请先停止另一个演示区，或用 PORT= 换一个端口。"
            f" / Port {port}{chosen} is in use: stop the other zone, or choose another PORT=."
        )
        self.port = port


@dataclass(frozen=True)
class Ports:
    """Who listens where; `broker_line` and `central_line` are the cables that can be cut."""

    page: int
    central: int
    edge: int
    broker: int
    broker_line: int
    central_line: int

    @classmethod
    def starting_at(cls, first: int) -> Self:
        """Return six ports in a row: PORT, PORT+1 … PORT+5."""
        return cls(*range(first, first + 6))

    def all(self) -> tuple[int, ...]:
        """Return the six, the page's first."""
        return (self.page, self.central, self.edge, self.broker, self.broker_line, self.central_line)


@dataclass(frozen=True)
class Claim:
    """Ports found free, and the socket of the page: it listens from now on: the block is taken."""

    ports: Ports
    page: socket.socket

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()

    @classmethod
    def on(cls, first: int) -> Self:
        """Claim `first` and the five after it; PortTaken when one of them is in use."""
        page = _listen(first, first)
        ports = Ports.starting_at(first)
        try:
            for port in ports.all()[1:]:
                _listen(port, first).close()
        except PortTaken:
            page.close()
            raise
        return cls(ports, page)

    @classmethod
    def free(cls) -> Self:
        """Claim a block that nobody uses."""
        for first in random.sample(_BLOCKS, len(_BLOCKS)):
            try:
                return cls.on(first)
            except PortTaken:
                continue
        raise PortTaken(_BLOCKS.start, _BLOCKS.start)


def _listen(port: int, first: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a connection of the last run may still be closing
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise PortTaken(port, first) from None
    listener.setblocking(False)
    return listener
