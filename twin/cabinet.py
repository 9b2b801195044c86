"""The lockers as metal: latches that are pulsed, doors that spring open, contacts that tell, and what lies inside."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

from firmware.lock_board import pins
from twin.control import Control
from twin.watched import Watched
from wire.errors import Refused

ITEM = "文件袋"
"""What people put in unless they say otherwise: an envelope of papers."""

Contact = Literal["works", "open", "closed", "dead"]
"""What a door's contact tells: the truth, always "open", always "closed", or for ever what it told as it died."""


@dataclass
class Door:
    """One door and what is behind it; the counts are since the zone was set up."""

    number: int
    size: str
    is_open: bool = False
    jammed: bool = False
    contact: Contact = "works"
    told_open: bool = False
    """What the contact says, which is what the board can know."""
    inside: str | None = None
    pulses: int = 0
    openings: int = 0
    closings: int = 0


class Cabinet(Watched):
    """`sizes` has a letter a compartment, door 1 first; `board.address` is where the firmware finds its pins.

    A pulse lets a closed door spring open `spring_s` later, unless it is jammed. Whatever metal cannot do is `Refused`.
    """

    def __init__(
        self,
        sizes: Sequence[str],
        latches: Sequence[int] = pins.LATCHES,
        contacts: Sequence[int] = pins.CONTACTS,
        spring_s: float = 0.15,
    ) -> None:
        super().__init__()
        self.doors = {number: Door(number, size) for number, size in enumerate(sizes, 1)}
        self.board = Control(self._driven)
        self.board.watch(self.changed)
        self._door_of = dict(zip(latches, self.doors, strict=False))
        self._contacts = dict(zip(self.doors, contacts, strict=False))
        self._spring_s = spring_s
        for pin in contacts[len(sizes) :]:
            self.board.set_pin(pin, 0)  # a door that is not built is bridged, as a technician would
        self._tell_contacts()

    async def __aenter__(self) -> Self:
        await self.board.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.board.__aexit__()

    # what people do to it

    def close(self, number: int) -> None:
        """Push a door shut."""
        door = self._door(number)
        if not door.is_open:
            raise Refused("closed", f"{number} 号门已经关着 / door {number} is closed already")
        if door.jammed:
            raise Refused("jammed", f"{number} 号门卡住了，关不上 / door {number} is jammed and does not close")
        door.closings += 1
        self._move(door, is_open=False)

    def force(self, number: int) -> None:
        """Pry a door open, or open it with the emergency key: no latch is asked, and a jammed one does not help."""
        door = self._door(number)
        if door.is_open:
            raise Refused("open", f"{number} 号门已经开着 / door {number} is open already")
        self._move(door, is_open=True)

    def jam(self, number: int, jammed: bool = True) -> None:
        """Let the latch of a door stick: the door stays as it is, whatever is pulsed or pushed."""
        self._door(number).jammed = jammed
        self.changed()

    def free(self, number: int) -> None:
        self.jam(number, jammed=False)

    def lie(self, number: int, contact: Contact) -> None:
        """Let the contact of a door tell the truth ("works"), or something else."""
        if contact not in get_args(Contact):
            raise Refused("unknown", f"门磁没有这种状态 / a contact is not {contact!r}")
        self._door(number).contact = contact
        self._tell_contacts()
        self.changed()

    def put(self, number: int, item: str = ITEM) -> None:
        """Lay something in."""
        door = self._opened(number)
        if door.inside is not None:
            raise Refused("full", f"{number} 号格口里有东西 / something lies in compartment {number}")
        door.inside = item
        self.changed()

    def take(self, number: int) -> str:
        """Take out what lies inside, and return it."""
        door = self._opened(number)
        if door.inside is None:
            raise Refused("empty", f"{number} 号格口是空的 / compartment {number} is empty")
        item, door.inside = door.inside, None
        self.changed()
        return item

    # what outlives the program

    def state(self) -> dict[str, Any]:
        """Return what it looks like, as JSON."""
        return {str(number): {**vars(door)} for number, door in self.doors.items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a `state` of a cabinet with the same doors; other doors are left as they are."""
        for number, door in self.doors.items():
            kept = state.get(str(number), {})
            if kept.get("size") == door.size:
                vars(door).update({name: kept[name] for name in vars(door) if name in kept})
        self._tell_contacts()
        self.changed()

    def _door(self, number: int) -> Door:
        if number not in self.doors:
            raise Refused("no_such_door", f"没有 {number} 号门 / there is no door {number}")
        return self.doors[number]

    def _opened(self, number: int) -> Door:
        door = self._door(number)
        if not door.is_open:
            raise Refused("closed", f"{number} 号门关着 / door {number} is closed")
        return door

    def _driven(self, pin: int, level: int) -> None:
        if not level or pin not in self._door_of:
            return
        door = self.doors[self._door_of[pin]]
        door.pulses += 1
        self.changed()
        asyncio.get_running_loop().call_later(self._spring_s, self._spring, door)

    def _spring(self, door: Door) -> None:
        if not door.is_open and not door.jammed:
            self._move(door, is_open=True)

    def _move(self, door: Door, *, is_open: bool) -> None:
        door.is_open = is_open
        door.openings += is_open
        self._tell_contacts()
        self.changed()

    def _tell_contacts(self) -> None:
        """A closed door connects its contact to ground."""
        for number, pin in self._contacts.items():
            door = self.doors[number]
            told = {"works": door.is_open, "open": True, "closed": False, "dead": door.told_open}
            door.told_open = told[door.contact]
            self.board.set_pin(pin, 1 if door.told_open else 0)
