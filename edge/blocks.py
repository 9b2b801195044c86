"""The ticket numbers that the centre lent to this device, as a value folded from the journal.

A number of a block is used at most once, also when its slip never came out: a slip that comes out late must not have a
twin.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from wire.happenings import BlockLeased, Happening, TicketReserved


@dataclass(frozen=True)
class Block:
    """Numbers `next` to `last` of `service` are free to issue on `day`."""

    service: str
    prefix: str
    next: int
    last: int
    day: str

    @property
    def left(self) -> int:
        return max(0, self.last - self.next + 1)

    @property
    def number(self) -> str:
        """The next number as people read it."""
        return f"{self.prefix}{self.next:03d}"

    def without(self, number: str) -> "Block":
        """Return the block after `number` was used, itself when the number is not of it."""
        digits = number.removeprefix(self.prefix)
        if not number.startswith(self.prefix) or not digits.isdecimal() or not self.next <= int(digits) <= self.last:
            return self
        return replace(self, next=int(digits) + 1)


@dataclass(frozen=True)
class Blocks:
    """All blocks of the newest day, oldest first."""

    blocks: tuple[Block, ...] = ()

    @classmethod
    def folded(cls, history: Iterable[Happening]) -> "Blocks":
        """Return what is left after all this happened."""
        blocks = cls()
        for happening in history:
            blocks = blocks.after(happening)
        return blocks

    def after(self, happening: Happening) -> "Blocks":
        """Return the blocks after this; most of what happens does not touch them."""
        match happening:
            case BlockLeased(service=service, prefix=prefix, first=first, last=last, day=day):
                kept = tuple(block for block in self.blocks if block.day >= day and block.left)
                return Blocks((*kept, Block(service, prefix, first, last, day)))
            case TicketReserved(source="block", service=service, number=number, day=day):
                return Blocks(
                    tuple(
                        block.without(number) if (block.service, block.day) == (service, day) else block
                        for block in self.blocks
                    )
                )
        return self

    def left(self, service: str, day: str) -> int:
        """Return how many numbers can be issued without the centre."""
        return sum(block.left for block in self._of(service, day))

    def next(self, service: str, day: str) -> str | None:
        """Return the number to issue now; it stays the next until it is reserved."""
        return next((block.number for block in self._of(service, day) if block.left), None)

    def _of(self, service: str, day: str) -> list[Block]:
        return [block for block in self.blocks if (block.service, block.day) == (service, day)]
