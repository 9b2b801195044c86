"""A network cable that can be cut: a TCP proxy between one of our programs and what it talks to."""

import asyncio
import contextlib
from typing import Self

from twin.watched import Watched

CHUNK = 65536

PATIENCE_S = 5.0
"""A new connection on a cut line is held this long without a word, and then closed."""


class Line(Watched):
    """`async with Line("127.0.0.1", 8243, at=8244) as line:` passes what comes to `line.port` on, until `cut()`.

    A cut line keeps its connections and moves no byte, as a pulled cable does: both ends find out by their own clocks.
    `mend()` lets them go, and takes new ones.
    """

    def __init__(self, host: str, port: int, *, at: int = 0, patience_s: float = PATIENCE_S) -> None:
        super().__init__()
        self.carried = 0
        """Bytes, both ways."""
        self._to = (host, port)
        self._at = at
        self._patience_s = patience_s
        self._whole = asyncio.Event()
        self._whole.set()
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def is_cut(self) -> bool:
        return not self._whole.is_set()

    @property
    def connections(self) -> int:
        return len(self._connections)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._at)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        connections = self._drop()
        await asyncio.gather(*connections, return_exceptions=True)

    def cut(self) -> None:
        self._whole.clear()
        self.changed()

    def mend(self) -> None:
        if self.is_cut:
            self._drop()
            self._whole.set()
            self.changed()

    def _drop(self) -> list[asyncio.Task[None]]:
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        return connections

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._carry(reader, writer), name="line")
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join one caller with the other side, until either ends or the line is mended under them."""
        far: asyncio.StreamWriter | None = None
        whole = False
        try:
            if self.is_cut:
                await asyncio.sleep(self._patience_s)
                return
            answers, far = await asyncio.open_connection(*self._to)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, far))
                both.create_task(self._answers(answers, writer))
            whole = True
        except* OSError:
            pass  # one side refused, or is gone; the other learns it by the abort below
        finally:
            for end in filter(None, (writer, far)):
                end.close() if whole else end.transport.abort()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what the other side says."""
        await self._pass(reader, writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            await self._whole.wait()
            writer.write(data)
            await writer.drain()
            self.carried += len(data)
        await self._whole.wait()
        with contextlib.suppress(OSError):
            writer.write_eof()
