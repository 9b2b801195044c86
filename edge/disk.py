"""The alarm that the disk is full; what may still be done then is decided by the journal and by the bank."""

import asyncio

import structlog

from edge.alarms import Alarms
from edge.journal import Journal, JournalFault

WATCH_S = 2.0

log = structlog.get_logger()


async def watch(journal: Journal, alarms: Alarms) -> None:
    """Look at the disk until cancelled."""
    while True:
        tell(journal, alarms)
        await asyncio.sleep(WATCH_S)


def tell(journal: Journal, alarms: Alarms) -> None:
    """Raise the alarm while the disk is full, and clear it when it no longer is."""
    try:
        if journal.full:
            alarms.raise_("disk_full", "journal")
        else:
            alarms.clear("disk_full", "journal")
    except JournalFault as fault:  # not even room for the alarm
        log.error("disk full", why=str(fault))  # noqa: TRY400
