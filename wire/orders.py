"""What the centre orders a device to do: the bodies of its journal for that device, which goes down as entries go up.

An order travels in the envelope of `wire.entry` under the addressee's name, signed by the centre; `epoch` is the
instant at which the centre began this journal (it begins a new one with every start), `seq` and `prev` as everywhere. A
device takes each `order` (32 hexadecimal digits, drawn by the centre) once, whatever journal it comes in, and answers
with `OrderTaken` in its own.

`not_after` (ms UTC) is when it is too late to obey; 0 means that the order does not grow old. `fence` is the boot of
the device that the order was meant for; 0 means any: an opening that was ordered before a restart never happens after
it. `actor` and `witness` are who asked for it.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from wire.errors import BadMessage
from wire.happenings import Number, Purpose, Size, Way

OPEN_WITHIN_MS = 30_000
"""How long an order to open may be on its way."""

MANIFEST_HOURS = 24
"""For how long a courier's manifest holds without the centre."""

OrderId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]


class _Order(Struct, frozen=True, kw_only=True, tag_field="kind"):
    order: OrderId
    actor: str
    witness: str = ""
    not_after: Number = 0
    fence: Number = 0


class OpenCompartment(_Order, frozen=True, tag="open_compartment"):
    """Open a door for two people to look inside; always with `not_after` and `fence`."""

    compartment: Number
    why: str


class ReserveCompartment(_Order, frozen=True, tag="reserve_compartment"):
    """Keep a compartment for a deposit until `until`."""

    reservation: str
    size: Size
    until: Number
    low: bool = False


class CancelReservation(_Order, frozen=True, tag="cancel_reservation"):
    """Let the compartment go."""

    reservation: str


class BlockCompartment(_Order, frozen=True, tag="block_compartment"):
    """Offer it no longer."""

    compartment: Number
    why: str


class UnblockCompartment(_Order, frozen=True, tag="unblock_compartment"):
    """Offer it again."""

    compartment: Number


class Reissue(_Order, frozen=True, tag="reissue"):
    """Give the item a new code with this `issue`; nobody hears of it before the bank has taken the order.

    `why`: "reissue", "proxy", "proxy_revoked".
    """

    item: str
    issue: Number
    why: str
    phone: str = ""
    phone_tail: str = ""
    holder: str = ""


class Redirect(_Order, frozen=True, tag="redirect"):
    """Let the item wait for a courier, or for its citizen again; the address of a delivery stays at the centre."""

    item: str
    purpose: Way


class ManifestItem(Struct, frozen=True, kw_only=True):
    """One item that a courier brings; fields as in `DepositBegun`."""

    item: str
    label: str
    size: Size
    phone: str
    phone_tail: str
    purpose: Purpose = "pickup"
    level: Number = 0
    holder: str = ""


class GiveManifest(_Order, frozen=True, tag="give_manifest"):
    """What `courier` ("courier 2001") may lay in until `until`, each item once."""

    courier: str
    until: Number
    items: tuple[ManifestItem, ...]


Order = (
    OpenCompartment
    | ReserveCompartment
    | CancelReservation
    | BlockCompartment
    | UnblockCompartment
    | Reissue
    | Redirect
    | GiveManifest
)


class _Kind(Struct):
    kind: str
    order: OrderId


_order: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_kind = msgspec.json.Decoder(_Kind)
_KINDS = frozenset(str(kind.__struct_config__.tag) for kind in Order.__args__)


def read(body: Raw) -> Order | None:
    """Return the order, None for a kind of a later version; BadMessage when it is none at all."""
    try:
        return _order.decode(body) if _kind.decode(body).kind in _KINDS else None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadMessage(f"not an order: {error}") from None


def id_of(body: Raw) -> str:
    """Return the id of an order of any version; BadMessage when it has none."""
    try:
        return _kind.decode(body).order
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadMessage(f"not an order: {error}") from None
