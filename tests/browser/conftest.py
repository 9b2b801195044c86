"""A real Chromium in front of a real zone; `--screenshots FOLDER` keeps the pictures taken on the way."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # without these it looks for its maker's servers at every start
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1366, "height": 768}
KIOSK = {"width": 1080, "height": 1920}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", type=Path, default=None, help="keep the pictures that browser tests take here")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return the system's Chromium; where there is none, say that the pages were not tested.

    Of one module only: while Playwright runs, its event loop does, and no other test of the process could run one.
    """
    found = shutil.which("chromium")
    if not found:
        why = "no Chromium: the pages are NOT tested in a browser; make system-packages"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def zone(start_zone: Callable[..., Any]) -> Any:
    """Return a zone of this test, as `zone24-demo run` starts it."""
    return start_zone()


@pytest.fixture
def visit(chromium: Browser, zone: Any) -> Iterator[Callable[..., Page]]:
    """Open a page of the zone, each visitor with cookies of their own; what a page complains about fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(program: int, path: str, *, size: dict[str, int] = DESK, touch: bool = False) -> Page:
        contexts.append(chromium.new_context(viewport=size, locale="zh-CN", has_touch=touch))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(f"{path}: {error}"))
        page.on("console", lambda said: complaints.append(f"{path}: {said.text}") if is_complaint(said) else None)
        page.on("request", lambda asked: None if is_ours(asked.url) else complaints.append(f"{path} asked {asked.url}"))
        page.goto(zone.url(program) + path)
        page.evaluate("window.neverReloaded = true")
        return page

    def is_complaint(said: ConsoleMessage) -> bool:
        """A page may notice that the test killed its program; what it must do then is the test's own question."""
        return said.type == "error" and "net::ERR_CONNECTION_" not in said.text

    def is_ours(url: str) -> bool:
        return url.startswith(("data:", *(zone.url(program) + "/" for program in range(3))))

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def snap(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of a page, where `--screenshots` asked for them."""
    folder: Path | None = request.config.getoption("--screenshots")

    def keep(page: Page, name: str) -> None:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            page.wait_for_timeout(700)  # a door that swings has come to rest
            page.screenshot(path=folder / f"{name}.png")

    return keep
