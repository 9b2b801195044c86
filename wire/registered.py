"""What a centre's folder says of a device, a file each: provisioning writes it, the centre reads it."""

from dataclasses import dataclass
from typing import Literal

from wire.config import option

MOST_COMPARTMENTS = 32
"""Doors of one lock board."""


@dataclass(frozen=True)
class Registered:
    """A registered device; `token_sha256`, `signing_keys`, `bays` and `compartments` of a zone, `zone` of a node.

    `signing_keys[epoch - 1]` is the public key of that epoch's machine, "" where it had none.
    """

    device: str = option()
    epoch: int = option(least=1)
    kind: Literal["zone", "node"] = option()
    name: str = option()
    token_sha256: str = option("", pattern="|[0-9a-f]{64}")
    signing_keys: tuple[str, ...] = option((), pattern="|[A-Za-z0-9_-]{43}")
    bays: tuple[str, ...] = option(())
    compartments: int = option(0, least=0, most=MOST_COMPARTMENTS)
    zone: str = option("")

    def signing_key(self, epoch: int) -> str:
        """Return the public key of an epoch's machine, "" where none is registered."""
        return self.signing_keys[epoch - 1] if 1 <= epoch <= len(self.signing_keys) else ""
