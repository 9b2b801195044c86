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


class Badged(Person):
    """Somebody at the bank of lockers with a badge and a PIN; `door` is the button of the home page that they press."""

    START = "/locker"
    door = "choose_staff"

    def __init__(self, root: str, badge: str, pin: str) -> None:
        super().__init__(root)
        self.badge = badge
        self.pin = pin

    async def sign_in(self) -> Page:
        """Show who it is, from the beginning; the page afterwards is what they came for, or says why not."""
        page = await self.browser.open(self.START)
        if page.state != "home":
            await self.leave()
        await self.browser.press(self.door)
        return await self.browser.press("sign_in", badge=self.badge, pin=self.pin)

    async def go(self, *places: str) -> Page:
        """Press one entry of the menu after the other."""
        page = await self.sign_in()
        for place in places:
            page = await self.browser.press("menu", to=place)
        return page

    async def leave(self) -> Page:
        return await self.browser.press("leave")


class Staff(Badged):
    """A member of staff at the bank of lockers."""

    async def deposit(self, item: str, size: str, phone: str, **more: str) -> Page:
        """Sign in, describe the item and confirm; the page afterwards is depositing, or says why not."""
        page = await self.sign_in()
        if page.state != "menu":
            return page
        await self.browser.press("menu", to="deposit")
        return await self._lay_in(item=item, size=size, phone=phone, **more)

    async def send(self, item: str, size: str, phone: str, address: str) -> Page:
        """Lay in what a courier shall bring to its receiver; the page afterwards is depositing, or says why not."""
        await self.go("other", "delivery")
        return await self._lay_in(item=item, size=size, phone=phone, address=address)

    async def offer(self, article: str, label: str, size: str) -> Page:
        """Lay in what people can borrow; the page afterwards is depositing, or says why not."""
        await self.go("other", "loan")
        return await self._lay_in(item=article, label=label, size=size)

    async def _lay_in(self, **described: str) -> Page:
        page = await self.browser.press("describe", **described)
        return await self.browser.press("confirm") if page.state == "check" else page

    async def recall(self, item: str) -> Page:
        """Take back what one laid in; the page afterwards is collecting, or says why not."""
        await self.go("mine")
        return await self.browser.press("recall", item=item)

    async def report_misplaced(self, item: str, note: str) -> Page:
        """Say that an item does not lie where the record has it; the page afterwards is mine again, or says why not."""
        await self.go("mine")
        page = await self.browser.press("misplaced", item=item)
        return await self.browser.press("misplaced", item=item, note=note) if page.state == "why" else page

    async def collect(self, item: str) -> Page:
        """Take out what is for staff; the page afterwards is collecting, or says why not."""
        await self.go("collect")
        return await self.browser.press("collect", item=item)

    async def settle(self, compartment: int, *, gone: bool, witness: tuple[str, str]) -> Page:
        """Say with a second person, who gives badge and PIN, what lies behind a door whose contact lies."""
        await self._look_after(compartment)
        await self.browser.press("settle", compartment=str(compartment), gone="1" if gone else "0")
        return await self._witnessed(witness)

    async def inspect(self, compartment: int, why: str, witness: tuple[str, str] | None = None) -> Page:
        """Have a door opened to look inside, with a second person where something lies there."""
        await self._look_after(compartment)
        page = await self.browser.press("inspect", compartment=str(compartment))
        if page.state == "why":
            page = await self.browser.press("inspect", compartment=str(compartment), why=why)
        return await self._witnessed(witness) if witness and page.state == "witness" else page

    async def _look_after(self, compartment: int) -> None:
        await self.go("compartments")
        await self.browser.press("compartment", compartment=str(compartment))

    async def _witnessed(self, witness: tuple[str, str]) -> Page:
        badge, pin = witness
        return await self.browser.press("witness", badge=badge, pin=pin)


class Courier(Badged):
    """A courier at the bank of lockers: item after item, without signing in again."""

    door = "choose_courier"

    async def lay_in(self, item: str) -> Page:
        """Type the number of the next item; the page afterwards is depositing, unknown, or says why not."""
        return await self.browser.press("courier_item", item=item)

    async def leave_unknown(self, size: str, *, back: bool = False) -> Page:
        """Leave what nobody announced for staff; the page afterwards is depositing, or says why not.

        `back`: it returns to the office that sent for it.
        """
        return await self.browser.press("unknown", size=size, **({"back": "1"} if back else {}))

    async def collect(self, item: str) -> Page:
        """Take out what is to be delivered; the page afterwards is collecting, or says why not."""
        await self.browser.press("menu", to="collect")
        return await self.browser.press("collect", item=item)


class Citizen(Person):
    """A citizen at the bank of lockers."""

    START = "/locker"

    async def begin_pickup(self) -> Page:
        """Say that one comes to fetch something."""
        await self.browser.open(self.START)
        return await self.browser.press("choose_pickup")

    async def pick_up(self, number: str, code: str) -> Page:
        """Enter pickup number and code; the page afterwards is collecting, or says why not."""
        page = await self.begin_pickup()
        return await self.browser.press("pick_up", number=number, code=code) if page.state == "pickup" else page

    async def hand_in(self, papers: str, phone: str, case: str = "") -> Page:
        """Say what papers these are and whose; the page afterwards is depositing, or says why not."""
        await self.browser.open(self.START)
        await self.browser.press("choose_papers")
        page = await self.browser.press("papers", label=papers)
        if page.state == "papers_phone":
            page = await self.browser.press("papers", phone=phone, case=case)
        return await self.browser.press("confirm") if page.state == "check" else page

    async def look_for_loans(self) -> Page:
        """Look at what can be borrowed."""
        await self.browser.open(self.START)
        return await self.browser.press("choose_loan")

    async def borrow(self, article: str, phone: str) -> Page:
        """Choose an article and say who one is; the page afterwards is collecting, or says why not."""
        await self.look_for_loans()
        page = await self.browser.press("loan", item=article)
        if page.state == "loan_phone":
            page = await self.browser.press("loan", phone=phone)
        return await self.browser.press("confirm") if page.state == "check" else page

    async def give_back(self, said: str) -> Page:
        """Give back a loan by its number or the tail of one's phone; the page afterwards is depositing, or not."""
        await self.browser.open(self.START)
        await self.browser.press("choose_return")
        return await self.browser.press("give_back", item=said)
