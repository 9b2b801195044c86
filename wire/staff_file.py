"""What a staff.toml says of people: provisioning writes it, agents and the centre read it at each use."""

from dataclasses import dataclass
from typing import Literal

from wire import pins
from wire.config import option

Role = Literal["staff", "courier"]


@dataclass(frozen=True, kw_only=True)
class Person:
    """One `[[staff]]`; `pin` is the scrypt hash of six digits."""

    badge: str = option(pattern=r"[0-9A-Za-z-]{1,32}")
    name: str = option(pattern=r".{1,32}")
    pin: str = option(pattern=pins.PATTERN, help="made by zone24-provision staff")
    role: Role = option("staff")

    @property
    def actor(self) -> str:
        """How the record names them: "staff 1001", "courier 2001"."""
        return f"{self.role} {self.badge}"


@dataclass(frozen=True, kw_only=True)
class StaffFile:
    """The whole staff.toml."""

    staff: tuple[Person, ...] = option(())
