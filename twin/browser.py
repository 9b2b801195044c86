"""A browser without a picture: it keeps cookies, follows redirects, and presses only buttons that the page has."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

import httpx

_TYPED = {"text", "tel", "password", "number", "search", "email", ""}


class NoSuchButton(Exception):
    """The page has no form that can be sent so."""


@dataclass
class Form:
    """A form as the page shows it: what is `fixed`, can be `typed`, `chosen` or `ticked` in it, and its `buttons`."""

    action: str
    fixed: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    ticked: dict[str, str] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)

    def filled(self, answers: dict[str, str]) -> dict[str, str] | None:
        """Return what a browser would send with these answers, None when this form cannot hold them."""
        for button in [*self.buttons, {}]:
            given = self.fixed | button
            if all(self._takes(name, value, given) for name, value in answers.items()):
                defaults = {name: values[0] for name, values in self.chosen.items() if values}
                return self.typed | defaults | given | answers
        return None

    def _takes(self, name: str, value: str, given: dict[str, str]) -> bool:
        return given.get(name) == value or name in self.typed or value in self._offered(name)

    def _offered(self, name: str) -> list[str]:
        return [*self.chosen.get(name, []), *([self.ticked[name]] if name in self.ticked else [])]


class Page(HTMLParser):
    """What was shown: `lang`, `state` (the body's data-state), `text` as a person reads it, forms, `live` parts."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.path = answer.url.path
        self.status = answer.status_code
        self.html = answer.text
        self.state = ""
        self.lang = ""
        self.text = ""
        self.forms: list[Form] = []
        self.live: list[tuple[str, list[str]]] = []
        self._select = ""
        self._silent = False
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a person could see or press."""
        given = {name: value or "" for name, value in attrs}
        if "data-live" in given:
            self.live.append((given["data-live"], given.get("data-on", "").split()))
        if tag == "html":
            self.lang = given.get("lang", "").partition("-")[0]
        elif tag == "body":
            self.state = given.get("data-state", "")
        elif tag in ("script", "style"):
            self._silent = True
        elif tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif self.forms:
            self._control(self.forms[-1], tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "")
        if tag == "option" and self._select:
            form.chosen[self._select].append(value)
        elif tag == "button" and kind != "button" and "disabled" not in given:
            form.buttons.append({name: value} if name else {})
        elif not name or "disabled" in given:
            return
        elif tag == "select":
            self._select = name
            form.chosen.setdefault(name, [])
        elif tag == "input" and kind == "hidden":
            form.fixed[name] = value
        elif tag == "input" and kind == "radio":
            form.chosen.setdefault(name, []).append(value)
        elif tag == "input" and kind == "checkbox":
            form.ticked[name] = value
        elif tag == "textarea" or (tag == "input" and kind in _TYPED):
            form.typed[name] = value

    def handle_endtag(self, tag: str) -> None:
        """Leave a script, a style or a choice."""
        if tag in ("script", "style"):
            self._silent = False
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        """Collect what a person reads."""
        if not self._silent and data.strip():
            self.text += data.strip() + "\n"


class Browser:
    """One person's browser at one program's pages."""

    def __init__(self, root: str) -> None:
        self._http = httpx.AsyncClient(base_url=root, follow_redirects=True, timeout=10, trust_env=False)
        self.page: Page | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def open(self, path: str) -> Page:
        """Go to a page."""
        self.page = Page(await self._http.get(path))
        return self.page

    async def part(self, path: str) -> Page:
        """Fetch a live part, as the script of the open page does; the open page stays."""
        return Page(await self._http.get(path))

    async def press(self, do: str, **answers: str) -> Page:
        """Fill in and send the form of the open page that can say `do` with these answers."""
        if self.page is None:
            raise NoSuchButton("no page is open")
        for form in self.page.forms:
            data = form.filled({"do": do, **answers})
            if data is not None:
                self.page = Page(await self._http.post(form.action or self.page.path, data=data))
                return self.page
        page, given = self.page, ", ".join(answers) or "nothing"
        where = f"{page.path} (status {page.status}, state {page.state!r})"
        raise NoSuchButton(f"{where} has no form for do={do} with {given}: {page.forms}\n{page.text}")
