"""People who come for a counter: a citizen at the terminal who takes a number, and whoever calls it."""

from twin.browser import Page
from twin.people import Person
from twin.waiting import until


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
