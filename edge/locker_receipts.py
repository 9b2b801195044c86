"""The receipt of what was handed in, on the screen and on a slip."""

from typing import NamedTuple

from edge.receipt_slip import slip
from edge.zone import Zone
from wire.entry import Instant
from wire.web.qr import svg


class Shown(NamedTuple):
    """A receipt as a page shows it: its line, its QR code, and when the entry was written."""

    line: str
    svg: str
    at: Instant


def has_paper(zone: Zone) -> bool:
    """Tell whether a slip will come out, as far as the printer says."""
    return zone.desk is not None and zone.desk.paper in ("plenty", "low")


def shown(zone: Zone, item: str) -> Shown | None:
    """Return what the page shows of the newest handover of this item, None where there is none."""
    handover = zone.receipts.of(item)
    if handover is None:
        return None
    return Shown(handover.line, svg(handover.line), handover.at)


async def print_slip(zone: Zone, item: str, *, label: str, case: str, lang: str) -> None:
    """Print the receipt, where there is a printer; DeviceFault when it did not come out."""
    handover = zone.receipts.of(item)
    if handover and zone.desk:
        await zone.desk.print(slip(zone.config, handover, label=label, case=case, lang=lang))
