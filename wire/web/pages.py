"""Templates to responses: every page is `no-store`, says its language, and speaks Chinese first."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from babel.messages.pofile import read_po
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from wire.china import day_and_time, local

HERE = Path(__file__).parent
LANGUAGES = ("zh", "en")


class Pages:
    """A program's templates in `folder`, on top of the shared ones; `folder/en.po` has the English words."""

    def __init__(self, folder: Path) -> None:
        self._words = _catalogue(folder / "en.po") | _catalogue(HERE / "templates" / "en.po")
        loader = jinja2.FileSystemLoader([folder, HERE / "templates"])
        self._templates = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._templates.filters["clock"] = clock_time
        self._templates.filters["moment"] = _moment

    def words(self, lang: str) -> Callable[[str], str]:
        """Return the function that turns the Chinese source text into `lang`; what has no translation stays Chinese."""
        words: Mapping[str, str] = self._words if lang == "en" else {}
        return lambda text: words.get(text, text)

    def show(self, template: str, *, lang: str = "zh", status: int = 200, **values: Any) -> HTMLResponse:
        """Return the page; nothing of it may be kept by a browser."""
        html = self._templates.get_template(template).render(lang=lang, _=self.words(lang), **values)
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def language(request: Request) -> str:
    """Return the language a visitor chose, Chinese where none was."""
    chosen = request.cookies.get("lang", "zh")
    return chosen if chosen in LANGUAGES else "zh"


def share_static(app: FastAPI) -> None:
    """Serve the one stylesheet and the few lines of script under /static."""
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")


def clock_time(instant_ms: int) -> str:
    """Return 08:05:09 of China for an instant."""
    return f"{local(instant_ms):%H:%M:%S}"


@jinja2.pass_context
def _moment(context: jinja2.runtime.Context, instant_ms: int) -> str:
    return day_and_time(instant_ms, english=context.get("lang") == "en")


def _catalogue(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    with file.open("rb") as lines:
        return {str(message.id): str(message.string) for message in read_po(lines) if message.id and message.string}
