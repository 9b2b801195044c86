"""People who use a zone through its pages, and find in them what a person would: a word, a number, the next step."""

import re
from typing import NamedTuple, Self

from twin.browser import Browser, Page
from twin.waiting import until


class PickupSms(NamedTuple):
    """What a citizen needs at the bank, as the SMS says it."""

    number: str
    code: str


_NUMBER = re.compile(r"(?:取件号|[Nn]umber)\D{0,3}(\d{4})(?!\d)")
_CODE = re.compile(r"(?:取件码|[Cc]ode)\D{0,3}(\d{8})(?!\d)")


def read_pickup(text: str) -> PickupSms | None:
    """Return the pickup number (4 digits) and code (8 digits) of an SMS, None when it is about something else."""
    number, code = _NUMBER.search(text), _CODE.search(text)
    return PickupSms(number[1], code[1]) if number and code else None


class Person:
    """Somebody in front of the pages at `root`."""

    START = "/"

    def __init__(self, root: str) -> None:
        self.browser = Browser(root)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.browser.__aexit__()

    async def sees(self, state: str, within_s: float = 10) -> Page:
        """Look at the page until it is in `state`."""

        async def look() -> Page | None:
            page = await self.browser.open(self.START)
            return page if page.state == state else None

        return await until(f"{self.START} shows {state}", look, within_s)


class Staff(Person):
    """A member of staff at the bank of lockers, with a badge and a PIN."""

    START = "/locker"

    def __init__(self, root: str, badge: str, pin: str) -> None:
        super().__init__(root)
        self._badge = badge
        self._pin = pin

    async def deposit(self, item: str, size: str, phone: str) -> Page:
        """Sign in, describe the item and confirm; the page afterwards is depositing, or says why not."""
        browser = self.browser
        await browser.open(self.START)
        await browser.press("choose_deposit")
        page = await browser.press("sign_in", badge=self._badge, pin=self._pin)
        if page.state != "describe":
            return page
        page = await browser.press("describe", item=item, size=size, phone=phone)
        return await browser.press("confirm") if page.state == "check" else page


class Citizen(Person):
    """A citizen at the bank of lockers."""

    START = "/locker"

    async def pick_up(self, number: str, code: str) -> Page:
        """Enter pickup number and code; the page afterwards is collecting, or says why not."""
        await self.browser.open(self.START)
        page = await self.browser.press("choose_pickup")
        return await self.browser.press("pick_up", number=number, code=code) if page.state == "pickup" else page


class Visitor(Person):
    """A citizen at the terminal, who wants to be served at a counter."""

    START = "/terminal"

    async def take_ticket(self, service: str, phone: str, lang: str = "zh") -> Page:
        """Choose a service, enter a phone number, confirm; the page afterwards is done, or sorry."""
        page = await self.ask_for(service, phone, lang)
        return await self.confirm() if page.state == "check" else page

    async def ask_for(self, service: str, phone: str, lang: str = "zh") -> Page:
        """Choose a service and enter a phone number; the page afterwards is check, or says why not."""
        page = await self.browser.open(self.START)
        if page.lang != lang:
            await self.browser.press("language", lang=lang)
        page = await self.browser.press("choose", service=service)
        return await self.browser.press("enter_phone", phone=phone) if page.state == "phone" else page

    async def confirm(self) -> Page:
        """Say that all is right, and wait for the slip; the page afterwards is done, or sorry."""
        page = await self.browser.press("confirm")
        return page if page.state in ("done", "sorry") else await self._printed()

    async def _printed(self) -> Page:
        async def look() -> Page | None:
            page = await self.browser.open(self.START)
            return page if page.state in ("done", "sorry") else None

        return await until("the terminal is done printing", look)


class Counter(Person):
    """A member of staff behind a counter, on central's page."""

    def __init__(self, root: str, counter: str) -> None:
        super().__init__(root)
        self.START = f"/counter/{counter}"

    async def say(self, do: str) -> Page:
        """Press call, recall, no_show or finish."""
        await self.browser.open(self.START)
        return await self.browser.press(do)
