"""What somebody wants to lay into a bank: all that is known of it before a compartment is chosen."""

from dataclasses import dataclass

from wire.happenings import Purpose, Size


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Fields as in `DepositBegun`: `phone` and `address` are sealed to the centre, `into` is a pickup number.

    `reservation`: the compartment that is kept for this deposit. `giver` as the record names people.
    """

    item: str
    label: str
    size: Size
    giver: str
    purpose: Purpose = "pickup"
    phone: str = ""
    phone_tail: str = ""
    level: int = 0
    holder: str = ""
    into: str = ""
    low: bool = False
    address: str = ""
    case: str = ""
    order: str = ""
    reservation: str = ""
