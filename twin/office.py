"""People at central's pages: staff in their office, a courier at somebody's door, a citizen with the link of an SMS."""

import re
from typing import NamedTuple

from twin.browser import Page
from twin.camera import read_svg
from twin.people import Person

_LINK = re.compile(r"https?://\S+?(/item/[0-9a-f]{32})")
_DELIVERY = re.compile(r"(?:收件码|the code )(\d{6})(?!\d)")


def read_link(text: str) -> str | None:
    """Return the path of an item's page that an SMS names, None where it names none."""
    found = _LINK.search(text)
    return found[1] if found else None


def read_delivery(text: str) -> str | None:
    """Return the six digits by which a citizen accepts what is brought, None where an SMS has none."""
    found = _DELIVERY.search(text)
    return found[1] if found else None


class Badge(NamedTuple):
    """A badge and its PIN."""

    badge: str
    pin: str


class Office(Person):
    """A member of staff at central's pages; every act shows the badge, and some show a colleague's too."""

    def __init__(self, root: str, own: Badge, colleague: Badge) -> None:
        super().__init__(root)
        self._own = {"badge": own.badge, "pin": own.pin}
        self._two = self._own | {"badge2": colleague.badge, "pin2": colleague.pin}

    async def open_door(self, device: str, compartment: int, why: str) -> Page:
        """Order a door to be opened at once, by two."""
        await self.browser.open("/orders")
        return await self.browser.press("open", device=device, compartment=str(compartment), why=why, **self._two)

    async def give_manifest(self, device: str, courier: str, *lines: str) -> Page:
        """Tell a bank what a courier will bring: "item,what it is,size,phone" each."""
        await self.browser.open("/orders")
        items = "\n".join(lines)
        return await self.browser.press("manifest", device=device, courier=courier, items=items, **self._own)

    async def correct(self, item: str, custodian: str, why: str) -> Page:
        """Say who has an item, by two."""
        await self.browser.open("/cases")
        return await self.browser.press("correct", item=item, custodian=custodian, why=why, **self._two)

    async def release(self, item: str, to: str, place: str) -> Page:
        """Give an item to a colleague."""
        await self.browser.open("/custody")
        return await self.browser.press("release", item=item, role="staff", to=to, place=place, **self._own)

    async def accept(self, item: str) -> Page:
        """Confirm that one has what a colleague gave."""
        await self.browser.open("/custody")
        return await self.browser.press("accept", item=item, **self._own)


class Deliverer(Person):
    """A courier on the way, with central's page on a phone."""

    def __init__(self, root: str, own: Badge) -> None:
        super().__init__(root)
        self._own = own

    async def look(self) -> Page:
        """See what is to be brought where."""
        await self.browser.open("/courier")
        return await self.browser.press("list", badge=self._own.badge, pin=self._own.pin)

    async def deliver(self, item: str, code: str) -> Page:
        """Hand an item over to whoever tells this code."""
        await self.look()
        return await self.browser.press("deliver", item=item, code=code, pin=self._own.pin)


class Receiver(Person):
    """A citizen on the page of their item, which the SMS links to."""

    def __init__(self, root: str, path: str) -> None:
        super().__init__(root)
        self.START = path

    async def qr(self) -> str:
        """Return what the QR code says that the page shows; NoCode when it shows none."""
        return read_svg((await self.browser.open(self.START)).html)

    async def name_proxy(self, phone: str) -> Page:
        """Let somebody else fetch it."""
        await self.browser.open(self.START)
        return await self.browser.press("proxy", phone=phone)

    async def take_back(self) -> Page:
        """Let the other one fetch it no longer."""
        await self.browser.open(self.START)
        return await self.browser.press("revoke")
