"""A receipt as whoever holds the slip can check it: the code on it, the public key, and no network."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from twin.programs import ProgramFailed, installed, run
from twin.slip import Slip
from wire import entry
from wire.errors import BadMessage

if TYPE_CHECKING:
    from twin.zone import Zone


@dataclass(frozen=True)
class ReceiptSlip:
    """A receipt on paper: `text` is what its code says, `body` what happened."""

    text: str
    body: dict[str, Any]

    @classmethod
    def on(cls, slip: Slip) -> Self | None:
        """Return the receipt on a slip, None when there is none."""
        for text in slip.codes:
            try:
                signed = entry.read_line(text.strip().encode())
                return cls(text, json.loads(bytes(entry.decode(signed.data).body)))
            except BadMessage:
                continue
        return None

    def changed(self) -> str:
        """Return the text with one character of the item's name changed."""
        item = str(self.body["item"])
        other = item[:-1] + ("0" if item[-1] != "0" else "1")
        return self.text.replace(f'"{item}"', f'"{other}"')


@dataclass(frozen=True)
class Told:
    """What the check said, in its words, and how it ended."""

    code: int
    words: str


async def verified(zone: "Zone", text: str) -> Told:
    """Check a receipt with the public keys of the centre's folder."""
    file = zone.folders.twin / "receipt"
    file.write_text(text, encoding="utf-8")
    command = (installed("zone24-provision"), "verify", str(file), "--centre", str(zone.folders.centre))
    try:
        return Told(0, await run(*command))
    except ProgramFailed as failed:
        return Told(failed.code or -1, str(failed))
