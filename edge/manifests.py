"""What couriers bring: the centre's manifests, each item once, also while the centre cannot be reached."""

from dataclasses import dataclass

from edge.journal import Journal
from edge.past import Past
from locker.parcel import Parcel
from wire import entry, orders
from wire.entry import Instant
from wire.errors import BadMessage
from wire.happenings import Happening, Size
from wire.orders import GiveManifest, ManifestItem


@dataclass(frozen=True)
class Brought:
    """An item of a manifest that is still with its courier; `order` is the manifest."""

    order: str
    item: ManifestItem


class Manifests:
    """The manifests that hold, folded from the orders that were obeyed."""

    def __init__(self, journal: Journal, past: Past | None = None) -> None:
        self._book = (past or Past(journal)).orders
        self._given: dict[str, GiveManifest] = {}
        for kept in journal.ordered():
            order = _manifest(kept.signed.data)
            if order and order.order in self._book.done:  # one that the bank refused is no manifest
                self.give(order)
        journal.watch(self._fold)

    def give(self, manifest: GiveManifest) -> None:
        """Take in a manifest that was obeyed; one that is known stays as it is."""
        self._given.setdefault(manifest.order, manifest)

    def of(self, courier: str, wall: Instant) -> tuple[Brought, ...]:
        """Return what `courier` ("courier 2001") may lay in at this instant: a newer manifest has the last word."""
        self._given = {order: manifest for order, manifest in self._given.items() if wall < manifest.until}
        brought = {
            item.item: Brought(manifest.order, item)
            for manifest in self._given.values()
            if manifest.courier == courier
            for item in manifest.items
        }
        return tuple(each for each in brought.values() if not self._book.is_used(each.item.item, self._given))

    def parcel(self, item: str, courier: str, wall: Instant, size: Size = "S") -> Parcel:
        """Return what to deposit for an item that this courier holds: one that no manifest knows goes to quarantine.

        Nobody is sent away with it on the street; `size` is what the courier says of such an item.
        """
        known = next((each for each in self.of(courier, wall) if each.item.item == item), None)
        if known is None:
            return Parcel(item=item, label="", size=size, giver=courier, purpose="quarantine")
        said = known.item
        return Parcel(
            item=said.item,
            label=said.label,
            size=said.size,
            giver=courier,
            purpose=said.purpose,
            phone=said.phone,
            phone_tail=said.phone_tail,
            level=said.level,
            holder=said.holder,
            order=known.order,
        )

    def _fold(self, happenings: tuple[Happening, ...]) -> None:
        for happening in happenings:
            self._book.after(happening)


def _manifest(data: bytes) -> GiveManifest | None:
    try:
        order = orders.read(entry.decode(data).body)
    except BadMessage:
        return None
    return order if isinstance(order, GiveManifest) else None
