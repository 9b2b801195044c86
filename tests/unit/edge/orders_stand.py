"""A centre in memory that writes orders, and the inbox of a stand that takes them."""

from typing import Any

from msgspec import json

from edge.centre import Unreachable
from edge.journal import Journal
from edge.manifests import Manifests
from edge.orders import Orders
from tests.unit.edge.bank_stand import Stand
from wire import entry, sign
from wire.entry import GENESIS, Signed
from wire.happenings import OrderTaken
from wire.orders import OpenCompartment, Order, UnblockCompartment

CENTRE_KEY = bytes(range(2, 34))
SIGN = sign.signer(CENTRE_KEY)
VERIFY = sign.verifier(sign.public_key(CENTRE_KEY))
OPEN_WITHIN = 30_000


def id_of(number: int) -> str:
    return f"{number:032x}"


class CentreInMemory:
    """Writes its journal for zone-01, and hands it out over HTTP while `reachable`."""

    def __init__(self, epoch: int = 1000) -> None:
        self.asked: list[str] = []
        self.reachable = False
        self.restart(epoch)

    def restart(self, epoch: int) -> None:
        self.epoch = epoch
        self.lines: list[Signed] = []

    def write(self, body: Order | dict[str, Any], *, device: str = "zone-01", key: sign.Sign = SIGN) -> bytes:
        """Write one order and return the batch of it alone."""
        data = entry.encode(
            body if not isinstance(body, dict) else UnblockCompartment(order=id_of(0), actor="", compartment=0),
            device=device,
            epoch=self.epoch,
            seq=len(self.lines) + 1,
            prev=entry.digest(self.lines[-1].data) if self.lines else GENESIS,
            boot=1,
            mono=0,
            wall=0,
            clock_good=True,
        )
        if isinstance(body, dict):
            written = entry.decode(data)
            data = data.replace(bytes(written.body), json.encode(body))
        self.lines.append(Signed(data, key(data)))
        return self.batch(len(self.lines) - 1)

    def batch(self, after: int = 0) -> bytes:
        return entry.pack(self.lines[after:])

    async def get(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if not self.reachable:
            raise Unreachable("cut")
        after = int(path.rpartition("=")[2])
        return (200, self.batch(after)) if self.lines[after:] else (204, b"")


class Inbox:
    """The orders of a stand; made again when it restarts."""

    def __init__(self, stand: Stand, centre: CentreInMemory, *, broker: bool = True) -> None:
        self.manifests = Manifests(stand.journal)
        self.orders = Orders(
            stand.journal,
            VERIFY,
            centre=centre,  # type: ignore[arg-type]
            lockers=stand.lockers,
            manifests=self.manifests,
            broker_is_up=lambda: broker,
        )


def outcomes(journal: Journal) -> list[str]:
    return [h.outcome for _, h in journal.history() if isinstance(h, OrderTaken)]


def opening(stand: Stand, number: int = 1, compartment: int = 1, **fields: Any) -> OpenCompartment:
    usual = {
        "actor": "staff 1001",
        "witness": "staff 1002",
        "not_after": stand.journal.clock.now() + OPEN_WITHIN,
        "fence": stand.journal.boot,
    }
    return OpenCompartment(order=id_of(number), compartment=compartment, why="清点", **(usual | fields))
