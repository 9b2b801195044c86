"""The twin's own page as a server inside this process, and a look at whether the other servers are well."""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn


async def healthy(root: str) -> bool:
    """Tell whether the program at `root` says that it is well."""
    async with httpx.AsyncClient(trust_env=False, timeout=2) as http:
        try:
            return (await http.get(f"{root}/healthz")).status_code == 200
        except httpx.HTTPError:
            return False


class Crashes(logging.Handler):
    """Counts what the page's server logs with a traceback; the page runs in this process and has no log of its own."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.count += 1
            sys.stderr.write(f"twin: {self.format(record)}\n")


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the command line: it ends the whole zone, in order."""
        yield


@asynccontextmanager
async def served(app: Any, listening: socket.socket) -> AsyncIterator[Crashes]:
    """Serve the page at a socket that listens already; yield what goes wrong in it."""
    crashes, log = Crashes(), logging.getLogger("uvicorn.error")
    log.addHandler(crashes)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=1)
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield crashes
    finally:
        server.should_exit = True
        await serving
        log.removeHandler(crashes)
