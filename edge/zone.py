"""Everything an agent has, in one value: `edge.agent` makes it, the screens read it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edge.alarms import Alarms
from edge.bays import Bays
from edge.centre import Centre
from edge.config import ZoneConfig
from edge.drivers import Lamp, Printer, Reader, Scanner
from edge.journal import Journal
from edge.lockers import Lockers
from edge.manifests import Manifests
from edge.orders import Orders
from edge.receipts import Receipts
from edge.reporting import Reporting
from edge.scans import Scans
from wire.web.stream import Hub

if TYPE_CHECKING:  # these take a Zone's parts, or the Zone itself
    from edge.desk import Desk
    from edge.staff import Staff


@dataclass(frozen=True, kw_only=True)
class Zone:
    """The parts of a running zone; what its zone.toml leaves out is None."""

    config: ZoneConfig
    folder: Path
    journal: Journal
    alarms: Alarms
    hub: Hub
    centre: Centre
    reporting: Reporting
    orders: Orders
    manifests: Manifests
    receipts: Receipts
    seal_key: bytes
    staff: "Staff"
    lockers: Lockers | None
    bays: Bays | None
    desk: "Desk | None"
    printer: Printer | None
    reader: Reader | None
    scanner: Scanner | None
    scans: Scans | None
    lamp: Lamp | None

    def counts(self) -> dict[str, int]:
        """Return what was thrown away or refused since the start."""
        return {
            "bad_frames": self.lockers.bus.bad_frames if self.lockers else 0,
            "bad_messages": self._bad_messages(),
            "refused_codes": self.lockers.refused_codes if self.lockers else 0,
            "dropped": self.reporting.link.dropped + (self.bays.link.dropped if self.bays else 0),
        }

    def _bad_messages(self) -> int:
        return self.reporting.bad_messages + self.orders.bad_messages + (self.bays.bad_messages if self.bays else 0)
