"""What the scanner read last, for whoever stands at the screen."""

import asyncio
import time
from collections.abc import Callable

import structlog

from edge.alarms import Alarms
from edge.drivers import Scanner
from edge.journal import JournalFault
from wire.errors import DeviceFault

FRESH_S = 10.0
"""Seconds after which a code that nobody took is nobody's: the next person must not find it at the screen."""

RETRY_S = 2.0

log = structlog.get_logger()


class Scans:
    """One code at a time, the newest; every new one is told as "scans"."""

    def __init__(
        self,
        scanner: Scanner,
        alarms: Alarms,
        changed: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._scanner = scanner
        self._alarms = alarms
        self._changed = changed
        self._now = now
        self._last = ""
        self._at = 0.0

    def take(self) -> str:
        """Return the code and forget it; "" when there is none, or none that is fresh."""
        code, self._last = self._last, ""
        return code if self._now() - self._at <= FRESH_S else ""

    async def run(self) -> None:
        """Listen to the scanner until cancelled; one that is not there is tried again."""
        while True:
            try:
                await self._listen()
            except JournalFault as fault:
                log.error("scanner not recorded", why=str(fault))  # noqa: TRY400
                await asyncio.sleep(RETRY_S)

    async def _listen(self) -> None:
        scanning = asyncio.ensure_future(self._scanner.scan())
        try:
            if not (await asyncio.wait((scanning,), timeout=RETRY_S))[0]:
                self._alarms.clear("scanner_silent", "scanner")  # it is there, and nobody holds anything before it
            self._read(await scanning)
        except JournalFault:  # it is a DeviceFault too
            raise
        except DeviceFault as fault:
            self._alarms.raise_("scanner_silent", "scanner", str(fault))
            await asyncio.sleep(RETRY_S)
        finally:
            scanning.cancel()

    def _read(self, code: str) -> None:
        self._alarms.clear("scanner_silent", "scanner")
        self._last, self._at = code, self._now()
        self._changed("scans")
